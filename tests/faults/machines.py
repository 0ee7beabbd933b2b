"""Servers as on several machines: each with a home of its own, one PostgreSQL, one Redis."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import Connection

from bot import setup
from bot.settings import load
from bot.storage.opening import open_database
from retrieval.index import Index
from tests.contracts.services import Postgres, RedisServer
from tests.product import copy_home

T = TypeVar("T")
_SAMPLE = "sample"


@dataclass
class Machines:
    """A database that every server writes to; what nobody changes is copied into each home."""

    place: Path
    postgres: Postgres
    redis: RedisServer
    _made: int = 0

    def home(self) -> Path:
        """A home with the index of the sample company."""
        self._made += 1
        return copy_home(self.place / _SAMPLE, self.place / f"machine-{self._made}")

    def database(self) -> str:
        """The address of a database with the sample company that nobody uses yet."""
        self._made += 1
        return self.postgres.make(f"shared_{self._made}", template=_SAMPLE)


@asynccontextmanager
async def machines(place: Path, sample: Path) -> AsyncIterator[Machines]:
    """The services run until the block ends; the models are those of the home `sample`."""
    postgres = await asyncio.to_thread(Postgres)
    redis = await asyncio.to_thread(RedisServer)
    try:
        url = postgres.make(_SAMPLE)
        await asyncio.to_thread(_indexed, place / _SAMPLE, sample, url)
        yield Machines(place, postgres, redis)
    finally:
        redis.close()
        postgres.close()


def _indexed(home: Path, sample: Path, url: str) -> None:
    home.mkdir(parents=True)
    copy_home(sample / "models", home / "models")
    settings = load(home, database={"url": url})
    setup.prepare(settings, sample=True, say=lambda _: None)
    database = open_database(url)
    try:
        Index(database.sync, home, settings.retrieval, lambda: datetime.now(UTC)).build()
    finally:
        database.close()


def read_at(url: str, work: Callable[[Connection], T]) -> T:
    """What a database holds, whoever else uses it."""
    database = open_database(url)
    try:
        return database.sync.read(work)
    finally:
        database.close()
