"""The log: append to a conversation, read it from a position."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter

from sqlalchemy import BindParameter, bindparam, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.conversation import events as e
from bot.conversation.events import Event, Moved, NewEvent
from bot.conversation.state import State, apply
from bot.conversation.tables import conversations, events, log_identity
from bot.errors import NotFound
from bot.storage.engine import news_of
from handoff.statements import NEW, Statement

READ_LIMIT = 500
"""Events one read gives at most; a longer log is read in several."""
TAIL = 20
"""Events one read gives a socket: they stay in memory for as long as its client takes them."""

# Every message runs these.
_STATE = [conversations.c[one.name] for one in fields(State)]
_EVENT = [events.c[one.name] for one in fields(Event)]
_STATE_NAMES = tuple(column.key for column in _STATE)
_EVENT_NAMES = tuple(column.key for column in _EVENT)
_ID: BindParameter[str] = bindparam("of")
_LOAD = Statement(select(*_STATE).where(conversations.c.id == _ID).with_for_update())
_WRITE = Statement(insert(events), names=_EVENT_NAMES)
_START = Statement(insert(conversations), names=_STATE_NAMES)
# SQLite writes every index anew that has a column it is given, so a message gives what it changes.
_SPOKEN = (
    "head", "updated_at", "page", "last_customer", "unanswered", "preview", "waiting_since",
)  # fmt: skip
_KEPT = attrgetter(*(name for name in _STATE_NAMES if name not in _SPOKEN))


def _moving(names: Iterable[str]) -> Statement:
    query = update(conversations).where(conversations.c.id == bindparam(f"{NEW}id"))
    return Statement(query.values({name: bindparam(f"{NEW}{name}") for name in names}))


_SAY = _moving(_SPOKEN)
_MOVE = _moving(name for name in _STATE_NAMES if name != "id")
_READ = Statement(
    select(*_EVENT)
    .where(events.c.conversation_id == _ID, events.c.position > bindparam("after"))
    .order_by(events.c.position)
    .limit(bindparam("most"))
)
_HEAD = Statement(select(conversations.c.head).where(conversations.c.id == _ID))
_POSITION = Statement(
    select(events.c.position).where(
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
    _START.put(tx, state)
    first = NewEvent(e.STARTED, e.SYSTEM, {"channel": channel, "locale": locale, "page": page})
    return append(tx, state, [first], now=now)


def load(tx: Connection, conversation_id: str) -> State:
    """The conversation as it is; NotFound when there is none."""
    row = _LOAD.first(tx, {"of": conversation_id})
    if row is None:
        raise NotFound(f"There is no conversation {conversation_id!r}.")
    return State(*row)


def append(tx: Connection, state: State, new: Sequence[NewEvent], *, now: datetime) -> State:
    """Write the events behind `state`, which must have been loaded in this transaction."""
    stored: list[Event] = []
    before = _KEPT(state)
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
    for event in stored:
        _WRITE.put(tx, event)
    (_SAY if _KEPT(state) == before else _MOVE).put(tx, state)
    news_of(tx).append(Moved(state.id, state.head, tuple(stored)))
    return state


def read(
    tx: Connection, conversation_id: str, *, after: int = 0, limit: int = READ_LIMIT
) -> list[Event]:
    """The events behind position `after`, in order, at most `limit`."""
    found = _READ.rows(tx, {"of": conversation_id, "after": after, "most": limit})
    return [Event(*row) for row in found]


def head(tx: Connection, conversation_id: str) -> int:
    """The last position there is, 0 when there is no such conversation."""
    return _HEAD.scalar(tx, {"of": conversation_id}) or 0


def tail(tx: Connection, conversation_id: str, after: int) -> tuple[list[Event], int]:
    """What a socket has not seen yet, and the last position there is, both of one moment.

    A socket never follows from behind the end, so where nothing is new `after` is the end.
    """
    found = read(tx, conversation_id, after=after, limit=TAIL)
    if len(found) == TAIL:
        return found, head(tx, conversation_id)
    return found, found[-1].position if found else after


def position_of(tx: Connection, conversation_id: str, sender: str, client_id: str) -> int | None:
    """Where a client's message already stands, or None: this is what makes a send idempotent."""
    known = {"of": conversation_id, "by": sender, "client": client_id}
    found: int | None = _POSITION.scalar(tx, known)
    return found


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
