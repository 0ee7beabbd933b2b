"""Teams: agents to whom a conversation is handed together."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import Field
from sqlalchemy.engine import Connection as Tx

from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Body, Line
from bot.web.trail import Noting
from bot.web.wire import Locale
from handoff import teams
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


@router.get("")
async def listing(request: Request, _: Admin) -> list[TeamShown]:
    """All of them, by name."""
    return [_shown(one) for one in await parts_of(request).database.read(teams.listing)]


@router.post("")
async def add(request: Request, _: Admin, note: Noting, new: NewTeam) -> TeamShown:
    """One more; raises TeamNameTaken, UnknownAgent."""
    return await _save(request, note, new, None)


@router.put("/{team}")
async def change(request: Request, _: Admin, note: Noting, team: TeamId, new: NewTeam) -> TeamShown:
    """That one as it is to be from now on; raises TeamNameTaken, UnknownAgent, UnknownTeam."""
    return await _save(request, note, new, team)


@router.delete("/{team}")
async def remove(request: Request, _: Admin, note: Noting, team: TeamId) -> list[TeamShown]:
    """Take it away; what was handed to it waits for anybody. Gives the others."""
    parts = parts_of(request)

    def work(tx: Tx) -> None:
        name = teams.get(tx, team).name
        teams.remove(tx, team)
        note(tx, "team.removed", name)

    await parts.database.write(work)
    parts.queue.look()
    return await listing(request, _)


async def _save(request: Request, note: Noting, new: NewTeam, team_id: str | None) -> TeamShown:
    parts = parts_of(request)
    languages = [str(one) for one in dict.fromkeys(new.languages)]

    def work(tx: Tx) -> Team:
        made = teams.save(tx, new.name, languages, new.members, parts.now(), team_id=team_id)
        done = "team.added" if team_id is None else "team.changed"
        note(tx, done, made.name, after={"languages": languages, "members": len(made.members)})
        return made

    saved = await parts.database.write(work)
    parts.queue.look()
    return _shown(saved)


def _shown(team: Team) -> TeamShown:
    return TeamShown(
        id=team.id, name=team.name, languages=list(team.languages), members=list(team.members)
    )
