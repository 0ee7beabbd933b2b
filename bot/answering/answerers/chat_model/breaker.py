"""Stops asking a chat model that is down, so that an outage costs customers no waiting."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.answering.answer import MODEL_UNREACHABLE
from bot.answering.answerers.chat_model.failure import ModelFailed

FAILURES = 3
REST_SECONDS = 30.0


class Breaker:
    """Opens after a few outages in a row; after a rest lets a single call through to see."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._rests_until = float("-inf")
        self._probing = False

    @property
    def resting(self) -> bool:
        """Whether a call now would only wait for nothing."""
        return self._clock() < self._rests_until or self._probing

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Around one call; raises ModelFailed while resting. A cancelled call tells nothing."""
        if self.resting:
            raise ModelFailed(MODEL_UNREACHABLE, "resting after failures")
        probe = self._probing = self._failures >= FAILURES
        try:
            yield
        except ModelFailed as failure:
            if failure.outage:
                self._failed(failure.rest)
            else:
                self._failures = 0
            raise
        else:
            self._failures = 0
        finally:
            if probe:
                self._probing = False

    def _failed(self, rest: float) -> None:
        self._failures += 1
        if self._failures >= FAILURES:
            rest = max(rest, REST_SECONDS)
        self._rests_until = max(self._rests_until, self._clock() + rest)
