"""Two machines on one PostgreSQL whose wall clocks are ten hours apart: one time holds for both.

No test waits: time passes by moving what the database keeps into the past.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot import schema
from bot.app import make_parts
from bot.conversation import events as e
from bot.conversation import log, outcomes
from bot.conversation.events import NewEvent
from bot.desk_acts import Resolve, Snooze
from bot.errors import BotError
from bot.parts import Parts
from bot.settings import load
from bot.storage.opening import open_database
from bot.storage.server_time import DRIFT, STALE, ServerTime
from bot.web import sessions
from handoff import agents, presence, queue
from handoff.agents import Agent
from retrieval.errors import AlreadyBuilding
from retrieval.generations import Lease
from tests.contracts.services import Postgres
from tests.product import FakeClock

APART = (timedelta(hours=5), timedelta(hours=-5))
_names = (f"clocks_{n}" for n in count())


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server."""
    server = Postgres()
    yield server
    server.close()


@dataclass
class Two:
    """What runs on each machine, an agent, and a conversation that the agent has."""

    machines: tuple[Parts, Parts]
    agent: Agent
    held: str
    owed: str

    def passes(self, table: str, column: str, span: timedelta) -> None:
        """So much time has passed since this was written."""
        moved = text(f"UPDATE {table} SET {column} = {column} - CAST(:span AS interval)")  # noqa: S608 - names of ours
        self.machines[0].database.sync.write(lambda tx: tx.execute(moved, {"span": span}))

    def holder(self) -> str | None:
        """The agent who has the conversation."""
        return self.machines[0].database.sync.read(lambda tx: queue.holder(tx, self.held))


@pytest.fixture
def two(postgres: Postgres, tmp_path: Path) -> Iterator[Two]:
    """Both machines; the agent is heard of by each of them."""
    url = postgres.make(next(_names))
    schema.migrate(url)
    first, second = (_machine(url, tmp_path, apart) for apart in APART)
    agent, held, owed = first.database.sync.write(lambda tx: _begun(tx, first))
    yield Two((first, second), agent, held, owed)
    for one in (first, second):
        one.database.close()


def _machine(url: str, home: Path, apart: timedelta) -> Parts:
    clock = FakeClock()
    clock.ahead = apart
    settings = load(home, database={"url": url})
    database = open_database(url)
    database.sync.write(lambda tx: log.make_identity(tx, now=datetime.now(UTC)))
    now = database.clock(clock, clock.steady)
    return make_parts(settings, database, now=now, steady=clock.steady)


def _begun(tx: Any, on: Parts) -> tuple[Agent, str, str]:
    now = on.now()
    agent = agents.add(tx, "Aina", "agent", ["en"], now)
    held, owed = (_asked(tx, visitor, on) for visitor in ("one", "two"))
    queue.join(tx, held, reason="asked", urgent=False, language="en", waiting_since=now, now=now)
    queue.claim(tx, held, agent.id, now)
    outcomes.decide(tx, held, "queued", 2)
    badge = {"agent": {"id": agent.id, "name": agent.name}}
    called = {"reason": "asked", "text": "", "language": "en", "answers": [2], "urgent": False}
    state = log.append(
        tx, log.load(tx, held), [NewEvent(e.PERSON_CALLED, e.SYSTEM, called)], now=now
    )
    log.append(tx, state, [NewEvent(e.AGENT_JOINED, e.agent_sender(agent.id), badge)], now=now)
    presence.beat(tx, agent.id, now)
    return agent, held, owed


def _asked(tx: Any, visitor: str, on: Parts) -> str:
    now = on.now()
    state = log.start(tx, visitor_id=visitor, channel="widget", locale="en", page=None, now=now)
    said = NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": "Hello?", "client_id": "1"})
    state = log.append(tx, state, [said], now=now)
    outcomes.expect(tx, state.id, state.head, now=now, lease=on.settings.turn.lease)
    return state.id


async def _look(two: Two) -> None:
    """Both machines look at everything that a lease or an instant decides."""
    for one in two.machines:
        clock = one.clock
        steps = (clock.cap_leases, clock.settle_acts, clock.wake_due, clock.requeue_overdue)
        for step in steps:
            await step()


async def test_who_is_there_keeps_the_customer_and_who_is_gone_does_not(two: Two) -> None:
    for one in two.machines:  # whichever machine heard of the agent last
        await one.database.write(lambda tx, one=one: presence.beat(tx, two.agent.id, one.now()))
        await _look(two)
        assert two.holder() == two.agent.id
    lease = two.machines[0].settings.handoff.claim_lease
    for table, column in (("presence", "seen_at"), ("queue", "claimed_at")):
        two.passes(table, column, lease + timedelta(seconds=1))
    await two.machines[1].clock.requeue_overdue()
    assert two.holder() is None


async def test_a_turn_is_not_taken_while_its_lease_runs(two: Two) -> None:
    lease = two.machines[0].settings.turn.lease
    for one in two.machines:
        other = two.machines[one is two.machines[0]]
        until = one.now() + lease
        await one.database.write(lambda tx, until=until: outcomes.renew(tx, two.owed, until=until))
        await _look(two)
        assert not await _dead(other), "taken early"
        two.passes("outcomes", "lease_until", lease)
        assert await _dead(other) == [two.owed]


