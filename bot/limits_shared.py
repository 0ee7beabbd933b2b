"""Counts that all processes keep together, in Redis. Without Redis each keeps its own."""

import time
from contextlib import suppress
from typing import Any

import structlog
from limits import RateLimitItem
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

logger = structlog.get_logger()

TROUBLE = (RedisError, OSError, TimeoutError)
SECONDS = 0.25
"""A call that takes longer has failed: a customer waits for it."""
PAUSE = 1.0
"""Seconds until one call tries again whether Redis is back; the others do not wait for it."""
CONNECTIONS = 16


class SharedLimits:
    """Windows in Redis. What cannot be asked there is None, and never a refusal."""

    def __init__(self, url: str, name: str) -> None:
        """`name` is this installation's: several may share one Redis. Nothing is opened yet."""
        given: dict[str, Any] = {
            "socket_timeout": SECONDS,
            "socket_connect_timeout": SECONDS,
            "retry": Retry(NoBackoff(), 0),  # tried again by PAUSE alone
        }
        self._pool = BlockingConnectionPool.from_url(
            url, max_connections=CONNECTIONS, timeout=SECONDS, **given
        )
        storage = RedisStorage(
            "async+redis://",  # where it really is, the pool knows
            implementation="redispy",
            key_prefix=f"handrail:{name}:limits",
            connection_pool=self._pool,  # type: ignore[arg-type]  # its options are untyped
        )
        self._moving = MovingWindowRateLimiter(storage)
        self._fixed = FixedWindowRateLimiter(storage)
        self._away = False
        self._again = 0.0

    async def full_until(
        self, item: RateLimitItem, kind: str, who: str, *, cost: int = 1, fixed: bool = False
    ) -> float | None:
        """Count it: 0 when there was room, else the instant (seconds since 1970) of the next.

        None when Redis could not be asked.
        """
        if self._away:
            if (now := time.monotonic()) < self._again:
                return None
            self._again = now + PAUSE  # one tries, the others go on
        limiter = self._fixed if fixed else self._moving
        try:
            if await limiter.hit(item, kind, who, cost=cost):
                found = 0.0
            else:
                found = (await limiter.get_window_stats(item, kind, who)).reset_time
        except TROUBLE as error:
            self._lost(error)
            return None
        if self._away:
            self._away = False
            logger.info("limits_shared_again")
        return found

    async def close(self) -> None:
        """End the connections."""
        with suppress(*TROUBLE):  # they are gone, which is what was wanted
            await self._pool.disconnect()

    def _lost(self, error: BaseException) -> None:
        if not self._away:
            logger.warning("limits_not_shared", error=type(error).__name__)
        self._away = True
        self._again = time.monotonic() + PAUSE
