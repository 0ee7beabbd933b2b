"""Somebody begins to follow while two others write: every order of steps, on the real hub."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

from bot.conversation.events import AGENT_SAID, Event, Moved
from bot.live.broker import MemoryBroker
from bot.live.connection import Connection, Frame
from bot.live.hub import Hub
from bot.storage.engine import News
from tests.faults.figures import Figure
from tests.faults.ground import Ground

CONVERSATION = "c"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
STEPS = {
    "first": ("write", "tell"),
    "second": ("write", "tell"),
    "joiner": ("follow", "look", "get"),
}
"""A writer commits, then its news arrive. The joiner follows, reads the log, has what it read."""


async def interleavings(ground: Ground, events: int) -> Figure:
    """Do every order of the steps, on logs that have up to so many events before."""
    del ground
    count = 0
    for before in range(events + 1):
        for order, told in product(_orders(dict.fromkeys(STEPS, 0)), (False, True)):
            seen, head = await _played(order, before, told=told)
            assert seen == list(range(1, head + 1)), (order, seen, head)
            count += 1
    return Figure("F28", f"{count} orders of two writers and one who joins", "0 misses", "0", True)


class _Log:
    """A log in memory; the joiner's first read happens in two steps that others come between."""

    def __init__(self, events: int, *, told: bool) -> None:
        self.head = events
        self.told = told
        self.written: dict[str, int] = {}
        self.look = asyncio.Event()
        self.looked = asyncio.Event()
        self.get = asyncio.Event()

    async def read(self, conversation: str, after: int) -> tuple[list[Any], int]:
        """The events behind this position, as they were when it looked."""
        await self.look.wait()
        found, head = [_event(n) for n in range(after + 1, self.head + 1)], self.head
        self.looked.set()
        await self.get.wait()
        return found, head

    def news(self, who: str) -> News:
        """What is told of the event that this writer has committed."""
        position = self.written[who]
        events = (_event(position),) if self.told else ()
        return Moved(CONVERSATION, position, events) if events else (CONVERSATION, position)


def _event(position: int) -> Event:
    return Event(CONVERSATION, position, AGENT_SAID, NOW, 0, "agent", {})


class _Transport:
    """Keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[Frame] = []

    async def send_text(self, data: str) -> None:
        """Keep one frame."""
        self.sent.append(json.loads(data))


async def _played(order: list[str], before: int, *, told: bool) -> tuple[list[int], int]:
    """The positions that the joiner was sent after these steps, and the head of the log.

    `told`: news carry the events, as they do within one process; else the log is read.
    """
    log, transport, broker = _Log(before, told=told), _Transport(), MemoryBroker()
    hub = Hub(broker)
    hub.start()
    connection = Connection(transport, log.read, lambda event: {"position": event.position})
    hub.add(connection, "customer")
    running = asyncio.create_task(connection.run())
    done = dict.fromkeys(STEPS, 0)
    for who in order:
        step = STEPS[who][done[who]]
        done[who] += 1
        await _step(step, who, log, lambda: hub.follow(connection, CONVERSATION, 0), broker)
    async with asyncio.timeout(30):
        while connection.positions.get(CONVERSATION) != log.head:  # noqa: ASYNC110
            await asyncio.sleep(0)
    await _settled()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return [item["position"] for frame in transport.sent for item in frame["items"]], log.head


async def _step(
    step: str, who: str, log: _Log, follow: Callable[[], None], broker: MemoryBroker
) -> None:
    match step:
        case "write":
            log.head += 1
            log.written[who] = log.head
        case "tell":
            broker.publish([log.news(who)])
        case "follow":
            follow()
        case "look":
            log.look.set()
            await log.looked.wait()
        case _:
            log.get.set()
    await _settled()


async def _settled() -> None:
    """Let everything that can run do so."""
    for _ in range(10):
        await asyncio.sleep(0)


def _orders(done: dict[str, int]) -> Iterator[list[str]]:
    """All orders in which the steps can happen, each one's own in their order."""
    left = [who for who, steps in STEPS.items() if done[who] < len(steps)]
    if not left:
        yield []
    for who in left:
        for rest in _orders(done | {who: done[who] + 1}):
            yield [who, *rest]
