"""While an incident lasts: what is answered with it, from what, and what never reaches anybody."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import schema
from bot.answering import words
from bot.answering.answer import Answer
from bot.answering.answerers.scripted import ScriptedAnswerer
from bot.company import LANGUAGES, Company
from bot.observing import Asked
from bot.reply import Reply, Responder
from bot.storage.engine import Database
from handoff.settings import HandoffSettings
from retrieval.errors import UnknownArticle
from retrieval.incidents import ledger
from retrieval.incidents.board import Board
from retrieval.incidents.incident import Incident
from retrieval.passages import Passage
from retrieval.search import Evidence, Found
from tests.bot.answering.samples import passage

NOW = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
SETTINGS = HandoffSettings()
PAYING = {
    "en": "my card payment keeps failing",
    "zh-Hans": "信用卡付款一直失败",
    "zh-Hant": "信用卡付款一直失敗",
    "ms": "bayaran kad saya asyik gagal",
}
TITLE = {
    "en": "Card payments are failing", "zh-Hans": "银行卡付款失败", "zh-Hant": "信用卡付款失敗",
    "ms": "Bayaran kad gagal",
}  # fmt: skip
CLAIM = "Luggage is free. Card payments are working again."


class Index:
    """Surely finds one article; knows how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pulled = False
        found = passage("Twenty kilos are free. Write to us for more.", article="luggage")
        self.found = replace(found, components=())

    def search(self, text: str, **said: object) -> Evidence:
        self.asked.append(text)
        found = (Found(self.found, 0.9, 0.9, 0.9),)
        return Evidence(text, str(said.get("hint") or "en"), found, 0.95, "g", alternatives=found)

    def passage(self, passage_id: str) -> Passage:
        if self.pulled:
            raise UnknownArticle(passage_id)
        assert passage_id == self.found.id
        return self.found


class Desk:
    """A responder over a real database."""

    def __init__(self, home: Path, answers: Sequence[Answer | str], drafts: Sequence[str]) -> None:
        path = home / "handrail.db"
        schema.migrate(path)
        self.database = Database(path)
        self.index = Index()
        self.board = Board(self.database.sync, [])
        self.now = NOW
        self.seen: list[str] = []
        self.silent: datetime | None = None
        self.responder = Responder(
            index=self.index,
            board=self.board,
            answerer=ScriptedAnswerer(answers, drafts=drafts),
            company=Company(),
            rules=list,
            settings=SETTINGS,
            limits=lambda _: SETTINGS,
            now=lambda: self.now,
            unread=lambda: self.silent,
        )

    def declare(self, status: str = "investigating", **changes: object) -> Incident:
        values: dict[str, object] = {
            "title": TITLE, "components": ["payments"], "severity": "major", "status": status,
            "now": NOW, "text": {"en": "Cards fail. FPX is not affected."},
        }  # fmt: skip
        made = self.database.sync.write(
            lambda tx: ledger.create(tx, **(values | changes))  # type: ignore[arg-type]
        )
        self.board.refresh()
        return made

    def note(self, incident: Incident, status: str, text: str) -> None:
        self.database.sync.write(
            lambda tx: ledger.add_update(
                tx, incident.id, status=status, text={"en": text}, now=self.now
            )
        )
        self.board.refresh()

    async def ask(self, text: str, language: str = "en") -> Reply:
        return await self.responder.respond(Asked(text, hint=language), self.seen.append)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, [CLAIM], ["Luggage is free. Card", CLAIM, CLAIM + " More."])
    yield made
    made.database.close()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_question_about_it_is_answered_with_it(desk: Desk, language: str) -> None:
    incident = desk.declare()
    reply = await desk.ask(PAYING[language], language)
    assert (reply.decision, reply.incident, reply.language) == ("incident", incident.id, language)
    assert TITLE[language] in reply.text
    assert [one.article for one in reply.citations] == [f"incident:{incident.id}", "luggage"]


async def test_another_question_is_answered_as_always(desk: Desk) -> None:
    reply = await desk.ask("how much luggage is free")
    assert (reply.decision, reply.text) == ("answer", CLAIM)
    assert desk.seen[-1] == CLAIM + " More."


