"""What customers could not finish because of an incident, and what they finished later."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.engine import Connection as Tx

from bot.conversation import events as e
from bot.conversation.events import Event
from bot.conversation.tables import conversations
from bot.incident_touched import Touch, Touched

_AT_ONCE = 500
_PAGES = (e.STARTED, e.CUSTOMER_SAID)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Conversations that asked from a page of ours, and those whose page said it was completed."""

    reported: int
    completed: int


def unfinished(tx: Tx, found: Touched) -> Unfinished:
    """Of the touched conversations; what is completed counts from the question until a day after.

    A page that names what was completed counts only where the customer asked from that page.
    """
    last = _last_pages(tx, list(found.first))
    asked_on = {
        conversation: page
        for conversation, touch in found.first.items()
        if (page := _page(found.log[conversation], touch) or last.get(conversation))
        and urlsplit(page).scheme in ("http", "https")
    }
    completed = [
        conversation
        for conversation, page in asked_on.items()
        if _was_completed(found.log[conversation], found.first[conversation], page)
    ]
    return Unfinished(len(asked_on), len(completed))


def _page(log: tuple[Event, ...], touch: Touch) -> str | None:
    """The page that the customer was on when they asked; None where the log does not go so far."""
    pages = [
        one.data["page"]
        for one in log
        if one.kind in _PAGES and one.position <= touch.asked_position and one.data.get("page")
    ]
    return str(pages[-1]) if pages else None


def _was_completed(log: tuple[Event, ...], touch: Touch, page: str) -> bool:
    return any(
        one.kind == e.TASK_COMPLETED
        and one.position > touch.asked_position
        and one.data["page"] in (None, page)
        for one in log
    )


def _last_pages(tx: Tx, ids: list[str]) -> dict[str, str]:
    """The page each conversation was on last: older events than the log holds may have said it."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), _AT_ONCE):
        part = conversations.c.id.in_(ids[start : start + _AT_ONCE])
        query = select(conversations.c.id, conversations.c.page).where(part)
        found |= {row.id: row.page for row in tx.execute(query) if row.page}
    return found
