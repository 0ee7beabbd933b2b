"""Teams: agents to whom a conversation is handed together."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import Field
from sqlalchemy.engine import Connection as Tx

from bot import revisions
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Base, Body, Line
from bot.web.trail import Noting
from bot.web.wire import Locale
from handoff import teams
from handoff.errors import UnknownTeam
from handoff.teams import Team

router = APIRouter(prefix="/teams")

TeamId = Annotated[str, Path(max_length=40)]
AgentId = Annotated[str, Field(max_length=64)]


class NewTeam(Body):
    """A team; `members` are agents' ids. It may be empty: its conversations wait for anybody."""

    name: Annotated[Line, Field(max_length=120)]
    languages: Annotated[list[Locale], Field(max_length=4)]
    members: Annotated[list[AgentId], Field(max_length=500)]


class TeamShown(Answer):
    """A team with its members whose account is open."""

    id: str
    name: str
    languages: list[str]
    members: list[str]
    revision: str


@router.get("")
async def listing(request: Request, _: Admin) -> list[TeamShown]:
    """All of them, by name."""
    return [_shown(one) for one in await parts_of(request).database.read(teams.listing)]


@router.post("")
async def add(request: Request, _: Admin, note: Noting, new: NewTeam) -> TeamShown:
    """One more; raises TeamNameTaken, UnknownAgent."""
    return await _save(request, note, new)


@router.put("/{team}")
async def change(
    request: Request, _: Admin, note: Noting, team: TeamId, new: NewTeam, base: Base = None
) -> TeamShown:
    """That one as it is to be from now on; raises TeamNameTaken, UnknownAgent, UnknownTeam,
    Overwritten."""
    return await _save(request, note, new, team, base)


@router.delete("/{team}")
async def remove(
    request: Request, _: Admin, note: Noting, team: TeamId, base: Base = None
) -> list[TeamShown]:
    """Take it away; what was handed to it waits for anybody. Gives the others. Overwritten."""
    parts = parts_of(request)

    def work(tx: Tx) -> None:
        revisions.hold(tx)
        old = teams.get(tx, team)
        _require(tx, base, old)
        teams.remove(tx, team)
        note(tx, "team.removed", old.name, before={"id": team})

    await parts.database.write(work)
    parts.queue.look()
    return await listing(request, _)


async def _save(
    request: Request,
    note: Noting,
    new: NewTeam,
    team_id: str | None = None,
    base: str | None = None,
) -> TeamShown:
    parts = parts_of(request)
    languages = [str(one) for one in dict.fromkeys(new.languages)]

    def work(tx: Tx) -> Team:
        revisions.hold(tx)
        if team_id is not None and base is not None:
            _require(tx, base, _still_there(tx, team_id))
        made = teams.save(tx, new.name, languages, new.members, parts.now(), team_id=team_id)
        done = "team.added" if team_id is None else "team.changed"
        note(tx, done, made.name, after={"languages": languages, "members": len(made.members)})
        return made

    saved = await parts.database.write(work)
    parts.queue.look()
    return _shown(saved)


def _still_there(tx: Tx, team_id: str) -> Team:
    try:
        return teams.get(tx, team_id)
    except UnknownTeam as error:
        raise revisions.removed(tx, "team", "team.removed", team_id) from error


def _require(tx: Tx, base: str | None, team: Team) -> None:
    actions = ("team.added", "team.changed")
    revisions.require(tx, base, _revision(team), "team", actions, team.name)


def _revision(team: Team) -> str:
    return revisions.revision([team.name, sorted(team.languages), sorted(team.members)])


def _shown(team: Team) -> TeamShown:
    return TeamShown(
        id=team.id,
        name=team.name,
        languages=list(team.languages),
        members=list(team.members),
        revision=_revision(team),
    )
