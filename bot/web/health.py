"""Whether the process lives, whether it can serve, and what is not as it should be."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from typing import Any, Literal

import structlog
from fastapi import APIRouter, Request, Response
from sqlalchemy import update
from starlette.requests import HTTPConnection

from bot.conversation.tables import log_identity
from bot.errors import BotError
from bot.parts import Parts
from bot.web.auth import parts_of
from bot.web.models import Answer
from retrieval.errors import RetrievalError
from retrieval.incidents import feeds

logger = structlog.get_logger()

router = APIRouter(prefix="/health")

PATIENCE = 2.0
"""Seconds a part has to answer before it counts as not working."""
FRESH = 1.0
"""Seconds a finding is good for: anybody may ask, as often as they like."""
LOW_DISK = 200_000_000
"""Bytes free below which the disk counts as nearly full."""

FULL_DISK = 8_000_000
"""Below this SQLite has no room to work, though what is small may still find a place."""

ADVICE = {
    ("database", "read_only"): "It takes nothing new: look at the rights on the database's files.",
    ("database", "full"): "The disk is full: make room. What was acknowledged is safe.",
    ("database", "failed"): "See the log, then `handrail doctor`; is the database server up?",
    ("index", "none"): "The bot knows no article: `handrail index`.",
    ("index", "failed"): "The index cannot be opened: `handrail index` builds it anew.",
    ("model", "missing"): "Nothing can be searched: `handrail doctor` says why.",
    ("status_pages", "silent"): "A status page cannot be read: `handrail doctor` names it.",
    ("news", "away"): "Redis is away: everything arrives up to two seconds later.",
    ("disk", "low"): "Less than 200 MB are free where the home is: make room.",
}
"""What to do about each word that is not a good one."""


class Live(Answer):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(Answer):
    """Whether customers can be served; one word for each part, and what to do."""

    status: Literal["ready", "degraded", "not_ready"]
    database: Literal["ok", "read_only", "full", "failed"]
    index: Literal["ok", "none", "failed"]
    model: Literal["ok", "unused", "missing", "loading"]
    status_pages: Literal["ok", "none", "silent"]
    news: Literal["ok", "away"]
    disk: Literal["ok", "low"]
    advice: list[str]


@router.get("/live")
async def live() -> Live:
    """Always the same while the process runs."""
    return Live()


@router.get("/ready")
async def ready(request: Request, response: Response) -> Ready:
    """200 while messages can be stored, 503 else; `degraded` serves, and says what is wrong."""
    found = await look(request)
    if found.status == "not_ready":
        response.status_code = 503
    return found


async def look(connection: HTTPConnection) -> Ready:
    """What is found now, or was found within the last second."""
    state = connection.app.state
    at, before = getattr(state, "health", (0.0, None))
    if before is not None and time.monotonic() - at <= FRESH:
        known: Ready = before
        return known
    found = await _look(parts_of(connection))
    state.health = (time.monotonic(), found)
    if found.advice != (before.advice if before is not None else []):
        told = found.model_dump(exclude={"advice"})
        logger.warning("not_well" if found.advice else "well_again", **told)
    return found


async def _look(parts: Parts) -> Ready:
    free = (await asyncio.to_thread(shutil.disk_usage, parts.settings.home)).free
    database = await _database(parts)
    if database == "ok" and not parts.settings.database.url and free < FULL_DISK:
        database = "full"
    index = await _index(parts) if database != "failed" else "failed"
    words: dict[str, Any] = {
        "database": database,
        "index": index,
        "model": await _model(parts, index),
        "status_pages": await _status_pages(parts),
        "news": "ok" if parts.broker.connected else "away",
        "disk": "ok" if free >= LOW_DISK else "low",
    }
    advice = list(_advice(words))
    status = "not_ready" if database != "ok" else "degraded" if advice else "ready"
    return Ready(status=status, advice=advice, **words)


def _advice(words: dict[str, Any]) -> Iterator[str]:
    return (ADVICE[one] for one in words.items() if one in ADVICE)


async def _database(parts: Parts) -> Literal["ok", "read_only", "full", "failed"]:
    """Whether it stores something: a disk that is full answers every question."""

    def touch(tx: Any) -> None:
        if tx.dialect.name == "sqlite":  # which writes nothing where nothing changes, but this
            tx.exec_driver_sql("PRAGMA user_version = 0")
        else:
            tx.execute(update(log_identity).values(made_at=log_identity.c.made_at))

    try:
        async with asyncio.timeout(PATIENCE):
            await parts.database.write(touch, alone=False)
    except (BotError, TimeoutError) as error:
        said = str(error)
        if "readonly" in said or "read-only" in said:
            return "read_only"
        return "full" if "full" in said or "No space" in said else "failed"
    return "ok"


async def _index(parts: Parts) -> Literal["ok", "none", "failed"]:
    try:
        async with asyncio.timeout(PATIENCE):
            generations = await asyncio.to_thread(parts.index.generations)
    except (BotError, RetrievalError, TimeoutError):
        return "failed"
    if not any(one.state == "live" for one in generations):
        return "none"
    return "ok" if parts.index.usable else "failed"


async def _model(parts: Parts, index: str) -> Literal["ok", "unused", "missing", "loading"]:
    """Asked only where an index that should be open is not: the model may be why."""
    if index != "failed":
        return "ok" if index == "ok" else "unused"
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.to_thread(parts.index.meaning, "ready")
    except RetrievalError:
        return "missing"
    except TimeoutError:
        return "loading"
    return "ok"


async def _status_pages(parts: Parts) -> Literal["ok", "none", "silent"]:
    names, limit = parts.feeds.names, parts.settings.incidents.unconfirmed_after
    if not names:
        return "none"
    try:
        async with asyncio.timeout(PATIENCE):
            since = await parts.database.read(
                lambda tx: feeds.unconfirmed(tx, names, parts.now(), limit)
            )
    except (BotError, TimeoutError):
        return "silent"
    return "ok" if since is None else "silent"
