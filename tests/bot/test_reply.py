"""What the bot asks back when only another language has articles that are close."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import schema
from bot.answering import words
from bot.answering.answerers.extractive import ExtractiveAnswerer
from bot.company import LANGUAGES, Company
from bot.observing import Asked
from bot.reply import Reply, Responder
from bot.storage.engine import Database
from handoff.settings import HandoffSettings
from retrieval.incidents.board import Board
from retrieval.search import Evidence, Found
from tests.bot.answering.samples import passage

SETTINGS = HandoffSettings()
BETWEEN = (SETTINGS.clarify_confidence + SETTINGS.min_confidence) / 2


class _Index:
    """Finds two articles that are close, both in one language."""

    def __init__(self, language: str, held_in: str) -> None:
        found = tuple(
            Found(passage(article=name, locale=held_in, title=name), score, score, score)
            for name, score in (("fees", 0.9), ("fares", 0.8))
        )
        self._found = Evidence("?", language, found, BETWEEN, "g", alternatives=found)
        self._found = replace(self._found, missing_language=language != held_in)

    def search(self, text: str, **said: object) -> Evidence:
        return self._found


async def respond(tmp_path: Path, language: str, held_in: str) -> Reply:
    """What the bot says to a question that it is half sure of."""
    path = tmp_path / "handrail.db"
    schema.migrate(path)
    database = Database(path)
    try:
        responder = Responder(
            index=_Index(language, held_in),
            board=Board(database.sync, []),
            answerer=ExtractiveAnswerer(),
            company=Company(),
            rules=list,
            settings=SETTINGS,
            limits=lambda _: SETTINGS,
            now=lambda: datetime(2026, 11, 20, tzinfo=UTC),
        )
        return await responder.respond(Asked("TIDE-77", hint=language))
    finally:
        database.close()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_choices_are_said_to_be_in_another_language(
    tmp_path: Path, language: str
) -> None:
    other = "en" if language != "en" else "ms"
    reply = await respond(tmp_path, language, other)
    assert (reply.decision, reply.missing_language) == ("clarify", True)
    assert reply.text == words.clarify(language, other)
    assert [one["text"] for one in reply.options] == ["fees", "fares"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_choices_in_the_language_of_the_question_are_not(
    tmp_path: Path, language: str
) -> None:
    reply = await respond(tmp_path, language, language)
    assert (reply.decision, reply.missing_language) == ("clarify", False)
    assert reply.text == words.clarify(language)
