"""The product's database without its threads and its disk: the same transactions, at chance's pace.

Grouping, savepoints, commits and news are the product's own code. A commit happens at once; that
it happened is known later, or never, if the process dies in between.
"""

import queue
import random
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from bot.storage.engine import Database, Transactions, _from_json, _json, _Work
from tests.simulate.loop import Loop, Pipe, Process

T = TypeVar("T")


class Disk:
    """One SQLite database in memory, set back to its beginning for each run."""

    def __init__(self, template: sqlite3.Connection) -> None:
        self._template = template
        self._raw = sqlite3.connect(":memory:", check_same_thread=False)
        self._raw.isolation_level = None
        self.engine = _engine(self._raw)
        self._open = self.engine.connect()
        self.full = False
        """A commit that is tried now fails."""
        event.listen(self.engine, "commit", self._commit)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """The one connection, kept open: nothing here reads while something else does."""
        yield self._open

    def reset(self) -> None:
        """Forget everything that runs have written."""
        self._template.backup(self._raw)

    def _commit(self, _: Connection) -> None:
        if self.full:
            raise OperationalError("COMMIT", None, sqlite3.OperationalError("disk is full"))

    def close(self) -> None:
        """Let go of the memory."""
        self._open.close()
        self.engine.dispose()
        self._raw.close()
        self._template.close()


class SimulatedDatabase(Database):
    """A server's view of the disk; it ends with the server's process."""

    def __init__(  # the threads that the real one starts are what must not be here
        self, disk: Disk, loop: Loop, chance: random.Random, process: Process, *, trouble: float
    ) -> None:
        self._disk = disk
        self._writer = disk.engine
        self._readers = disk  # type: ignore[assignment]
        self._pool = None  # type: ignore[assignment]
        self._works = queue.SimpleQueue()
        self._writing = None
        self._listeners = []
        self._closed = False
        self._loop = loop
        self._chance = chance
        self._process = process
        self._trouble = trouble
        self._pipe = Pipe(loop)
        self._due = False
        self.sync = _Blocking(self)

    def close(self) -> None:
        """Nothing is open but the disk, and that stays."""
        self._closed = True

    def _submit(self, work: _Work) -> None:
        super()._submit(work)
        if not self._due:
            self._due = True
            self._loop.call_later(self._loop.lag(), self._step)

    def _step(self) -> None:
        """The writer's thread takes what has come by now, as one group, and commits it."""
        self._due = False
        if not self._process.alive:
            return
        group, _ = self._gather(self._works.get_nowait())
        with self._loop.thread(self._pipe):
            self._commit(group)

    def _attempt(self, group: list[_Work], *, guarded: bool = True) -> bool | None:
        self._disk.full = self._chance.random() < self._trouble
        try:
            return super()._attempt(group, guarded=guarded)
        finally:
            self._disk.full = False


class _Blocking(Transactions):
    """For code on a thread of its own: it waits for its own commit and nobody else's."""

    def write(self, work: Callable[[Connection], T]) -> T:
        """As `Database.write`, at once."""
        one = _Work(work, Future())
        self._database._commit([one])
        result: T = one.done.result()
        return result


def _engine(raw: sqlite3.Connection) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=lambda: raw,
        poolclass=StaticPool,
        json_serializer=_json,
        json_deserializer=_from_json,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        raw.execute("BEGIN IMMEDIATE")

    @event.listens_for(engine, "connect")
    def _connect(raw_connection: Any, _record: Any) -> None:
        raw_connection.execute("PRAGMA foreign_keys=ON")

    return engine
