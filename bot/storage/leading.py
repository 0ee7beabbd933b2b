"""Which process does what one at a time does: whoever holds a lock for as long as it lives."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.lane import UNREACHABLE, Lane

_TRY = text("SELECT pg_try_advisory_lock(5206121, 2)")
_HELD = text("SELECT 1")


class Leading:
    """A lock of the server's on a connection of its own, used on the lane's thread only.

    The server itself lets go of it when the connection ends, so a process that is killed is
    followed at once, and no clock has to be right for it.
    """

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._connection: AsyncConnection | None = None
        self._one_at_a_time = asyncio.Lock()

    async def holds(self) -> bool:
        """Whether this process leads now; takes the lead when it is free.

        False while the server cannot be asked: somebody else may lead by then.
        """
        async with self._one_at_a_time:
            try:
                if self._connection is not None:
                    await self._connection.execute(_HELD)
                    return True
                return await self._take()
            except UNREACHABLE:
                await self.end()
                return False

    async def end(self) -> None:
        """Let somebody else lead."""
        held, self._connection = self._connection, None
        if held is None:
            return
        try:
            await held.invalidate()  # a connection of the pool would keep the lock
        finally:
            await held.close()

    async def _take(self) -> bool:
        connection = await self._lane.engine.connect()
        try:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            if (await connection.execute(_TRY)).scalar() is True:
                self._connection = connection
                return True
        except BaseException:
            await connection.invalidate()
            await connection.close()
            raise
        await connection.close()
        return False
