"""Whether a thing is still what its editor read, and who changed it since."""

import hashlib
import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection as Tx

from bot import audit
from bot.audit import Line, audit_head, audit_lines
from bot.conversation.events import instant
from bot.errors import BotError

_LENGTH = 16
_LOOKED_AT = 50
"""Lines of the trail that are looked at for who did it."""


class Overwritten(BotError):
    """It was changed since its editor read it; who saves now would undo that unseen."""

    code = "version_conflict"

    def __init__(self, what: str, by: Line | None, *, removed: bool = False) -> None:
        done = "removed" if removed else "changed"
        who = "" if by is None else f" by {by.name}"
        super().__init__(f"The {what} was {done} meanwhile{who}. Read it again, then save yours.")
        self.details: dict[str, Any] = {
            "author": None if by is None else by.name,
            "changed_at": None if by is None else instant(by.at),
            "removed": removed,
        }


def revision(stored: object) -> str:
    """What stands for this state of a thing, of plain data: the same in every process."""
    told = json.dumps(stored, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()[:_LENGTH]


def hold(tx: Tx) -> None:
    """Let nobody else write to the trail until this transaction is over.

    Of two who save at once the second waits here, and then sees what the first one saved.
    """
    tx.execute(select(audit_head).with_for_update()).one()


def require(
    tx: Tx, base: str | None, now: str, what: str, actions: Collection[str], subject: str = ""
) -> None:
    """Raise Overwritten unless `base` is the revision `now`; None asks for nothing.

    `actions` and `subject` are what the trail calls a change of it.
    """
    if base is not None and base != now:
        raise Overwritten(what, _last(tx, actions, subject=subject))


def removed(tx: Tx, what: str, action: str, its_id: str) -> Overwritten:
    """What to raise where the thing with this id is gone; the trail's line has the id."""
    return Overwritten(what, _last(tx, [action], its_id=its_id), removed=True)


def _last(tx: Tx, actions: Collection[str], *, subject: str = "", its_id: str = "") -> Line | None:
    query = audit.found(subject=subject).where(audit_lines.c.action.in_(actions))
    for line in audit.lines(tx, query.limit(_LOOKED_AT)):
        if line.subject == subject or (its_id and line.before.get("id") == its_id):
            return line
    return None
