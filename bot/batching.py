"""What is sent to a socket in one turn of the loop goes out with one call of the system.

An acknowledgement and the event it is about, or the messages of twenty customers to their agent,
are frames of their own; writing each by itself costs more than making it.
"""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

MOST = 65_536
"""Bytes that wait at most; more are written at once, so that a slow client is noticed as ever."""


class _Batching:
    """A transport that writes what it was given when the loop comes round."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Write this with whatever else is written until then."""
        if not self._waiting:
            self._loop.call_soon(self.flush)
        self._waiting.append(data)
        self._size += len(data)
        if self._size > MOST:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            data = b"".join(self._waiting)
            self._waiting.clear()
            self._size = 0
            if not self._transport.is_closing():  # whoever hung up meanwhile is told nothing more
                self._transport.write(data)

    def close(self) -> None:
        """Close once everything is written."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Protocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSockets on such a transport."""

    # It is given a stream's transport, and asks of it what `_Batching` has or passes on.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; called by uvicorn."""
        super().connection_made(_Batching(transport, self.loop))  # type: ignore[arg-type]
