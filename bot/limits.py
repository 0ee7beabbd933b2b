"""How much a stranger may send, per visitor and per address."""

import math
import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter

from bot.attachments.settings import AttachmentSettings
from bot.errors import RateLimited
from bot.settings import WebSettings

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

    def __init__(self, settings: WebSettings, files: AttachmentSettings) -> None:
        self._limiter = MovingWindowRateLimiter(_Storage())
        self._weigher = FixedWindowRateLimiter(_Storage())
        self._messages = RateLimitItemPerMinute(settings.messages_per_minute)
        self._visitors = RateLimitItemPerMinute(settings.visitors_per_minute)
        self._sign_ins = RateLimitItemPerMinute(settings.sign_ins_per_minute)
        self._files = RateLimitItemPerHour(files.files_per_hour)
        self._bytes = RateLimitItemPerHour(files.megabytes_per_hour * _MEGABYTE)
        self._shared = RateLimitItemPerHour(files.address_megabytes_per_hour * _MEGABYTE)

    def message(self, visitor_id: str) -> None:
        """One more message of this visitor."""
        self._hit(self._messages, "message", visitor_id, "You are writing very fast.")

    def visitor(self, address: str) -> None:
        """One more new visitor from this address."""
        self._hit(self._visitors, "visitor", address, "Too many new visitors from this address.")

    def sign_in(self, address: str) -> None:
        """One more attempt to sign in from this address."""
        self._hit(self._sign_ins, "sign-in", address, "Too many attempts to sign in.")

    def attachment(self, visitor_id: str) -> None:
        """One more file of this visitor begins to come."""
        self._hit(self._files, "file", visitor_id, "You have sent many files.")

    def attached(self, visitor_id: str, address: str, size: int) -> None:
        """These bytes have come; they count whatever becomes of the file."""
        told = "You have sent many large files."
        self._hit(self._bytes, "bytes", visitor_id, told, by=self._weigher, cost=size)
        told = "Too many large files came from this address."
        self._hit(self._shared, "shared bytes", address, told, by=self._weigher, cost=size)

    def _hit(
        self,
        item: RateLimitItem,
        kind: str,
        who: str,
        what: str,
        *,
        by: RateLimiter | None = None,
        cost: int = 1,
    ) -> None:
        limiter = by or self._limiter
        if limiter.hit(item, kind, who, cost=cost):
            return
        reset, _ = limiter.get_window_stats(item, kind, who)
        wait = max(1, math.ceil(reset - time.time()))
        raise RateLimited(f"{what} Try again in {wait} seconds.", retry_after=float(wait))
