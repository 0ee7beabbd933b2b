"""Parts that the retrieval tests put together: SQLite, a clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection

from retrieval.tables import metadata

T = TypeVar("T")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Database:
    """Transactions over one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def read(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect() as tx:
            return work(tx)

    def write(self, work: Callable[[Connection], T]) -> T:
        with self.engine.begin() as tx:
            return work(tx)


@dataclass
class Clock:
    """A clock that goes when it is told to."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, span: timedelta) -> None:
        self.at += span


def database(path: Path) -> Database:
    """Return an empty database in a file."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA journal_mode=WAL"))
    metadata.create_all(engine)
    return Database(engine)
