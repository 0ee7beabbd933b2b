"""Runs the application under uvicorn: one process per home, a clear word at start and end."""

import asyncio
import errno
import fcntl
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from bot.app import create_app, make_answerer, say_goodbye
from bot.errors import SetupError
from bot.settings import Settings
from retrieval import memory

BACKLOG = 2048
"""Connections that may wait to be accepted: after a restart everybody comes at once."""
MAX_FRAME = 65_536
GRACE = 8
"""Seconds open requests get to finish when the server stops."""


class Server(uvicorn.Server):
    """Settles once all is loaded; tells open sockets when to come back before it closes them."""

    app: FastAPI

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the doors, then settle: what the application has loaded stays."""
        await super().startup(sockets)
        memory.settle()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say goodbye, give the sockets a moment to hear it, then stop."""
        parts = getattr(self.app.state, "parts", None)
        if parts is not None:
            parts.turns.closing = True
            say_goodbye(parts)
            await asyncio.sleep(0.2)
        await super().shutdown(sockets)


def serve(
    settings: Settings, host: str, port: int, *, ready: Callable[[str], None] = lambda _: None
) -> None:
    """Serve until a signal comes; `ready` gets the address once the port is taken.

    Raises SetupError when the port is taken or another server uses this home.
    """
    with alone(settings.home):
        listening = listen(host, port)
        app = create_app(settings, answerer=make_answerer(settings))
        config = uvicorn.Config(
            app,
            ws="websockets-sansio",
            ws_max_size=MAX_FRAME,
            ws_per_message_deflate=False,
            ws_ping_interval=None,
            backlog=BACKLOG,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=GRACE,
            server_header=False,
        )
        server = Server(config)
        server.app = app
        bound = listening.getsockname()[1]
        shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "") else host  # noqa: S104 - shown, not bound
        ready(settings.web.public_url or f"http://{shown}:{bound}")
        server.run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket on this address; raises SetupError that says what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise SetupError(
                f"Port {port} is taken by another program. Stop it, or choose another one: "
                f"`handrail serve --port {port + 1}`, or `--port 0` for any free one."
            ) from error
        raise SetupError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
    listening.listen(BACKLOG)
    listening.set_inheritable(True)
    return listening


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the home: SQLite and embedded Chroma belong to one server. Raises SetupError."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "serve.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError(
                f"Another `handrail serve` uses {home}. Stop it first, or set HANDRAIL_HOME to "
                "another folder."
            ) from error
        yield
