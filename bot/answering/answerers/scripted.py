"""Says what it is told: for demonstrations and tests."""

import asyncio
from collections.abc import Sequence

from bot.answering.answer import Answer, Draft, Question
from bot.answering.answerers import extractive
from bot.answering.settings import AnsweringSettings
from retrieval.search import Evidence


class ScriptedAnswerer:
    """Gives the answers it was handed, in turn, the last one for ever; remembers what was asked.

    Without any it quotes like the extractive answerer, only slower and with drafts.
    """

    name = "scripted"

    def __init__(
        self,
        answers: Sequence[Answer | str] = (),
        *,
        delay: float = 0.0,
        drafts: Sequence[str] = (),
    ) -> None:
        self._answers = list(answers)
        self._delay = delay
        self._drafts = drafts
        self.asked: list[Question] = []

    async def answer(self, question: Question, evidence: Evidence, draft: Draft) -> Answer:
        """Say the drafts, spread over the delay, then the next answer."""
        self.asked.append(question)
        for text in self._drafts:
            draft(text)
            await asyncio.sleep(self._delay / len(self._drafts))
        if not self._drafts:
            await asyncio.sleep(self._delay)
        return self._next(question, evidence)

    def _next(self, question: Question, evidence: Evidence) -> Answer:
        if not self._answers:
            return extractive.quote(evidence, question.language)
        told = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return Answer(told, ()) if isinstance(told, str) else told

    async def close(self) -> None:
        """Nothing to give back."""


def build(options: AnsweringSettings) -> ScriptedAnswerer:
    """Make one that quotes after a second, so that a demonstration shows a bot at work."""
    del options
    return ScriptedAnswerer(delay=1.0)
