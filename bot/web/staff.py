"""Staff sign in and out, set a password, and get a ticket for the console's socket."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Annotated, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import Field, model_validator
from sqlalchemy import delete
from sqlalchemy.engine import Connection as Tx

from bot import audit
from bot.web import sessions
from bot.web.auth import COOKIE, CsrfError, SignedIn, address_of, origin_allowed, parts_of
from bot.web.models import Answer, Body
from bot.web.sessions import Session
from bot.web.tables import staff_sessions
from bot.web.trail import StaffNoting, actor
from handoff import agents
from handoff.agents import Agent
from handoff.errors import InvalidLink

T = TypeVar("T")

router = APIRouter(prefix="/api/session")

_hashing = ThreadPoolExecutor(2, thread_name_prefix="argon2")
"""Passwords are hashed two at a time: many sign-ins at once must not slow the chat down."""


class SignIn(Body):
    """A one-time token, or a name and a password."""

    token: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    password: Annotated[str, Field(min_length=1, max_length=1000)] | None = None

    @model_validator(mode="after")
    def _one_proof(self) -> "SignIn":
        by_password = self.name is not None and self.password is not None
        by_half = (self.name is None) != (self.password is None)
        if by_half or (self.token is not None) == by_password:
            raise ValueError("give a token, or a name and a password")
        return self


class NewPassword(Body):
    """The password to use from now on."""

    password: Annotated[str, Field(max_length=1000)]


class Person(Answer):
    """Who is signed in."""

    id: str
    name: str
    role: agents.Role
    languages: list[str]


class SignedInAs(Answer):
    """The session as its own pages may know it."""

    agent: Person
    csrf: str


class Ticket(Answer):
    """A token for the first frame of one socket."""

    token: str
    expires_in: int


@router.post("")
async def sign_in(request: Request, response: Response, proof: SignIn) -> SignedInAs:
    """Open a session; a session the browser already had ends with it."""
    parts = parts_of(request)
    await parts.limits.sign_in(address_of(request))
    if not origin_allowed(request, own_only=True):
        raise CsrfError("The request comes from another site.")
    lasts = timedelta(hours=parts.settings.web.session_hours)
    old = request.cookies.get(COOKIE)
    try:
        known = await _by_password(request, proof.name, proof.password)
        session, secret = await _open(request, proof, known, old)
    except (sessions.BadPassword, InvalidLink) as error:
        await _note_failure(request, proof)
        raise error from None
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=parts.settings.web.secure_cookies,
        httponly=True,
        samesite="strict",
    )
    return _shown(session)


@router.get("")
async def who(session: SignedIn) -> SignedInAs:
    """The session of this browser."""
    return _shown(session)


@router.delete("", status_code=204)
async def sign_out(request: Request, response: Response, session: SignedIn) -> None:
    """End this session."""
    parts = parts_of(request)

    def work(tx: Tx) -> None:
        sessions.close(tx, session.hash)
        audit.record(tx, actor(session), "session.closed", session.agent.name, now=parts.now())

    await parts.database.write(work)
    secure = parts.settings.web.secure_cookies
    response.delete_cookie(COOKIE, path="/", secure=secure, httponly=True, samesite="strict")


@router.post("/password", status_code=204)
async def set_password(
    request: Request, session: SignedIn, note: StaffNoting, new: NewPassword
) -> None:
    """Set one's own password; every other session of the same agent ends."""
    hashed = await _hashed(lambda: sessions.hash_password(new.password))
    others = delete(staff_sessions).where(
        staff_sessions.c.agent_id == session.agent.id, staff_sessions.c.hash != session.hash
    )

    def work(tx: Tx) -> None:
        agents.set_password_hash(tx, session.agent.id, hashed)
        tx.execute(others)
        note(tx, "password.set", session.agent.name)

    await parts_of(request).database.write(work)


@router.post("/ticket")
async def ticket(request: Request, session: SignedIn) -> Ticket:
    """A ticket for one agent socket."""
    parts = parts_of(request)
    token = await parts.database.write(lambda tx: sessions.ticket(tx, session, now=parts.now()))
    return Ticket(token=token, expires_in=int(sessions.TICKET.total_seconds()))


async def _open(
    request: Request, proof: SignIn, known: Agent | None, old: str | None
) -> tuple[Session, str]:
    parts = parts_of(request)
    lasts = timedelta(hours=parts.settings.web.session_hours)
    told = {"by": "link" if proof.token is not None else "password", "from": address_of(request)}

    def work(tx: Tx) -> tuple[Session, str]:
        now = parts.now()
        if old:
            sessions.close(tx, sessions.hash_of(old))
        agent = agents.redeem(tx, proof.token, now) if proof.token is not None else known
        if agent is None or not agents.get(tx, agent.id).active:
            raise sessions.BadPassword(_WRONG)
        session, secret = sessions.open_session(tx, agent, now=now, lasts=lasts)
        audit.record(tx, actor(session), "session.opened", agent.name, now=now, after=told)
        return session, secret

    return await parts.database.write(work)


async def _note_failure(request: Request, proof: SignIn) -> None:
    """Who was asked for, if there is such a person: a name nobody has may be a password."""
    parts, name = parts_of(request), proof.name
    told = {"by": "link" if proof.token is not None else "password", "from": address_of(request)}

    def work(tx: Tx) -> None:
        meant = agents.by_name(tx, name) if name is not None else None
        subject = meant.name if meant is not None else ""
        stranger = audit.Actor("nobody", "")
        audit.record(tx, stranger, "session.refused", subject, now=parts.now(), after=told)

    await parts.database.write(work)


_WRONG = "Name and password do not belong together."


async def _by_password(request: Request, name: str | None, password: str | None) -> Agent | None:
    """The agent with this name and password, None without a password; raises BadPassword.

    An unknown name, a wrong password and a disabled account look and take the same.
    """
    if name is None or password is None:
        return None
    found = await parts_of(request).database.read(lambda tx: agents.by_name(tx, name))
    stored = found.password_hash if found is not None and found.active else None
    await _hashed(lambda: sessions.check_password(stored, password))
    return found


async def _hashed(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_hashing, work)


def _shown(session: Session) -> SignedInAs:
    agent = session.agent
    person = Person(id=agent.id, name=agent.name, role=agent.role, languages=list(agent.languages))
    return SignedInAs(agent=person, csrf=session.csrf)
