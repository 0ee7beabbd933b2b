"""The queue: who waits for a person, and which agent has whom.

A conversation stays in the queue's table from the call for a person until it is left: waiting
while it has no agent, held while it has one. So an agent who vanishes gives it back to its old
place.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.engine import Connection

from handoff import agents, presence, tables
from handoff.errors import AgentUnavailable, AlreadyClaimed, NotHolder, NotWaiting, UnknownAgent
from handoff.statements import Statement

_queue = tables.queue
_presence = tables.presence
_ORDER = (_queue.c.urgent.desc(), _queue.c.waiting_since, _queue.c.conversation_id)
_WAITING = _queue.c.agent_id.is_(None)
_HELD = _queue.c.agent_id.is_not(None)
_ONE = _queue.c.conversation_id == bindparam("of")
_AWAKE: dict[str, Any] = {"asleep": False, "wakes_at": None, "nap": None}
_FEW = 5  # fewer handling times than this say nothing about the next one


@dataclass(frozen=True, slots=True)
class Entry:
    """One conversation in the queue's table, waiting or held."""

    conversation_id: str
    joined_at: datetime
    waiting_since: datetime
    urgent: bool
    reason: str
    language: str
    preferred_agent: str | None
    agent_id: str | None
    claimed_at: datetime | None
    epoch: int
    asleep: bool = False
    """Put off by its agent, who keeps it: not in their way, and no room of theirs is taken."""
    wakes_at: datetime | None = None
    """When it comes back by itself; None while it only waits for the customer."""
    nap: dict[str, Any] | None = None
    """Why it was put off or came back, as `bot` tells it; None when neither."""
    team: str | None = None
    """The team it was handed to; anybody may take it all the same."""


