"""How agents ended conversations: who, why, and what they noted for colleagues."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import func, select
from sqlalchemy.engine import Connection as Tx

from bot.conversation import events as e
from bot.conversation.tables import events

_BY_AGENTS = (events.c.kind == e.RESOLVED) & events.c.sender.like("agent:%")


@dataclass(frozen=True, slots=True)
class Ended:
    """One conversation's last end by an agent."""

    by: str
    """The agent's name."""
    why: str | None
    note: str


def of(tx: Tx, ids: list[str]) -> dict[str, Ended]:
    """How the conversations ended; those whose last end was not an agent's are missing."""
    last = (
        select(events.c.conversation_id, func.max(events.c.position).label("position"))
        .where(events.c.conversation_id.in_(ids), events.c.kind == e.RESOLVED)
        .group_by(events.c.conversation_id)
        .subquery()
    )
    query = select(events).where(
        _BY_AGENTS,
        events.c.conversation_id == last.c.conversation_id,
        events.c.position == last.c.position,
    )
    return {row.conversation_id: _ended(row) for row in tx.execute(query)} if ids else {}


def _ended(row: SqlRow[Any]) -> Ended:
    staff = row.staff or {}
    return Ended(row.data["by"]["name"], staff.get("why"), staff.get("note", ""))
