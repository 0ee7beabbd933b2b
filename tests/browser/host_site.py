"""Somebody else's site, on an origin of its own, with one page of HTML and one stylesheet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class HostSite:
    """What the site serves: set before the page is opened."""

    url: str = ""
    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request and hang up."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            kind, text = self.files.get(head.split(" ", 2)[1], ("text/plain", ""))
            headers = {"Content-Type": kind, "Connection": "close", **self.headers}
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            body = text.encode()
            writer.write(
                f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode() + body
            )
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def host_site() -> AsyncIterator[HostSite]:
    """A site on a free port, without files yet."""
    site = HostSite()
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    site.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield site
