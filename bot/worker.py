"""One process that serves: the application under uvicorn, from its first word to its goodbye."""

import asyncio
import socket
import sys
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from bot.app import create_app, make_answerer, say_goodbye
from bot.batching import Protocol
from bot.listening import BACKLOG, MAX_FRAME
from bot.observability import logs
from bot.settings import Settings, quiet_libraries
from retrieval import memory

GRACE = 8
"""Seconds open requests get to finish when the server stops."""
SWITCH_SECONDS = 0.0001
"""How long an answer being computed keeps Python from the sockets when they have something to do.

Python's own 5 ms are waited for at every statement of a message that is stored meanwhile. Below
.1 ms fifty answers at once take a tenth longer; what that costs and gains: docs/measurements.md.
"""


class Server(uvicorn.Server):
    """Settles once all is loaded; tells open sockets when to come back before it closes them."""

    app: FastAPI
    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the doors, then settle: what the application has loaded stays."""
        await super().startup(sockets)
        memory.settle()
        if self.started:
            self.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say goodbye, give the sockets a moment to hear it, then stop."""
        parts = getattr(self.app.state, "parts", None)
        if parts is not None:
            parts.turns.closing = True
            say_goodbye(parts)
            await asyncio.sleep(0.2)
        await super().shutdown(sockets)


def serve_on(
    settings: Settings,
    listening: socket.socket,
    ready: Callable[[], None] = lambda: None,
    *,
    made: Callable[[], None] = lambda: None,
) -> None:
    """Serve this socket in this process until a signal comes; `ready` is called once it does.

    `made` is called before that, once the settings have turned out to be good.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    quiet_libraries()  # a worker has not read the settings itself
    logs.configure(settings.operation)
    app = create_app(settings, answerer=make_answerer(settings))
    made()
    config = uvicorn.Config(
        app,
        ws=Protocol,
        ws_max_size=MAX_FRAME,
        ws_per_message_deflate=False,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        backlog=BACKLOG,
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE,
        server_header=False,
    )
    server = Server(config)
    server.app = app
    server.ready = ready
    server.run(sockets=[listening])
