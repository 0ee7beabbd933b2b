"""What the bot finds and says in a simulated world: scripted, with every kind of bad luck."""

import asyncio
import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.answering.answer import Answer, Citation, Draft, Question
from retrieval.errors import NoIndex
from retrieval.passages import Passage
from retrieval.search import Evidence, Found
from tests.faults.history import Recorder

SURE, UNSURE, MAYBE = "how long does a refund take", "what is on the moon", "refund or invoice"
TEXTS = (SURE, SURE, SURE, UNSURE, MAYBE)


class ScriptedIndex:
    """Finds what the question's text says it should find, in the generation that is live."""

    def __init__(self, chance: random.Random, recorder: Recorder, trouble: float) -> None:
        self._chance = chance
        self._recorder = recorder
        self._trouble = trouble
        self.generation = 1

    def search(
        self,
        text: str,
        *,
        hint: str | None,
        previous: str | None,
        context: tuple[str, ...],
        answered: str = "",
    ) -> Evidence:
        """Evidence of the generation that is live now; sometimes none, sometimes an error."""
        del hint, previous, context, answered
        luck = self._chance.random()
        if luck < self._trouble:
            raise NoIndex
        if luck < 2 * self._trouble:
            raise RuntimeError("The index cannot be read.")
        found = tuple(_found(self.generation, number) for number in range(3))
        self._recorder.searched(str(self.generation), [one.passage.id for one in found])
        confidence = 0.92 if SURE in text else 0.44 if MAYBE in text else 0.08
        return Evidence(text, "en", found, confidence, str(self.generation), alternatives=found[:2])


class ScriptedAnswerer:
    """Writes word by word; sometimes it stalls, fails, or is slower than everybody else."""

    name = "simulated"

    def __init__(self, chance: random.Random, trouble: float) -> None:
        self._chance = chance
        self._trouble = trouble

    async def answer(self, question: Question, evidence: Evidence, draft: Draft) -> Answer:
        """Return an answer that cites what was found, after as many drafts as it likes."""
        del question
        luck = self._chance.random()
        words = self._chance.randrange(4)
        for word in range(words):
            await asyncio.sleep(self._chance.random() * 1.5)
            draft("word " * (word + 1))
            if luck < self._trouble:
                raise RuntimeError("The model went away in the middle of a sentence.")
        if luck > 1 - self._trouble:
            await asyncio.sleep(1000)
        cited = tuple(Citation.of(one.passage) for one in evidence.found[:2])
        return Answer("Three days [1], or five [2].", cited)

    async def close(self) -> None:
        """Nothing is open."""


class Unlimited:
    """Nobody here is a stranger."""

    async def message(self, visitor_id: str) -> None:
        """Let everything through."""

    async def visitor(self, address: str) -> None:
        """Let everybody in."""


def rules() -> Sequence[Any]:
    """No rules of admins: they are decided before anything here can go wrong."""
    return ()


def _found(generation: int, number: int) -> Found:
    passage = Passage(
        id=f"g{generation}-p{number}", article_id=f"article-{number}", locale="en",
        title=f"Title {number}", heading="", anchor="", text="A refund takes three days.",
        category="", components=(), updated=date(2026, 1, 1), audience="public",
        content_hash="", ordinal=0,
    )  # fmt: skip
    return Found(passage, 1.0, 1.0, 1.0)
