"""Sends the queue to consoles and places to customers, whenever they change."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.live import queue_feed
from bot.live.connection import Connection
from bot.live.hub import Hub
from bot.live.queue_feed import Snapshot
from bot.storage.engine import Database
from handoff.hours import Hours
from handoff.settings import HandoffSettings

PAUSE = 0.1
"""Seconds between two looks at least: a storm of changes becomes ten snapshots a second."""
LONGEST = 1.0
"""Seconds between two looks at most while something changes, however long one takes."""
REST = 19
"""Times as long as a look took, nothing is looked at: a long queue never takes the server."""
REGULAR = 5.0
"""Seconds after which it looks anyway: presence ends by time alone."""


class QueueWatch:
    """One task that reads the queue once for all sockets that show it."""

    def __init__(
        self,
        database: Database,
        hub: Hub,
        settings: HandoffSettings,
        hours: Callable[[], Hours | None],
        now: Callable[[], datetime],
    ) -> None:
        self._db = database
        self._hub = hub
        self._settings = settings
        self._hours = hours
        self._now = now
        self._dirty = asyncio.Event()
        self._version = 0
        self._told: dict[Connection, object] = {}
        self.consoles: dict[Connection, str] = {}
        """Console sockets and their agent's id."""
        self.snapshot = Snapshot()
        hub.watch(lambda _: self._dirty.set())

    def look(self) -> None:
        """Something about the queue may have changed that no log tells of, such as who is here."""
        self._dirty.set()
        self._hub.tell_others()

    def add(self, connection: Connection, agent_id: str) -> None:
        """A console wants the queue."""
        self.consoles[connection] = agent_id
        self.look()

    def forget(self, connection: Connection) -> None:
        """A socket has gone."""
        self.consoles.pop(connection, None)
        self._told.pop(connection, None)

    async def run(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with asyncio.timeout(REGULAR):
                    await self._dirty.wait()
            except TimeoutError:
                pass
            self._dirty.clear()
            started = loop.time()
            await self._look()
            took = loop.time() - started
            await asyncio.sleep(min(max(PAUSE, REST * took), LONGEST))

    async def _look(self) -> None:
        waiting = [c for c in self._hub.connections("customer") if c.positions]
        if not self.consoles and not waiting and not self.snapshot.total:
            return
        lease = self._settings.claim_lease
        now = self._now()
        self.snapshot = await self._db.read(
            lambda tx: queue_feed.take(tx, now=now, lease=lease, hours=self._hours())
        )
        for connection, agent_id in list(self.consoles.items()):
            self._tell_console(connection, agent_id)
        for connection in waiting:
            self._tell_customer(connection)

    def _tell_console(self, connection: Connection, agent_id: str) -> None:
        frame = self.snapshot.frame(0, agent_id)
        if self._told.get(connection) != frame:
            self._told[connection] = frame
            self._version += 1
            connection.send(frame | {"version": self._version})

    def _tell_customer(self, connection: Connection) -> None:
        for conversation_id in connection.positions:
            frame = self.snapshot.place(conversation_id, self._settings.minutes_per_conversation)
            if self._told.get(connection) != frame:
                self._told[connection] = frame
                if frame is not None:
                    connection.send(frame)
