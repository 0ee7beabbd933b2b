"""Teams: agents to whom a conversation is handed together."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from handoff import agents, tables
from handoff.errors import TeamNameTaken, UnknownTeam
from handoff.statements import Statement

_teams = tables.teams
_members = tables.team_members

# Every look at the queue runs these: what they cost is putting them together.
_WHO = Statement(
    select(_members.c.team_id, _members.c.agent_id)
    .join_from(_members, tables.agents, tables.agents.c.id == _members.c.agent_id)
    .where(tables.agents.c.disabled_at.is_(None))
    .order_by(tables.agents.c.name_key)
)
_ALL = Statement(select(_teams.c.id, _teams.c.name, _teams.c.languages).order_by(_teams.c.name_key))


@dataclass(frozen=True, slots=True)
class Team:
    """A team with its members' ids, whose account is open."""

    id: str
    name: str
    languages: tuple[str, ...]
    members: tuple[str, ...]


def save(
    tx: Connection,
    name: str,
    languages: Sequence[str],
    members: Sequence[str],
    now: datetime,
    *,
    team_id: str | None = None,
) -> Team:
    """A new team, or with `team_id` that one changed; raises TeamNameTaken, UnknownAgent,
    UnknownTeam."""
    shown = " ".join(unicodedata.normalize("NFKC", name).split())
    values = {"name": shown, "name_key": shown.casefold(), "languages": list(languages)}
    if team_id is None:
        team_id = secrets.token_hex(8)
        _unless_taken(tx, shown, team_id)
        tx.execute(insert(_teams).values(id=team_id, created_at=now, **values))
    else:
        get(tx, team_id)
        _unless_taken(tx, shown, team_id)
        tx.execute(update(_teams).where(_teams.c.id == team_id).values(**values))
        tx.execute(delete(_members).where(_members.c.team_id == team_id))
    for agent_id in dict.fromkeys(members):
        agents.get(tx, agent_id)
        tx.execute(insert(_members).values(team_id=team_id, agent_id=agent_id))
    return get(tx, team_id)


def remove(tx: Connection, team_id: str) -> None:
    """No such team any more; what was handed to it waits for anybody. Raises UnknownTeam."""
    get(tx, team_id)
    of_it = tables.queue.c.team == team_id
    tx.execute(update(tables.queue).where(of_it).values(team=None))
    tx.execute(delete(_members).where(_members.c.team_id == team_id))
    tx.execute(delete(_teams).where(_teams.c.id == team_id))


def get(tx: Connection, team_id: str) -> Team:
    """The team; raises UnknownTeam."""
    found = next((one for one in listing(tx) if one.id == team_id), None)
    if found is None:
        raise UnknownTeam(team_id)
    return found


def listing(tx: Connection) -> list[Team]:
    """All teams by name."""
    members: dict[str, list[str]] = {}
    for team_id, agent_id in _WHO.rows(tx, {}):
        members.setdefault(team_id, []).append(agent_id)
    return [
        Team(team_id, name, tuple(languages), tuple(members.get(team_id, ())))
        for team_id, name, languages in _ALL.rows(tx, {})
    ]


def _unless_taken(tx: Connection, name: str, team_id: str) -> None:
    same = (_teams.c.name_key == name.casefold()) & (_teams.c.id != team_id)
    if tx.execute(select(_teams.c.id).where(same)).first() is not None:
        raise TeamNameTaken(name)
