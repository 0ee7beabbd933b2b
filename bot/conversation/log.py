"""The log: append to a conversation, read it from a position."""

import secrets
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import BindParameter, and_, bindparam, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.conversation import events as e
from bot.conversation.events import Event, Moved, NewEvent
from bot.conversation.state import State, apply
from bot.conversation.tables import conversations, events, log_identity
from bot.errors import NotFound
from bot.storage.engine import news_of

READ_LIMIT = 500
"""Events one read gives at most; a longer log is read in several."""

# Every message runs these. Built once, they cost a third of what they cost built anew each time.
_STATE = [conversations.c[one.name] for one in fields(State)]
_EVENT = [events.c[one.name] for one in fields(Event)]
_STATE_NAMES = tuple(column.key for column in _STATE)
_EVENT_NAMES = tuple(column.key for column in _EVENT)
_ID: BindParameter[str] = bindparam("of")
_LOAD = select(*_STATE).where(conversations.c.id == _ID).with_for_update()
_WRITE = insert(events)
_START = insert(conversations)
_MOVE = (
    update(conversations)
    .where(conversations.c.id == _ID)
    .values({name: bindparam(f"new_{name}") for name in _STATE_NAMES if name != "id"})
)
_READ = (
    select(*_EVENT)
    .where(events.c.conversation_id == _ID, events.c.position > bindparam("after"))
    .order_by(events.c.position)
    .limit(bindparam("most"))
)
_HEAD = select(conversations.c.head).where(conversations.c.id == _ID)
_POSITION = select(events.c.position).where(
    and_(
        events.c.conversation_id == _ID,
        events.c.sender == bindparam("by"),
        events.c.client_id == bindparam("client"),
    )
)


def new_id() -> str:
    """An id nobody can guess; it still proves nothing about who may read."""
    return secrets.token_hex(12)


def start(
    tx: Connection,
    *,
    visitor_id: str,
    channel: str,
    locale: str | None,
    page: str | None,
    now: datetime,
) -> State:
    """Open a conversation with its first event."""
    state = State(new_id(), visitor_id, channel, started_at=now, updated_at=now)
    tx.execute(_START, {name: getattr(state, name) for name in _STATE_NAMES})
    first = NewEvent(e.STARTED, e.SYSTEM, {"channel": channel, "locale": locale, "page": page})
    return append(tx, state, [first], now=now)


def load(tx: Connection, conversation_id: str) -> State:
    """The conversation as it is; NotFound when there is none."""
    row = tx.execute(_LOAD, {"of": conversation_id}).first()
    if row is None:
        raise NotFound(f"There is no conversation {conversation_id!r}.")
    return State(*row)


def append(tx: Connection, state: State, new: Sequence[NewEvent], *, now: datetime) -> State:
    """Write the events behind `state`, which must have been loaded in this transaction."""
    stored: list[Event] = []
    for item in new:
        epoch = state.epoch + 1 if item.kind in e.HOLDER_KINDS else state.epoch
        event = Event(
            conversation_id=state.id,
            position=state.head + 1,
            at=now,
            epoch=epoch,
            kind=item.kind,
            sender=item.sender,
            data=item.data,
            staff=item.staff,
            client_id=item.client_id,
        )
        state = apply(state, event)
        stored.append(event)
    rows = [{name: getattr(event, name) for name in _EVENT_NAMES} for event in stored]
    tx.execute(_WRITE, rows)
    moved = {f"new_{name}": getattr(state, name) for name in _STATE_NAMES if name != "id"}
    tx.execute(_MOVE, moved | {"of": state.id})
    news_of(tx).append(Moved(state.id, state.head, tuple(stored)))
    return state


def read(
    tx: Connection, conversation_id: str, *, after: int = 0, limit: int = READ_LIMIT
) -> list[Event]:
    """The events behind position `after`, in order, at most `limit`."""
    found = tx.execute(_READ, {"of": conversation_id, "after": after, "most": limit})
    return [Event(*row) for row in found]


def head(tx: Connection, conversation_id: str) -> int:
    """The last position there is, 0 when there is no such conversation."""
    return tx.execute(_HEAD, {"of": conversation_id}).scalar() or 0


def tail(tx: Connection, conversation_id: str, after: int) -> tuple[list[Event], int]:
    """What a socket has not seen yet, and the last position there is, both of one moment.

    A socket never follows from behind the end, so where nothing is new `after` is the end.
    """
    found = read(tx, conversation_id, after=after)
    if len(found) == READ_LIMIT:
        return found, head(tx, conversation_id)
    return found, found[-1].position if found else after


def position_of(tx: Connection, conversation_id: str, sender: str, client_id: str) -> int | None:
    """Where a client's message already stands, or None: this is what makes a send idempotent."""
    known = {"of": conversation_id, "by": sender, "client": client_id}
    return tx.execute(_POSITION, known).scalar()


def identity(tx: Connection) -> str:
    """The name of this log; another name means that positions seen before mean nothing."""
    found = tx.execute(select(log_identity.c.id)).scalar()
    if found is None:
        raise NotFound("The database has no log identity: run `handrail init`.")
    return str(found)


def make_identity(tx: Connection, *, now: datetime) -> None:
    """Name the log once, when the database is made."""
    if tx.execute(select(func.count()).select_from(log_identity)).scalar() == 0:
        tx.execute(insert(log_identity).values(id=new_id(), made_at=now))
