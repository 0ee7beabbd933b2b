"""Finds in the log what no news told of: news between processes may get lost at any time."""

import asyncio
from functools import partial

import structlog
from sqlalchemy import select
from sqlalchemy.engine import Connection as Tx

from bot.conversation.tables import conversations
from bot.errors import BotError
from bot.live.broker import Broker
from bot.live.hub import Hub
from bot.storage.engine import Database

logger = structlog.get_logger()

PAUSE = 1.5
"""Seconds between two looks: whatever happens to the news, nobody waits longer than two."""
AT_ONCE = 500
"""Conversations one query asks for."""


class CatchingUp:
    """Compares the followed conversations with their logs, all in a few cheap queries.

    It does so with Redis in good health, too: a process cannot know what another failed to tell.
    """

    def __init__(self, database: Database, hub: Hub, broker: Broker) -> None:
        self._db = database
        self._hub = hub
        self._broker = broker

    async def run(self) -> None:
        """Look until cancelled; ends at once where news cannot get lost."""
        while self._broker.lossy:
            await asyncio.sleep(PAUSE)
            try:
                await self.look()
            except BotError as error:
                logger.warning("catching_up_failed", code=error.code)

    async def look(self) -> None:
        """Wake every connection whose log has moved on; without Redis whoever watches all, too."""
        followed = self._hub.followed()
        for start in range(0, len(followed), AT_ONCE):
            some = followed[start : start + AT_ONCE]
            self._hub.behind(await self._db.read(partial(heads, ids=some)))
        if not self._broker.connected:
            self._hub.look_around()


def heads(tx: Tx, ids: list[str]) -> dict[str, int]:
    """Where each of these logs ends."""
    query = select(conversations.c.id, conversations.c.head).where(conversations.c.id.in_(ids))
    return {row.id: row.head for row in tx.execute(query)}
