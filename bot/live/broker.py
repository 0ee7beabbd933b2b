"""News between the parts of the product: "conversation c is now at position n". A hint only."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.storage.engine import News

Listener = Callable[[Sequence[News]], None]


class Broker(Protocol):
    """Carries news at most once: whoever misses some finds it by reading the log."""

    def publish(self, news: Sequence[News]) -> None:
        """Tell every listener, in any process; may be called from any thread."""

    def listen(self, listener: Listener) -> None:
        """Call `listener` with news, on any thread."""


class MemoryBroker:
    """News within one process."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def publish(self, news: Sequence[News]) -> None:
        """Call the listeners at once, on the publisher's thread."""
        for listener in self._listeners:
            listener(news)

    def listen(self, listener: Listener) -> None:
        """Add a listener; it must be quick and must not raise."""
        self._listeners.append(listener)
