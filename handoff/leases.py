"""What says that an agent is there can lie ahead of the clock, once that was set back."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from handoff import tables
from handoff.statements import Statement

SKEW = timedelta(seconds=5)
"""So far apart the clocks of several servers may be."""

_CLAIMED, _SEEN = tables.queue.c.claimed_at, tables.presence.c.seen_at
_LIMIT = bindparam("limit", type_=_SEEN.type)
# Every second asks this, and puts neither together anew.
_HEARD_AHEAD = Statement(select(tables.presence.c.agent_id).where(_LIMIT < _SEEN).limit(1))
_CLAIMED_AHEAD = Statement(select(tables.queue.c.agent_id).where(_LIMIT < _CLAIMED).limit(1))


def ahead(tx: Connection, now: datetime) -> bool:
    """Whether an agent was heard of, or a conversation claimed, later than now."""
    limit = {"limit": now + SKEW}
    return any(one.first(tx, limit) is not None for one in (_HEARD_AHEAD, _CLAIMED_AHEAD))


def cap(tx: Connection, now: datetime) -> None:
    """Take what lies ahead for now: who is there will be heard of again, who is gone will not."""
    limit = now + SKEW
    tx.execute(update(tables.presence).where(limit < _SEEN).values(seen_at=now))
    tx.execute(update(tables.queue).where(limit < _CLAIMED).values(claimed_at=now))
