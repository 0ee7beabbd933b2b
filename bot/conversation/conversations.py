"""Finding conversations: by visitor, by state, for lists."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from bot.conversation.events import CUSTOMER
from bot.conversation.state import State
from bot.conversation.tables import conversations, events
from bot.errors import NotFound
from handoff.statements import Statement
from handoff.tables import queue

# Every message runs these: see `log`.
_STATE = [conversations.c[one.name] for one in fields(State)]
_OF_VISITOR = (
    select(*_STATE)
    .where(
        conversations.c.visitor_id == bindparam("visitor"),
        conversations.c.channel == bindparam("through"),
    )
    .order_by(conversations.c.status, conversations.c.started_at.desc())  # "open" sorts first
    .limit(1)
)
_LATEST = Statement(_OF_VISITOR)
_LATEST_LOCKED = Statement(_OF_VISITOR.with_for_update())
_OWN = Statement(
    select(*_STATE).where(
        conversations.c.id == bindparam("of"), conversations.c.visitor_id == bindparam("visitor")
    )
)
_STORED = Statement(
    select(events.c.conversation_id, events.c.position)
    .join_from(conversations, events, events.c.conversation_id == conversations.c.id)
    .where(
        conversations.c.visitor_id == bindparam("visitor"),
        events.c.sender == CUSTOMER,
        events.c.client_id == bindparam("client"),
    )
)

_HELD = Statement(
    select(*_STATE)
    .join_from(queue, conversations, queue.c.conversation_id == conversations.c.id)
    .where(queue.c.agent_id.is_not(None))
)  # each look at the queue runs it
_ID = [one.name for one in _STATE].index("id")


def latest_of(tx: Connection, visitor_id: str, channel: str, *, lock: bool = False) -> State | None:
    """The visitor's open conversation, or the last one, or None; `lock` it to append to it."""
    which = _LATEST_LOCKED if lock else _LATEST
    row = which.first(tx, {"visitor": visitor_id, "through": channel})
    return None if row is None else State(*row)


def of_visitor(tx: Connection, visitor_id: str, conversation_id: str) -> State:
    """The conversation if it is this visitor's; NotFound else, whether it exists or not."""
    row = _OWN.first(tx, {"of": conversation_id, "visitor": visitor_id})
    if row is None:
        raise NotFound("There is no such conversation of yours.")
    return State(*row)


def stored(tx: Connection, visitor_id: str, client_id: str) -> tuple[str, int] | None:
    """Conversation and position of what the visitor sent under this id, or None.

    Looked for in all their conversations: a client sends again what was not acknowledged, and the
    conversation that has it may be over by then.
    """
    row = _STORED.first(tx, {"visitor": visitor_id, "client": client_id})
    return None if row is None else (row[0], row[1])


def peek(tx: Connection, conversation_id: str) -> State:
    """The conversation for reading, without a lock; NotFound when there is none."""
    row = (
        tx.execute(select(conversations).where(conversations.c.id == conversation_id))
        .mappings()
        .first()
    )
    if row is None:
        raise NotFound(f"There is no conversation {conversation_id!r}.")
    return State(**row)


def listing(
    tx: Connection, *, which: str = "open", limit: int = 50, before: datetime | None = None
) -> list[State]:
    """Conversations by last change, newest first; `which` is open, waiting or resolved."""
    conditions: list[ColumnElement[bool]] = [
        conversations.c.status == ("resolved" if which == "resolved" else "open")
    ]
    if which == "waiting":
        conditions.append(conversations.c.holder == "queue")
    if before is not None:
        conditions.append(conversations.c.updated_at < before)
    query = (
        select(conversations)
        .where(and_(*conditions))
        .order_by(conversations.c.updated_at.desc())
        .limit(limit)
    )
    return [State(**row) for row in tx.execute(query).mappings()]


def many(tx: Connection, ids: list[str]) -> dict[str, State]:
    """These conversations by id; unknown ones are missing."""
    if not ids:
        return {}
    rows = tx.execute(select(*_STATE).where(conversations.c.id.in_(ids)))
    return {row.id: State(*row) for row in rows}


def held(tx: Connection) -> dict[str, State]:
    """Every conversation that an agent has, by id."""
    return {row[_ID]: State(*row) for row in _HELD.rows(tx, {})}
