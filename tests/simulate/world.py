"""One simulated run: a town of customers and agents, a server that dies, and its history."""

import asyncio
import gc
import hashlib
import json
import random
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot import schema
from bot.storage.engine import sqlite_engine
from bot.web import sessions
from bot.web.sessions import Session
from handoff import agents
from tests.faults import truth
from tests.faults.history import Breach, History, check_truth
from tests.simulate.loop import Loop
from tests.simulate.network import Gone, Link
from tests.simulate.people import Attendant, Client, Customer
from tests.simulate.script import ScriptedIndex
from tests.simulate.server import Server
from tests.simulate.store import Disk

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONG = 600.0
"""Simulated seconds in which a healed world must come to rest."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run showed."""

    seed: int
    breaches: list[Breach]
    events: int
    history: History

    @property
    def digest(self) -> str:
        """The same for every run of this seed."""
        return _digest(self.history)


@dataclass(frozen=True, slots=True)
class Stage:
    """What all runs share: a database with two agents who are signed in."""

    disk: Disk
    staff: tuple[Session, ...]


@contextmanager
def stage() -> Iterator[Stage]:
    """Prepare what each run begins with."""
    with TemporaryDirectory() as folder, _seeded_secrets(random.Random(0)):
        path = Path(folder) / "handrail.db"
        schema.migrate(path)
        staff: list[Session] = []
        engine = sqlite_engine(path, writer=True)
        with engine.begin() as tx:
            for name, role in (("Aina", "agent"), ("Wei", "admin")):
                agent = agents.add(tx, name, role, ["en"], BEGIN, capacity=3)  # type: ignore[arg-type]
                opened, _ = sessions.open_session(tx, agent, now=BEGIN, lasts=timedelta(days=9))
                staff.append(opened)
        engine.dispose()
        template = sqlite3.connect(":memory:")
        source = sqlite3.connect(path)
        source.backup(template)
        source.close()
    disk = Disk(template)
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield Stage(disk, tuple(staff))
    finally:
        gc.enable()
        gc.unfreeze()
        disk.close()


def run(on: Stage, seed: int) -> Outcome:
    """Run one seed to its end and say which promises were broken."""
    chance = random.Random(seed)
    random.seed(seed)
    on.disk.reset()
    loop = Loop(chance)
    asyncio.set_event_loop(loop)
    history = History(wall=loop.time, monotonic=loop.time)
    world = World(on, loop, chance, history)
    try:
        with _seeded_secrets(chance):
            loop.run_until_complete(world.play())
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    gc.collect()  # a task that failed unheard says so when it is cleared away
    with on.disk.engine.connect() as tx, tx.begin():
        found = truth.read_rows(tx)
    breaches = [*check_truth(found, history.lines), *world.trouble, *_errors(loop)]
    events = sum(len(one) for one in found.logs.values())
    return Outcome(seed, breaches, events, history)


