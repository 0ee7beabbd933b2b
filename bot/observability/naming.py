"""Every request and every socket has a name, which each log entry about it bears."""

import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from structlog.contextvars import bound_contextvars

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEADER = b"x-request-id"
_SANE = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_KINDS = {"http": "request", "websocket": "socket"}


class Named:
    """ASGI middleware; a name that the proxy gave (`X-Request-ID`) is kept, and sent back."""

    def __init__(self, app: Callable[[Message, Receive, Send], Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass it on under its name."""
        kind = _KINDS.get(scope["type"])
        if kind is None:
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == HEADER), b"")
        name = given if _SANE.fullmatch(given) else secrets.token_hex(6).encode()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                message["headers"] = [*message["headers"], (HEADER, name)]
            await send(message)

        with bound_contextvars(**{kind: name.decode()}):
            await self._app(scope, receive, answer if kind == "request" else send)
