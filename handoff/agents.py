"""Agents: who they are, what they speak, and how they get in the first time."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from handoff import tables
from handoff.errors import InvalidLink, LastAdmin, NameTaken, UnknownAgent
from handoff.settings import HandoffSettings
from handoff.statements import Statement

Role = Literal["agent", "admin"]

_agents = tables.agents
_links = tables.sign_in_links


@dataclass(frozen=True, slots=True)
class Agent:
    """A human who answers."""

    id: str
    name: str
    role: Role
    languages: tuple[str, ...]
    capacity: int
    created_at: datetime
    disabled_at: datetime | None = None
    password_hash: str | None = None

    @property
    def active(self) -> bool:
        """True while the account may be used."""
        return self.disabled_at is None


_AGENT = select(*(_agents.c[one.name] for one in fields(Agent)))
# Every deed of an agent runs this.
_GET = Statement(_AGENT.where(_agents.c.id == bindparam("of")))


def add(
    tx: Connection,
    name: str,
    role: Role,
    languages: Sequence[str],
    now: datetime,
    *,
    capacity: int | None = None,
) -> Agent:
    """The new agent; raises NameTaken."""
    shown = " ".join(unicodedata.normalize("NFKC", name).split())
    if not shown:
        raise ValueError("An agent needs a name.")
    agent = Agent(
        id=secrets.token_hex(8),
        name=shown,
        role=role,
        languages=tuple(languages),
        capacity=capacity or HandoffSettings().default_capacity,
        created_at=now,
    )
    values = {
        "id": agent.id,
        "name": agent.name,
        "name_key": _name_key(name),
        "role": agent.role,
        "languages": list(agent.languages),
        "capacity": agent.capacity,
        "created_at": agent.created_at,
    }
    if not tables.insert_once(tx, _agents, values):
        raise NameTaken(shown)
    return agent


def get(tx: Connection, agent_id: str) -> Agent:
    """The agent, disabled or not; raises UnknownAgent."""
    row = _GET.first(tx, {"of": agent_id})
    if row is None:
        raise UnknownAgent(agent_id)
    return _agent(row)


def by_name(tx: Connection, name: str) -> Agent | None:
    """The agent of this name, in whatever capitals, or None."""
    row = tx.execute(_AGENT.where(_agents.c.name_key == _name_key(name))).one_or_none()
    return None if row is None else _agent(row)


def listing(tx: Connection, *, disabled: bool = False) -> list[Agent]:
    """All agents by name; those with a disabled account only when asked for."""
    wanted = _AGENT.order_by(_agents.c.name_key)
    if not disabled:
        wanted = wanted.where(_agents.c.disabled_at.is_(None))
    return [_agent(row) for row in tx.execute(wanted)]


def disable(tx: Connection, agent_id: str, now: datetime) -> None:
    """Close the account and its open sign-in links; raises LastAdmin, UnknownAgent.

    The agent's conversations are not touched: the caller gives them back to the queue.
    """
    agent = get(tx, agent_id)
    if not agent.active:
        return
    if agent.role == "admin" and _other_admins(tx, agent_id) == 0:
        raise LastAdmin(agent_id)
    tx.execute(update(_agents).where(_agents.c.id == agent_id).values(disabled_at=now))
    open_links = (_links.c.agent_id == agent_id) & _links.c.used_at.is_(None)
    tx.execute(update(_links).where(open_links).values(used_at=now))


def enable(tx: Connection, agent_id: str) -> None:
    """Open a closed account again. Links and sessions of before stay closed, the password goes.

    Raises UnknownAgent.
    """
    if not get(tx, agent_id).active:
        _change(tx, agent_id, disabled_at=None, password_hash=None)


def set_role(tx: Connection, agent_id: str, role: Role) -> None:
    """Make the agent an admin, or no admin any more; raises LastAdmin, UnknownAgent."""
    agent = get(tx, agent_id)
    leaves = agent.active and agent.role == "admin" and role != "admin"
    if leaves and _other_admins(tx, agent_id) == 0:
        raise LastAdmin(agent_id)
    _change(tx, agent_id, role=role)


def set_password_hash(tx: Connection, agent_id: str, password_hash: str | None) -> None:
    """Store how the agent's password is checked; None takes the password away."""
    _change(tx, agent_id, password_hash=password_hash)


def set_capacity(tx: Connection, agent_id: str, capacity: int) -> None:
    """Room for this many conversations at once, unless the agent says otherwise today."""
    _change(tx, agent_id, capacity=capacity)


def set_languages(tx: Connection, agent_id: str, languages: Sequence[str]) -> None:
    """The languages the agent writes, best first."""
    _change(tx, agent_id, languages=list(languages))


def new_link(tx: Connection, agent_id: str, now: datetime, ttl: timedelta) -> str:
    """A token that signs this agent in once; only its hash is stored, so it is shown only now.

    Raises UnknownAgent, for a disabled account too.
    """
    if not get(tx, agent_id).active:
        raise UnknownAgent(agent_id)
    token = secrets.token_urlsafe(32)
    tx.execute(insert(_links).values(hash=_hash(token), agent_id=agent_id, expires_at=now + ttl))
    return token


def redeem(tx: Connection, token: str, now: datetime) -> Agent:
    """The agent whom the token signs in; raises InvalidLink.

    The update itself decides who was first, so of two requests at once only one gets in.
    """
    mine = _links.c.hash == _hash(token)
    usable = mine & _links.c.used_at.is_(None) & (_links.c.expires_at > now)
    if tx.execute(update(_links).where(usable).values(used_at=now)).rowcount != 1:
        raise InvalidLink
    agent = get(tx, tx.execute(select(_links.c.agent_id).where(mine)).scalar_one())
    if not agent.active:
        raise InvalidLink
    return agent


def _agent(row: Sequence[Any]) -> Agent:
    agent_id, name, role, languages, *rest = row
    return Agent(agent_id, name, role, tuple(languages), *rest)


def _change(tx: Connection, agent_id: str, **values: object) -> None:
    if tx.execute(update(_agents).where(_agents.c.id == agent_id).values(**values)).rowcount != 1:
        raise UnknownAgent(agent_id)


def _other_admins(tx: Connection, agent_id: str) -> int:
    # Locked, so that two admins who disable each other at once do not both succeed (PostgreSQL;
    # SQLite has one writer anyway).
    active = (_agents.c.role == "admin") & _agents.c.disabled_at.is_(None)
    admins = tx.execute(select(_agents.c.id).where(active).with_for_update()).scalars().all()
    return sum(1 for one in admins if one != agent_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _name_key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
