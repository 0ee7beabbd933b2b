"""How much a stranger may send, per visitor and per address."""

import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.errors import RateLimited
from bot.settings import WebSettings


class Limits:
    """Moving windows of one minute; raises RateLimited with how long to wait."""

    def __init__(self, settings: WebSettings) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._messages = RateLimitItemPerMinute(settings.messages_per_minute)
        self._visitors = RateLimitItemPerMinute(settings.visitors_per_minute)
        self._sign_ins = RateLimitItemPerMinute(settings.sign_ins_per_minute)

    def message(self, visitor_id: str) -> None:
        """One more message of this visitor."""
        self._hit(self._messages, "message", visitor_id, "You are writing very fast.")

    def visitor(self, address: str) -> None:
        """One more new visitor from this address."""
        self._hit(self._visitors, "visitor", address, "Too many new visitors from this address.")

    def sign_in(self, address: str) -> None:
        """One more attempt to sign in from this address."""
        self._hit(self._sign_ins, "sign-in", address, "Too many attempts to sign in.")

    def _hit(self, item: RateLimitItem, kind: str, who: str, what: str) -> None:
        if self._limiter.hit(item, kind, who):
            return
        reset, _ = self._limiter.get_window_stats(item, kind, who)
        wait = max(1, math.ceil(reset - time.time()))
        raise RateLimited(f"{what} Try again in {wait} seconds.", retry_after=float(wait))
