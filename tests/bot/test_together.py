"""Customers whose only problem is one incident: one message answers them all, each exactly once."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot import together
from bot.app import make_parts
from bot.company import LANGUAGES
from bot.conversation import events as e
from bot.conversation import groups, log, outcomes
from bot.conversation.events import Event, NewEvent
from bot.conversation.tables import group_members
from bot.errors import BadText, NobodyWaits
from bot.handing_over import call_person
from bot.parts import Parts
from bot.reply import Reply
from bot.settings import load
from bot.storage.engine import Database
from handoff import agents
from handoff.agents import Agent
from handoff.policy import Escalation, Reason
from tests.faults.history import History, check
from tests.product import FakeClock

OUTAGE, OTHER = "card-outage", "login-outage"
STUCK = Escalation(Reason.STUCK)


class World:
    """A database with an agent, and as many processes on it as a test wants."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.clock, self.path = FakeClock(), load(home).database_path
        self.clock.stop()
        self._home, self._stack, self._number = home, stack, count()
        self.parts = self.process()
        self.aina, self.ben = (
            self.write(lambda tx, name=name: agents.add(tx, name, "agent", ["en"], self.clock()))
            for name in ("Aina", "Ben")
        )

    def process(self) -> Parts:
        """One more process on the same database."""
        settings = load(self._home)
        database = Database(settings.database_path)
        self._stack.callback(database.close)
        return make_parts(settings, database, now=self.clock)

    def write(self, work: Any) -> Any:
        """In a transaction, a second after what was before."""
        self.clock.pass_(seconds=1)
        return self.parts.database.sync.write(work)

    def call(
        self, locale: str = "en", why: Escalation = STUCK, incident: str | None = OUTAGE
    ) -> str:
        """A customer for whom a person is called while the bot knows of this incident."""

        def work(tx: Connection) -> str:
            now = self.clock()
            visitor = f"v{next(self._number)}"
            state = log.start(
                tx, visitor_id=visitor, channel="widget", locale=locale, page=None, now=now
            )
            said = {"text": "It fails again and again", "client_id": "1"}
            state = log.append(tx, state, [NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, said)], now=now)
            outcomes.expect(tx, state.id, 2, now=now, lease=timedelta(seconds=30))
            staff = {"incident": incident}
            reply = Reply("handoff", locale, incident=incident, escalation=why, staff=staff)
            call_person(tx, state, reply, why, [2], self.parts.responder, now=now)
            return state.id

        made: str = self.write(work)
        return made

    async def writes(self, conversation: str, said: str = "And another thing") -> None:
        """The customer writes again."""
        state = self.parts.database.sync.read(lambda tx: log.load(tx, conversation))
        await self.parts.turns.take(
            visitor_id=state.visitor_id,
            channel="widget",
            client_id=f"again-{state.head}",
            said=said,
            locale=None,
        )

    async def say(
        self, said: dict[str, str] | str, *, agent: Agent | None = None, **more: Any
    ) -> int:
        """An agent answers the group."""
        texts = {"en": said} if isinstance(said, str) else said
        more = {"client_id": f"m{next(self._number)}"} | more
        return await self.parts.desk.say_to_group(agent or self.aina, OUTAGE, texts=texts, **more)

    def members(self, incident: str = OUTAGE, **only: bool) -> list[str]:
        """Who is in the group."""
        return self.parts.database.sync.read(lambda tx: groups.members(tx, incident, **only))

    def copies(self, conversation: str) -> list[Event]:
        """What the conversation was told as one of a group."""
        found = self.parts.database.sync.read(lambda tx: log.read(tx, conversation))
        return [one for one in found if one.kind == e.GROUP_SAID]


@pytest.fixture
def world(empty: Path, tmp_path: Path) -> Iterator[World]:
    path = load(tmp_path).database_path
    path.write_bytes(empty.read_bytes())
    database = Database(path)
    database.sync.write(lambda tx: log.make_identity(tx, now=datetime.now(UTC)))
    database.close()
    with ExitStack() as stack:
        yield World(tmp_path, stack)


def test_only_who_needs_nothing_else_waits_in_the_group(world: World) -> None:
    frustrated = world.call(why=Escalation(Reason.FRUSTRATED))
    stuck = world.call()
    world.call(why=Escalation(Reason.ASKED))
    world.call(why=Escalation(Reason.URGENT, urgent=True))
    world.call(why=Escalation(Reason.FRUSTRATED, urgent=True))
    world.call(why=Escalation(Reason.RULE))
    world.call(incident=None)
    elsewhere = world.call(incident=OTHER)
    assert world.members() == [frustrated, stuck]
    assert world.members(OTHER) == [elsewhere]
    (shown,) = world.parts.database.sync.read(groups.listing)
    assert (shown.incident, shown.count, shown.unanswered) == (OUTAGE, 2, 2), "one is no group"