async def test_what_a_model_claims_is_never_seen(desk: Desk) -> None:
    desk.declare()
    with capture_logs() as logs:
        reply = await desk.ask("how much luggage is free")
    assert desk.seen == ["Luggage is free."]
    assert "working again" not in reply.text
    assert "Twenty kilos are free." in reply.text, "the article says it word for word"
    assert (reply.decision, reply.degraded) == ("answer", "held_back")
    assert (reply.held_back, reply.staff["held_back"]) == (("over",), ["over"])
    (line,) = [one for one in logs if one["event"] == "text_held_back"]
    assert line["kinds"] == ("over",)
    assert "working again" not in json.dumps(logs, default=str), "no text in the log"


async def test_where_the_article_claims_it_too_the_bot_says_that_it_does_not_know(
    desk: Desk,
) -> None:
    desk.declare()
    desk.index.found = replace(desk.index.found, text="Card payments are working again.")
    reply = await desk.ask("how much luggage is free")
    assert (reply.decision, reply.text) == ("unsure", words.unsure("en"))
    assert reply.offer_person


async def test_an_honest_model_is_not_kept_from_answering(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ["Twenty kilos are free."], [])
    desk.declare()
    reply = await desk.ask("how much luggage is free")
    desk.database.close()
    assert (reply.text, reply.degraded) == ("Twenty kilos are free.", None)


async def test_of_what_is_hit_no_model_writes(desk: Desk) -> None:
    """An article of a component that an incident hits is quoted word for word meanwhile."""
    desk.index.found = replace(desk.index.found, components=("payments",))
    assert (await desk.ask("which cards can I use")).text == CLAIM
    desk.seen.clear()
    incident = desk.declare()
    reply = await desk.ask("which cards can I use")
    assert (reply.decision, reply.degraded, desk.seen) == ("answer", None, [])
    assert "Twenty kilos are free." in reply.text
    desk.note(incident, "resolved", "Cards work.")
    assert (await desk.ask("which cards can I use")).text == CLAIM


async def test_the_answer_is_prepared_once_per_picture_and_language(desk: Desk) -> None:
    incident = desk.declare(next_update_at=NOW + timedelta(minutes=30))
    first = await desk.ask(PAYING["en"])
    assert len(desk.index.asked) == 1, "once, for the article that goes with it"
    for _ in range(5):
        again = await desk.ask("why can't I pay by card?")
        assert again.text == first.text
        assert again.citations[0] is first.citations[0], "judged once, not for every customer"
    assert len(desk.index.asked) == 1
    await desk.ask(PAYING["ms"], "ms")
    assert len(desk.index.asked) == 2, "another language"
    desk.note(incident, "identified", "We found the cause.")
    news = await desk.ask(PAYING["en"])
    assert "We found the cause." in news.text, "another picture"


async def test_an_update_that_is_late_is_called_late(desk: Desk) -> None:
    desk.declare(next_update_at=NOW + timedelta(minutes=30))
    assert "due at" in (await desk.ask(PAYING["en"])).text
    desk.now = NOW + timedelta(minutes=31)
    assert "has not been posted yet" in (await desk.ask(PAYING["en"])).text


async def test_a_pulled_article_is_no_longer_named(desk: Desk) -> None:
    desk.declare()
    assert "[2]" in (await desk.ask(PAYING["en"])).text
    desk.index.pulled = True
    reply = await desk.ask(PAYING["en"])
    assert "[2]" not in reply.text
    assert len(reply.citations) == 1


async def test_an_update_that_says_more_than_the_status_is_cut(desk: Desk) -> None:
    incident = desk.declare()
    desk.note(incident, "monitoring", "Card payments are working again. Thank you for waiting.")
    reply = await desk.ask(PAYING["en"])
    assert "working again" not in reply.text
    assert "working again" not in reply.citations[0].text
    assert "Thank you for waiting." in reply.text
    assert words.of("en")["incident"]["statuses"]["monitoring"] in reply.text


async def test_who_asks_what_is_wrong_hears_of_everything(desk: Desk) -> None:
    desk.declare()
    desk.declare(title={"en": "Search shows nothing"}, now=NOW - timedelta(hours=1))
    reply = await desk.ask("is anything down right now?")
    assert reply.decision == "incident"
    assert "Card payments are failing" in reply.text
    assert "Search shows nothing" in reply.text


async def test_nobody_is_told_that_all_is_well_while_a_status_page_is_silent(desk: Desk) -> None:
    desk.silent = NOW - timedelta(hours=1)
    reply = await desk.ask("is anything down right now?")
    assert (reply.decision, reply.offer_person) == ("unsure", True)
    assert "05:05 UTC" in reply.text
    assert (await desk.ask("how much luggage is free")).decision == "answer"
