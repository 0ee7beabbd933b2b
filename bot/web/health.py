"""Whether the process lives, and whether it can serve."""

import asyncio
from typing import Literal

import structlog
from fastapi import APIRouter, Request, Response

from bot.conversation import log
from bot.errors import BotError
from bot.web.auth import parts_of
from bot.web.models import Answer
from retrieval.errors import RetrievalError

logger = structlog.get_logger()

router = APIRouter(prefix="/health")

PATIENCE = 2.0
"""Seconds a part has to answer before it counts as not working."""


class Live(Answer):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(Answer):
    """Whether customers can be served; without an index they can, but only by people."""

    status: Literal["ready", "not_ready"]
    database: Literal["ok", "failed"]
    index: Literal["ok", "none", "failed"]


@router.get("/live")
async def live() -> Live:
    """Always the same while the process runs."""
    return Live()


@router.get("/ready")
async def ready(request: Request, response: Response) -> Ready:
    """200 while the database answers, 503 else."""
    database = await _database(request)
    if database != "ok":
        response.status_code = 503
    return Ready(
        status="ready" if database == "ok" else "not_ready",
        database=database,
        index=await _index(request),
    )


async def _database(request: Request) -> Literal["ok", "failed"]:
    try:
        async with asyncio.timeout(PATIENCE):
            await parts_of(request).database.read(log.identity)
    except (BotError, TimeoutError) as error:
        logger.warning("not_ready", part="database", error=type(error).__name__)
        return "failed"
    return "ok"


async def _index(request: Request) -> Literal["ok", "none", "failed"]:
    index = parts_of(request).index
    try:
        async with asyncio.timeout(PATIENCE):
            generations = await asyncio.to_thread(index.generations)
    except (BotError, RetrievalError, TimeoutError) as error:
        logger.warning("not_ready", part="index", error=type(error).__name__)
        return "failed"
    return "ok" if any(one.state == "live" for one in generations) else "none"
