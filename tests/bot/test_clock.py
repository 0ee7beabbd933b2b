"""Time passes: every update of an incident is told once, with what follows from it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot import schema, telling
from bot.answering import words
from bot.app import make_parts
from bot.company import LANGUAGES
from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import Event, NewEvent
from bot.conversation.tables import follows
from bot.parts import Parts
from bot.settings import load
from bot.storage.engine import Database
from retrieval.incidents import editing, ledger
from retrieval.incidents.incident import Incident
from tests.product import FakeClock

SITE = "https://shop.example.com"
TITLE = {
    "en": "Cards may fail", "zh-Hans": "支付可能出现问题", "zh-Hant": "付款可能出現問題",
    "ms": "Kemungkinan kad gagal",
}  # fmt: skip
CORRECTION = {"en": "Correction", "zh-Hans": "更正", "zh-Hant": "更正", "ms": "Pembetulan"}
BACK = {"en": "again", "zh-Hans": "再次出现", "zh-Hant": "再次出現", "ms": "berulang"}


class World:
    """A database with an incident, and as many processes on it as a test wants."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.clock = FakeClock()
        self.clock.stop()
        self._home, self._stack = home, stack
        self.parts = self.process()
        self.incident = self.write(
            lambda tx: ledger.create(
                tx,
                title=TITLE,
                components=["payments"],
                severity="major",
                status="investigating",
                now=self.clock(),
                text={"en": "We are looking."},
            )
        )

    def process(self) -> Parts:
        """One more process on the same database."""
        settings = load(self._home, web={"allowed_origins": (SITE,)})
        database = Database(settings.database_path)
        self._stack.callback(database.close)
        return make_parts(settings, database, now=self.clock)

    def write(self, work: Callable[[Connection], Any]) -> Any:
        """In a transaction, a second after what was before."""
        self.clock.pass_(seconds=1)
        return self.parts.database.sync.write(work)

    def note(self, status: str, text: str = "News.") -> Incident:
        """One more update."""
        incident: Incident = self.write(
            lambda tx: ledger.add_update(
                tx, self.incident.id, status=status, text={"en": text}, now=self.clock()
            )
        )
        return incident

    def follow(self, locale: str = "en", page: str | None = None) -> str:
        """A conversation that asked about the incident on this page."""

        def work(tx: Connection) -> str:
            now = self.clock()
            state = log.start(
                tx, visitor_id=f"v{now}", channel="widget", locale=locale, page=page, now=now
            )
            said = NewEvent(
                e.CUSTOMER_SAID, e.CUSTOMER, {"text": "My card fails", "client_id": "1"}
            )
            log.append(tx, state, [said], now=now)
            row = {"conversation_id": state.id, "incident_id": self.incident.id, "since": now}
            tx.execute(follows.insert().values(**row))
            return state.id

        made: str = self.write(work)
        return made

    def told(self, conversation: str) -> list[Event]:
        """What the conversation was told."""
        events = self.parts.database.sync.read(lambda tx: log.read(tx, conversation))
        return [one for one in events if one.kind == e.INCIDENT_TOLD]

    async def tick(self) -> None:
        """A second passes."""
        self.clock.pass_(seconds=1)
        await self.parts.clock.tell_incidents()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    path = load(tmp_path).database_path
    schema.migrate(path)
    database = Database(path)
    database.sync.write(lambda tx: log.make_identity(tx, now=datetime.now(UTC)))
    database.close()
    with ExitStack() as stack:
        yield World(tmp_path, stack)


async def test_two_processes_and_many_ticks_at_once_tell_once(world: World) -> None:
    followers = [world.follow(locale) for locale in LANGUAGES * 15]
    other = world.process()
    clocks = [world.parts.clock, other.clock] * 3
    for status in ("identified", "monitoring", "resolved"):
        world.note(status)
        async with asyncio.timeout(120):
            while await world.parts.database.read(world.parts.clock._untold):
                await asyncio.gather(
                    *(clock.tick() for clock in clocks)
                )  # the database may be busy
    for number, conversation in enumerate(followers):
        told = [one.data for one in world.told(conversation)]
        assert [one["status"] for one in told] == ["identified", "monitoring", "resolved"]
        assert {one["language"] for one in told} == {(LANGUAGES * 15)[number]}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_correction_says_that_it_is_one(world: World, language: str) -> None:
    before, conversation = world.follow(language), world.follow(language)
    update = world.note("identified", "Half of all cards fail.").updates[-1]
    await world.tick()
    correct = {"en": "One card in ten fails."}
    world.write(
        lambda tx: editing.write_texts(tx, world.incident.id, update.id, correct, world.clock())
    )
    for _ in range(3):
        await world.tick()
    for follower in (before, conversation):
        first, second = [one.data for one in world.told(follower)]
        assert (first["correction"], second["correction"]) == (False, True)
        assert second["text"].startswith(CORRECTION[language])
        assert not first["text"].startswith(CORRECTION[language])
        assert "One card in ten fails." in second["text"]


