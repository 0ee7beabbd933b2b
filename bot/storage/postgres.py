"""The same transactions on PostgreSQL, where several processes write at once."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.errors import Unavailable
from bot.observability import metrics
from bot.storage.engine import Database, News, Transactions
from bot.storage.lane import UNREACHABLE, Lane
from bot.storage.leading import Leading
from bot.storage.server_time import ServerTime

T = TypeVar("T")

RECOVERY_SECONDS = 5.0
"""How long a transaction is tried again while the server restarts; then it is Unavailable."""
AGAIN = frozenset({"40001", "40P01"})
"""Codes of conflicts between transactions: the same work can be done again at once."""
_LOCK = "5206121, 1"
"""Two numbers that name our writers' lock; they mean nothing."""
_BEGIN_ALONE = text(f"SELECT pg_advisory_xact_lock({_LOCK}), pg_current_xact_id()::text, now()")
_BEGIN_BESIDE = text(
    f"SELECT pg_advisory_xact_lock_shared({_LOCK}), pg_current_xact_id()::text, now()"
)
_HELLO = text("SELECT 1")
_TIME = text("SELECT clock_timestamp()")
# A crash may lose a transaction that was never acknowledged and give its number to another one.
# Recovery ends with a checkpoint, whose time is kept in whole seconds.
_BECAME = text(
    "SELECT pg_xact_status(CAST(CAST(:xid AS text) AS xid8)), checkpoint_time"
    " < CAST(:began AS timestamptz) - interval '1 second' FROM pg_control_checkpoint()"
)


@dataclass(slots=True)
class _Try:
    """One attempt at a transaction, and how far it came."""

    news: list[News] = field(default_factory=list)
    xid: str | None = None
    began: datetime | None = None
    """By the server's clock."""
    committing: bool = False


