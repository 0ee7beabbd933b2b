"""A chat model asked, watched and checked; when that fails, the help centre is quoted instead."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

import structlog
from langchain_core.messages import BaseMessageChunk
from langsmith import tracing_context

from bot.answering import citations, language, markdown
from bot.answering.answer import (
    MODEL_REFUSED,
    MODEL_RUBBISH,
    MODEL_STALLED,
    MODEL_UNCITED,
    MODEL_UNREACHABLE,
    Answer,
    Answerer,
    Draft,
    Question,
)
from bot.answering.answerers.chat_model import prompt, providers, stream
from bot.answering.answerers.chat_model.breaker import Breaker
from bot.answering.answerers.chat_model.failure import ModelFailed
from bot.answering.answerers.extractive import ExtractiveAnswerer
from bot.answering.settings import AnsweringSettings
from retrieval.passages import Passage
from retrieval.search import Evidence

DRAFT_SECONDS = 0.06
_MOST_PASSAGES = 5
_SHOWN_FROM = {"zh-Hans": 20, "zh-Hant": 20}
_SHOWN_FROM_ELSE = 60
"""Characters before the first draft: enough to see that the language is right."""

logger = structlog.get_logger()


class ChatModelAnswerer:
    """Lets a model write, and uses only text that cites what it was given."""

    name = "chat_model"

    def __init__(
        self,
        connection: providers.Connection,
        options: AnsweringSettings,
        *,
        fallback: Answerer | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._fallback = fallback or ExtractiveAnswerer()
        self._patience = stream.Patience(
            options.first_token_seconds, options.between_tokens_seconds, options.whole_seconds
        )
        self._room = asyncio.Semaphore(options.at_once)
        self._breaker = Breaker(clock)
        language.warm_up()
        self._clock = clock

    async def answer(self, question: Question, evidence: Evidence, draft: Draft) -> Answer:
        """Return the model's checked text, or quotes with `degraded` saying why it is not."""
        passages = [found.passage for found in evidence.found[:_MOST_PASSAGES]]
        if not passages:
            return await self._fallback.answer(question, evidence, draft)
        try:
            text = await self._ask(question, passages, draft)
            return _checked(text, question, passages)
        except ModelFailed as failed:
            logger.warning("chat_model_failed", code=failed.code, why=str(failed))
            quoted = await self._fallback.answer(question, evidence, draft)
            return replace(quoted, degraded=failed.code)

    async def close(self) -> None:
        """Close the connections to the model."""
        await self._connection.close()

    async def _ask(self, question: Question, passages: Sequence[Passage], draft: Draft) -> str:
        if self._breaker.resting:
            raise ModelFailed(MODEL_UNREACHABLE, "resting after failures")
        drafts = _Drafts(draft, question.language, passages, self._clock)
        async with self._place():
            # Tracing, if the environment turns it on, would hand customers' words to a third party.
            with self._breaker.attempt(), tracing_context(enabled=False):
                told = self._connection.model.astream(prompt.messages(question, passages))
                chunks = cast("AsyncIterator[BaseMessageChunk]", told)
                return await stream.read(chunks, self._patience, drafts.heard)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """One of the few calls at once; who waits too long for a place is quoted to instead."""
        try:
            async with asyncio.timeout(self._patience.first_token):
                await self._room.acquire()
        except TimeoutError as error:
            raise ModelFailed(MODEL_STALLED, "too many answers at once") from error
        try:
            yield
        finally:
            self._room.release()


class _Drafts:
    """Passes on what may already be shown: in the right language, without marks, not too often."""

    def __init__(
        self,
        draft: Draft,
        wanted: str,
        passages: Sequence[Passage],
        clock: Callable[[], float],
    ) -> None:
        self._draft = draft
        self._language = wanted
        self._sources = _sources(passages)
        self._clock = clock
        self._next_at = float("-inf")
        self._shown = False

    def heard(self, text: str) -> None:
        now = self._clock()
        if now < self._next_at or (not self._shown and not self._presentable(text)):
            return
        self._shown = True
        self._next_at = now + DRAFT_SECONDS
        bare = citations.known_links_only(citations.without_marks(text), self._sources)
        self._draft(language.convert(bare, self._language))

    def _presentable(self, text: str) -> bool:
        enough = _SHOWN_FROM.get(self._language, _SHOWN_FROM_ELSE)
        return len(text) >= enough and language.fits(text, self._language)


def _checked(text: str, question: Question, passages: Sequence[Passage]) -> Answer:
    """What may be said of the text; raises ModelFailed when that is nothing."""
    if prompt.DECLINE in text:
        raise ModelFailed(MODEL_REFUSED, "the passages do not answer it, says the model")
    if not language.fits(text, question.language):
        raise ModelFailed(MODEL_RUBBISH, f"not in {question.language}")
    sources = _sources(passages)
    kept = citations.check(citations.known_links_only(text, sources), passages)
    if kept is None:
        raise ModelFailed(MODEL_UNCITED, "cites nothing that it was given")
    invented = citations.unknown_numbers(kept[0], [*sources, question.text, *question.context])
    if invented:
        raise ModelFailed(MODEL_UNCITED, f"{len(invented)} numbers that stand in no passage")
    return Answer(language.convert(kept[0], question.language), kept[1], retold=True)


def _sources(passages: Sequence[Passage]) -> list[str]:
    """All that a model may draw on, with links as it was shown them."""
    return [
        f"{passage.title}\n{passage.heading}\n{markdown.point_links(passage.text, passage.locale)}"
        for passage in passages
    ]


def build(options: AnsweringSettings) -> ChatModelAnswerer:
    """Connect to the model that the settings name; raises SetupError that says what to change."""
    return ChatModelAnswerer(providers.connect(options), options)
