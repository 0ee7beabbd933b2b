"""A status page on a real socket that answers well, badly, slowly, or with lies."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[asyncio.StreamWriter, dict[str, str]], Awaitable[None]]
"""Writes an answer to a request with these headers; returning closes the connection."""

MOST_WRITTEN = 40_000_000


@dataclass
class StatusServer:
    """Answers each path as `pages` says; everything else is 404."""

    port: int = 0
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, then close."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            pairs = (line.partition(":") for line in lines if line)
            headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
            path = first.split(" ")[1]
            self.asked.append((path, headers))
            page = self.pages.get(path) or self.pages.get(path.partition("?")[0]) or status(404)
            await page(writer, headers)
            await writer.drain()
        with suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def status_server() -> AsyncIterator[StatusServer]:
    """Listen on a free port of this machine until the block ends."""
    made = StatusServer()
    serving: set[asyncio.Task[None]] = set()

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        try:
            await made.serve(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            serving.discard(task)

    server = await asyncio.start_server(accepted, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in list(serving):
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


def head(code: int, *headers: str) -> bytes:
    """The first lines of an answer."""
    return "\r\n".join([f"HTTP/1.1 {code} X", *headers, "Connection: close", "", ""]).encode()


def body(content: bytes, *headers: str) -> Answer:
    """200 with this content."""

    async def answer(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
        writer.write(head(200, f"Content-Length: {len(content)}", *headers) + content)

    return answer


def tagged(content: bytes, etag: str) -> Answer:
    """200 with this content once, 304 to whoever has it already."""

    async def answer(writer: asyncio.StreamWriter, headers: dict[str, str]) -> None:
        if headers.get("if-none-match") == etag:
            writer.write(head(304, f"ETag: {etag}"))
        else:
            writer.write(head(200, f"Content-Length: {len(content)}", f"ETag: {etag}") + content)

    return answer


def status(code: int, *headers: str) -> Answer:
    """An answer without content."""

    async def answer(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
        writer.write(head(code, *headers, "Content-Length: 0"))

    return answer


def redirect(to: str) -> Answer:
    """Leads elsewhere."""
    return status(302, f"Location: {to}")


async def stall(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
    """Accept, and never answer."""
    await asyncio.sleep(3600)


async def drip(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
    """One byte at a time, each soon enough to look alive."""
    writer.write(head(200, "Content-Length: 1000000"))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


def truncated(content: bytes) -> Answer:
    """Says the true length, and stops in the middle."""

    async def answer(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
        writer.write(head(200, f"Content-Length: {len(content)}") + content[: len(content) // 2])

    return answer


def too_short_length(content: bytes) -> Answer:
    """Says that half of the content is all."""

    async def answer(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
        writer.write(head(200, f"Content-Length: {len(content) // 2}") + content)

    return answer


def endless(*headers: str) -> Answer:
    """Content without end, or nearly."""

    async def answer(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
        writer.write(head(200, *headers))
        for _ in range(MOST_WRITTEN // 100_000):
            writer.write(b" " * 100_000)
            await writer.drain()

    return answer


def bomb(megabytes: int) -> Answer:
    """A small gzip of much."""
    return body(gzip.compress(b" " * (megabytes * 1_000_000)), "Content-Encoding: gzip")


async def garbage(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
    """No HTTP at all."""
    writer.write(b"\x00\xff\x13 nonsense\r\n\r\n")


async def hang_up(writer: asyncio.StreamWriter, _: dict[str, str]) -> None:
    """Close without a word."""
    writer.transport.abort()