class PostgresDatabase(Database):
    """Transactions on one PostgreSQL database, with the promises of the SQLite one.

    A write has the database to itself, as SQLite's only writer has, over all processes: whatever
    it reads stays true until its commit. Only work that locks the rows it decides on may say
    `alone=False`; it then runs beside others of its kind. Work may be run more than once, and
    counts once: what was lost on the way to the server is done again only if it was not committed.
    """

    def __init__(self, url: str) -> None:
        """`url` as `postgresql://user:password@host:port/name`; nothing is opened yet."""
        self._listeners: list[Callable[[Sequence[News]], None]] = []
        self._closed = False
        # An index that is being read must not hold up customers' messages: threads have their own.
        self._own = Lane(url, "db")
        self._threads = Lane(url, "db-threads")
        self.leading = Leading(self._own)
        self._time: ServerTime | None = None
        self.sync = _Blocking(self)

    async def write(self, work: Callable[[Connection], T], *, alone: bool = True) -> T:
        """Run `work` in a transaction and give its result once it is on the server's disk.

        Once begun it is finished, whether or not anybody waits for it still.
        """
        return await asyncio.wrap_future(self.begin_write(self._own, work, alone=alone))

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one moment of the database; it cannot write."""
        return await asyncio.wrap_future(self.begin_read(self._own, work))

    async def leads(self) -> bool:
        """Whether this process does what only one at a time does: for as long as it lives."""
        return await asyncio.wrap_future(self._own.submit(self.leading.holds))

    def clock(
        self, wall: Callable[[], datetime], steady: Callable[[], float]
    ) -> Callable[[], datetime]:
        """The server's time, whatever this machine's wall clock shows; Unavailable without it."""
        del wall
        self._time = time = ServerTime(steady, self._ask_time)
        self._threads.wait(self._threads.submit(lambda: self._hear_time(self._threads, time)))
        return time

    def begin_write(
        self, lane: Lane, work: Callable[[Connection], T], *, alone: bool = True
    ) -> Future[T]:
        """Hand the work to the lane; the future ends after the commit."""
        self._require_open()
        return lane.submit(lambda: self._write(lane, work, alone=alone))

    def begin_read(self, lane: Lane, work: Callable[[Connection], T]) -> Future[T]:
        """Hand the work to the lane."""
        self._require_open()
        return lane.submit(lambda: self._persist(lane, lambda: self._look(lane, work)))

    def close(self) -> None:
        """Finish what was handed in, then close every connection."""
        if self._closed:
            return
        self._closed = True
        self._own.close(self.leading.end)
        self._threads.close()

    def _require_open(self) -> None:
        if self._closed:
            raise Unavailable("The database is closed: the server is shutting down.")

    def _read(self, work: Callable[[Connection], T]) -> T:
        return self._threads.wait(self.begin_read(self._threads, work))

    def _ask_time(self) -> None:
        if self._time is not None and not self._closed:
            time = self._time
            self._own.submit(lambda: self._hear_time(self._own, time))

    async def _hear_time(self, lane: Lane, time: ServerTime) -> None:
        async def attempt() -> None:
            async with lane.reading.connect() as connection:
                await connection.execute(_HELLO)
                asked = time.steady()
                said = (await connection.execute(_TIME)).scalar_one()
                time.note(said, asked=asked, heard=time.steady())

        await self._persist(lane, attempt)

    async def _write(self, lane: Lane, work: Callable[[Connection], T], *, alone: bool) -> T:
        started = lane.time()
        result, news = await self._persist(lane, lambda: self._store(lane, work, alone=alone))
        metrics.transacted(lane.time() - started)
        if news:
            for listener in self._listeners:
                listener(news)
        return result

    async def _persist(self, lane: Lane, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try until it is done, refused for good, or the server was away for too long."""
        until = lane.time() + RECOVERY_SECONDS
        pause = 0.01
        while True:
            try:
                return await attempt()
            except UNREACHABLE as error:
                conflict = getattr(getattr(error, "orig", None), "sqlstate", None) in AGAIN
                if not (conflict or lane.lost(error)) or lane.time() > until:
                    raise _unavailable(error) from error
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(0.25, pause * 2)

    async def _store(
        self, lane: Lane, work: Callable[[Connection], T], *, alone: bool
    ) -> tuple[T, list[News]]:
        """One attempt; whoever lost the race for a unique row beside another looks once more."""
        for again in (not alone, False):
            this = _Try()
            try:
                return await self._once(lane, work, this, alone=alone), this.news
            except IntegrityError:
                if not again:
                    raise
        raise AssertionError("unreachable")

    async def _once(
        self, lane: Lane, work: Callable[[Connection], T], this: _Try, *, alone: bool
    ) -> T:
        result: T
        try:
            async with lane.engine.connect() as connection, connection.begin() as transaction:
                begin = _BEGIN_ALONE if alone else _BEGIN_BESIDE
                time = self._time
                asked = time.steady() if time is not None else 0.0
                _, this.xid, this.began = (await connection.execute(begin)).one()
                if time is not None and this.began is not None:
                    time.note(this.began, asked=asked, heard=time.steady())
                result = await connection.run_sync(_telling, work, this.news)
                this.committing = True
                await transaction.commit()
        except UNREACHABLE as error:
            if not (this.committing and lane.lost(error)):
                raise
            if not await self._was_committed(lane, this):
                raise
        return result

    async def _was_committed(self, lane: Lane, this: _Try) -> bool:
        """What became of a transaction whose commit was sent and never answered.

        Raises Unavailable where the server cannot say, which after a crash it cannot: the caller's
        client sends again under the same id, which stores nothing twice.
        """
        until = lane.time() + 2 * RECOVERY_SECONDS
        while lane.time() < until:
            try:
                async with lane.reading.connect() as connection:
                    known = {"xid": this.xid, "began": this.began}
                    status, same = (await connection.execute(_BECAME, known)).one()
            except UNREACHABLE:
                status, same = None, False
            if status == "aborted":
                return False
            if status == "committed" and same:
                return True
            if status == "committed":
                break  # the server was restored meanwhile: this may be another one's number
            await asyncio.sleep(0.1)
        raise Unavailable(
            "The database went away while it stored this, and it is not known whether it did. "
            "Send the same again: it is stored once."
        )

    async def _look(self, lane: Lane, work: Callable[[Connection], T]) -> T:
        async with lane.reading.connect() as connection, connection.begin():
            return await connection.run_sync(work)


class _Blocking(Transactions):
    """The same database for threads, on connections of their own."""

    def __init__(self, database: PostgresDatabase) -> None:
        super().__init__(database)
        self._postgres = database

    def write(self, work: Callable[[Connection], T]) -> T:
        """As `Database.write`, blocking."""
        lane = self._postgres._threads  # noqa: SLF001 - the blocking half of one class
        return lane.wait(self._postgres.begin_write(lane, work))


def _telling(connection: Connection, work: Callable[[Connection], T], news: list[News]) -> T:
    connection.info["news"] = news
    return work(connection)


def _unavailable(error: BaseException) -> BaseException:
    """A server that cannot serve now is Unavailable; a broken constraint stays what it is."""
    if isinstance(error, IntegrityError):
        return error
    reason = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    return Unavailable(
        f"The database could not do it ({reason}). Nothing was stored; try again in a moment."
    )
