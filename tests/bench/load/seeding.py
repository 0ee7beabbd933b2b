"""Conversations made before a server starts: visitors, agents, and a log as long as wanted."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection as Tx

from bot import schema
from bot.conversation import events as e
from bot.conversation import log, visitors
from bot.conversation.events import NewEvent
from bot.desk_acts import badge
from bot.storage.engine import Database
from bot.storage.opening import open_database
from bot.web import sessions
from handoff import agents, presence, queue
from handoff.agents import Agent
from tests.product import copy_home


@dataclass(frozen=True, slots=True)
class Pair:
    """A customer and the agent who has their conversation."""

    token: str
    conversation: str
    agent: int
    """Number of the agent in `Seeded.agents`."""


@dataclass(frozen=True, slots=True)
class Staff:
    """An agent who is signed in."""

    agent: Agent
    secret: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """A home with talking pairs in it."""

    home: Path
    pairs: list[Pair]
    agents: list[Staff]
    url: str | None = None
    """PostgreSQL's address, where the home has no database of its own."""

    @property
    def environment(self) -> dict[str, str]:
        """What a server is told beside its home."""
        return {} if self.url is None else {"HANDRAIL_DATABASE__URL": self.url}


def seeded(
    source: Path, home: Path, *, pairs: int, each: int = 20, url: str | None = None
) -> Seeded:
    """A copy of `source` in which so many customers talk with agents who have `each` of them.

    With `url` they do so in that database, which has what the home needs.
    """
    database = _copied(source, home, url)
    now = datetime.now(UTC)
    try:
        count = max(1, -(-pairs // each))
        staff = database.sync.write(lambda tx: [_staff(tx, n, now) for n in range(count)])
        made: list[Pair] = []
        for first in range(0, pairs, 200):
            numbers = range(first, min(first + 200, pairs))
            made += database.sync.write(
                lambda tx, numbers=numbers: [  # type: ignore[misc]
                    _pair(tx, number % count, staff[number % count].agent, now)
                    for number in numbers
                ]
            )
        return Seeded(home, made, staff, url)
    finally:
        database.close()


def widgets(source: Path, home: Path, count: int) -> list[str]:
    """Tokens of so many visitors who have a conversation with the bot; `home` is made."""
    database = _copied(source, home)
    now = datetime.now(UTC)
    try:
        return database.sync.write(lambda tx: [_visitor(tx, now)[0] for _ in range(count)])
    finally:
        database.close()


def newcomers(made: Seeded, count: int) -> list[str]:
    """Tokens of so many visitors more, who have a conversation with the bot."""
    database = open_database(made.url or made.home / "handrail.db")
    now = datetime.now(UTC)
    try:
        return database.sync.write(lambda tx: [_visitor(tx, now)[0] for _ in range(count)])
    finally:
        database.close()


def _copied(source: Path, target: Path, url: str | None = None) -> Database:
    """The database of a fresh copy, which this program can read."""
    shutil.rmtree(target, ignore_errors=True)
    where = url or copy_home(source, target) / "handrail.db"
    if url is not None:
        copy_home(source, target)
    schema.migrate(where)
    return open_database(where)


def _staff(tx: Tx, number: int, now: datetime) -> Staff:
    agent = agents.add(tx, f"Load {number}", "agent", ("en",), now, capacity=20)
    session, secret = sessions.open_session(tx, agent, now=now, lasts=timedelta(hours=8))
    presence.set_status(tx, agent.id, "online", now, 20)
    return Staff(agent, secret, session.csrf)


def _visitor(tx: Tx, now: datetime) -> tuple[str, Any]:
    visitor, token = visitors.welcome(tx, locale="en", now=now)
    state = log.start(tx, visitor_id=visitor.id, channel="widget", locale="en", page=None, now=now)
    return token, state


def _pair(tx: Tx, number: int, agent: Agent, now: datetime) -> Pair:
    token, state = _visitor(tx, now)
    queue.join(
        tx, state.id, reason="asked", urgent=False, language="en", waiting_since=now, now=now
    )  # fmt: skip
    queue.claim(tx, state.id, agent.id, now)
    joined = NewEvent(e.AGENT_JOINED, e.agent_sender(agent.id), {"agent": badge(agent)})
    log.append(tx, state, [joined], now=now)
    return Pair(token, state.id, number)
