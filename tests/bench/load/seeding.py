"""Conversations made before a server starts: visitors, agents, and a log as long as wanted."""

import json
import secrets
import shutil
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection as Tx

from bot import schema
from bot.conversation import events as e
from bot.conversation import log, visitors
from bot.conversation.events import NewEvent
from bot.desk_acts import badge
from bot.storage.engine import Database
from bot.web import sessions
from handoff import agents, presence, queue
from handoff.agents import Agent
from tests.product import copy_home

CHUNK = 10_000


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


def seeded(source: Path, home: Path, *, pairs: int, each: int = 20) -> Seeded:
    """A copy of `source` in which so many customers talk with agents who have `each` of them."""
    database = _copied(source, home)
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
        return Seeded(home, made, staff)
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


def lengthen(home: Path, events: int) -> int:
    """Put so many events of other conversations into the log; gives how many there are now."""
    file = sqlite3.connect(home / "handrail.db", isolation_level=None)
    try:
        file.execute("PRAGMA synchronous=OFF")
        present: int = file.execute("SELECT count(*) FROM events").fetchone()[0]
        rows = iter(_old_events(events - present))
        while chunk := list(islice(rows, CHUNK)):
            file.execute("BEGIN")
            file.executemany(
                "INSERT INTO events (conversation_id, position, kind, at, epoch, sender,"
                " client_id, data) VALUES (?, ?, ?, ?, 0, ?, ?, ?)",
                [one for one, _ in chunk],
            )
            file.executemany(_OLD_OUTCOME, [one for _, one in chunk if one is not None])
            file.execute("COMMIT")
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        total: int = file.execute("SELECT count(*) FROM events").fetchone()[0]
        return total
    finally:
        file.close()


_OLD_OUTCOME = (
    "INSERT INTO outcomes (conversation_id, position, outcome, decided_by, attempts)"
    " VALUES (?, ?, 'answered', ?, 0)"
)


def _old_events(count: int) -> Iterable[Any]:
    at = (datetime.now(UTC) - timedelta(days=30)).isoformat(sep=" ").replace("+00:00", "")
    said = json.dumps({"text": "How much luggage can I take on the late ferry to the island?"})
    answered = json.dumps({"text": "A bag of up to 20 kg travels with you. " * 6, "answers": [1]})
    for number in range(max(0, count)):
        if number % 20 == 0:
            conversation = secrets.token_hex(12)
        position = number % 20 + 1
        mine = position % 2 == 1
        event = (
            conversation, position, e.CUSTOMER_SAID if mine else e.BOT_ANSWERED, at,
            e.CUSTOMER if mine else e.BOT, f"old-{position}" if mine else None,
            said if mine else answered,
        )  # fmt: skip
        yield event, (conversation, position, position + 1) if mine else None


def _copied(source: Path, target: Path) -> Database:
    """The database of a fresh copy, which this program can read."""
    shutil.rmtree(target, ignore_errors=True)
    path = copy_home(source, target) / "handrail.db"
    schema.migrate(path)
    return Database(path)


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
