"""SIGKILL under load, again and again: what was acknowledged is there, once, with one outcome."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import truth
from tests.faults.figures import Figure, at
from tests.faults.forked import ForkedServer
from tests.faults.ground import QUICK, Ground
from tests.faults.history import Breach, History, check_truth
from tests.faults.machines import machines, read_at
from tests.faults.server import ServerProcess
from tests.faults.talkers import Talker, open_ones, undecided, until_decided
from tests.faults.truth import Truth
from tests.product import until

SEED = 20_000
BLOCK = 100
"""Rounds on one home; then the history is checked and the next home begins."""
TALKERS = 60
SERVERS = 2
BLOCK_OF_TWO = 25
"""Rounds on one database of theirs."""
LOAD = 20
"""Messages that are acknowledged before the next kill: turns are then under way."""
LONGEST = 0.7
"""Seconds of work after that, at most, before the kill: a random part of them."""
READY = 5.0


@dataclass(slots=True)
class Kills:
    """What came of some rounds."""

    rounds: int = 0
    acknowledged: int = 0
    breaches: list[Breach] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    """Seconds each start took until it accepted connections."""

    def add(self, other: "Kills") -> None:
        """Count another block."""
        self.rounds += other.rounds
        self.acknowledged += other.acknowledged
        self.breaches += other.breaches
        self.ready += other.ready

    def line(self) -> str:
        """The counts, as a table has them."""
        by = Counter(one.invariant for one in self.breaches)
        twice, once = by["I2"] + by["I3"], by["I9"]
        return (
            f"{self.rounds} kills, {self.acknowledged} messages acknowledged: {by['I1']} lost, "
            f"{twice} doubled, {once} without exactly one outcome, "
            f"{len(self.breaches) - by['I1'] - twice - once} other breaches; "
            f"accepting again after {at(0.5, self.ready):.1f} s, p99 {at(0.99, self.ready):.1f} s"
        )


async def killed(
    servers: Sequence[ServerProcess],
    rounds: int,
    seed: int,
    *,
    read: Callable[[], Truth],
    decided: Callable[[], Awaitable[None]],
    talkers: int = TALKERS,
) -> Kills:
    """Kill a random one of the running servers so many times while people talk to all of them.

    `read` gives the truth they share, `decided` waits until no message is without an outcome.
    """
    chance, history, kills = random.Random(seed), History(), Kills(rounds)
    everybody = [Talker(number, seed, history) for number in range(talkers)]
    done = asyncio.Event()
    where = [server.ws for server in servers]
    tasks = [asyncio.create_task(one.talk(where, done)) for one in everybody]
    try:
        for _ in range(rounds):
            await under_load(history)
            await asyncio.sleep(chance.uniform(0.0, LONGEST))
            server = chance.choice(servers)
            await server.kill()
            started = time.perf_counter()
            await server.start()
            kills.ready.append(time.perf_counter() - started)
        await under_load(history)
    finally:
        done.set()
        await asyncio.gather(*tasks)
    await asyncio.gather(*(one.settle(where[0]) for one in everybody))
    await decided()
    kills.acknowledged = history.acknowledged
    kills.breaches = await asyncio.to_thread(lambda: check_truth(read(), history.lines))
    return kills


async def under_load(history: History) -> None:
    """Wait until messages are acknowledged again, however long that takes on this machine."""
    before = history.acknowledged
    await until(lambda: history.acknowledged >= before + LOAD, seconds=300)


async def on_home(
    home: Path, server: ServerProcess, rounds: int, seed: int, talkers: int = TALKERS
) -> Kills:
    """`killed`, of one server on SQLite."""
    await server.start()
    try:
        return await killed(
            [server], rounds, seed, talkers=talkers,
            read=lambda: truth.read(home / "handrail.db"),
            decided=lambda: until_decided(lambda: undecided(home)),
        )  # fmt: skip
    finally:
        await server.kill()


async def alone(ground: Ground, blocks: int) -> Figure:
    """One server on SQLite; each block says how it went."""
    total = Kills()
    for number in range(blocks):
        home = ground.home()
        server = ForkedServer(home, **QUICK)
        try:
            total.add(await on_home(home, server, BLOCK, SEED + number))
        finally:
            await server.leave()
        _tell(total, number)
    return _figure("the server is killed under load", total)


async def of_two(ground: Ground, rounds: int) -> Figure:
    """One of two servers on PostgreSQL, with customers on both; each block says how it went."""
    total = Kills()
    async with machines(ground.place, ground.sample) as there:
        for number, first in enumerate(range(0, rounds, BLOCK_OF_TWO)):
            url = there.database()
            shared = {"HANDRAIL_DATABASE__URL": url, "HANDRAIL_LIVE__REDIS_URL": there.redis.url}
            servers = [ForkedServer(there.home(), **QUICK, **shared) for _ in range(SERVERS)]
            try:
                await asyncio.gather(*(server.start() for server in servers))
                total.add(
                    await _of_block(servers, url, min(BLOCK_OF_TWO, rounds - first), SEED + number)
                )
            finally:
                await asyncio.gather(*(server.leave() for server in servers))
            _tell(total, number)
    return _figure(f"one of {SERVERS} servers on PostgreSQL is killed under load", total)


async def _of_block(servers: list[ForkedServer], url: str, rounds: int, seed: int) -> Kills:
    return await killed(
        servers, rounds, seed,
        read=lambda: read_at(url, truth.read_rows),
        decided=lambda: until_decided(lambda: read_at(url, open_ones)),
    )  # fmt: skip


def _tell(total: Kills, number: int) -> None:
    print(f"F20  block {number + 1}, seed {SEED + number}, in all {total.line()}", flush=True)
    assert not total.breaches, total.breaches


def _figure(what: str, total: Kills) -> Figure:
    p99 = at(0.99, total.ready)
    return Figure(
        "F20", what, total.line(), f"0, 0, 0, ready in {READY:.0f} s",
        met=p99 <= READY, timed=True,
    )  # fmt: skip
