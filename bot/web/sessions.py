"""Staff sessions: signing in by link or password, socket tickets, signing out."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.engine import Connection as Tx

from bot.errors import BotError, NotSignedIn
from bot.web.tables import socket_tickets, staff_sessions
from handoff import agents
from handoff.agents import Agent
from handoff.statements import Statement

MIN_PASSWORD = 10
TICKET = timedelta(seconds=60)

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# OWASP Password Storage Cheat Sheet: argon2id with at least 19 MiB, two passes, one lane.

# Every request of staff and every frame of a console runs the first, every socket the others.
_FIND = Statement(
    select(staff_sessions.c.hash, staff_sessions.c.agent_id, staff_sessions.c.csrf).where(
        staff_sessions.c.hash == bindparam("of"), staff_sessions.c.expires_at > bindparam("now")
    )
)
_SWEEP = Statement(delete(socket_tickets).where(socket_tickets.c.expires_at <= bindparam("now")))
_ISSUE = Statement(insert(socket_tickets), names=("hash", "session_hash", "expires_at"))
_USABLE = (socket_tickets.c.hash == bindparam("of"), socket_tickets.c.expires_at > bindparam("now"))
_STANDS_FOR = Statement(select(socket_tickets.c.session_hash).where(*_USABLE))
_USE_UP = Statement(delete(socket_tickets).where(*_USABLE))


class BadPassword(BotError):
    """Name and password do not belong together, or the new password is too weak."""

    code = "bad_password"


class WeakPassword(BotError):
    """The new password is too short or too long."""

    code = "weak_password"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in agent."""

    hash: str
    agent: Agent
    csrf: str


def open_session(tx: Tx, agent: Agent, *, now: datetime, lasts: timedelta) -> tuple[Session, str]:
    """A new session and the secret that proves it; only the secret's hash is kept."""
    secret = secrets.token_urlsafe(32)
    session = Session(hash_of(secret), agent, secrets.token_urlsafe(24))
    tx.execute(delete(staff_sessions).where(staff_sessions.c.expires_at <= now))
    tx.execute(
        insert(staff_sessions).values(
            hash=session.hash,
            agent_id=agent.id,
            csrf=session.csrf,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    return session, secret


def find(tx: Tx, session_hash: str, *, now: datetime) -> Session:
    """The session behind this hash while it lasts and its agent is active; NotSignedIn else."""
    row = _FIND.first(tx, {"of": session_hash, "now": now})
    if row is None:
        raise NotSignedIn("You are not signed in, or your session has ended. Sign in again.")
    found, agent_id, csrf = row
    agent = agents.get(tx, agent_id)
    if not agent.active:
        raise NotSignedIn("This account is disabled.")
    return Session(found, agent, csrf)


def close(tx: Tx, session_hash: str) -> None:
    """Sign out."""
    tx.execute(delete(staff_sessions).where(staff_sessions.c.hash == session_hash))


def close_all(tx: Tx, agent_id: str) -> None:
    """Sign an agent out everywhere."""
    tx.execute(delete(staff_sessions).where(staff_sessions.c.agent_id == agent_id))


def ticket(tx: Tx, session: Session, *, now: datetime) -> str:
    """A token for the first frame of one socket, valid once and for a minute."""
    token = secrets.token_urlsafe(32)
    _SWEEP.run(tx, {"now": now})
    row = {"hash": hash_of(token), "session_hash": session.hash, "expires_at": now + TICKET}
    _ISSUE.run(tx, row)
    return token


def redeem_ticket(tx: Tx, token: str, *, now: datetime) -> Session:
    """The session a ticket stands for; the ticket is used up. Raises NotSignedIn."""
    mine = {"of": hash_of(token), "now": now}
    session_hash = _STANDS_FOR.scalar(tx, mine)
    if session_hash is None or _USE_UP.run(tx, mine) != 1:
        raise NotSignedIn("The ticket is not valid any more; ask for a new one.")
    return find(tx, session_hash, now=now)


def hash_password(password: str) -> str:
    """The argon2id hash to store; raises WeakPassword. Slow on purpose: run it in a thread."""
    if not MIN_PASSWORD <= len(password) <= 200:
        raise WeakPassword(f"A password has {MIN_PASSWORD} to 200 characters.")
    return _hasher.hash(password)


def check_password(stored: str | None, password: str) -> None:
    """Raises BadPassword unless it is right; takes the same time for an unknown name."""
    try:
        _hasher.verify(stored or _nobody(), password[:200])
    except (VerifyMismatchError, InvalidHashError) as error:
        raise BadPassword("Name and password do not belong together.") from error
    if stored is None:
        raise BadPassword("Name and password do not belong together.")


@cache
def _nobody() -> str:
    """The hash that a name nobody has is checked against."""
    return _hasher.hash(secrets.token_urlsafe(16))


def hash_of(secret: str) -> str:
    """What is stored of a secret that is long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()