async def test_who_never_read_the_wrong_words_reads_no_correction(world: World) -> None:
    conversation = world.follow()
    update = world.note("identified", "Half of all cards fail.").updates[-1]
    correct = {"en": "One card in ten fails."}
    world.write(
        lambda tx: editing.write_texts(tx, world.incident.id, update.id, correct, world.clock())
    )
    await world.tick()
    (only,) = world.told(conversation)
    assert only.data["correction"] is False
    assert not only.data["text"].startswith("Correction")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_end_that_was_taken_back_is_not_told(world: World, language: str) -> None:
    away, here = world.follow(language), world.follow(language)
    world.note("resolved", "Cards work.")
    world.note("investigating", "It is back.")
    await world.tick()
    for conversation in (away, here):
        (told,) = world.told(conversation)
        assert told.data["status"] == "investigating"
        assert BACK[language] in told.data["text"]
        assert told.data["options"] == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_end_asks_and_gives_back_the_page(world: World, language: str) -> None:
    page = f"{SITE}/book?ferry=7&seat=(2)#pay"
    conversation = world.follow(language, page)
    for status in ("monitoring", "resolved"):
        world.note(status)
    await world.tick()
    watched, over = [one.data for one in world.told(conversation)]
    assert (watched["options"], watched["page"]) == ([], None)
    assert over["page"] == f"{SITE}/book?ferry=7&seat=%282%29#pay"
    assert f"]({over['page']})" in over["text"]
    buttons = [words.after_the_end(one, language) for one in ("works", "broken")]
    assert over["options"] == [{"label": one, "text": one} for one in buttons]
    world.note("resolved", "What we learned.")
    await world.tick()
    assert world.told(conversation)[-1].data["options"] == [], "asked once"


@pytest.mark.parametrize(
    "page",
    [
        None, "", "javascript:alert(1)", "//shop.example.com",
        "https://shop.example.com.evil.example/x", "https://user:secret@shop.example.com/",
        "http://shop.example.com/", "ftp://shop.example.com/",
        "https://shop.example.com:8443/", "https://[bad/", "https://shop.example.com:port/",
    ],
)  # fmt: skip
async def test_no_other_page_is_linked(world: World, page: str | None) -> None:
    conversation = world.follow(page=page)
    world.note("resolved")
    await world.tick()
    (told,) = world.told(conversation)
    assert (told.data["page"], "](" in told.data["text"]) == (None, False)


def test_an_origin_is_compared_as_a_browser_does() -> None:
    for same in ("https://SHOP.example.com/", "https://shop.example.com:443/x", f"{SITE}?a=1"):
        assert telling.own_page(same, [SITE]) is not None, same
    assert telling.own_page(f"{SITE}/a b)[x](y)\n", [SITE]) == f"{SITE}/a%20b%29%5Bx%5D%28y%29"
    assert telling.own_page(f"{SITE}/", ["", "nonsense"]) is None


async def test_what_the_status_does_not_say_is_not_told(world: World) -> None:
    conversation = world.follow()
    world.write(
        lambda tx: editing.edit(
            tx, world.incident.id, {"title": {"en": "Payments are back to normal."}}
        )
    )
    world.note("identified", "Everything is fixed now. We found the cause in a cable.")
    await world.tick()
    (told,) = world.told(conversation)
    assert "fixed" not in told.data["text"]
    assert "back to normal" not in told.data["text"]
    assert "cable" in told.data["text"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_our_own_words_pass_the_guard(world: World, language: str) -> None:
    conversation = world.follow(language)
    statuses = ("investigating", "identified", "monitoring", "identified")
    for status in statuses:
        world.note(status, "We keep you informed.")
        await world.tick()
    told = [one.data["text"] for one in world.told(conversation)]
    for text, status in zip(told, statuses, strict=True):
        assert TITLE[language] in text
        assert words.of(language)["incident"]["statuses"][status] in text
    world.note("resolved", "Done.")
    world.note("investigating", "Not yet.")
    await world.tick()
    assert TITLE[language] in world.told(conversation)[-1].data["text"], "also when it is back"


async def test_an_idle_minute_tells_nothing(world: World) -> None:
    conversation = world.follow()
    world.note("identified")
    await world.tick()
    for _ in range(60):
        await world.tick()
    assert len(world.told(conversation)) == 1
    world.clock.pass_(hours=2)
    await world.parts.clock.tick()
    assert len(world.told(conversation)) == 1
    assert timedelta(0) < world.clock() - world.told(conversation)[0].at
