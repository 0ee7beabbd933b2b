"""The one place where parts meet."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import numpy as np
import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot import company as companies
from bot import company_changes, extensions, opening, schema
from bot.answering.answer import Answerer
from bot.attachments.keeping import Attachments
from bot.calling import Calling
from bot.clock import Clock
from bot.company import Company
from bot.confidence import Confidence
from bot.conversation import handling, log, outcomes
from bot.desk import Desk
from bot.feeds import Feeds
from bot.identifying import Identifying
from bot.importing import Importing
from bot.indexing import Indexing
from bot.limits import make_limits
from bot.live.broker import Broker
from bot.live.brokers import make_broker
from bot.live.catching_up import CatchingUp
from bot.live.hub import Hub
from bot.live.looking import Looking
from bot.live.queue_watch import QueueWatch
from bot.observability.beginning import begun
from bot.observability.naming import Named
from bot.observing import Meaning
from bot.overtaken import Overtaken
from bot.parts import Parts
from bot.reply import Responder
from bot.sensing import Sensing
from bot.settings import Settings
from bot.similar import SolvedBefore
from bot.storage.engine import Database
from bot.storage.opening import open_database
from bot.supervising import Supervising
from bot.turn import Turns
from bot.web import (
    admin,
    attachments,
    beside,
    console,
    desk_api,
    errors,
    health,
    help,  # noqa: A004 - a page
    pages,
    public,
    staff,
)
from bot.web.auth import SignedIn
from bot.web.incident_wire import active_incidents, late_updates, open_proposals
from bot.web.metrics import pulse
from bot.web.metrics import router as metrics_router
from bot.web.trail import Watch
from handoff import rules
from handoff.availability import Availability, availability
from handoff.hours import Hours
from handoff.learned.model import VECTORS_OF
from handoff.settings import HandoffSettings
from retrieval.errors import RetrievalError
from retrieval.incidents import feeds as pictures
from retrieval.incidents.board import Board
from retrieval.index import Index

logger = structlog.get_logger()

CHANNELS = ("widget",)
RECONNECT_SECONDS = 3.0
"""After a planned stop clients come back spread over this many seconds."""


def utc_now() -> datetime:
    """Now, with its zone."""
    return datetime.now(UTC)


def make_parts(
    settings: Settings,
    database: Database,
    *,
    answerer: Answerer | None = None,
    now: Callable[[], datetime] = utc_now,
    steady: Callable[[], float] = time.monotonic,
) -> Parts:
    """Put the parts together; nothing is running yet. `steady`: see `Leases`."""
    company = companies.load(settings.home)
    index = Index(database.sync, settings.home, settings.retrieval, now)
    board = Board(database.sync, company.components)
    log_id = database.sync.read(log.identity)
    broker = _broker(settings, database, log_id)
    hub = Hub(broker)
    confidence, calling = Confidence(database.sync, index, settings.handoff), Calling(database.sync)
    feeds = Feeds(database, company, settings.incidents, now)
    responder = _responder(
        settings, database, answerer, now, company=company, index=index, board=board,
        limits=lambda language: calling.limits(confidence.limits(language)), feeds=feeds,
    )  # fmt: skip
    sensing = Sensing(database, company, settings.sensor, now)
    turns = Turns(database, responder, settings.turn, now, _drafts(hub), sensing.noticed)
    return Parts(
        settings=settings,
        database=database,
        company=company,
        index=index,
        indexing=Indexing(index, database.sync, now),
        importing=Importing(database.sync, settings.importing, now),
        board=board,
        confidence=confidence,
        responder=responder,
        turns=turns,
        identifying=Identifying(database, settings.identity, turns, now),
        sensing=sensing,
        solved=SolvedBefore(database, index, settings.retrieval.model, company.components, now),
        desk=Desk(database, now, settings.handoff.claim_lease),
        clock=Clock(database, turns, board, company, settings, now, steady),
        feeds=feeds,
        hub=hub,
        queue=QueueWatch(database, hub, settings.handoff, lambda: company.hours, now),
        looking=Looking(hub),
        supervising=Supervising(database, hub, settings.handoff.claim_lease, now),
        limits=make_limits(settings, log_id),
        attachments=Attachments(database, settings.attachments, now),
        now=now,
        log_id=log_id,
        broker=broker,
    )


def _responder(
    settings: Settings,
    database: Database,
    answerer: Answerer | None,
    now: Callable[[], datetime],
    *,
    company: Company,
    index: Index,
    board: Board,
    limits: Callable[[str], HandoffSettings],
    feeds: Feeds,
) -> Responder:
    """What writes the replies, with all that it has to know."""
    return Responder(
        index=index,
        board=board,
        answerer=answerer or make_answerer(settings),
        company=company,
        rules=lambda: database.sync.read(rules.listing),
        settings=settings.handoff,
        limits=limits,
        now=now,
        meaning=_meaning(index, settings),
        available=lambda: _available(database, company.hours, settings, now()),
        unread=lambda: _unread(database, feeds, settings, now()),
    )


def _broker(settings: Settings, database: Database, log_id: str) -> Broker:
    """What carries the news of every commit, to this process and to the others."""
    broker = make_broker(settings.live.redis_url, log_id)
    database.on_news(broker.publish)
    return broker


def _unread(database: Database, feeds: Feeds, settings: Settings, now: datetime) -> datetime | None:
    """Since when a status page could not be read; None where none is, or all were."""
    limit = settings.incidents.unconfirmed_after
    return database.sync.read(lambda tx: pictures.unconfirmed(tx, feeds.names, now, limit))


def _available(
    database: Database, hours: Hours | None, settings: Settings, now: datetime
) -> Availability:
    """Whether a person could take over now; with how long conversations took lately."""
    return database.sync.read(
        lambda tx: availability(tx, now, hours, settings.handoff, handling.recent(tx))
    )


def _meaning(index: Index, settings: Settings) -> Meaning | None:
    """The index's own embedding, if the models that read messages were trained with it."""
    if settings.retrieval.model != VECTORS_OF:
        return None
    return lambda text: np.asarray(index.meaning(text), np.float32)