class World:
    """Everybody in one run, and what befalls them."""

    def __init__(self, on: Stage, loop: Loop, chance: random.Random, history: History) -> None:
        self.chance = chance
        self.ending = False
        self.gossip: list[str] = []
        self.trouble: list[Breach] = []
        self._on = on
        self._loop = loop
        self._history = history
        self._skew = timedelta(0)
        self._faults = chance.choice((0.0, 0.0, 0.03, 0.1))
        self._index = ScriptedIndex(chance, history.recorder("bot"), self._faults)
        self._server = self._new_server()
        self._people = self._meet()

    def now(self) -> datetime:
        """What the server's clock says: it may be set while it runs."""
        return BEGIN + timedelta(seconds=self._loop.time()) + self._skew

    def dial(self, door: str) -> Link | None:
        """A socket to the server, None while there is none."""
        if not self._server.open:
            return None
        link = Link(self._loop, self.chance)
        self._server.accept(link, door)
        return link

    async def ask(self, work: Callable[[Any], Any]) -> Any:
        """Do something in a transaction of the server, as a request would."""
        if not self._server.open:
            raise Gone
        task = self._server.spawn(self._server.database.write(work))
        await asyncio.wait([task])
        if task.cancelled() or task.exception() is not None:
            raise Gone
        return task.result()

    async def play(self) -> None:
        """Let everything happen, then heal the network and see that everything comes to rest."""
        await self._server.start()
        living = [asyncio.create_task(one.live()) for one in self._people]
        fate = asyncio.create_task(self._befall())
        await asyncio.sleep(1.5 + self.chance.random() * 6)
        self.ending = True
        await asyncio.gather(fate, *living)
        await self._rest()
        for one in self._people:
            one.drop()
        await self._until(lambda: all(one.link is None for one in self._people), "hang up")
        await self._until(lambda: not self._server.left_over(), "end its tasks")
        if left := self._server.left_over():
            self._missing("I9", f"tasks were left over: {left}")
        await self._server.kill()

    async def _rest(self) -> None:
        """Everybody comes back; every message gets its outcome; everybody sees everything."""
        await asyncio.gather(*(self._in_time(one) for one in self._people))
        for one in self._people:
            if isinstance(one, Attendant) and self.chance.random() < 0.8:
                one.drop()
        await self._until(self._decided, "decide every message")
        await self._until(self._caught_up, "show everybody everything")
        if not self._decided():
            self._missing("I9", "there are messages that nobody works on")
        for one in self._behind():
            self._missing("I4", f"{one.recorder.who} never saw the end of a conversation")

    async def _in_time(self, one: Client) -> None:
        try:
            async with asyncio.timeout(LONG):
                await one.settle()
        except TimeoutError:
            self._missing("I9", f"{one.recorder.who} got no answer to {list(one.outbox.values())}")

    async def _until(self, true: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(LONG):
                while not true():  # noqa: ASYNC110 - looked at from outside, as an operator would
                    await asyncio.sleep(0.5)
        except TimeoutError:
            self._missing("I9", f"the world did not {what} within {LONG} seconds")

    def _missing(self, invariant: str, what: str) -> None:
        self.trouble.append(Breach(invariant, what))

    def _decided(self) -> bool:
        return self._scalar("SELECT count(*) FROM outcomes WHERE outcome IS NULL") == 0

    def _caught_up(self) -> bool:
        return not self._behind()

    def _behind(self) -> list[Customer]:
        customers = [one for one in self._people if isinstance(one, Customer)]
        return [one for one in customers if one.conversation and not self._at_end(one)]

    def _at_end(self, one: Customer) -> bool:
        if not one.welcomed:
            return True  # it comes back when it likes, and reads on then
        head = self._scalar(f"SELECT head FROM conversations WHERE id = '{one.conversation}'")  # noqa: S608
        return bool(one.seen.get(one.conversation or "", 0) == head)

    def _scalar(self, query: str) -> Any:
        with self._on.disk.engine.connect() as tx:
            return tx.exec_driver_sql(query).scalar()

    def _meet(self) -> list[Client]:
        people: list[Client] = []
        for _ in range(self.chance.choice((1, 1, 2))):
            browser: dict[str, str] = {}
            for _ in range(self.chance.choice((1, 1, 1, 2))):
                recorder = self._history.recorder(f"customer {len(people) + 1}")
                people.append(Customer(self, recorder, browser))
        team = [one.agent.id for one in self._on.staff]
        for session in self._on.staff[: self.chance.choice((1, 2, 2))]:
            recorder = self._history.recorder(session.agent.name)
            people.append(Attendant(self, recorder, session, team))
        return people

    def _new_server(self) -> Server:
        return Server(self._on.disk, self._loop, self.chance, self._index, self.now, self._faults)

    async def _befall(self) -> None:
        """Kills, stops, a new index, a clock that is set: what happens to a server."""
        while not self.ending:
            await asyncio.sleep(1 + self.chance.random() * 8)
            fate = self.chance.choices(
                (self._killed, self._stopped, self._reindexed, self._clock_set, self._nothing),
                (4, 1, 2, 1, 5),
            )[0]
            await fate()

    async def _killed(self) -> None:
        await self._server.kill()
        await self._again()

    async def _stopped(self) -> None:
        await self._server.stop()
        await self._again()

    async def _again(self) -> None:
        await asyncio.sleep(self.chance.random() * 3)
        self._server = self._new_server()
        await self._server.start()

    async def _reindexed(self) -> None:
        self._index.generation += 1

    async def _clock_set(self) -> None:
        self._skew += timedelta(seconds=self.chance.uniform(-30, 30))

    async def _nothing(self) -> None:
        """An ordinary day."""


@contextmanager
def _seeded_secrets(chance: random.Random) -> Iterator[None]:
    """Ids and tokens come from the seed, or a run could not be had again."""
    before = secrets.token_hex, secrets.token_urlsafe
    secrets.token_hex = lambda size=32: chance.randbytes(size or 32).hex()
    secrets.token_urlsafe = lambda size=32: chance.randbytes(size or 32).hex()
    try:
        yield
    finally:
        secrets.token_hex, secrets.token_urlsafe = before


def _errors(loop: Loop) -> Iterator[Breach]:
    """Errors of the product that nobody caught."""
    for context in loop.broken:
        yield Breach("I9", f"{context['message']}: {context.get('exception')!r}")


def _digest(history: History) -> str:
    def fixed(value: Any) -> Any:
        """Without the milliseconds that real work took."""
        if isinstance(value, dict):
            return {key: fixed(one) for key, one in value.items() if key != "ms"}
        return [fixed(one) for one in value] if isinstance(value, list) else value

    text = json.dumps(fixed(history.lines), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
