"""Conversations that agents solved before and that were about the same: what helped there."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import structlog
from sqlalchemy import and_, delete, func, insert, select
from sqlalchemy.engine import Connection as Tx

from bot.conversation import contacts, conversations, log
from bot.conversation import events as e
from bot.conversation.events import Event
from bot.conversation.state import State
from bot.conversation.tables import conversations as conversation_table
from bot.conversation.tables import events as event_table
from bot.errors import BotError
from bot.similar_memory import Kept, Memory
from bot.similar_reading import Solution, question_of, solution
from bot.similar_tables import solved
from bot.storage.engine import Database
from retrieval.errors import RetrievalError
from retrieval.incidents.incident import Component
from retrieval.incidents.sensor_about import about
from retrieval.index import Index

logger = structlog.get_logger()

MOST = 5
"""Conversations shown at most."""
LOOK_SECONDS = 5.0
"""Seconds between two looks for what was solved since."""
AT_ONCE = 50
"""Conversations read in one look; the others follow in the next."""
OVERLAP = timedelta(minutes=1)
"""What was committed late may be dated before what was read already: so much is read again."""
READING = 2
"""Raised when conversations are read otherwise: those that were read before are read again."""
READ = 500
"""Events before its end that a conversation is read by."""


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier conversation that an agent solved, without anything personal."""

    conversation: str
    question: str
    answer: str
    language: str
    agent_name: str
    solved_at: datetime
    score: float
    """How alike the questions are, 0 to 1."""
    same_component: bool
    own: bool
    """The same customer's."""


