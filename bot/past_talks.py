"""Past conversations, read for what is tried on them before it holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection as Tx
from sqlalchemy.engine import Row

from bot.conversation.tables import conversations, events

_AT_ONCE = 200
"""Conversations read with one query."""


@dataclass(frozen=True, slots=True)
class Past:
    """A conversation's events of the kinds that were asked for, in order."""

    conversation: str
    visitor: str
    rows: Sequence[Row[Any]]
    """Rows of `events`."""


def newest(tx: Tx, most: int, kinds: Sequence[str]) -> Iterator[list[Past]]:
    """The newest conversations in which a customer wrote, at most so many; some at a time."""
    query = (
        select(conversations.c.id, conversations.c.visitor_id)
        .where(conversations.c.last_customer > 0)
        .order_by(conversations.c.started_at.desc(), conversations.c.id)
    )
    owners = {row.id: row.visitor_id for row in tx.execute(query.limit(most))}
    ids = list(owners)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        told = (
            select(events)
            .where(events.c.conversation_id.in_(some), events.c.kind.in_(kinds))
            .order_by(events.c.conversation_id, events.c.position)
        )
        grouped = groupby(tx.execute(told), lambda row: str(row.conversation_id))
        found = {key: list(rows) for key, rows in grouped}
        yield [Past(one, owners[one], found[one]) for one in some if one in found]
