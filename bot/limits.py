"""How much a stranger may send, per visitor and per address."""

import math
import time
from typing import TYPE_CHECKING

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter

from bot.attachments.settings import AttachmentSettings
from bot.errors import RateLimited
from bot.settings import Settings, WebSettings

if TYPE_CHECKING:
    from bot.limits_shared import SharedLimits  # needs the extra `scale`

_MEGABYTE = 1_000_000
SWEEP = 1.0
"""Seconds between two looks for what is over."""


class _Storage(MemoryStorage):
    """The storage of `limits` with fewer sweeps.

    It starts a thread that looks at every visitor's entries, and does so again 10 ms later as long
    as anybody writes: with some thousand visitors that is most of a processor.
    """

    def __init__(self) -> None:
        self._due = time.monotonic() + SWEEP
        super().__init__()

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - how Python spells it there
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + SWEEP
            super()._MemoryStorage__schedule_expiry()  # type: ignore[misc]  # private to its class


class Limits:
    """Moving windows of one minute, of an hour for files; raises RateLimited with how long to wait.

    Bytes are counted in fixed hours: a moving window keeps an entry for each.
    """

    def __init__(
        self, settings: WebSettings, files: AttachmentSettings, shared: "SharedLimits | None" = None
    ) -> None:
        """Counted in this process; with `shared` in all of them, as long as that can be asked."""
        self._together = shared
        self._limiter = MovingWindowRateLimiter(_Storage())
        self._weigher = FixedWindowRateLimiter(_Storage())
        self._messages = RateLimitItemPerMinute(settings.messages_per_minute)
        self._visitors = RateLimitItemPerMinute(settings.visitors_per_minute)
        self._sign_ins = RateLimitItemPerMinute(settings.sign_ins_per_minute)
        self._files = RateLimitItemPerHour(files.files_per_hour)
        self._bytes = RateLimitItemPerHour(files.megabytes_per_hour * _MEGABYTE)
        self._shared = RateLimitItemPerHour(files.address_megabytes_per_hour * _MEGABYTE)

    async def message(self, visitor_id: str) -> None:
        """One more message of this visitor."""
        await self._hit(self._messages, "message", visitor_id, "You are writing very fast.")

    async def visitor(self, address: str) -> None:
        """One more new visitor from this address."""
        await self._hit(
            self._visitors, "visitor", address, "Too many new visitors from this address."
        )

    async def sign_in(self, address: str) -> None:
        """One more attempt to sign in from this address."""
        await self._hit(self._sign_ins, "sign-in", address, "Too many attempts to sign in.")

    async def attachment(self, visitor_id: str) -> None:
        """One more file of this visitor begins to come."""
        await self._hit(self._files, "file", visitor_id, "You have sent many files.")

    async def attached(self, visitor_id: str, address: str, size: int) -> None:
        """These bytes have come; they count whatever becomes of the file."""
        told = "You have sent many large files."
        await self._hit(self._bytes, "bytes", visitor_id, told, cost=size)
        told = "Too many large files came from this address."
        await self._hit(self._shared, "shared bytes", address, told, cost=size)

    async def close(self) -> None:
        """End what was opened to count together."""
        if self._together is not None:
            await self._together.close()

    async def _hit(
        self, item: RateLimitItem, kind: str, who: str, what: str, *, cost: int | None = None
    ) -> None:
        """Count one, or what it weighs."""
        full: float | None = None
        weighed = cost is not None
        if self._together is not None:
            full = await self._together.full_until(item, kind, who, cost=cost or 1, fixed=weighed)
        if full is None:
            limiter: RateLimiter = self._weigher if weighed else self._limiter
            if limiter.hit(item, kind, who, cost=cost or 1):
                return
            full = limiter.get_window_stats(item, kind, who).reset_time
        if full:
            wait = max(1, math.ceil(full - time.time()))
            raise RateLimited(f"{what} Try again in {wait} seconds.", retry_after=float(wait))


def make_limits(settings: Settings, name: str) -> Limits:
    """Counted together with the other processes where Redis' address is set, here alone else.

    `name` is this installation's: several may share one Redis.
    """
    if not settings.live.redis_url:
        return Limits(settings.web, settings.attachments)
    from bot.limits_shared import SharedLimits  # needs the extra `scale`

    shared = SharedLimits(settings.live.redis_url, name)
    return Limits(settings.web, settings.attachments, shared)
