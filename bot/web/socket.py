"""What both sockets share: hello in time, frames of a sane size, one sender, a reason to close."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from pydantic import TypeAdapter
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.errors import BotError, NotSignedIn, RateLimited
from bot.live.connection import Connection, Slow
from bot.web import errors, wire
from bot.web.auth import origin_allowed, parts_of
from bot.web.wire import BadFrame

logger = structlog.get_logger()

REASON = 120
"""Bytes of a close frame's reason: the protocol allows 123."""
LOOKS = 20
"""A client's silence is told to a twentieth of what is too long."""


class Closed(Exception):
    """Close the socket with this code and reason."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


async def admit(socket: WebSocket) -> None:
    """Accept the socket if its page may talk to us; raises Closed."""
    await socket.accept()
    if not origin_allowed(socket):
        raise Closed(errors.BAD_ORIGIN, "This site may not embed the chat.")


async def hello(socket: WebSocket, frames: TypeAdapter[Any]) -> Any:
    """The first frame; raises Closed when it is late or no hello."""
    seconds = parts_of(socket).settings.web.hello_seconds
    try:
        async with asyncio.timeout(seconds):
            text = await receive(socket)
    except TimeoutError as error:
        raise Closed(errors.SILENT, "No hello came.") from error
    try:
        return wire.parse(text, frames)
    except BadFrame as error:
        raise Closed(errors.BAD_HELLO, str(error)) from error


async def receive(socket: WebSocket) -> str:
    """The next text frame; raises Closed for one that is too large or not text."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    text = message.get("text")
    if text is None:
        return "\x00"  # binary: answered as a bad frame, like anything that is not JSON
    if len(text) > wire.MAX_FRAME or len(text.encode()) > wire.MAX_FRAME:
        raise Closed(errors.TOO_BIG, "The frame is larger than 64 KB.")
    return str(text)


async def serve(
    socket: WebSocket,
    connection: Connection,
    frames: TypeAdapter[Any],
    handle: Callable[[Any], Awaitable[None]],
) -> None:
    """Send and receive until one side ends it; raises Closed or WebSocketDisconnect."""
    async with asyncio.TaskGroup() as group:
        sender = group.create_task(connection.run())
        try:
            await _listen(socket, connection, frames, handle)
        finally:
            sender.cancel()


async def _listen(
    socket: WebSocket,
    connection: Connection,
    frames: TypeAdapter[Any],
    handle: Callable[[Any], Awaitable[None]],
) -> None:
    silence = parts_of(socket).settings.web.ping_seconds * 3
    time = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(silence) as limit:
            heard = time()
            while True:
                text = await receive(socket)
                with connection.request():
                    await _answer(connection, text, frames, handle)
                if (now := time()) - heard > silence / LOOKS:  # every frame would cost a timer
                    heard = now
                    limit.reschedule(now + silence)
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise Closed(errors.SILENT, "Nothing was heard for too long.") from error


async def _answer(
    connection: Connection,
    text: str,
    frames: TypeAdapter[Any],
    handle: Callable[[Any], Awaitable[None]],
) -> None:
    """Handle one frame; an error of ours becomes an error frame and the socket lives on."""
    try:
        await handle(wire.parse(text, frames))
    except NotSignedIn as error:
        raise Closed(errors.SIGNED_OUT, str(error)) from error
    except errors.ProductError as error:
        connection.send(errors.frame(error, wire.frame_id(text)))


async def run(socket: WebSocket, talk: Callable[[], Awaitable[None]]) -> None:
    """Run a whole socket and close it with the right code, whatever happens."""
    try:
        await talk()
    except* WebSocketDisconnect:
        pass
    except* Closed as group:
        first = _first(group)
        await close(socket, first.code, first.reason)
    except* Slow:
        await close(socket, errors.TOO_SLOW, "You do not read what is sent.")
    except* RateLimited as group:
        await close(socket, errors.TOO_MANY, str(_first(group)))
    except* BotError as group:
        await close(socket, errors.SILENT, str(_first(group)))


async def close(socket: WebSocket, code: int, reason: str) -> None:
    """Close once; a client that has gone already is no error."""
    short = reason.encode()[:REASON].decode(errors="ignore")
    if socket.application_state is WebSocketState.CONNECTED:
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(code, short)


def _first(group: BaseExceptionGroup[Any]) -> Any:
    error: Any = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
