"""A thread with a loop and connections to PostgreSQL of its own."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import asyncpg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import SetupError
from bot.observability import metrics

T = TypeVar("T")

CONNECTIONS = 8
"""Transactions of a lane at one time; the others wait for their turn."""
CONNECT_SECONDS = 5
LOCK_MS = 5_000
"""How long a transaction waits for another's lock before it is Unavailable."""
STUCK_MS = 15_000
"""A transaction that says nothing for so long is ended: its process hangs, others wait for it."""
UNREACHABLE = (DBAPIError, NoConnection, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What SQLAlchemy and asyncpg raise when the server cannot be asked, or refuses."""


class Lane:
    """Runs coroutines on its own thread, to the end, whether or not anybody waits for them.

    Cancelling whoever waits never reaches a connection, so none goes back to the pool in the
    middle of an answer that somebody else would then read.
    """

    def __init__(self, url: str, name: str) -> None:
        address = address_of(url)
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.engine: AsyncEngine = create_async_engine(
            address,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=30,
            pool_use_lifo=True,
            isolation_level="READ COMMITTED",
            connect_args={"timeout": CONNECT_SECONDS, "server_settings": _session(name)},
        )
        self.reading = self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self.thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self.thread.start()

    def submit(self, make: Callable[[], Coroutine[Any, Any, T]]) -> Future[T]:
        """Begin the coroutine that `make` gives, from any thread."""
        done: Future[T] = Future()
        self._loop.call_soon_threadsafe(self._start, make, done)
        return done

    def wait(self, done: Future[T]) -> T:
        """The result, blocking; never on the lane's own thread, which has to produce it."""
        if threading.current_thread() is self.thread:
            raise RuntimeError("Work inside a transaction must use that transaction.")
        return done.result()

    def time(self) -> float:
        """The loop's clock, in seconds."""
        return self._loop.time()

    @staticmethod
    def lost(error: BaseException) -> bool:
        """Whether the connection is gone, or never was: the server restarts, or the network."""
        if isinstance(error, DBAPIError):
            code = getattr(error.orig, "sqlstate", None) or ""
            return error.connection_invalidated or code[:2] in ("08", "57")
        if isinstance(error, asyncpg.PostgresError):
            return (error.sqlstate or "")[:2] in ("08", "57")
        return not isinstance(error, NoConnection)

    def close(self, last: Callable[[], Awaitable[None]] | None = None) -> None:
        """Finish what was begun, run `last`, close the connections, end the thread."""
        self.submit(lambda: self._finish(last)).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.thread.join()
        self._loop.close()

    def _start(self, make: Callable[[], Coroutine[Any, Any, T]], done: Future[T]) -> None:
        task = self._loop.create_task(make())
        self._tasks.add(task)
        metrics.pooled(self.thread.name, len(self._tasks), CONNECTIONS)
        task.add_done_callback(partial(self._settle, done))

    def _settle(self, done: Future[T], task: asyncio.Task[T]) -> None:
        self._tasks.discard(task)
        metrics.pooled(self.thread.name, len(self._tasks), CONNECTIONS)
        if not done.set_running_or_notify_cancel():
            task.exception()  # nobody waits any more, and nobody is to be told that nobody looked
        elif (error := task.exception()) is not None:
            done.set_exception(error)
        else:
            done.set_result(task.result())

    async def _finish(self, last: Callable[[], Awaitable[None]] | None) -> None:
        mine = asyncio.current_task()
        while others := [task for task in self._tasks if task is not mine]:
            await asyncio.wait(others)
        if last is not None:
            await last()
        with suppress(TimeoutError):  # a server that is cut off does not say goodbye
            async with asyncio.timeout(CONNECT_SECONDS):
                await self.engine.dispose()


def address_of(url: str) -> URL:
    """The address as SQLAlchemy wants it, with asyncpg as its driver; raises SetupError."""
    try:
        given = make_url(url)
    except ArgumentError as error:
        raise SetupError(f"HANDRAIL_DATABASE__URL cannot be read: {_WANTED}") from error
    if given.drivername not in ("postgresql", "postgres", "postgresql+asyncpg"):
        raise SetupError(f"HANDRAIL_DATABASE__URL begins with {given.drivername!r}: {_WANTED}")
    query = dict(given.query)
    if "sslmode" in query:  # what every other program calls it
        query["ssl"] = query.pop("sslmode")
    return given.set(drivername="postgresql+asyncpg", query=query)


def _session(name: str) -> dict[str, str]:
    return {
        "application_name": f"handrail {name}",
        "timezone": "UTC",
        # What is acknowledged is on the server's disk, whatever its own default is.
        "synchronous_commit": "on",
        "lock_timeout": str(LOCK_MS),
        "idle_in_transaction_session_timeout": str(STUCK_MS),
        # A machine that was cut off must not hold its locks for the two hours TCP would take.
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
    }


_WANTED = (
    "it is `postgresql://user:password@host:5432/name`, with special characters in the password "
    "written as %XX."
)
