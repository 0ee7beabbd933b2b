"""What can happen in a conversation, in the past tense, as it stands in the log and on the wire."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

STARTED = "conversation.started"
IDENTIFIED = "customer.identified"
CUSTOMER_SAID = "customer.said"
BOT_ANSWERED = "bot.answered"
PERSON_CALLED = "person.called"
AGENT_JOINED = "agent.joined"
AGENT_SAID = "agent.said"
GROUP_SAID = "group.said"
TRANSFERRED = "conversation.transferred"
REQUEUED = "conversation.requeued"
RETURNED = "conversation.returned"
RESOLVED = "conversation.resolved"
REOPENED = "conversation.reopened"
RATED = "conversation.rated"
ANSWER_RATED = "answer.rated"
INCIDENT_TOLD = "incident.told"
INCIDENT_MUTED = "incident.muted"
TASK_COMPLETED = "task.completed"
NOTE_WRITTEN = "note.written"
HANDOVER_JUDGED = "handover.judged"
SNOOZED = "conversation.snoozed"
WOKEN = "conversation.woken"

PRIVATE_KINDS = frozenset({NOTE_WRITTEN, HANDOVER_JUDGED, IDENTIFIED, SNOOZED, WOKEN})
"""Kinds a customer never sees; in their place stands an empty event, so positions have no gaps."""

HOLDER_KINDS = frozenset(
    {PERSON_CALLED, AGENT_JOINED, TRANSFERRED, REQUEUED, RETURNED, RESOLVED, REOPENED}
)
"""Kinds that change who holds the conversation; each raises the epoch by one."""

CUSTOMER = "customer"
BOT = "bot"
SYSTEM = "system"


def agent_sender(agent_id: str) -> str:
    """The sender of what an agent does."""
    return f"agent:{agent_id}"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event before it has a position."""

    kind: str
    sender: str
    data: dict[str, Any] = field(default_factory=dict)
    staff: dict[str, Any] | None = None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A fact of the log; `staff` is what only agents may see of it."""

    conversation_id: str
    position: int
    kind: str
    at: datetime
    epoch: int
    sender: str
    data: dict[str, Any]
    staff: dict[str, Any] | None = None
    client_id: str | None = None


class Moved(tuple[str, int]):
    """News of a log, conversation and position, with the events that were just stored.

    Whoever shows events up to the first of them need not read them; between processes they are
    not carried.
    """

    events: tuple[Event, ...]

    def __new__(cls, conversation_id: str, position: int, events: tuple[Event, ...]) -> Self:
        """As a pair, so that it is news like any other."""
        made = super().__new__(cls, (conversation_id, position))
        made.events = events
        return made


def instant(at: datetime | None) -> str | None:
    """An instant as it stands on the wire: RFC 3339, UTC, milliseconds."""
    if at is None:
        return None
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return f"{utc.isoformat(timespec='milliseconds')[:23]}Z"


def for_customer(event: Event) -> dict[str, Any]:
    """The event as a customer may see it: nothing of `staff`, a private one empty."""
    private = event.kind in PRIVATE_KINDS
    return {
        "position": event.position,
        "kind": "private" if private else event.kind,
        "at": instant(event.at),
        "epoch": event.epoch,
        "data": {} if private else event.data,
    }


def for_agent(event: Event) -> dict[str, Any]:
    """The event as an agent sees it."""
    shown: dict[str, Any] = {
        "position": event.position,
        "kind": event.kind,
        "at": instant(event.at),
        "epoch": event.epoch,
        "data": event.data,
    }
    if event.staff is not None:
        shown["staff"] = event.staff
    return shown