def make_answerer(settings: Settings) -> Answerer:
    """The answerer the settings name."""
    built: Answerer = extensions.find("answerers", settings.answering.answerer).build(
        settings.answering
    )
    return built


def create_app(
    settings: Settings,
    *,
    answerer: Answerer | None = None,
    now: Callable[[], datetime] = utc_now,
    steady: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """The application; its database is opened when it starts and closed when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        schema.check(settings.database_at)
        database = open_database(settings.database_at)
        shared = database.clock(now, steady)
        parts = make_parts(settings, database, answerer=answerer, now=shared, steady=steady)
        app.state.parts = parts
        async with _at_work(parts):
            yield

    app = FastAPI(
        title="Handrail",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry={"auto_configure": False},  # nobody is told anything unless a setting says so
    )
    for router in _routers():
        app.include_router(router)
    app.add_api_route("/api/openapi.json", openapi, include_in_schema=False)
    app.add_middleware(Watch)
    pages.secure(app)
    app.add_middleware(Named)
    for kind in errors.ProductError:
        app.add_exception_handler(kind, _product_error)
    app.add_exception_handler(RequestValidationError, _wrong_body)
    app.add_exception_handler(HTTPException, _http_error)
    return app


def _routers() -> list[APIRouter]:
    channels = (*CHANNELS, *extensions.installed("channels"))
    return [
        health.router,
        metrics_router,
        staff.router,
        desk_api.router,
        beside.router,
        admin.router,
        admin.sensor.console_router,
        public.router,
        attachments.router,
        help.router,
        console.router,
        *(extensions.find("channels", name).build().router for name in channels),
        pages.router,
    ]


async def openapi(request: Request, _: SignedIn) -> dict[str, Any]:
    """The REST API in OpenAPI's words, for people who are signed in."""
    found: dict[str, Any] = request.app.openapi()
    return found


@asynccontextmanager
async def _at_work(parts: Parts) -> AsyncIterator[None]:
    """Everything runs that nobody asks for; afterwards the database is closed."""
    with begun(parts.settings.operation):
        tasks = await _start(parts)
        try:
            yield
        finally:
            await _stop(parts, tasks)
            parts.database.close()


async def _start(parts: Parts) -> list[asyncio.Task[None]]:
    parts.hub.start()
    if parts.broker.lossy:
        parts.hub.watch(Overtaken(parts.database, parts.turns).moved)
    catching_up = CatchingUp(parts.database, parts.hub, parts.broker)
    if not parts.settings.database.url:  # elsewhere other processes may be at work on them
        await parts.database.write(lambda tx: outcomes.release_all(tx, now=parts.now()))
    home, now = parts.settings.home, parts.now()
    await parts.database.write(lambda tx: company_changes.note(tx, home, now))
    await parts.database.read(lambda tx: opening.read(tx, parts.company.opening))
    await asyncio.to_thread(_open_index, parts.index)
    await asyncio.to_thread(parts.board.refresh)
    parts.clock.on_incidents = lambda: broadcast_incidents(parts)
    parts.clock.on_reminders = lambda: broadcast_reminders(parts)
    parts.clock.on_proposals = lambda: broadcast_proposals(parts)
    return [
        asyncio.create_task(parts.clock.run(), name="clock"),
        asyncio.create_task(parts.feeds.run(), name="feeds"),
        asyncio.create_task(parts.queue.run(), name="queue-watch"),
        asyncio.create_task(parts.supervising.run(), name="overview"),
        asyncio.create_task(parts.sensing.run(), name="sensor"),
        asyncio.create_task(parts.solved.run(), name="solved-before"),
        asyncio.create_task(parts.indexing.run(), name="index-watch"),
        asyncio.create_task(
            opening.watch(parts.database, parts.company.opening), name="hours-watch"
        ),
        asyncio.create_task(parts.broker.run(), name="news"),
        asyncio.create_task(catching_up.run(), name="catching-up"),
        asyncio.create_task(pulse(parts), name="pulse"),
    ]


def _open_index(index: Index) -> None:
    """Without an index or its model people are still served, by people."""
    try:
        index.refresh()
    except RetrievalError as error:
        logger.warning("index_not_opened", code=error.code)


async def _stop(parts: Parts, tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await parts.turns.close()
    await parts.importing.close()
    await parts.indexing.close()
    await parts.responder.answerer.close()
    await parts.limits.close()
    await asyncio.to_thread(parts.index.close)


def say_goodbye(parts: Parts) -> None:
    """Tell every client that the server goes away, and when to come back: not all at once."""
    for connection in parts.hub.connections():
        later = round(random.uniform(0.2, RECONNECT_SECONDS), 2)
        connection.send({"type": "going_away", "reconnect_in": later})


def broadcast_incidents(parts: Parts) -> None:
    """Show every open client the incidents as they are now, each in its language."""
    for connection in parts.hub.connections():
        items = active_incidents(parts, connection.locale)
        connection.send({"type": "incidents", "items": items})


def broadcast_reminders(parts: Parts) -> None:
    """Show every open console which incidents wait for a public update, or that none does."""
    for connection in parts.hub.connections("agent"):
        items = late_updates(parts, connection.locale)
        connection.send({"type": "incident_reminders", "items": items})


def broadcast_proposals(parts: Parts) -> None:
    """Show the staff's open pages what may be an incident and waits for an admin."""
    for connection in parts.hub.connections("agent"):
        items = open_proposals(parts, connection.locale)
        connection.send({"type": "proposals", "items": items})


def _drafts(hub: Hub) -> Callable[[str, int, str | None], None]:
    def show(conversation_id: str, after: int, so_far: str | None) -> None:
        frame: dict[str, Any] = {"conversation": conversation_id, "after": after}
        if so_far is None:
            frame["type"] = "draft_dropped"
        else:
            frame |= {"type": "draft", "text": so_far}
        hub.hint(conversation_id, frame, to=("customer",))

    return show


async def _product_error(_: Request, error: Exception) -> JSONResponse:
    headers = {}
    if (wait := getattr(error, "retry_after", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    return JSONResponse(errors.body(error), errors.status_of(error), headers=headers)


async def _http_error(_: Request, error: Exception) -> JSONResponse:
    """Unknown paths and methods, in the same shape as every other error."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = {404: "not_found", 405: "wrong_method", 413: "too_large"}.get(status, "bad_request")
    message = str(getattr(error, "detail", "")) or "This request cannot be answered."
    return JSONResponse({"error": {"code": code, "message": message}}, status)


async def _wrong_body(_: Request, error: Exception) -> JSONResponse:
    first = (
        error.errors()[0] if isinstance(error, RequestValidationError) else {"msg": "", "loc": ()}
    )
    field = ".".join(str(part) for part in first["loc"][1:])
    message = f"Field {field!r}: {first['msg']}."
    return JSONResponse({"error": {"code": "bad_request", "message": message}}, 422)
