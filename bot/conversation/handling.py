"""How long agents needed lately for a conversation: what an honest wait is worked out from."""

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.conversation import events as e
from bot.conversation.tables import events

LAST = 40
"""Conversations looked back at: enough for a spread, few enough to follow the day."""


def recent(tx: Connection) -> list[float]:
    """Seconds from an agent's claim to the end, for the conversations that agents ended last."""
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
    found = []
    for kind in (e.RESOLVED, e.RETURNED):  # each alone is read from the end of its index
        ended = (
            select(events.c.at, began.label("began"))
            .where(events.c.kind == kind, events.c.sender.like("agent:%"))
            .order_by(events.c.at.desc())
            .limit(LAST)
        )
        found += [(row.at, row.began) for row in tx.execute(ended) if row.began is not None]
    last = sorted(found, reverse=True)[:LAST]
    return [(at - since).total_seconds() for at, since in last]
