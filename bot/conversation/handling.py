"""How long agents needed lately for a conversation: what an honest wait is worked out from."""

from datetime import datetime

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.engine import Connection

from bot.conversation import events as e
from bot.conversation.tables import events
from handoff.statements import Statement

LAST = 40
"""Conversations looked back at: enough for a spread, few enough to follow the day."""


def recent(tx: Connection) -> list[float]:
    """Seconds from an agent's claim to the end, for the conversations that agents ended last."""
    found = []
    for kind in (e.RESOLVED, e.RETURNED):  # each alone is read from the end of its index
        rows = _ENDED.rows(tx, {"kind": kind})
        found += [(at, began) for at, began in rows if began is not None]
    last = sorted(found, reverse=True)[:LAST]
    return [(at - since).total_seconds() for at, since in last]


def _ended() -> Select[tuple[datetime, datetime]]:
    joined = events.alias()
    began = (
        select(func.max(joined.c.at))
        .where(
            joined.c.conversation_id == events.c.conversation_id,
            joined.c.kind == e.AGENT_JOINED,
            joined.c.position < events.c.position,
        )
        .scalar_subquery()
    )
    return (
        select(events.c.at, began.label("began"))
        .where(events.c.kind == bindparam("kind"), events.c.sender.like("agent:%"))
        .order_by(events.c.at.desc())
        .limit(LAST)
    )


# Every look at a queue in which somebody waits runs this.
_ENDED = Statement(_ended())