async def _dead(on: Parts) -> list[str]:
    now = on.now()
    return list(await on.database.read(lambda tx: outcomes.overdue(tx, now=now)))


async def test_what_was_put_off_comes_back_when_that_was_meant(two: Two) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    await two.machines[0].desk.act(two.agent, two.held, Snooze(until=until, note=""))
    await _look(two)
    assert await _asleep(two)
    two.passes("queue", "wakes_at", timedelta(minutes=59, seconds=58))
    await _look(two)
    assert await _asleep(two), "woken too early"
    two.passes("queue", "wakes_at", timedelta(seconds=2))
    await two.machines[1].clock.wake_due()
    assert not await _asleep(two)


async def _asleep(two: Two) -> bool:
    entry = await two.machines[0].database.read(lambda tx: queue.get(tx, two.held))
    assert entry is not None
    return entry.asleep


async def test_a_decision_may_be_taken_back_for_ten_seconds_wherever_it_was_made(two: Two) -> None:
    for one in two.machines:
        await one.desk.act(two.agent, two.held, Resolve(), undo=True)
        await _look(two)
        await one.desk.take_back(two.agent, two.held)  # raises where it was done already
    await two.machines[0].desk.act(two.agent, two.held, Resolve(), undo=True)
    two.passes("pending_acts", "due_at", timedelta(seconds=10))
    await two.machines[1].clock.settle_acts()
    state = await two.machines[0].database.write(lambda tx: log.load(tx, two.held))
    assert state.status == "resolved"


def test_one_machine_builds_at_a_time(two: Two) -> None:
    span = timedelta(seconds=60)
    for one in two.machines:
        other = two.machines[one is two.machines[0]]
        mine, theirs = (Lease(each.database.sync, span) for each in (one, other))
        mine.take("mine", one.now())
        with pytest.raises(AlreadyBuilding):
            theirs.take("theirs", other.now())
        two.passes("builder_leases", "expires_at", span)
        theirs.take("theirs", other.now())
        theirs.release()


def test_who_signed_in_on_one_machine_is_signed_in_on_the_other(two: Two) -> None:
    lasts = timedelta(hours=1)
    for one in two.machines:
        other = two.machines[one is two.machines[0]]
        known = _signed_in(one, two.agent, lasts)
        assert _agent_of(other, known) == two.agent.id
        two.passes("staff_sessions", "expires_at", lasts)
        with pytest.raises(BotError):
            _agent_of(other, known)


def _signed_in(on: Parts, agent: Agent, lasts: timedelta) -> str:
    def work(tx: Any) -> str:
        return sessions.open_session(tx, agent, now=on.now(), lasts=lasts)[0].hash

    return on.database.sync.write(work)


def _agent_of(on: Parts, session: str) -> str:
    return on.database.sync.read(lambda tx: sessions.find(tx, session, now=on.now()).agent.id)


def test_both_machines_tell_the_servers_time(two: Two) -> None:
    first, second = (one.now for one in two.machines)
    assert isinstance(first, ServerTime)
    assert isinstance(second, ServerTime)
    apart = abs((first() - second()).total_seconds())
    assert apart <= first.uncertainty + second.uncertainty + 1.0, "read one after another"
    assert first.uncertainty < 1.0


class Hands:
    """A server's clock and a machine's steady one, both moved by hand."""

    def __init__(self) -> None:
        self.passed, self.server, self.asked = 100.0, 1_000_000.0, 0
        self.time = ServerTime(lambda: self.passed, self._ask)

    def word(self, *, there: float, back: float) -> None:
        """A question that takes so long there, and its answer back."""
        asked = self.passed
        self.wait(there)
        said = datetime.fromtimestamp(self.server, UTC)
        self.wait(back)
        self.time.note(said, asked=asked, heard=self.passed)

    def wait(self, seconds: float) -> None:
        self.passed += seconds
        self.server += seconds

    @property
    def wrong(self) -> float:
        """Seconds between what is told and what is so."""
        return abs(self.time().timestamp() - self.server)

    def _ask(self) -> None:
        self.asked += 1


def test_a_slow_word_makes_the_time_no_worse_and_a_quick_one_better() -> None:
    hands = Hands()
    hands.word(there=1.0, back=0.0)
    assert hands.wrong <= hands.time.uncertainty <= 0.5
    hands.word(there=0.001, back=0.001)
    assert hands.wrong <= hands.time.uncertainty <= 0.001
    hands.word(there=3.0, back=0.0)
    assert hands.wrong <= hands.time.uncertainty <= 0.001 + 4 * DRIFT


def test_a_server_whose_clock_is_set_is_followed() -> None:
    for leap in (-3600.0, 3600.0):
        hands = Hands()
        hands.word(there=0.01, back=0.01)
        hands.server += leap
        hands.word(there=0.01, back=0.01)
        assert hands.wrong <= 0.01


def test_the_server_is_asked_again_when_nothing_was_heard_for_long() -> None:
    hands = Hands()
    hands.word(there=0.0, back=0.0)
    hands.wait(STALE / 2)
    hands.time()
    assert hands.asked == 0
    hands.wait(STALE)
    for _ in range(3):
        hands.time()
    assert hands.asked == 1, "once, however often the time is looked at"
