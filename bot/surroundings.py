"""What Handrail stands on here: database, Redis, Chroma, and how many may serve on it."""

import asyncio
import sqlite3
from collections.abc import Iterator
from importlib.util import find_spec

from sqlalchemy import text
from sqlalchemy.engine import Connection as Tx

from bot import combinations
from bot.errors import BotError
from bot.settings import Settings
from bot.storage.opening import open_database, shown
from retrieval import vectors
from retrieval.errors import RetrievalError

PATIENCE = 3.0
"""Seconds a service has to answer."""

Finding = tuple[str, str]
"""`ok`, `note` or `fault`, and a sentence."""


def findings(settings: Settings) -> Iterator[Finding]:
    """How each part is run, and whether it answers."""
    yield _database(settings)
    yield _redis(settings.live.redis_url)
    yield _chroma(settings.retrieval.chroma_url)
    yield _together(settings)


def _database(settings: Settings) -> Finding:
    url = settings.database.url
    if not url:
        return _sqlite(settings)
    try:
        database = open_database(url)
        try:
            version, durable = database.sync.read(_server)
        finally:
            database.close()
    except BotError as error:
        return "fault", f"PostgreSQL at {shown(url)}: {error}"
    named = f"PostgreSQL {version} at {shown(url)}"
    if not durable:
        return "fault", f"{named} runs with fsync=off: a power cut loses what was acknowledged."
    return "ok", f"{named}, synchronous_commit=on"


def _server(tx: Tx) -> tuple[str, bool]:
    version = str(tx.execute(text("SHOW server_version")).scalar())
    return version.split(maxsplit=1)[0], tx.execute(text("SHOW fsync")).scalar() == "on"


def _sqlite(settings: Settings) -> Finding:
    where = f"SQLite {sqlite3.sqlite_version}, {settings.database_path}: WAL, synchronous=FULL"
    if sqlite3.sqlite_version_info >= combinations.FIXED_SQLITE:
        return "ok", f"{where}, one writer"
    return "note", (
        f"{where}, one writer. It has a rare fault when several processes write one file "
        "(fixed in 3.51.3). One server with its own writer is safe; do not write beside it."
    )


def _redis(url: str) -> Finding:
    if not url:
        return "ok", "News: in memory, for one process"
    if find_spec("redis") is None:
        return "fault", "Redis' client is not installed: `pip install 'handrail[scale]'`"
    from redis.exceptions import RedisError

    try:
        version = asyncio.run(_redis_version(url))
    except (RedisError, OSError, TimeoutError, ValueError) as error:
        return "fault", (
            f"News: Redis does not answer ({type(error).__name__}). Everything still arrives by "
            "reading the log, within two seconds; typing is not shown to others."
        )
    return "ok", f"News: Redis {version}"


async def _redis_version(url: str) -> str:
    from redis.asyncio import Redis

    async with asyncio.timeout(PATIENCE), Redis.from_url(url) as client:
        said = await client.info("server")
    return str(said["redis_version"])


def _chroma(url: str) -> Finding:
    if not url:
        return "ok", "Vectors: embedded Chroma, for one process"
    try:
        return "ok", f"Vectors: Chroma server, interface {vectors.server_version(url)}"
    except RetrievalError as error:
        return "fault", f"Vectors: {error} Meanwhile search goes by words alone."


def _together(settings: Settings) -> Finding:
    lacking = combinations.missing(settings)
    if not lacking:
        return "ok", "Processes: any number may serve (`handrail serve --workers 4`)"
    names = ", ".join(one.split(",")[0] for one in lacking)
    if len(lacking) < 3:
        return "note", f"Processes: one may serve; for more set {names}, too"
    return "ok", "Processes: one serves; see docs/scaling.md for more"
