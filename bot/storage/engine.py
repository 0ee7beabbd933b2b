"""The database: one writer thread that commits in groups, and readers beside it."""

import asyncio
import json
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool

from bot.errors import Unavailable
from bot.observability import metrics

T = TypeVar("T")
News = tuple[str, int]
"""A conversation and the position its log has reached."""

MAX_GROUP = 256
"""Writes committed together at most: beyond this a group no longer gets cheaper."""
READERS = 4
WRITER_KIB, READER_KIB = 16_000, 4_000
"""Pages that a connection keeps; the system keeps the whole file once for all of them."""
BUSY_SECONDS = 5.0
"""How long a writer waits for another process's lock before it says Unavailable."""


def sqlite_engine(path: Path, *, writer: bool) -> Engine:
    """An engine on the file: WAL and synchronous=FULL, so what is committed survives power loss."""
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=1 if writer else READERS,
        max_overflow=0,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        json_serializer=_json,
        json_deserializer=_from_json,
    )

    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        cursor = raw.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.execute(f"PRAGMA cache_size=-{WRITER_KIB if writer else READER_KIB}")
        if not writer:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        _begin_with(connection, "BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def _begin_with(connection: Connection, said: str) -> None:
    """Begin past SQLAlchemy, which takes as long for it as for a message; raises what it raises."""
    raw: Any = connection.connection.dbapi_connection
    try:
        raw.execute(said)
    except sqlite3.Error as error:
        dialect = connection.dialect
        raise DBAPIError.instance(said, (), error, sqlite3.Error, dialect=dialect) from error


@dataclass(slots=True)
class _Work:
    run: Callable[[Connection], Any]
    done: "Future[Any] | asyncio.Future[Any]"
    """Of a thread that waits, or of a coroutine of `loop`."""
    loop: asyncio.AbstractEventLoop | None = None
    result: Any = None
    error: BaseException | None = None
    news: list[News] = field(default_factory=list)


def news_of(tx: Connection) -> list[News]:
    """What the running transaction has to tell after its commit; append to it."""
    news: list[News] = tx.info.setdefault("news", [])
    return news


class Database:
    """Transactions on one SQLite file. `write` and `read` are for coroutines; `sync` for threads.

    Writes run one after another on one thread, many to a commit, each in its own savepoint: a
    write that raises undoes only itself. A result is given only after the commit is on disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = sqlite_engine(path, writer=True)
        self._writing: Connection | None = None
        self._readers = sqlite_engine(path, writer=False)
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="db-read")
        self._works: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[Sequence[News]], None]] = []
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="db-write", daemon=True)
        self._thread.start()
        self.sync = Transactions(self)

    def on_news(self, listener: Callable[[Sequence[News]], None]) -> None:
        """Call `listener` on the writer thread after every commit that appended events."""
        self._listeners.append(listener)

    async def write(self, work: Callable[[Connection], T], *, alone: bool = True) -> T:
        """Run `work` in a transaction and give its result once it is on disk.

        `alone=False` says that it locks the rows it decides on, as `log.load` does, so that
        PostgreSQL may run it beside others; SQLite has one writer in any case.
        """
        del alone
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._submit(_Work(work, done, loop))
        return await done

    async def leads(self) -> bool:
        """Whether this process does what only one at a time does; a SQLite file has only one."""
        return True

    def clock(
        self, wall: Callable[[], datetime], steady: Callable[[], float]
    ) -> Callable[[], datetime]:
        """The time that all servers of this database share: a SQLite file has one machine's."""
        del steady
        return wall

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a reader: it sees one moment of the database."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, work)

    def close(self) -> None:
        """Finish the writes that were handed in, then let go of the file."""
        if self._closed:
            return
        self._closed = True
        self._works.put(None)
        self._thread.join()
        self._pool.shutdown()
        self._readers.dispose()
        self._let_go()
        self._writer.dispose()

    def _submit(self, work: _Work) -> None:
        if self._closed:
            raise Unavailable("The database is closed: the server is shutting down.")
        self._works.put(work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._readers.connect() as connection, connection.begin():
                return work(connection)
        except DBAPIError as error:
            raise _unavailable(error) from error

    def _run(self) -> None:
        while (first := self._works.get()) is not None:
            group, more = self._gather(first)
            self._commit(group)
            if not more:
                return

    def _gather(self, first: _Work) -> tuple[list[_Work], bool]:
        group = [first]
        while len(group) < MAX_GROUP:
            try:
                work = self._works.get_nowait()
            except queue.Empty:
                break
            if work is None:
                return group, False
            group.append(work)
        return group, True

    def _commit(self, group: list[_Work]) -> None:
        metrics.committed(len(group), self._works.qsize())
        # Hardly any work raises, so it is tried without savepoints first: they cost a tenth.
        done = self._attempt(group, guarded=len(group) == 1)
        if done is None:
            done = self._attempt(group)
        if not done and len(group) > 1:
            for work in group:  # one of them broke the transaction: each alone, so only it fails
                self._attempt([work])
        told = [news for work in group if work.error is None for news in work.news]
        _settle_all(group)
        if told:
            for listener in self._listeners:
                listener(told)

    def _attempt(self, group: list[_Work], *, guarded: bool = True) -> bool | None:
        """Commit the group together; False when the transaction as a whole failed.

        `guarded`: each in a savepoint, so that one which raises undoes only itself; else None
        when one raised, and nothing is stored.
        """
        try:
            # Kept open: taking it from the pool anew for each group costs as much as a message.
            if self._writing is None:
                self._writing = self._writer.connect()
            with self._writing.begin():
                for work in group:
                    self._run_one(self._writing, work, alone=len(group) == 1 or not guarded)
        except DBAPIError as error:
            self._let_go()
            for work in group:
                work.error = _unavailable(error)
            return None if not guarded and isinstance(error, IntegrityError) else False
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the work
            for work in group:  # a guarded group gets here only when it is a group of one
                work.error = error
            return True if guarded else None
        return True

    def _let_go(self) -> None:
        if self._writing is not None:
            self._writing.close()
            self._writing = None

    @staticmethod
    def _run_one(connection: Connection, work: _Work, *, alone: bool) -> None:
        work.result, work.error, work.news = None, None, []
        connection.info["news"] = work.news
        if alone:
            work.result = work.run(connection)
            return
        savepoint = connection.begin_nested()
        try:
            work.result = work.run(connection)
            savepoint.commit()
        except DBAPIError as error:
            if not isinstance(error, IntegrityError):
                raise
            savepoint.rollback()
            work.error = error
        except Exception as error:  # noqa: BLE001 - whatever the work raised belongs to its caller
            savepoint.rollback()
            work.error = error


class Transactions:
    """The same database for code that runs in a thread of its own (an index build, the CLI)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, work: Callable[[Connection], T]) -> T:
        """As `Database.write`, blocking."""
        done: Future[T] = Future()
        self._database._submit(_Work(work, done))  # noqa: SLF001 - the blocking half of one class
        return done.result()

    def read(self, work: Callable[[Connection], T]) -> T:
        """As `Database.read`, blocking."""
        return self._database._read(work)  # noqa: SLF001 - the blocking half of one class


def _json(value: Any) -> str:
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # half of a character, which imported text may have, is none for orjson
        return json.dumps(value)


def _from_json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def _settle_all(group: list[_Work]) -> None:
    """Tell everybody who waits; a loop is woken once for all of its own."""
    waiting: dict[asyncio.AbstractEventLoop, list[_Work]] = {}
    for work in group:
        if work.loop is not None:
            waiting.setdefault(work.loop, []).append(work)
        elif not isinstance(work.done, Future) or work.done.set_running_or_notify_cancel():
            _settle(work)
    for loop, works in waiting.items():
        with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            loop.call_soon_threadsafe(_settle_here, works)


def _settle_here(works: list[_Work]) -> None:
    for work in works:
        if not work.done.done():  # whoever waited may have been cancelled
            _settle(work)


def _settle(work: _Work) -> None:
    if work.error is not None:
        work.done.set_exception(work.error)
    else:
        work.done.set_result(work.result)


def _unavailable(error: DBAPIError) -> BaseException:
    """A database that cannot serve now is `Unavailable`; a wrong statement stays what it is."""
    if isinstance(error, IntegrityError):
        return error
    reason = str(error.orig)
    return Unavailable(
        f"The database could not do it ({reason}). Nothing was stored; try again in a moment."
    )
