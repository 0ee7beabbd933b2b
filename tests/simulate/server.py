"""One server process of a simulated world: started, killed, stopped and started again."""

import asyncio
import contextvars
import random
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any, cast

from bot.app import _drafts, broadcast_incidents, broadcast_reminders, say_goodbye
from bot.attachments.keeping import Attachments
from bot.channels.widget import WidgetChannel
from bot.clock import Clock
from bot.company import Company
from bot.conversation import log, outcomes
from bot.desk import Desk
from bot.errors import Unavailable
from bot.identifying import Identifying
from bot.live.broker import MemoryBroker
from bot.live.hub import Hub
from bot.live.looking import Looking
from bot.live.queue_watch import QueueWatch
from bot.parts import Parts
from bot.reply import Responder
from bot.settings import Settings, TurnSettings, WebSettings
from bot.supervising import Supervising
from bot.turn import Turns
from bot.web.console import agent_socket
from handoff.settings import HandoffSettings
from retrieval.incidents.board import Board
from tests.simulate.loop import PROCESS, Loop, Process
from tests.simulate.network import Link
from tests.simulate.script import ScriptedAnswerer, ScriptedIndex, Unlimited, rules
from tests.simulate.store import Disk, SimulatedDatabase

SETTINGS = Settings.model_construct(
    web=WebSettings(ping_seconds=20),
    turn=TurnSettings(
        typing_wait=timedelta(seconds=1), lease=timedelta(seconds=3), deadline=timedelta(seconds=5)
    ),
    handoff=HandoffSettings(claim_lease=timedelta(seconds=8)),
)
"""As they come, but less patient: a turn that died is taken again within a short run."""
COMPANY = Company(languages=("en",))
DOORS = {"customer": WidgetChannel().customer, "agent": agent_socket}


class Server:
    """The product's own handlers and doors, put together as `bot.app` does it."""

    def __init__(
        self,
        disk: Disk,
        loop: Loop,
        chance: random.Random,
        index: ScriptedIndex,
        now: Callable[[], Any],
        trouble: float,
    ) -> None:
        self._loop = loop
        self._chance = chance
        self.process = Process()
        self._context = contextvars.copy_context()
        self._context.run(PROCESS.set, self.process)
        self._links: list[Link] = []
        self.open = False
        self.database = SimulatedDatabase(disk, loop, chance, self.process, trouble=trouble)
        self.parts = _parts(self.database, index, ScriptedAnswerer(chance, trouble), now, loop)
        self._own: list[asyncio.Task[Any]] = []

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run it in this process: it dies with it."""
        return self._context.run(self._loop.create_task, work)

    async def start(self) -> None:
        """Begin to serve, as soon as the database lets it."""
        await asyncio.wait([self.spawn(self._start())])

    async def _start(self) -> None:
        self.parts.hub.start()
        while True:
            try:
                await self.database.write(lambda tx: outcomes.release_all(tx, now=self.parts.now()))
                break
            except Unavailable:
                await asyncio.sleep(0.5)
        await asyncio.to_thread(self.parts.board.refresh)
        self._own = [
            asyncio.create_task(self._tick()),
            asyncio.create_task(self.parts.queue.run()),
        ]
        self.open = True

    async def _tick(self) -> None:
        """The clock, at a pace of chance: a busy machine skips many a second."""
        while True:
            await self.parts.clock.tick()
            await asyncio.sleep(self._chance.random() * (4 if self._chance.random() < 0.9 else 9))

    def accept(self, link: Link, door: str) -> None:
        """A client comes in by this door."""
        self._links = [one for one in self._links if not one.over]
        self._links.append(link)
        self.spawn(DOORS[door](link.websocket(self.parts)))

    async def kill(self) -> None:
        """SIGKILL: what is not committed never was, and nobody is told anything any more."""
        self.open = self.process.alive = False
        for link in self._links:
            link.cut()
            link.lose_server()
        while tasks := list(self.process.tasks):
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=1)  # who tidies up may wait for a dead database

    async def stop(self) -> None:
        """SIGTERM: clients are told when to come back, what runs is put down, then it ends."""
        self.open = False
        say_goodbye(self.parts)
        await asyncio.sleep(self._chance.random())
        await asyncio.wait([self.spawn(self._stop())])
        await self.kill()

    async def _stop(self) -> None:
        for task in self._own:
            task.cancel()
        await asyncio.gather(*self._own, return_exceptions=True)
        await self.parts.turns.close()

    def left_over(self) -> list[str]:
        """Tasks that nobody needs once all sockets are closed and no turn is open."""
        return sorted(repr(task) for task in self.process.tasks if task not in self._own)


def _parts(
    database: SimulatedDatabase,
    index: ScriptedIndex,
    answerer: ScriptedAnswerer,
    now: Callable[[], Any],
    loop: Loop,
) -> Parts:
    unused = cast("Any", None)
    board = Board(database.sync, COMPANY.components)
    broker = MemoryBroker()
    database.on_news(broker.publish)
    hub = Hub(broker)
    handoff = SETTINGS.handoff
    responder = Responder(
        index=index, board=board, answerer=answerer, company=COMPANY, rules=rules,
        settings=handoff, limits=lambda _: handoff, now=now,
    )  # fmt: skip
    turns = Turns(database, responder, SETTINGS.turn, now, _drafts(hub))
    parts = Parts(
        settings=SETTINGS, database=database, company=COMPANY, index=unused, indexing=unused,
        importing=unused, board=board, confidence=unused, responder=responder, turns=turns,
        identifying=Identifying(database, SETTINGS.identity, turns, now),
        solved=unused, looking=Looking(hub),
        attachments=Attachments(database, SETTINGS.attachments, now),
        supervising=Supervising(database, hub, handoff.claim_lease, now), sensing=unused,
        desk=Desk(database, now, handoff.claim_lease),
        clock=Clock(database, turns, board, COMPANY, SETTINGS, now, loop.time), feeds=unused,
        hub=hub,
        queue=QueueWatch(database, hub, handoff, lambda: COMPANY.hours, now),
        limits=cast("Any", Unlimited()), now=now, log_id=database.sync.read(log.identity),
        broker=broker,
    )  # fmt: skip
    parts.clock.on_incidents = partial(broadcast_incidents, parts)
    parts.clock.on_reminders = partial(broadcast_reminders, parts)
    return parts