class SolvedBefore:
    """Learns what agents solved, and finds what resembles a question."""

    def __init__(
        self,
        database: Database,
        index: Index,
        model: str,
        components: Sequence[Component],
        now: Callable[[], datetime],
    ) -> None:
        self._db = database
        self._meaning = index.meaning
        self._model = f"{model} {READING}"[-120:]
        self._components = tuple(components)
        self._now = now
        self._since: datetime | None = None
        self._memory = Memory()

    async def run(self) -> None:
        """Learn until cancelled; what fails is logged and tried again at the next look."""
        while True:
            try:
                more = await self.learn() == AT_ONCE if await self._db.leads() else False
            except (BotError, RetrievalError) as error:
                more = False
                logger.warning("solved_not_learned", code=error.code)
            except Exception:
                more = False
                logger.exception("solved_not_learned")
            await asyncio.sleep(0 if more else LOOK_SECONDS)

    async def learn(self) -> int:
        """Read what was solved since the last look; gives how many conversations were read."""
        newest, found = await self._db.read(self._unread)
        for conversation_id, position in found:
            await self._learn_one(conversation_id, position)
        if len(found) < AT_ONCE and newest is not None:
            self._since = newest - OVERLAP
        return len(found)

    async def find(self, conversation_id: str, *, own: bool = False) -> list[Similar]:
        """What agents solved that resembles this conversation, the most alike first.

        `own`: the same customer's earlier conversations, too. Empty where the customer has asked
        nothing yet. Raises NotFound.
        """
        asked = await self._db.read(lambda tx: self._asked(tx, conversation_id))
        if not asked.text:
            return []
        fresh = await self._db.read(
            lambda tx: self._memory.unread(tx, self._model, self._memory.newest)
        )
        rows = await asyncio.to_thread(self._rank, asked, fresh, own)
        return await self._db.read(lambda tx: _shown(tx, rows, asked))

    def _unread(self, tx: Tx) -> tuple[datetime | None, list[tuple[str, int]]]:
        """When an agent last ended a conversation, and which of the ended ones were not read."""
        ended, known = event_table.c, solved.c
        read = and_(
            known.conversation_id == ended.conversation_id,
            known.position >= ended.position,
            known.model == self._model,
        )
        which = [ended.kind == e.RESOLVED, ended.sender.like("agent:%")]
        if self._since is not None:
            which.append(ended.at >= self._since)
        query = (
            select(ended.conversation_id, func.max(ended.position))
            .join_from(event_table, solved, read, isouter=True)
            .where(*which, known.conversation_id.is_(None))
            .group_by(ended.conversation_id)
            .order_by(func.min(ended.at))
            .limit(AT_ONCE)
        )
        newest = tx.execute(select(func.max(ended.at)).where(*which)).scalar()
        return newest, [(row[0], row[1]) for row in tx.execute(query)]

    async def _learn_one(self, conversation_id: str, position: int) -> None:
        after = max(0, position - READ)

        def read(tx: Tx) -> tuple[list[Event], State, tuple[str, ...]]:
            state = conversations.peek(tx, conversation_id)
            events = log.read(tx, conversation_id, after=after, limit=position - after)
            return events, state, _called(tx, state.visitor_id)

        events, state, names = await self._db.read(read)
        found = await asyncio.to_thread(solution, events, names=names)
        values: dict[str, Any] = {
            "conversation_id": conversation_id,
            "position": position,
            "visitor_id": state.visitor_id,
            "solved_at": events[-1].at,
            "learned_at": self._now(),
            "model": self._model,
        }
        values |= await asyncio.to_thread(self._columns, found)

        def work(tx: Tx) -> None:
            tx.execute(delete(solved).where(solved.c.conversation_id == conversation_id))
            tx.execute(insert(solved).values(**values))

        await self._db.write(work)

    def _columns(self, found: Solution | None) -> dict[str, Any]:
        """The row's content; with nothing to learn it says only that it was read."""
        if found is None:
            return {
                "agent_name": "", "language": "", "question": "", "answer": "",
                "components": [], "vector": None,
            }  # fmt: skip
        vector = np.asarray(self._meaning(found.question), np.float16)
        return {
            "agent_name": found.agent_name,
            "language": found.language,
            "question": found.question,
            "answer": found.answer,
            "components": list(about(found.question, self._components)),
            "vector": vector.tobytes(),
        }

    def _asked(self, tx: Tx, conversation_id: str) -> "_Asked":
        state = conversations.peek(tx, conversation_id)
        episode = log.read(tx, state.id, after=state.episode_start - 1, limit=READ)
        text = question_of(episode)
        parts = about(text, self._components)
        return _Asked(state.id, state.visitor_id, text, state.language or state.locale, parts)

    def _rank(self, asked: "_Asked", fresh: list[Kept], own: bool) -> list[tuple[Kept, float]]:
        self._memory.take(fresh)
        vector = np.asarray(self._meaning(asked.text), np.float32)
        found = self._memory.like(asked.text, asked.language or "en", vector, asked.components)
        return [
            (kept, score)
            for kept, score in found
            if kept.conversation != asked.conversation and (own or kept.visitor != asked.visitor)
        ][: MOST * 2]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the conversation that is looked at asks."""

    conversation: str
    visitor: str
    text: str
    language: str | None
    components: tuple[str, ...]


def _called(tx: Tx, owner: str) -> tuple[str, ...]:
    """What the site calls a customer it has identified: agents read it and write it in replies."""
    known = contacts.by_id(tx, owner)
    return () if known is None else tuple(filter(None, (known.name, known.external_id)))


def _shown(tx: Tx, rows: Sequence[tuple[Kept, float]], asked: _Asked) -> list[Similar]:
    """Those that are still solved: one that was taken up again is no model for anybody."""
    scores = {kept.conversation: (kept, score) for kept, score in rows}
    query = (
        select(solved)
        .join_from(solved, conversation_table, conversation_table.c.id == solved.c.conversation_id)
        .where(
            solved.c.conversation_id.in_(scores),
            solved.c.vector.is_not(None),
            conversation_table.c.status == "resolved",
        )
    )
    found = [
        Similar(
            conversation=row.conversation_id,
            question=row.question,
            answer=row.answer,
            language=row.language,
            agent_name=row.agent_name,
            solved_at=row.solved_at,
            score=scores[row.conversation_id][1],
            same_component=not set(row.components).isdisjoint(asked.components),
            own=row.visitor_id == asked.visitor,
        )
        for row in tx.execute(query)
    ]
    return sorted(found, key=lambda one: (-one.score, one.conversation))[:MOST]
