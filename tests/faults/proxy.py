"""A network that misbehaves: everything between a client and the server passes through here."""

import asyncio
import random
import socket
import struct
from contextlib import suppress
from types import TracebackType
from typing import Self

READ = 65_536


class Lane:
    """One direction of one connection: what passed, and what is to happen to the next bytes."""

    def __init__(self, link: "Link", proxy: "Proxy") -> None:
        self._link = link
        self._proxy = proxy
        self._open = asyncio.Event()
        self._open.set()
        self._left: int | None = None
        self.passed = 0
        self.record = bytearray()
        """Every byte that passed, while the proxy is asked to `record`."""
        self.swallows = False
        """Bytes go in and nothing comes out, not even the end: as behind a dead router."""

        self.ended = asyncio.Event()
        """The sender has hung up, though what is swallowed tells nobody."""

    def cut_after(self, count: int) -> None:
        """Let so many bytes more through, then reset both sides."""
        self._left = count
        if count == 0:
            self._link.reset()

    def stall(self) -> None:
        """Read nothing from now on, so that the sender's buffers fill."""
        self._open.clear()

    def go_on(self) -> None:
        """Read again."""
        self._open.set()

    async def run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on until one side ends it."""
        with suppress(OSError):
            while said := await self._next(reader):
                if not self.swallows:
                    await self._pass_on(said, writer)
        self.ended.set()
        if self.swallows:
            await asyncio.Event().wait()  # the other side never hears of the end

    async def _next(self, reader: asyncio.StreamReader) -> bytes:
        await self._open.wait()
        return await reader.read(READ)

    async def _pass_on(self, said: bytes, writer: asyncio.StreamWriter) -> None:
        if self._proxy.latency:
            await asyncio.sleep(self._proxy.latency)
        end = self._left is not None and len(said) >= self._left
        if end:
            said = said[: self._left]
        for piece in self._proxy.slices(said):
            writer.write(piece)
            await writer.drain()
        self.passed += len(said)
        if self._proxy.records:
            self.record += said
        if self._left is not None:
            self._left -= len(said)
        if end:
            await _sent(writer)
            self._link.reset()


class Link:
    """One client's connection through the proxy."""

    def __init__(
        self, proxy: "Proxy", client: asyncio.StreamWriter, server: asyncio.StreamWriter
    ) -> None:
        self._ends = (client, server)
        self.up = Lane(self, proxy)
        """From the client to the server."""
        self.down = Lane(self, proxy)
        """From the server to the client."""
        self.over = asyncio.Event()

    def vanish(self) -> None:
        """Swallow both directions: neither side hears of the other again."""
        self.up.swallows = self.down.swallows = True

    def reset(self) -> None:
        """RST to both sides, without a goodbye."""
        for end in self._ends:
            raw: socket.socket | None = end.get_extra_info("socket")
            if raw is not None and raw.fileno() != -1:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.transport.abort()
        self.over.set()


class Proxy:
    """Passes TCP on to a port of this machine, as badly as it is told to.

    `latency` is in seconds and for each piece that is read; `slicing` breaks what passes into
    pieces of 1 to that many bytes, by a seed, so that frames arrive in parts.
    """

    def __init__(self, port: int, *, latency: float = 0.0, slicing: int = 0, seed: int = 1) -> None:
        self._target = port
        self._random = random.Random(seed)
        self._slicing = slicing
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.latency = latency
        self.records = False
        self.links: list[Link] = []

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def ws(self) -> str:
        """The address of the sockets, through here."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def last(self) -> Link:
        """The newest connection."""
        return self.links[-1]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for link in self.links:
            link.reset()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def slices(self, said: bytes) -> list[bytes]:
        """The bytes as they are to arrive."""
        if not self._slicing:
            return [said]
        pieces, at = [], 0
        while at < len(said):
            size = self._random.randint(1, self._slicing)
            pieces.append(said[at : at + size])
            at += size
        return pieces

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            there, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:  # the server is away: so is the way to it
            writer.transport.abort()
            self._tasks.discard(task)
            return
        link = Link(self, writer, to_server)
        self.links.append(link)
        lanes = [
            asyncio.create_task(link.up.run(reader, to_server)),
            asyncio.create_task(link.down.run(there, writer)),
        ]
        try:
            await asyncio.wait(lanes, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pass
        finally:
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)
            for end in (writer, to_server):
                end.close()
                with suppress(OSError):
                    await end.wait_closed()
            link.over.set()
            self._tasks.discard(task)


async def _sent(writer: asyncio.StreamWriter) -> None:
    """Wait until what was written has left for the kernel: a reset would throw it away."""
    while writer.transport.get_write_buffer_size():  # noqa: ASYNC110 - a transport has no event
        await asyncio.sleep(0)
