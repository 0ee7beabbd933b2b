"""One time for all servers of a database: the one that the database's server tells."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

DRIFT = 0.0002
"""A machine's steady clock gains or loses at most so much of what passes."""
STALE = 10.0
"""Seconds after which the server is asked again if nothing was written meanwhile."""


class ServerTime:
    """The server's time, kept by this machine's steady clock from one word of it to the next.

    Every word gives bounds for how far the two are apart, for the server spoke between the
    question and its answer. Bounds of several words are put together, so the time is wrong by half
    of the quickest answer at most, and by what the steady clock has drifted since.
    """

    def __init__(self, steady: Callable[[], float], ask: Callable[[], None]) -> None:
        """`ask` begins a question to the server, whose answer comes to `note` later."""
        self.steady = steady
        self._ask = ask
        self._lock = threading.Lock()
        self._bounds: tuple[float, float] | None = None
        self._noted = self._asked = steady()

    def note(self, said: datetime, *, asked: float, heard: float) -> None:
        """The server said so; the steady clock stood so at the question and at the answer."""
        low, high = said.timestamp() - heard, said.timestamp() - asked
        with self._lock:
            if self._bounds is not None:
                drift = DRIFT * abs(heard - self._noted)
                both = max(low, self._bounds[0] - drift), min(high, self._bounds[1] + drift)
                if both[0] <= both[1]:  # else the server's clock was set, or this machine slept
                    low, high = both
            self._bounds, self._noted = (low, high), heard

    def __call__(self) -> datetime:
        """Now."""
        at = self.steady()
        if max(at - self._noted, 0.0) > STALE and at - self._asked > STALE:
            self._asked = at
            self._ask()
        with self._lock:
            if self._bounds is None:
                raise RuntimeError("The server has not told its time yet.")
            return datetime.fromtimestamp(at + sum(self._bounds) / 2, UTC)

    @property
    def uncertainty(self) -> float:
        """Seconds by which it may be wrong at most."""
        with self._lock:
            if self._bounds is None:
                return float("inf")
            drift = DRIFT * abs(self.steady() - self._noted)
            return (self._bounds[1] - self._bounds[0]) / 2 + drift
