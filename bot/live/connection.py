"""One open socket: what it follows, what waits to be sent, and one task that sends."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import orjson

from bot.conversation.events import Event

Frame = dict[str, Any]

MAX_WAITING = 256
"""Frames that may wait for a slow client before it is closed."""
MAX_HINTS = 32
"""Typing and drafts that may wait; older ones are dropped, they are worth nothing late."""
SEND_SECONDS = 30.0
"""A client that does not take one frame in this time is closed."""
LOOKS = 10
"""How often in that time it is looked at whether one is being sent for too long."""
MAX_FRESH = 100
"""Events just stored that wait to be sent; a client further behind is sent what is read."""
BATCH = 100
"""Events in one frame at most."""
BATCH_BYTES = 48_000
"""Frames of events stay below this: the protocol promises 64 KB."""


class Slow(Exception):
    """The client does not read what it is sent."""


class Transport(Protocol):
    """What a connection needs of a WebSocket."""

    async def send_text(self, data: str) -> None:
        """Send one text frame; waits while the client's buffer is full."""


ReadEvents = Callable[[str, int], Any]
"""(conversation, after) → awaitable of (events, head)."""


class Connection:
    """A socket's outgoing side.

    Frames are sent in the order they were handed in. Events are hardly queued: the connection
    knows a position per conversation and reads the log from there, so a slow client costs little
    memory and a lost hint is repaired by the next one. Only what was stored a moment ago and
    comes next is sent without being read again.
    """

    def __init__(
        self, transport: Transport, read: ReadEvents, show: Callable[[Event], Frame]
    ) -> None:
        self._transport = transport
        self._read = read
        self._show = show
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._busy = 0
        self._frames: deque[Frame] = deque()
        self._hints: deque[Frame] = deque(maxlen=MAX_HINTS)
        self._dirty: set[str] = set()
        self._fresh: dict[str, list[Event]] = {}
        self.positions: dict[str, int] = {}
        self.locale = "en"
        self.overflowed = False
        self._sending_since: float | None = None
        self._stuck = False
        self._timer: asyncio.TimerHandle | None = None

    def send(self, frame: Frame) -> None:
        """Send this frame after those before it."""
        if len(self._frames) >= MAX_WAITING:
            self.overflowed = True
        else:
            self._frames.append(frame)
        self._wake.set()

    def hint(self, frame: Frame) -> None:
        """Send this frame if the client keeps up: typing, a draft."""
        self._hints.append(frame)
        self._wake.set()

    def follow(self, conversation_id: str, position: int) -> None:
        """Send the conversation's events behind `position`, now and from now on."""
        self.positions[conversation_id] = position
        self.look(conversation_id)

    def unfollow(self, conversation_id: str) -> None:
        """Send nothing more of it."""
        self.positions.pop(conversation_id, None)
        self._dirty.discard(conversation_id)
        self._fresh.pop(conversation_id, None)

    def look(self, conversation_id: str, fresh: Sequence[Event] = ()) -> None:
        """There may be something new in this conversation; `fresh` was just stored there."""
        if conversation_id not in self.positions:
            return
        if fresh:
            kept = self._fresh.setdefault(conversation_id, [])
            if len(kept) + len(fresh) > MAX_FRESH:
                kept.clear()
            kept += fresh
        self._dirty.add(conversation_id)
        self._wake.set()

    @contextmanager
    def request(self) -> Iterator[None]:
        """While a request is being answered its answer goes before the events it caused."""
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if self._busy == 0:
                self._idle.set()

    async def run(self) -> None:
        """Send until cancelled; raises Slow when the client does not keep up."""
        self._watch(asyncio.current_task())
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                await self._flush()
                while self._dirty:
                    await self._send_events(self._dirty.pop())
                await self._flush()
        except asyncio.CancelledError:
            if self._stuck:
                raise Slow from None
            raise
        finally:
            if self._timer is not None:
                self._timer.cancel()

    def _watch(self, sending: asyncio.Task[None] | None) -> None:
        """End the sending when one frame takes too long; a timer for each frame would cost more."""
        loop = asyncio.get_running_loop()
        since = self._sending_since
        if sending is not None and since is not None and loop.time() - since >= SEND_SECONDS:
            self._stuck = True
            sending.cancel()
        else:
            self._timer = loop.call_later(SEND_SECONDS / LOOKS, self._watch, sending)

    async def _flush(self) -> None:
        if self.overflowed:
            raise Slow
        while self._frames:
            await self._send(self._frames.popleft())
        while self._hints:
            await self._send(self._hints.popleft())

    async def _send_events(self, conversation_id: str) -> None:
        while (position := self.positions.get(conversation_id)) is not None:
            events, head = self._next(conversation_id, position)
            if not events:
                events, head = await self._read(conversation_id, position)
            await self._idle.wait()
            await self._flush()
            if self.positions.get(conversation_id) != position:
                continue  # the client asked for another position while this one was read
            if not events:
                return
            last = max(head, events[-1].position)
            # One frame at a time: a client that stops reading must not cost the rest of them, too.
            for batch, reached in batches(self._show(event) for event in events):
                self.positions[conversation_id] = position = reached
                named = orjson.dumps(conversation_id)
                await self._send_text(
                    b'{"type":"events","conversation":%b,"items":[%b],"head":%d}'
                    % (named, b",".join(batch), last)
                )
                if self.positions.get(conversation_id) != position:
                    break
            if position >= head:
                return

    def _next(self, conversation_id: str, position: int) -> tuple[list[Event], int]:
        """What was just stored and comes right behind `position`, and the last of all known."""
        found: list[Event] = []
        head = position
        for event in self._fresh.pop(conversation_id, ()):
            head = max(head, event.position)
            if event.position == position + len(found) + 1:
                found.append(event)
        return found, head  # behind a gap the log is read

    async def _send(self, frame: Frame) -> None:
        await self._send_text(orjson.dumps(frame))

    async def _send_text(self, text: bytes) -> None:
        self._sending_since = asyncio.get_running_loop().time()
        await self._transport.send_text(text.decode())
        self._sending_since = None


def batches(items: Iterable[Frame]) -> Iterator[tuple[list[bytes], int]]:
    """The events as JSON for frames that are small enough, each with its last position."""
    some: list[bytes] = []
    size = reached = 0
    for item in items:
        text = orjson.dumps(item)
        if some and (size + len(text) > BATCH_BYTES or len(some) >= BATCH):
            yield some, reached
            some, size = [], 0
        some.append(text)
        size += len(text)
        reached = item["position"]
    if some:
        yield some, reached
