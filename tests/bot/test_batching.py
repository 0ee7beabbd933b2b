"""Frames of one turn of the loop go out together, in order, and none is lost."""

import asyncio
from typing import Any

from bot.batching import MOST, _Batching


class Recorder(asyncio.Transport):
    """A transport that keeps what it is asked to write."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        """Keep it; a closed transport must not be written to."""
        assert not self.closed
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self.closed

    def close(self) -> None:
        """Take nothing more."""
        self.closed = True


async def test_frames_of_one_turn_are_one_write() -> None:
    transport = Recorder()
    batching = _Batching(transport, asyncio.get_running_loop())
    batching.write(b"ack ")
    batching.write(b"event ")
    assert transport.written == []
    await asyncio.sleep(0)
    batching.write(b"later")
    await asyncio.sleep(0)
    assert transport.written == [b"ack event ", b"later"]


async def test_many_bytes_do_not_wait() -> None:
    """The real transport has to see them to say that the client is slow."""
    transport = Recorder()
    batching = _Batching(transport, asyncio.get_running_loop())
    for _ in range(4):
        batching.write(b"x" * (MOST // 2))
    assert sum(map(len, transport.written)) >= MOST
    await asyncio.sleep(0)
    assert sum(map(len, transport.written)) == 4 * (MOST // 2)


async def test_closing_sends_what_waits_and_nothing_follows() -> None:
    transport = Recorder()
    batching = _Batching(transport, asyncio.get_running_loop())
    batching.write(b"goodbye")
    batching.close()
    batching.write(b"too late")
    await asyncio.sleep(0)
    assert transport.written == [b"goodbye"]
    assert batching.is_closing()
