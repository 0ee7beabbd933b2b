"""Agents: add them, give them a way in, close their account."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import AfterValidator, Field
from sqlalchemy.engine import Connection as Tx

from bot import revisions
from bot.audit import changed
from bot.desk import requeue_all
from bot.parts import Parts
from bot.web import sessions
from bot.web.auth import Admin, own_origin, parts_of
from bot.web.models import Answer, Base, Body, Instant, Line
from bot.web.trail import Noting
from bot.web.wire import Locale
from handoff import agents, presence
from handoff.agents import Agent
from handoff.presence import PresentAgent

router = APIRouter(prefix="/agents")

MOST_AT_ONCE = 50
"""Conversations that one person may be given at one time, at most."""

_CHANGES = ("person.invited", "person.changed", "person.disabled", "person.enabled")

AgentId = Annotated[str, Path(max_length=64)]


def _fits(name: str) -> str:
    if len(name) > 120:
        raise ValueError("a name has at most 120 characters")
    return name


class NewAgent(Body):
    """Somebody who will answer."""

    name: Annotated[Line, AfterValidator(_fits)]
    role: agents.Role
    languages: Annotated[list[Locale], Field(min_length=1, max_length=4)]


class Changes(Body):
    """What is to be changed of a person; what is left out stays."""

    role: agents.Role | None = None
    languages: Annotated[list[Locale], Field(min_length=1, max_length=4)] | None = None
    capacity: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] | None = None


class Member(Answer):
    """An agent as admins see one; nothing of how they prove who they are."""

    id: str
    name: str
    role: agents.Role
    languages: list[str]
    capacity: int
    """Room for so many conversations: the account's, unless the agent said otherwise today."""
    account_capacity: int
    load: int
    status: str
    disabled: bool
    created_at: Instant
    revision: str
    """Of what is set here: role, languages, capacity, and whether the account is open."""


class WithLink(Answer):
    """An agent and the link that signs them in once; it is shown only now."""

    agent: Member
    sign_in_url: str


@router.get("")
async def listing(request: Request, _: Admin) -> list[Member]:
    """Everybody, those with a closed account too."""
    parts = parts_of(request)
    return await parts.database.read(lambda tx: _members(tx, parts))


@router.post("")
async def add(request: Request, note: Noting, new: NewAgent) -> WithLink:
    """Add an agent with a one-time sign-in link; raises NameTaken."""
    parts = parts_of(request)

    def work(tx: Tx) -> tuple[Agent, str]:
        languages = list(dict.fromkeys(new.languages))
        agent = agents.add(
            tx,
            new.name,
            new.role,
            languages,
            parts.now(),
            capacity=parts.settings.handoff.default_capacity,
        )
        note(tx, "person.invited", agent.name, after=_facts(agent))
        return agent, _link(tx, agent.id, parts)

    agent, token = await parts.database.write(work)
    return WithLink(agent=_member(agent, None), sign_in_url=_url(request, token))


@router.post("/{agent}/sign-in-link")
async def link(request: Request, note: Noting, agent: AgentId) -> WithLink:
    """Another one-time sign-in link; NotFound for a closed account too."""
    parts = parts_of(request)

    def work(tx: Tx) -> tuple[Member, str]:
        token = _link(tx, agent, parts)
        member = _one(tx, parts, agent)
        note(tx, "person.link_made", member.name)
        return member, token

    member, token = await parts.database.write(work)
    return WithLink(agent=member, sign_in_url=_url(request, token))


@router.post("/{agent}/disable")
async def disable(request: Request, note: Noting, agent: AgentId) -> Member:
    """Close the account, sign it out everywhere, and give back what it holds; raises LastAdmin."""
    parts = parts_of(request)

    def work(tx: Tx) -> Member:
        agents.disable(tx, agent, parts.now())
        sessions.close_all(tx, agent)
        requeue_all(tx, agent, parts.now())
        note(tx, "person.disabled", agents.get(tx, agent).name)
        return _one(tx, parts, agent)

    member = await parts.database.write(work)
    parts.queue.look()
    return member


@router.post("/{agent}/enable")
async def enable(request: Request, note: Noting, agent: AgentId) -> WithLink:
    """Open a closed account again, with a new one-time sign-in link: older ways in stay closed."""
    parts = parts_of(request)

    def work(tx: Tx) -> tuple[Member, str]:
        agents.enable(tx, agent)
        note(tx, "person.enabled", agents.get(tx, agent).name)
        token = _link(tx, agent, parts)
        return _one(tx, parts, agent), token

    member, token = await parts.database.write(work)
    return WithLink(agent=member, sign_in_url=_url(request, token))


@router.patch("/{agent}")
async def change(
    request: Request, note: Noting, agent: AgentId, wanted: Changes, base: Base = None
) -> Member:
    """Change role, languages or capacity, at once; raises LastAdmin, Overwritten."""
    parts = parts_of(request)

    def work(tx: Tx) -> Member:
        revisions.hold(tx)
        old = agents.get(tx, agent)
        revisions.require(tx, base, _revision(old), "account", _CHANGES, old.name)
        if wanted.role is not None:
            agents.set_role(tx, agent, wanted.role)
        if wanted.languages is not None:
            agents.set_languages(tx, agent, list(dict.fromkeys(wanted.languages)))
        if wanted.capacity is not None:
            agents.set_capacity(tx, agent, wanted.capacity)
        before, after = changed(_facts(old), _facts(agents.get(tx, agent)))
        note(tx, "person.changed", old.name, before=before, after=after)
        return _one(tx, parts, agent)

    member = await parts.database.write(work)
    parts.queue.look()
    return member


def _facts(agent: Agent) -> dict[str, str | int | list[str]]:
    return {"role": agent.role, "languages": list(agent.languages), "capacity": agent.capacity}


def _revision(agent: Agent) -> str:
    return revisions.revision([*_facts(agent).values(), agent.active])


def _link(tx: Tx, agent_id: str, parts: Parts) -> str:
    return agents.new_link(tx, agent_id, parts.now(), parts.settings.handoff.sign_in_link_ttl)


def _url(request: Request, token: str) -> str:
    """The token stands behind `#`: it is never sent to a server nor written to a log."""
    base = parts_of(request).settings.web.public_url.rstrip("/") or own_origin(request)
    return f"{base}/sign-in#{token}"


def _members(tx: Tx, parts: Parts) -> list[Member]:
    lease = parts.settings.handoff.claim_lease
    here = {one.id: one for one in presence.everyone(tx, parts.now(), lease)}
    return [_member(one, here.get(one.id)) for one in agents.listing(tx, disabled=True)]


def _one(tx: Tx, parts: Parts, agent_id: str) -> Member:
    return next(one for one in _members(tx, parts) if one.id == agent_id)


def _member(agent: Agent, here: PresentAgent | None) -> Member:
    return Member(
        id=agent.id,
        name=agent.name,
        role=agent.role,
        languages=list(agent.languages),
        capacity=here.capacity if here is not None else agent.capacity,
        account_capacity=agent.capacity,
        load=here.load if here is not None else 0,
        status=here.status if here is not None else "offline",
        disabled=not agent.active,
        created_at=agent.created_at,
        revision=_revision(agent),
    )
