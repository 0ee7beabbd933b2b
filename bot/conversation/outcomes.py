"""What became of each customer message: exactly one outcome, found again after any crash."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from bot.conversation.tables import outcomes
from bot.observability import metrics
from handoff.leases import SKEW
from handoff.statements import Statement

Outcome = Literal["answered", "degraded", "queued", "agent", "withdrawn"]

# Every message runs these: see `log`.
_ROW = ("conversation_id", "position", "outcome", "decided_by", "lease_until", "attempts")
_OWE = Statement(insert(outcomes), names=_ROW)
_OPEN = (outcomes.c.conversation_id == bindparam("of"), outcomes.c.outcome.is_(None))
_PENDING = Statement(select(outcomes.c.position).where(*_OPEN).order_by(outcomes.c.position))
_DECIDE = Statement(
    update(outcomes)
    .where(*_OPEN)
    .values(outcome=bindparam("became"), decided_by=bindparam("by"), lease_until=None)
)
_LEASE = Statement(
    update(outcomes)
    .where(*_OPEN)
    .values(lease_until=bindparam("until"), attempts=outcomes.c.attempts + 1)
)
_TAKEN = Statement(select(func.max(outcomes.c.attempts)).where(*_OPEN))
_RENEW = Statement(update(outcomes).where(*_OPEN).values(lease_until=bindparam("until")))

_LATE = (outcomes.c.outcome.is_(None), outcomes.c.lease_until > bindparam("latest"))
_ENDLESS = Statement(select(outcomes.c.position).where(*_LATE).limit(1))
_CAP = Statement(update(outcomes).where(*_LATE).values(lease_until=bindparam("until")))


def expect(
    tx: Connection, conversation_id: str, position: int, *, now: datetime, lease: timedelta
) -> None:
    """The bot owes this message an answer; after `lease` somebody else may take it."""
    _owe(tx, conversation_id, position, None, lease_until=now + lease)


def decided(
    tx: Connection, conversation_id: str, position: int, outcome: Outcome, decided_by: int
) -> None:
    """The message met its outcome when it was stored: a person has the conversation."""
    _owe(tx, conversation_id, position, outcome, decided_by=decided_by)
    metrics.decided(outcome)


def pending(tx: Connection, conversation_id: str) -> list[int]:
    """Positions of the messages that still have no outcome, in order."""
    return [row[0] for row in _PENDING.rows(tx, {"of": conversation_id})]


def decide(tx: Connection, conversation_id: str, outcome: Outcome, decided_by: int) -> list[int]:
    """Give every pending message of the conversation this outcome; gives their positions."""
    positions = pending(tx, conversation_id)
    if positions:
        _DECIDE.run(tx, {"of": conversation_id, "became": outcome, "by": decided_by})
        metrics.decided(outcome, len(positions))
    return positions


def lease(tx: Connection, conversation_id: str, *, until: datetime) -> int:
    """Take the pending messages to work on until `until`; gives how often they were taken."""
    _LEASE.run(tx, {"of": conversation_id, "until": until})
    return _TAKEN.scalar(tx, {"of": conversation_id}) or 0


def renew(tx: Connection, conversation_id: str, *, until: datetime) -> None:
    """The turn is still being worked on."""
    _RENEW.run(tx, {"of": conversation_id, "until": until})


def overdue(tx: Connection, *, now: datetime, limit: int = 200) -> Sequence[str]:
    """Conversations with a message whose lease ran out: its turn died, somebody must take it."""
    query = (
        select(outcomes.c.conversation_id)
        .where(
            outcomes.c.outcome.is_(None),
            or_(outcomes.c.lease_until.is_(None), outcomes.c.lease_until <= now),
        )
        .distinct()
        .limit(limit)
    )
    return list(tx.execute(query).scalars())


def endless(tx: Connection, *, now: datetime, lease: timedelta) -> bool:
    """Whether a lease ends later than any that is taken now: the clock was set back since."""
    return _ENDLESS.first(tx, {"latest": now + lease + SKEW}) is not None


def cap(tx: Connection, *, now: datetime, lease: timedelta) -> None:
    """Let such leases end when one that is taken now does; who works on them renews them."""
    _CAP.run(tx, {"latest": now + lease + SKEW, "until": now + lease})


def release_all(tx: Connection, *, now: datetime) -> int:
    """End every lease: a server that has just started knows that nobody works on them."""
    done = tx.execute(update(outcomes).where(outcomes.c.outcome.is_(None)).values(lease_until=now))
    return done.rowcount


def _owe(
    tx: Connection,
    conversation_id: str,
    position: int,
    outcome: Outcome | None,
    *,
    decided_by: int | None = None,
    lease_until: datetime | None = None,
) -> None:
    row = {
        "conversation_id": conversation_id,
        "position": position,
        "outcome": outcome,
        "decided_by": decided_by,
        "lease_until": lease_until,
        "attempts": 0,
    }
    _OWE.run(tx, row)
