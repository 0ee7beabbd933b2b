"""Runs the application under uvicorn: in one process or several, a clear word at both ends."""

import fcntl
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

from bot import combinations
from bot.errors import SetupError
from bot.listening import BACKLOG, MAX_FRAME, listen
from bot.observability import logs
from bot.observability.metrics import shared
from bot.settings import Settings
from bot.workers import Workers

__all__ = ["BACKLOG", "MAX_FRAME", "alone", "listen", "serve"]


def serve(
    settings: Settings,
    host: str,
    port: int,
    *,
    workers: int = 1,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until a signal comes; `ready` gets the address once the port is taken.

    Raises SetupError when the port is taken, another server uses this home, or so many workers
    would not be safe with these settings.
    """
    combinations.check(settings, workers)
    with nullcontext() if combinations.shared(settings) else alone(settings.home):
        listening = listen(host, port)
        bound = listening.getsockname()[1]
        shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "") else host  # noqa: S104 - shown, not bound
        address = settings.web.public_url or f"http://{shown}:{bound}"
        if workers == 1:
            _serve_on(settings, listening, made=partial(ready, address))
        else:
            ready(address)
            logs.configure(settings.operation)
            with shared(on=bool(settings.operation.metrics_token.get_secret_value())):
                Workers(workers, partial(_serve_on, settings, listening)).run()


def _serve_on(
    settings: Settings,
    listening: socket.socket,
    ready: Callable[[], None] = lambda: None,
    *,
    made: Callable[[], None] = lambda: None,
) -> None:
    from bot.worker import serve_on  # loads all of it, which who only watches does not need

    serve_on(settings, listening, ready, made=made)


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
