"""One request at a time and never hurried: a pause between requests, and waiting when told to."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from retrieval.errors import ImportRefused
from retrieval.importers.fetch import Admit, Fetched, Fetcher

LONGEST_WAIT = timedelta(seconds=60)
"""A server that asks for a longer pause is left in peace instead."""
LONGEST_DELAY = timedelta(seconds=30)
_ATTEMPTS = 4
_FIRST_WAIT = 2.0
_SLICE = 0.2
_BUSY = (429, 503)


class TooBusy(ImportRefused):
    """The server asks to be left alone; the import ends here and can be done again later."""


class Paced:
    """A Fetcher that pauses between requests to one host and obeys Retry-After.

    `delay` is the shortest pause; a site's own crawl-delay may raise it (`slow_down`). Waiting
    ends early when the import is cancelled.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        delay: timedelta = timedelta(seconds=0.2),
        cancelled: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._fetcher = fetcher
        self._delay = delay.total_seconds()
        self._cancelled = cancelled
        self._clock = clock
        self._sleep = sleep
        self._last: dict[str, float] = {}

    def slow_down(self, delay: timedelta) -> None:
        """Pause at least this long from now on; never shortens."""
        self._delay = max(self._delay, delay.total_seconds())

    def get(
        self,
        url: str,
        *,
        accept: frozenset[str] = frozenset(),
        headers: Mapping[str, str] | None = None,
        admit: Admit = lambda _: None,
        size: int | None = None,
    ) -> Fetched:
        """As Fetcher.get, politely; raises TooBusy when the server stays busy or says so."""

        def turn(at: str) -> None:
            admit(at)
            self._wait_turn(at)
            if self._cancelled():
                raise ImportRefused(at, None, "was left because the import was cancelled.")

        for attempt in range(_ATTEMPTS):
            try:
                found = self._fetcher.get(
                    url, accept=accept, headers=headers, admit=turn, size=size
                )
            finally:  # the pause counts from the answer: a slow server is not hurried
                self._last = {host: self._clock() for host in self._last}
            if found.status not in _BUSY:
                return found
            pause = _asked_pause(found.headers)
            if pause is None:
                pause = _FIRST_WAIT * 2**attempt
            if pause > LONGEST_WAIT.total_seconds():
                raise TooBusy(url, None, f"asks to wait {pause:,.0f} s. Import again after that.")
            if attempt + 1 < _ATTEMPTS:
                self._rest(pause)
        raise TooBusy(
            url, None, f"is too busy ({found.status} {_ATTEMPTS} times). Import again later."
        )

    def _wait_turn(self, url: str) -> None:
        host = httpx.URL(url).host
        last = self._last.get(host)
        if last is not None:
            self._rest(last + self._delay - self._clock())
        self._last[host] = self._clock()

    def _rest(self, seconds: float) -> None:
        until = self._clock() + seconds
        while (left := until - self._clock()) > 0 and not self._cancelled():
            self._sleep(min(left, _SLICE))


def _asked_pause(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the server asks for, however it says so; None when it does not."""
    written = headers.get("retry-after", "").strip()
    if written.isdecimal():
        return float(written[:12])
    if written:
        try:
            moment = parsedate_to_datetime(written)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    # Intercom names the second at which its limit ends.
    reset = headers.get("x-ratelimit-reset", "").strip()
    if reset.isdecimal() and len(reset) <= 12:
        return max(0.0, float(reset) - datetime.now(UTC).timestamp())
    return None