async def test_each_gets_its_own_copy_in_its_language_and_keeps_its_place(world: World) -> None:
    waiting = {locale: world.call(locale) for locale in LANGUAGES}
    before = {one: world.parts.database.sync.read(lambda tx, c=one: log.load(tx, c))
              for one in waiting.values()}  # fmt: skip
    texts = {"en": "We are on it.\n\nPlease wait.", "zh-Hans": "我们正在处理退款。"}
    assert await world.say(texts) == 4
    told = {locale: world.copies(one)[0].data for locale, one in waiting.items()}
    assert told["en"]["text"] == texts["en"]
    assert told["zh-Hans"]["text"] == texts["zh-Hans"]
    assert told["zh-Hant"]["text"] == "我們正在處理退款。"
    assert told["ms"]["text"] == "(teks asal dalam bahasa Inggeris) " + texts["en"]
    written = {locale: data["text_language"] for locale, data in told.items()}
    assert written == {"en": "en", "zh-Hans": "zh-Hans", "zh-Hant": "zh-Hant", "ms": "en"}
    for one, state in before.items():
        now = world.parts.database.sync.read(lambda tx, c=one: log.load(tx, c))
        assert (now.holder, now.waiting_since, now.epoch) == ("queue", state.waiting_since, 1)
        assert (state.unanswered, now.unanswered) == (1, 0)
    assert world.members() == list(waiting.values())
    assert check(world.path, History(), finished=True) == []


async def test_who_writes_again_is_taken_or_leaves_stands_singly(world: World) -> None:
    wrote, taken, left, stays = (world.call() for _ in range(4))
    await world.say("We are on it.")
    await world.writes(wrote)
    await world.parts.desk.claim(world.ben, taken)
    state = world.parts.database.sync.read(lambda tx: log.load(tx, left))
    await world.parts.desk.wishes.start_over(state.visitor_id, left, "over")
    assert world.members() == [stays]
    known = world.parts.database.sync.read(
        lambda tx: list(tx.execute(select(group_members.c.conversation_id)).scalars())
    )
    assert known == [stays], "nothing is kept of who left"
    assert await world.say("It goes on.") == 1
    assert [len(world.copies(one)) for one in (wrote, taken, left, stays)] == [1, 1, 1, 2]
    state = world.parts.database.sync.read(lambda tx: log.load(tx, wrote))
    assert (state.holder, state.unanswered) == ("queue", 1)
    await world.parts.desk.transfer(world.ben, taken, None)
    assert world.members() == [stays], "back in the queue it still waits for somebody of its own"
    assert check(world.path, History(), finished=True) == []


async def test_a_copy_that_comes_too_late_is_dropped(world: World) -> None:
    """The message is stored; before it is told one writes again and one is taken."""
    wrote, taken, stays = (world.call() for _ in range(3))
    sent = world.write(
        lambda tx: together.send(
            tx, world.aina, OUTAGE, "m", {"en": "Hi."}, only_new=False, now=world.clock()
        )
    )
    assert sent.recipients == 3
    await world.writes(wrote)
    await world.parts.desk.claim(world.ben, taken)
    await world.parts.clock.tell_groups()
    assert [len(world.copies(one)) for one in (wrote, taken, stays)] == [0, 0, 1]
    assert world.parts.database.sync.read(lambda tx: groups.due(tx, 10)) == []


async def test_who_came_later_can_be_told_alone(world: World) -> None:
    first = [world.call() for _ in range(2)]
    await world.say("We are on it.")
    late = world.call()
    assert world.members(only_new=True) == [late]
    assert await world.say("We are on it.", only_new=True) == 1
    assert [len(world.copies(one)) for one in (*first, late)] == [1, 1, 1]
    with pytest.raises(NobodyWaits, match="no message has reached"):
        await world.say("We are on it.", only_new=True)


async def test_the_same_message_again_is_told_once_by_however_many(world: World) -> None:
    """Interrupted after it was stored, sent again and finished by two clocks at once."""
    waiting = [world.call(LANGUAGES[number % 4]) for number in range(20)]
    others = [world.process() for _ in range(2)]
    world.write(
        lambda tx: together.send(
            tx, world.aina, OUTAGE, "same", {"en": "Hi."}, only_new=False, now=world.clock()
        )
    )
    again = world.say("Hi.", client_id="same")
    reached, *_ = await asyncio.gather(again, *(one.clock.tell_groups() for one in others))
    assert reached == 20
    assert await world.say("Other words.", client_id="same") == 20
    assert await world.say("Hi.", client_id="same", agent=world.ben) == 20, (
        "another's id is his own"
    )
    for one in waiting:
        assert [copy.sender for copy in world.copies(one)] == [
            e.agent_sender(world.aina.id), e.agent_sender(world.ben.id),
        ]  # fmt: skip
    assert check(world.path, History(), finished=True) == []


async def test_what_cannot_be_sent_is_said_and_nothing_is_stored(world: World) -> None:
    with pytest.raises(NobodyWaits, match=OUTAGE):
        await world.say("Hi.")
    world.call()
    with pytest.raises(BadText):
        await world.say({"en": "Hi.", "ms": "   "})
    assert world.parts.database.sync.read(lambda tx: groups.due(tx, 10)) == []
