"""The open sockets of this process, and what each follows."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from bot.conversation.events import Moved
from bot.live.broker import ANYTHING, Broker, Passing
from bot.live.connection import Connection, Frame
from bot.storage.engine import News

Side = Literal["customer", "agent"]


class Hub:
    """Wakes the connections whose conversations have moved. It holds no messages."""

    def __init__(self, broker: Broker) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._followers: dict[str, dict[Connection, Side]] = defaultdict(dict)
        self._connections: dict[Connection, Side] = {}
        self._watchers: list[Callable[[set[str]], None]] = []
        self._hears: dict[Connection, str] = {}
        self._broker = broker
        broker.listen(self._news)
        broker.listen_passing(self._passed)

    def start(self) -> None:
        """Begin to listen; called on the loop that serves the sockets."""
        self._loop = asyncio.get_running_loop()

    def watch(self, watcher: Callable[[set[str]], None]) -> None:
        """Call `watcher` on the loop with the conversations that moved."""
        self._watchers.append(watcher)

    def add(self, connection: Connection, side: Side) -> None:
        """A socket has said hello."""
        self._connections[connection] = side

    def remove(self, connection: Connection) -> None:
        """A socket has gone."""
        self._connections.pop(connection, None)
        for conversation_id in list(connection.positions):
            self.unfollow(connection, conversation_id)
        if (topic := self._hears.pop(connection, None)) is not None:
            self.unfollow(connection, topic)

    def hear(self, connection: Connection, topic: str) -> None:
        """Send this socket what is hinted under `topic`, which is no conversation's id."""
        self._hears[connection] = topic
        self._followers[topic][connection] = self._connections[connection]

    def follow(self, connection: Connection, conversation_id: str, position: int) -> None:
        """Send the conversation to this socket from `position` on."""
        self._followers[conversation_id][connection] = self._connections[connection]
        connection.follow(conversation_id, position)

    def unfollow(self, connection: Connection, conversation_id: str) -> None:
        """Send it no more."""
        connection.unfollow(conversation_id)
        followers = self._followers.get(conversation_id)
        if followers is not None:
            followers.pop(connection, None)
            if not followers:
                del self._followers[conversation_id]

    def connections(self, side: Side | None = None) -> list[Connection]:
        """All sockets, or those of one side."""
        return [one for one, its_side in self._connections.items() if side in (None, its_side)]

    def hint(
        self,
        conversation_id: str,
        frame: Frame,
        *,
        to: Sequence[Side] = ("customer", "agent"),
        but: Connection | None = None,
    ) -> None:
        """Show something passing (typing, a draft) to whoever follows it, in any process."""
        self._show(conversation_id, frame, to, but)
        self._broker.pass_on(Passing(conversation_id, frame, tuple(to)))

    def tell_others(self) -> None:
        """Something has changed that no log tells of, such as who is here: watchers look."""
        self._broker.publish([ANYTHING])

    def behind(self, heads: Mapping[str, int]) -> None:
        """Wake the connections that have not sent what these logs hold."""
        for conversation_id, head in heads.items():
            for connection in self._followers.get(conversation_id, ()):
                if connection.positions.get(conversation_id, head) < head:
                    connection.look(conversation_id)

    def look_around(self) -> None:
        """Have the watchers look, though no news came."""
        self._deliver(())

    def followed(self) -> list[str]:
        """The conversations that somebody here follows."""
        return list(self._followers)

    def _passed(self, passing: Passing) -> None:
        self._show(passing.conversation_id, passing.frame, passing.to, None)

    def _show(
        self, conversation_id: str, frame: Frame, to: Sequence[str], but: Connection | None
    ) -> None:
        for connection, side in list(self._followers.get(conversation_id, {}).items()):
            if connection is not but and side in to:
                connection.hint(frame)

    def _news(self, news: Sequence[News]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._deliver, news)

    def _deliver(self, news: Sequence[News]) -> None:
        for one in news:
            fresh = one.events if isinstance(one, Moved) else ()
            for connection in self._followers.get(one[0], ()):
                connection.look(one[0], fresh)
        moved = {conversation for conversation, _ in news}
        for watcher in self._watchers:
            watcher(moved)
