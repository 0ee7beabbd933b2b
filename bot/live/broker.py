"""News between the parts of the product: "conversation c is now at position n". A hint only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.storage.engine import News

Listener = Callable[[Sequence[News]], None]
ANYTHING: News = ("", 0)
"""News that belongs to no conversation: look at what you show."""


@dataclass(frozen=True, slots=True)
class Passing:
    """Something that is shown and never stored: typing, a draft."""

    conversation_id: str
    frame: dict[str, Any]
    to: tuple[str, ...]
    """The sides that are shown it."""


class Broker(Protocol):
    """Carries news at most once: whoever misses some finds it by reading the log."""

    lossy: bool
    """Whether news can get lost on the way, so that the log must be looked at without it, too."""
    connected: bool
    """Whether news of other processes arrives now."""

    def publish(self, news: Sequence[News]) -> None:
        """Tell every listener, in any process; may be called from any thread."""

    def listen(self, listener: Listener) -> None:
        """Call `listener` with news, on any thread."""

    def pass_on(self, passing: Passing) -> None:
        """Show it in the other processes; worth nothing late, so it is dropped when they are away.

        Called on the loop that serves the sockets.
        """

    def listen_passing(self, listener: Callable[[Passing], None]) -> None:
        """Call `listener` with what other processes pass on, on the loop that serves sockets."""

    async def run(self) -> None:
        """Carry until cancelled."""


class MemoryBroker:
    """News within one process."""

    lossy = False
    connected = True

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def publish(self, news: Sequence[News]) -> None:
        """Call the listeners at once, on the publisher's thread."""
        for listener in self._listeners:
            listener(news)

    def listen(self, listener: Listener) -> None:
        """Add a listener; it must be quick and must not raise."""
        self._listeners.append(listener)

    def pass_on(self, passing: Passing) -> None:
        """There is no other process."""

    def listen_passing(self, listener: Callable[[Passing], None]) -> None:
        """There is no other process."""

    async def run(self) -> None:
        """Nothing has to be carried."""
