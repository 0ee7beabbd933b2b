"""A wall clock that leaps: nothing is taken from who is there, nothing kept by who is gone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import schema
from bot.app import make_parts
from bot.conversation import events as e
from bot.conversation import log, outcomes
from bot.conversation.events import NewEvent
from bot.leases import LEAP, Leases
from bot.settings import load
from bot.storage.engine import Database
from handoff import agents, presence, queue
from tests.product import FakeClock

LENGTH = timedelta(seconds=60)
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Hands:
    """A wall clock that can be set, and seconds that only pass."""

    def __init__(self) -> None:
        self.set, self.passed = timedelta(0), 0.0
        self.leases = Leases(lambda: self.wall, lambda: self.passed)

    @property
    def wall(self) -> datetime:
        """What the wall clock shows."""
        return START + timedelta(seconds=self.passed) + self.set

    def judged(self) -> list[bool]:
        """Second by second for two lengths: are leases judged?"""
        found = []
        for _ in range(int(2 * LENGTH.total_seconds())):
            self.passed += 1
            found.append(self.leases.judged_at(LENGTH) is not None)
        return found


def test_leases_are_judged_by_the_wall_clock() -> None:
    hands = Hands()
    assert all(hands.judged())
    assert hands.leases.judged_at(LENGTH) == hands.wall


def test_a_leap_either_way_gives_the_living_one_length_to_renew() -> None:
    for leap in (DAY, -DAY, LEAP * 2, -LEAP * 2):
        hands = Hands()
        hands.set += leap
        assert hands.judged() == [False] * 61 + [True] * 59, leap
        assert hands.leases.judged_at(LENGTH) == hands.wall


def test_a_long_pause_and_a_clock_that_is_nudged_are_no_leaps() -> None:
    hands = Hands()
    for _ in range(20):
        hands.set += LEAP / 2
        hands.passed += 3600
        assert hands.leases.judged_at(LENGTH) == hands.wall


def test_a_second_leap_begins_the_wait_anew() -> None:
    hands = Hands()
    hands.set += DAY
    hands.passed += 1
    hands.leases.look()
    hands.passed += 50
    hands.set -= DAY
    assert hands.judged() == [False] * 61 + [True] * 59


class Desk:
    """One conversation with an agent, another whose answer the bot owes; nobody serves them."""

    def __init__(self, home: Path) -> None:
        self.clock = FakeClock()
        self.clock.stop()
        settings = load(home)
        self.lease, self.turn = settings.handoff.claim_lease, settings.turn.lease
        schema.migrate(settings.database_path)
        self.database = Database(settings.database_path)
        self.write(lambda tx: log.make_identity(tx, now=self.clock()))
        self.agent = self.write(lambda tx: agents.add(tx, "Aina", "agent", ["en"], self.clock()).id)
        self.held, self.owed = self._asked("one"), self._asked("two")
        self.write(self._claimed)
        self.beat()
        now, steady = self.clock, self.clock.steady
        self.parts = make_parts(settings, self.database, now=now, steady=steady)

    def write(self, work: Any) -> Any:
        """In a transaction."""
        return self.database.sync.write(work)

    def beat(self) -> None:
        """The agent's console is heard of."""
        self.write(lambda tx: presence.beat(tx, self.agent, self.clock()))

    async def pass_(self, span: timedelta, *, beats: bool) -> None:
        """So much time passes, in steps of ten seconds."""
        for _ in range(int(span.total_seconds() / 10) + 1):
            self.clock.pass_(seconds=10)
            if beats:
                self.beat()
            await self.look()

    async def look(self) -> None:
        """The clock looks at the leases."""
        clock = self.parts.clock
        for step in (clock.cap_leases, clock.take_again, clock.requeue_overdue):
            await step()

    @property
    def with_agent(self) -> bool:
        """Whether the agent still has the customer."""
        return bool(self.database.sync.read(lambda tx: queue.holder(tx, self.held)))

    @property
    def taken(self) -> bool:
        """Whether somebody works on the answer that is owed."""
        return self.parts.turns.working_on({self.owed}) != set()

    def _asked(self, visitor: str) -> str:
        def work(tx: Any) -> str:
            now = self.clock()
            state = log.start(
                tx, visitor_id=visitor, channel="widget", locale="en", page=None, now=now
            )
            said = NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": "Hello?", "client_id": "1"})
            state = log.append(tx, state, [said], now=now)
            outcomes.expect(tx, state.id, state.head, now=now, lease=self.turn)
            return state.id

        made: str = self.write(work)
        return made

    def _claimed(self, tx: Any) -> None:
        now, badge = self.clock(), {"agent": {"id": self.agent, "name": "Aina"}}
        queue.join(
            tx, self.held, reason="asked", urgent=False, language="en", waiting_since=now, now=now
        )
        queue.claim(tx, self.held, self.agent, now)
        outcomes.decide(tx, self.held, "queued", 2)
        state = log.load(tx, self.held)
        called = {"reason": "asked", "text": "", "language": "en", "answers": [2], "urgent": False}
        state = log.append(tx, state, [NewEvent(e.PERSON_CALLED, e.SYSTEM, called)], now=now)
        joined = NewEvent(e.AGENT_JOINED, e.agent_sender(self.agent), badge)
        log.append(tx, state, [joined], now=now)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.database.close()


async def test_a_leap_ahead_takes_nothing_from_who_is_there(desk: Desk) -> None:
    desk.clock.ahead += DAY
    await desk.look()
    assert desk.with_agent
    assert not desk.taken
    await desk.pass_(desk.lease * 2, beats=True)
    assert desk.with_agent
    assert desk.taken, "nobody renewed the turn's lease"
    await desk.pass_(desk.lease * 2, beats=False)
    assert not desk.with_agent
    await desk.parts.turns.close()


async def test_a_leap_back_keeps_nothing_for_who_is_gone(desk: Desk) -> None:
    desk.clock.ahead -= DAY
    await desk.look()
    assert desk.with_agent, "the agent has one lease to be heard of"
    assert not desk.taken
    await desk.pass_(desk.lease * 1.5, beats=False)
    assert not desk.with_agent
    assert desk.taken
    await desk.parts.turns.close()