# Every look at the queue and every deed of an agent runs these: what they cost is putting them
# together.
_ENTRY = select(*(_queue.c[one.name] for one in fields(Entry)))
_OLDEST_CLAIM = (_queue.c.claimed_at, _queue.c.conversation_id)
_GET = Statement(_ENTRY.where(_ONE))
_PLACES = Statement(select(_queue.c.conversation_id).where(_WAITING).order_by(*_ORDER))
_COUNT = Statement(select(func.count()).select_from(_queue).where(_WAITING))
_NEXT = Statement(_ENTRY.where(_WAITING).order_by(*_ORDER).limit(bindparam("most")))
_ALL_HELD = Statement(_ENTRY.where(_HELD).order_by(*_OLDEST_CLAIM))
_HELD_BY = Statement(_ENTRY.where(_queue.c.agent_id == bindparam("by")).order_by(*_OLDEST_CLAIM))
_NAPPING = Statement(_ENTRY.where(_queue.c.nap.is_not(None)))
_HOLDER = Statement(select(_queue.c.agent_id).where(_ONE))
_LEAVE = Statement(delete(_queue).where(_ONE))
_HANDED: dict[str, Any] = {
    "agent_id": bindparam("to"),
    "claimed_at": bindparam("now"),
    "epoch": _queue.c.epoch + 1,
    **_AWAKE,
}
_TAKE = Statement(update(_queue).where(_ONE, _WAITING).values(_HANDED))
_HAND_OVER = Statement(update(_queue).where(_ONE).values(_HANDED))
_OVERDUE = Statement(
    select(_queue.c.conversation_id, _queue.c.agent_id)
    .outerjoin_from(_queue, _presence, _presence.c.agent_id == _queue.c.agent_id)
    .where(_HELD, _queue.c.claimed_at < bindparam("limit"), _queue.c.asleep.is_(False))
    .where(or_(_presence.c.seen_at.is_(None), _presence.c.seen_at < bindparam("limit")))
    .order_by(*_OLDEST_CLAIM)
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation stands: 1 is next, of so many waiting."""

    place: int
    waiting: int


def join(
    tx: Connection,
    conversation_id: str,
    *,
    reason: str,
    urgent: bool,
    language: str,
    waiting_since: datetime,
    now: datetime,
    preferred_agent: str | None = None,
) -> None:
    """Put the conversation into the queue.

    `waiting_since` is the customer's first unanswered message. Who is in already keeps the place
    and the clock; a reason that is urgent moves a waiting one ahead, and nothing moves it back.
    """
    values = {
        "conversation_id": conversation_id,
        "joined_at": now,
        "waiting_since": waiting_since,
        "urgent": urgent,
        "reason": str(reason),
        "language": language,
        "preferred_agent": preferred_agent,
        "epoch": 1,
    }
    if tables.insert_once(tx, _queue, values) or not urgent:
        return
    calmer = (_queue.c.conversation_id == conversation_id) & _queue.c.urgent.is_(False)
    tx.execute(update(_queue).where(calmer).values(urgent=True, reason=str(reason)))


def get(tx: Connection, conversation_id: str) -> Entry | None:
    """The conversation's row, waiting or held, or None when it is not in the queue."""
    row = _GET.first(tx, {"of": conversation_id})
    return None if row is None else Entry(*row)


def place(tx: Connection, conversation_id: str) -> Place | None:
    """Where the conversation stands, or None when it does not wait."""
    mine = get(tx, conversation_id)
    if mine is None or mine.agent_id is not None:
        return None
    ahead = select(func.count()).where(_WAITING, _ahead_of(mine))
    return Place(place=tx.execute(ahead).scalar_one() + 1, waiting=count(tx))


def places(tx: Connection) -> list[tuple[str, int]]:
    """Every waiting conversation with its place, next one first."""
    return [(one, number) for number, (one,) in enumerate(_PLACES.rows(tx, {}), start=1)]


def count(tx: Connection) -> int:
    """How many wait."""
    return int(_COUNT.scalar(tx, {}))


def waiting(tx: Connection, limit: int = 200) -> list[Entry]:
    """Those who wait, next one first."""
    return [Entry(*row) for row in _NEXT.rows(tx, {"most": limit})]


def held(tx: Connection) -> dict[str, list[Entry]]:
    """What every agent has, by the agent's id, oldest claim first; agents with nothing miss."""
    found: dict[str, list[Entry]] = {}
    for entry in [Entry(*row) for row in _ALL_HELD.rows(tx, {})]:
        found.setdefault(entry.agent_id or "", []).append(entry)
    return found


def held_by(tx: Connection, agent_id: str) -> list[Entry]:
    """What the agent has, oldest claim first."""
    return [Entry(*row) for row in _HELD_BY.rows(tx, {"by": agent_id})]


def claim(tx: Connection, conversation_id: str, agent_id: str, now: datetime) -> None:
    """Give a waiting conversation to the agent; doing it again is fine.

    The update itself decides who was first. Raises AlreadyClaimed with the winner, NotWaiting,
    UnknownAgent.
    """
    if not agents.get(tx, agent_id).active:
        raise UnknownAgent(agent_id)
    if _TAKE.run(tx, {"of": conversation_id, "to": agent_id, "now": now}) == 1:
        return
    winner = holder(tx, conversation_id)
    if winner is None:
        raise NotWaiting(conversation_id)
    if winner != agent_id:
        raise AlreadyClaimed(conversation_id, winner, agents.get(tx, winner).name)


def take_over(tx: Connection, conversation_id: str, agent_id: str, now: datetime) -> None:
    """Give a held conversation to the agent, here or not and with room or not.

    For who may decide that: `transfer` asks whether the other is there. Raises NotWaiting,
    UnknownAgent.
    """
    if not agents.get(tx, agent_id).active:
        raise UnknownAgent(agent_id)
    if _HAND_OVER.run(tx, {"of": conversation_id, "to": agent_id, "now": now}) != 1:
        raise NotWaiting(conversation_id)


def holder(tx: Connection, conversation_id: str) -> str | None:
    """The agent who has the conversation, or None."""
    found: str | None = _HOLDER.scalar(tx, {"of": conversation_id})
    return found


def require_holder(tx: Connection, conversation_id: str, agent_id: str) -> None:
    """Raises NotHolder unless the agent has the conversation."""
    if holder(tx, conversation_id) != agent_id:
        raise NotHolder(conversation_id, agent_id)


def leave(tx: Connection, conversation_id: str) -> None:
    """Take the conversation out: resolved, or back with the bot. Nothing when it is not in."""
    _LEAVE.run(tx, {"of": conversation_id})


def release(tx: Connection, conversation_id: str, now: datetime) -> None:
    """Back to its old place, because the agent went away. Raises NotWaiting when it is not in.

    `joined_at` becomes now, `waiting_since` stays: nobody loses a turn.
    """
    mine = _queue.c.conversation_id == conversation_id
    values = {"agent_id": None, "claimed_at": None, "joined_at": now, "epoch": _queue.c.epoch + 1}
    values |= _AWAKE
    held = and_(mine, _queue.c.agent_id.is_not(None))
    if tx.execute(update(_queue).where(held).values(values)).rowcount == 1:
        return
    if get(tx, conversation_id) is None:
        raise NotWaiting(conversation_id)


def transfer(
    tx: Connection,
    conversation_id: str,
    to_agent: str | None,
    now: datetime,
    *,
    lease: timedelta = timedelta(seconds=60),
) -> None:
    """Give the conversation to another agent, or with None back to the queue.

    Raises AgentUnavailable unless that agent is online with room, UnknownAgent, NotWaiting.
    """
    if to_agent is None:
        release(tx, conversation_id, now)
        return
    if holder(tx, conversation_id) == to_agent:
        return
    require_room(tx, to_agent, now, lease)
    if _HAND_OVER.run(tx, {"of": conversation_id, "to": to_agent, "now": now}) != 1:
        raise NotWaiting(conversation_id)


def require_room(tx: Connection, agent_id: str, now: datetime, lease: timedelta) -> None:
    """Raises AgentUnavailable unless the agent is online with room, UnknownAgent."""
    target = agents.get(tx, agent_id)
    reachable = {one.id: one for one in presence.online(tx, now, lease)}
    if agent_id not in reachable or reachable[agent_id].room == 0:
        raise AgentUnavailable(agent_id, target.name)


def snooze(
    tx: Connection, conversation_id: str, wakes_at: datetime | None, nap: dict[str, Any]
) -> None:
    """Put off a held conversation; who gets it next, or the queue, has it awake."""
    values = {"asleep": True, "wakes_at": wakes_at, "nap": nap}
    tx.execute(update(_queue).where(_queue.c.conversation_id == conversation_id).values(values))


def wake(tx: Connection, conversation_id: str, nap: dict[str, Any] | None) -> None:
    """Back among its agent's conversations; `nap` says why for as long as it is worth saying."""
    values = {**_AWAKE, "nap": nap}
    tx.execute(update(_queue).where(_queue.c.conversation_id == conversation_id).values(values))


def napping(tx: Connection) -> list[Entry]:
    """The conversations that are put off, and those that came back and still say why."""
    return [Entry(*row) for row in _NAPPING.rows(tx, {})]


def set_team(tx: Connection, conversation_id: str, team: str | None) -> None:
    """Hand the conversation to a team, or to nobody in particular."""
    mine = _queue.c.conversation_id == conversation_id
    tx.execute(update(_queue).where(mine).values(team=team))


def overdue(tx: Connection, now: datetime, lease: timedelta) -> list[tuple[str, str]]:
    """The held conversations, with their agent, whose agent was not heard of for `lease`.

    Who is put off until tomorrow is not given away because their agent has gone home.
    """
    found = _OVERDUE.rows(tx, {"limit": now - lease})
    return [(conversation_id, agent_id) for conversation_id, agent_id in found]


def estimate(
    place: int, staffed: int, recent: Sequence[float], *, usual: float | None = None
) -> tuple[int, int] | None:
    """An honest range of minutes until a person comes; None when nobody can know.

    `staffed` counts agents who are here, `recent` holds the last handling times in seconds,
    `usual` an assumed one while there are too few of them.
    """
    if staffed < 1 or place < 1:
        return None
    times = [seconds for seconds in recent if seconds > 0]
    if len(times) < _FEW:
        if usual is None:
            return None
        short, long = usual / 2, usual * 2
    else:
        quarters = statistics.quantiles(times, n=4, method="inclusive")
        short, long = quarters[0], quarters[2]
    # Before the first in the queue is taken one conversation must end, and it may be nearly over.
    low = math.floor((place - 1) / staffed * short / 60)
    high = math.ceil(math.ceil(place / staffed) * long / 60)
    return max(1, low), max(2, low + 1, high)


def _ahead_of(mine: Entry) -> ColumnElement[bool]:
    earlier = or_(
        _queue.c.waiting_since < mine.waiting_since,
        and_(
            _queue.c.waiting_since == mine.waiting_since,
            _queue.c.conversation_id < mine.conversation_id,
        ),
    )
    same = and_(_queue.c.urgent.is_(mine.urgent), earlier)
    return same if mine.urgent else or_(_queue.c.urgent.is_(True), same)
