"""Presence: which agents are here, and with room for how many.

What an agent says (`status`) and whether the agent's console is heard of (`seen_at`) are two
things: a lost connection does not set anybody to away, and coming back needs no click.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Integer, Select, bindparam, func, select, update
from sqlalchemy.engine import Connection

from handoff import tables
from handoff.errors import UnknownAgent
from handoff.statements import Statement

Status = Literal["online", "away"]
Seen = Literal["online", "away", "offline"]

_agents = tables.agents
_presence = tables.presence
_queue = tables.queue

# Every sign of life runs these: what they cost is putting them together.
_MINE = _presence.c.agent_id == bindparam("of")
_BEFORE = Statement(select(_presence.c.status, _presence.c.since).where(_MINE))
_SAY = Statement(
    update(_presence)
    .where(_MINE)
    .values(
        status=bindparam("says"),
        seen_at=bindparam("now"),
        since=bindparam("from"),
        capacity=func.coalesce(bindparam("room", type_=Integer), _presence.c.capacity),
    )
)
_BEAT = Statement(update(_presence).where(_MINE).values(seen_at=bindparam("now")))
_KNOWN = Statement(select(_agents.c.id).where(_agents.c.id == bindparam("of")))


@dataclass(frozen=True, slots=True)
class PresentAgent:
    """An agent as the queue sees one: languages, and how much room is left."""

    id: str
    name: str
    languages: tuple[str, ...]
    status: Seen
    capacity: int
    load: int
    since: datetime | None = None
    """Since when the status is so; None where nobody knows."""

    @property
    def room(self) -> int:
        """How many more conversations the agent has room for."""
        return max(0, self.capacity - self.load)


def set_status(
    tx: Connection, agent_id: str, status: Status, now: datetime, capacity: int | None = None
) -> None:
    """Take what the agent says: here or away, and with room for how many.

    Without `capacity` the one said before holds, else the account's. Raises UnknownAgent.
    """
    before, since = _BEFORE.first(tx, {"of": agent_id}) or (None, None)
    if before != status or since is None:  # else it is said again, and has been so all the time
        since = now
    row = {"of": agent_id, "says": status, "now": now, "from": since, "room": capacity}
    if _SAY.run(tx, row) != 1:
        _store(tx, agent_id, {"status": status, "seen_at": now, "since": since} | _room(capacity))


def beat(tx: Connection, agent_id: str, now: datetime) -> None:
    """The agent's console is alive. An agent who never said so is not online yet.

    Raises UnknownAgent.
    """
    if _BEAT.run(tx, {"of": agent_id, "now": now}) != 1:
        _store(tx, agent_id, {"seen_at": now})


def come(tx: Connection, agent_id: str, now: datetime, lease: timedelta) -> None:
    """The agent has opened a console. Whoever was away for longer than `lease` is here since now.

    Raises UnknownAgent.
    """
    away = (_presence.c.agent_id == agent_id) & (_presence.c.seen_at < now - lease)
    tx.execute(update(_presence).where(away, _presence.c.since.is_not(None)).values(since=now))
    beat(tx, agent_id, now)


def lost(tx: Connection, agent_id: str, *, beaten: datetime, heard: datetime) -> None:
    """A console's connection is gone, and `heard` is when it was there for certain.

    Nothing changes if the agent was heard of after `beaten`, over another connection.
    """
    mine = (_presence.c.agent_id == agent_id) & (_presence.c.seen_at == beaten)
    tx.execute(update(_presence).where(mine).values(seen_at=heard))


def said(tx: Connection, agent_id: str) -> tuple[Status, int]:
    """What the agent last said, alive or not: status, and room for how many.

    Raises UnknownAgent.
    """
    row = _SAID.first(tx, {"of": agent_id})
    if row is None:
        raise UnknownAgent(agent_id)
    _, _, _, status, _, _, room, _ = row
    return status or "away", room


def online(tx: Connection, now: datetime, lease: timedelta) -> list[PresentAgent]:
    """The agents who say they are here and were heard of within `lease`, by name."""
    return [agent for agent in everyone(tx, now, lease) if agent.status == "online"]


def everyone(tx: Connection, now: datetime, lease: timedelta) -> list[PresentAgent]:
    """All agents with an open account, by name; who was not heard of is offline."""
    heard_after = now - lease
    return [_present(row, heard_after) for row in _ACTIVE.rows(tx, {})]


def gone(tx: Connection, now: datetime, lease: timedelta) -> list[str]:
    """The agents who say they are here but were not heard of for `lease`."""
    silent = (_presence.c.status == "online") & (_presence.c.seen_at < now - lease)
    found = select(_presence.c.agent_id).where(silent).order_by(_presence.c.agent_id)
    return list(tx.execute(found).scalars())


def _everyone() -> Select[tuple[object, ...]]:
    held = (
        select(func.count())
        .where(_queue.c.agent_id == _agents.c.id, _queue.c.asleep.is_(False))
        .scalar_subquery()
    )
    return (
        select(
            _agents.c.id,
            _agents.c.name,
            _agents.c.languages,
            _presence.c.status,
            _presence.c.seen_at,
            _presence.c.since,
            func.coalesce(_presence.c.capacity, _agents.c.capacity).label("room"),
            held.label("load"),
        )
        .outerjoin_from(_agents, _presence, _presence.c.agent_id == _agents.c.id)
        .order_by(_agents.c.name_key)
    )


# Every look at the queue runs this: what it costs is putting it together.
_ACTIVE = Statement(_everyone().where(_agents.c.disabled_at.is_(None)))
_SAID = Statement(_everyone().where(_agents.c.id == bindparam("of")))


def _present(row: tuple[Any, ...], heard_after: datetime) -> PresentAgent:
    agent_id, name, languages, status, seen_at, since, room, load = row
    heard = seen_at is not None and seen_at >= heard_after
    return PresentAgent(
        id=agent_id,
        name=name,
        languages=tuple(languages),
        status=status if heard else "offline",
        capacity=room,
        load=load,
        since=since if heard else seen_at,
    )


def _room(capacity: int | None) -> dict[str, object]:
    return {} if capacity is None else {"capacity": capacity}


def _store(tx: Connection, agent_id: str, values: dict[str, object]) -> None:
    mine = update(_presence).where(_presence.c.agent_id == agent_id).values(**values)
    if tx.execute(mine).rowcount == 1:
        return
    if _KNOWN.first(tx, {"of": agent_id}) is None:
        raise UnknownAgent(agent_id)
    first = {"agent_id": agent_id, "status": "away", **values}
    if not tables.insert_once(tx, _presence, first):
        tx.execute(mine)
