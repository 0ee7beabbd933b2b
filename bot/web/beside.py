"""What stands beside a conversation: how the customer's mood went, and what helped others."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Request

from bot import mood
from bot.conversation import conversations, log
from bot.web.auth import SignedIn, parts_of
from bot.web.models import Answer, Instant

router = APIRouter(prefix="/api/console/conversations")

LOOK_BACK = 500
"""Events of the present episode that are read."""

Conversation = Annotated[str, Path(max_length=40)]


class SolvedBefore(Answer):
    """An earlier conversation that an agent solved, with personal data taken out."""

    conversation: str
    question: str
    answer: str
    language: str
    agent: str
    solved_at: Instant
    score: float
    """How alike the questions are, 0 to 1."""
    same_component: bool
    own: bool
    """The same customer's."""


class MoodAt(Answer):
    """The mood after one message of the customer."""

    position: int
    at: Instant
    value: float
    """0 is calm, 1 as angry as can be."""
    word: mood.Word
    evidence: list[str]


@router.get("/{conversation}/similar")
async def similar(
    request: Request, _: SignedIn, conversation: Conversation, *, own: bool = False
) -> list[SolvedBefore]:
    """At most five solved conversations like this one; `own` adds the same customer's."""
    found = await parts_of(request).solved.find(conversation, own=own)
    return [
        SolvedBefore(
            conversation=one.conversation,
            question=one.question,
            answer=one.answer,
            language=one.language,
            agent=one.agent_name,
            solved_at=one.solved_at,
            score=one.score,
            same_component=one.same_component,
            own=one.own,
        )
        for one in found
    ]


@router.get("/{conversation}/mood")
async def mood_course(request: Request, _: SignedIn, conversation: Conversation) -> list[MoodAt]:
    """How the customer's mood went since the matter began, oldest message first."""
    database = parts_of(request).database
    state = await database.read(lambda tx: conversations.peek(tx, conversation))
    since = max(state.episode_start - 1, state.head - LOOK_BACK)
    events = await database.read(lambda tx: log.read(tx, state.id, after=since))
    marks = await asyncio.to_thread(mood.course, events)
    return [
        MoodAt(
            position=one.position,
            at=one.at,
            value=one.value,
            word=one.word,
            evidence=list(one.evidence),
        )
        for one in marks
    ]
