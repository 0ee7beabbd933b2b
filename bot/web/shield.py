"""What stands before every request: a limit on its size, and headers that keep browsers strict."""

import json
import re
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import BotError
from bot.web.auth import origin_allowed

MAX_BODY = 2_000_000
"""Bytes of a request; an article of 200,000 characters fits."""
MAX_UPLOAD = 201_000_000
"""Bytes of an import: 200 files of 1 MB, with what stands around them."""
UPLOAD = "/api/admin/import"
_OPEN = re.compile(r"/(?:widget|banner)\.js|/a/.*|/api/(?:passages/.*|articles|incidents|suggest)")
"""Addresses that pages of other sites load: the widget, and what anybody may read."""
MAX_ATTACHMENT = 50_000_000
"""Bytes of an upload; how many one may really have is a setting below this."""
ATTACHMENTS = "/api/attachments"
_SHARED = re.compile(rf"{ATTACHMENTS}(?:/.*)?")
"""Addresses that the widget asks, with a token, from the sites that may embed it."""


class TooLarge(BotError):
    """The body is longer than the request may have."""

    code = "too_large"


def policy(frame_ancestors: Iterable[str] = ()) -> str:
    """The Content-Security-Policy of our pages, which these origins may frame."""
    framing = " ".join(frame_ancestors) or "'none'"
    return (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        f"form-action 'self'; frame-ancestors {framing}"
    )


class Shield:
    """ASGI middleware; what an endpoint has set itself stays as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        limit = {UPLOAD: MAX_UPLOAD, ATTACHMENTS: MAX_ATTACHMENT}.get(path, MAX_BODY)

        async def send_strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _add_headers(headers, path)
                if _SHARED.fullmatch(path):
                    _share(headers, HTTPConnection(scope))
            await send(message)

        if _announced(scope) > limit:
            await _refuse(send_strict, limit)
            return
        await self._app(scope, _counted(receive, limit), send_strict)


def _add_headers(headers: MutableHeaders, path: str) -> None:
    api = path.startswith(("/api/", "/health/"))
    headers.setdefault("Content-Security-Policy", policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store" if api else "no-cache")
    if _OPEN.fullmatch(path):
        headers.setdefault("Access-Control-Allow-Origin", "*")
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")


def _share(headers: MutableHeaders, connection: HTTPConnection) -> None:
    """Let the page that asked read the answer, also one that refuses, if it may embed the chat."""
    headers.add_vary_header("Origin")
    origin = connection.headers.get("origin")
    if origin is not None and origin_allowed(connection):
        headers.setdefault("Access-Control-Allow-Origin", origin)
        headers.setdefault("Access-Control-Expose-Headers", "Retry-After")


def _announced(scope: Scope) -> int:
    """The Content-Length; whatever is no number counts as endless."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 16 else MAX_UPLOAD + 1
    return 0


def _counted(receive: Receive, limit: int) -> Receive:
    """Read on until the limit: a body may come without saying how long it is."""
    read = 0

    async def counting() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise TooLarge(f"The request has more than {limit} bytes.")
        return message

    return counting


async def _refuse(send: Send, limit: int) -> None:
    error = {"code": "too_large", "message": f"The request has more than {limit:,} bytes."}
    body = json.dumps({"error": error}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
