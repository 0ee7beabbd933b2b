"""Asking a chat model answerer in a test: nothing may be left behind, and nobody waits too long."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from pydantic import SecretStr

from bot.answering.answer import Answer, Question
from bot.answering.answerers.chat_model import ChatModelAnswerer, providers
from bot.answering.answerers.extractive import quote
from bot.answering.settings import AnsweringSettings
from retrieval.search import Evidence
from tests.bot.answering import samples
from tests.bot.answering.model_server import ModelServer

PATIENT = {"first_token_seconds": 60.0, "between_tokens_seconds": 60.0, "whole_seconds": 90.0}
"""For everything but stalls, so that a busy machine makes no test fail."""
HASTY = {"first_token_seconds": 0.3, "between_tokens_seconds": 0.3, "whole_seconds": 0.9}
"""For stalls, which are stalls however long the machine itself dawdles."""
LONGEST = 120.0
"""Seconds in which any answer must be there: beyond every deadline, so something hangs."""
GOOD = (
    "Your bank releases the hold in 3–5 ",
    "business days [1]. E-wallets take ",
    "24 hours [2].",
)
EVIDENCE = samples.evidence(
    samples.passage(),
    samples.passage("E-wallets take 24 hours.", article="wallets", title="E-wallets"),
    samples.passage(samples.STEPS, article="steps", title="Steps"),
)
QUESTION = Question("the payment went through twice", "en", ("hello",))


class Clock:
    """Time that passes when told, or by a step at every look."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = 1000.0
        self._step = step

    def __call__(self) -> float:
        self.now += self._step
        return self.now


@asynccontextmanager
async def answerer(
    server: ModelServer,
    *,
    model: str = "openai:m",
    patience: dict[str, float] = PATIENT,
    at_once: int = 8,
    clock: Clock | None = None,
) -> AsyncIterator[ChatModelAnswerer]:
    """An answerer that leaves no task and no socket behind."""
    options = AnsweringSettings(
        chat_model=model,
        base_url=server.url + ("/v1" if model.startswith("openai") else ""),
        api_key=SecretStr("key"),
        at_once=at_once,
        **patience,
    )
    before = asyncio.all_tasks()
    made = ChatModelAnswerer(providers.connect(options), options, clock=clock or time.monotonic)
    try:
        yield made
    finally:
        await made.close()
        await server.hung_up()
        left = asyncio.all_tasks() - before - server.tasks
        if left:  # what the libraries' generators still have to close
            _, left = await asyncio.wait(left, timeout=30)
        assert not left


async def ask(
    made: ChatModelAnswerer,
    question: Question = QUESTION,
    evidence: Evidence = EVIDENCE,
) -> tuple[Answer, list[str]]:
    """The answer and its drafts; TimeoutError when it is kept waiting beyond every deadline."""
    drafts: list[str] = []
    async with asyncio.timeout(LONGEST):
        answer = await made.answer(question, evidence, drafts.append)
    return answer, drafts


def is_fallback(answer: Answer, code: str) -> bool:
    """Whether the best passages were quoted, with this code for the reason."""
    return answer == replace(quote(EVIDENCE, "en"), degraded=code)
