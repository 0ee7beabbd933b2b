"""When a lease may be judged: leases are wall-clock times in the database, and a clock may leap."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

logger = structlog.get_logger()

LEAP = timedelta(seconds=5)
"""A wall clock that moves so much more or less than the time that passed was set."""


class Leases:
    """Knows by which time leases end, and when that cannot be known.

    After a leap, what the living wrote before it looks long over, or endless. They renew while
    they live, so one length later every lease that counts was written by the new time.
    """

    def __init__(
        self, now: Callable[[], datetime], steady: Callable[[], float] = time.monotonic
    ) -> None:
        """`steady` gives seconds that only ever pass, whatever happens to the wall clock."""
        self._now = now
        self._steady = steady
        self._wall, self._at = now(), steady()
        self._leapt: float | None = None

    def judged_at(self, length: timedelta) -> datetime | None:
        """The time to judge leases of this length by; None so soon after a leap that who lives
        may not have renewed theirs."""
        now = self.look()
        if self._leapt is not None and self._at - self._leapt <= length.total_seconds():
            return None
        return now

    def look(self) -> datetime:
        """What the wall clock says; notices when it has been set since the last look."""
        wall, at = self._now(), self._steady()
        leap = (wall - self._wall) - timedelta(seconds=at - self._at)
        self._wall, self._at = wall, at
        if abs(leap) > LEAP:
            self._leapt = at
            logger.warning("clock_leapt", seconds=round(leap.total_seconds(), 1))
        return wall
