"""What supervisors watch: every live conversation and every agent, sent whenever they change."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.engine import Connection as Tx

from bot import mood
from bot.conversation import log
from bot.conversation.events import Event, instant
from bot.conversation.tables import conversations as table
from bot.errors import BotError
from bot.live.connection import Connection
from bot.live.hub import Hub
from bot.storage.engine import Database
from handoff import presence

logger = structlog.get_logger()

LIVE = timedelta(minutes=30)
"""With the bot a conversation is live for so long after the last word."""
MOST = 2000
"""Conversations that are watched at once; the totals count all of them."""
ROWS = 25
"""Rows in one frame: with long names and Chinese it stays below the 64 KB a frame may have."""
MOODS = 40
"""Moods read at one look; the others follow with the next."""
READ = 200
"""Events a mood is read from: the last ones."""
PAUSE, REGULAR = 0.25, 5.0
"""Seconds between two looks at least while something changes, and at most."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Overview:
    """All that is live at one moment."""

    rows: dict[str, Row] = field(default_factory=dict)
    agents: list[Row] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Told:
    """What one supervisor's console has been sent."""

    version: int = 0
    rows: dict[str, Row] = field(default_factory=dict)
    rest: tuple[object, ...] | None = None


class Supervising:
    """One task that looks once for all supervisors; it rests while there is none."""

    def __init__(
        self,
        database: Database,
        hub: Hub,
        lease: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._db = database
        self._lease = lease
        self._now = now
        self._dirty = asyncio.Event()
        self._told: dict[Connection, _Told] = {}
        self._moods: dict[str, tuple[int, mood.Mark | None]] = {}
        hub.watch(lambda _: self._dirty.set())

    def add(self, connection: Connection) -> None:
        """A supervisor watches, from a snapshot on; asked for again, it begins again."""
        self._told[connection] = _Told()
        self._dirty.set()

    def forget(self, connection: Connection) -> None:
        """A supervisor watches no more, or the socket has gone."""
        self._told.pop(connection, None)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                async with asyncio.timeout(REGULAR):
                    await self._dirty.wait()
            except TimeoutError:
                pass
            self._dirty.clear()
            if self._told:
                try:
                    await self.look()
                except BotError as error:
                    logger.warning("overview_failed", code=error.code)
            else:
                self._moods.clear()
            await asyncio.sleep(PAUSE)

    async def look(self) -> None:
        """Look once, and send every supervisor what has changed."""
        now = self._now()
        seen = await self._db.read(lambda tx: take(tx, now=now, lease=self._lease))
        await self._feel(seen)
        for conversation_id, row in seen.rows.items():
            mark = self._moods.get(conversation_id, (0, None))[1]
            row["mood"] = None if mark is None else {"word": mark.word, "value": mark.value}
        for connection, told in list(self._told.items()):
            for frame in _news(told, seen):
                connection.send(frame)

    async def _feel(self, seen: Overview) -> None:
        """Read the mood of those who wrote since it was last read."""
        for gone in self._moods.keys() - seen.rows.keys():
            del self._moods[gone]
        wrote = [
            (one, row["last_customer"])
            for one, row in seen.rows.items()
            if row["last_customer"] > self._moods.get(one, (0, None))[0]
        ]
        for conversation_id, position in wrote[:MOODS]:
            after = max(0, position - READ, seen.rows[conversation_id]["episode_start"] - 1)
            read = await self._db.read(partial(_events, conversation_id, after))
            marks = await asyncio.to_thread(mood.course, read)
            self._moods[conversation_id] = (position, marks[-1] if marks else None)
        if len(wrote) > MOODS:
            self._dirty.set()


def _events(conversation_id: str, after: int, tx: Tx) -> list[Event]:
    return log.read(tx, conversation_id, after=after)


def _news(told: _Told, seen: Overview) -> list[Row]:
    """The frames that bring a console from what it was told to what is; none where it is same."""
    first = told.version == 0
    changed = [row for one, row in seen.rows.items() if told.rows.get(one) != row]
    gone = [one for one in told.rows if one not in seen.rows]
    rest = (seen.agents, seen.totals)
    if not (first or changed or gone or told.rest != rest):
        return []
    starts = range(0, len(changed), ROWS)
    parts: Sequence[Sequence[Row]] = [changed[at : at + ROWS] for at in starts] or [()]
    frames: list[Row] = []
    for n, part in enumerate(parts):
        told.version += 1
        frames.append(
            {
                "type": "overview",
                "version": told.version,
                "anew": first and n == 0,
                "rows": [_shown(row) for row in part],
                "gone": gone if n == 0 else [],
                "agents": seen.agents,
                "totals": seen.totals,
            }
        )
    told.rows, told.rest = dict(seen.rows), rest
    return frames


def take(tx: Tx, *, now: datetime, lease: timedelta) -> Overview:
    """Everything live and every agent, in one moment."""
    c = table.c
    live = (c.status == "open") & or_(c.holder != "bot", c.updated_at >= now - LIVE)
    found = tx.execute(
        select(table)
        .where(live)
        .order_by(c.urgent.desc(), c.waiting_since.is_(None), c.waiting_since, c.id)
        .limit(MOST)
    ).mappings()
    rows = {row["id"]: _row(row) for row in found}
    counted = tx.execute(select(c.holder, func.count()).where(live).group_by(c.holder))
    totals = {"queue": 0, "agent": 0, "bot": 0} | {str(row[0]): int(row[1]) for row in counted}
    agents = [
        {
            "id": one.id,
            "name": one.name,
            "languages": list(one.languages),
            "status": one.status,
            "capacity": one.capacity,
            "load": one.load,
            "since": instant(one.since),
        }
        for one in presence.everyone(tx, now, lease)
    ]
    return Overview(rows, agents, totals)


def _row(found: Any) -> Row:
    agent = None
    if found["holder"] == "agent" and found["agent_id"] is not None:
        agent = {"id": found["agent_id"], "name": found["agent_name"]}
    return {
        "conversation": found["id"],
        "holder": found["holder"],
        "agent": agent,
        "language": found["language"] or found["locale"] or "en",
        "urgent": found["urgent"],
        "reason": found["reason"],
        "preview": found["preview"],
        "visitor": found["visitor_id"][:6],
        "waiting_since": instant(found["waiting_since"]),
        "updated_at": instant(found["updated_at"]),
        "incident": found["incident"],
        "unanswered": found["unanswered"],
        "epoch": found["epoch"],
        "last_customer": found["last_customer"],
        "episode_start": found["episode_start"],
    }


def _shown(row: Row) -> Row:
    return {key: row[key] for key in row if key not in ("last_customer", "episode_start")}
