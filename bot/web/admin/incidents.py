"""Incidents: declare them, tell how they go. Everybody who follows one hears it at once."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, BackgroundTasks, Path, Request
from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.engine import Connection as Tx

from bot.clock import Clock
from bot.conversation.tables import follows
from bot.errors import BotError
from bot.parts import Parts
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Body, Instant, Paragraphs, Slug, Titles
from bot.web.wire import Locale
from retrieval.incidents import ledger
from retrieval.incidents.incident import Incident

logger = structlog.get_logger()

router = APIRouter(prefix="/incidents")

Status = Literal["investigating", "identified", "monitoring", "resolved"]
Minutes = Annotated[int, Field(ge=1, le=10_080)]
IncidentId = Annotated[str, Path(max_length=128)]
FIRST_UPDATE = 30
"""Minutes after which a declared incident promises news, unless the admin says otherwise."""


class UnknownComponent(BotError):
    """An incident names a part of the product that there is not."""

    code = "unknown_component"


class NotDeclared(BotError):
    """A prepared incident has no news before it is declared."""

    code = "not_declared"


class NewIncident(Body):
    """An incident as an admin writes it; `text` is its first update."""

    title: Annotated[Titles, Field(min_length=1)]
    components: Annotated[list[Slug], Field(min_length=1, max_length=20)]
    severity: Literal["minor", "major", "critical"]
    status: Status
    workaround: Annotated[Paragraphs, Field(default_factory=dict)]
    next_update_minutes: Minutes | None = None
    text: Annotated[Paragraphs, Field(min_length=1)]


class NewUpdate(Body):
    """News about an incident; without `workaround` the old one stays."""

    status: Status
    text: Annotated[Paragraphs, Field(min_length=1)]
    next_update_minutes: Minutes | None = None
    workaround: Paragraphs | None = None


class Declared(Body):
    """When the next news is promised for."""

    next_update_minutes: Minutes | None = FIRST_UPDATE


class UpdateLine(Answer):
    """One dated note; every note is public."""

    id: str
    at: Instant
    status: str
    text: dict[str, str]
    public: Literal[True] = True


class Shown(Answer):
    """An incident with all its notes, and how many conversations wait to hear of it."""

    id: str
    title: dict[str, str]
    components: list[str]
    severity: str
    status: str
    active: bool
    started_at: Instant | None
    resolved_at: Instant | None
    workaround: dict[str, str]
    next_update_at: Instant | None
    updates: list[UpdateLine]
    followers: int


@router.get("")
async def listing(request: Request, _: Admin) -> list[Shown]:
    """All incidents, prepared ones too, latest first."""

    def work(tx: Tx) -> list[Shown]:
        followers = _followers(tx)
        return [_shown(one, followers.get(one.id, 0)) for one in ledger.listing(tx)]

    return await parts_of(request).database.read(work)


@router.post("")
async def create(
    request: Request, _: Admin, new: NewIncident, background: BackgroundTasks
) -> Shown:
    """Declare something broken."""
    parts = parts_of(request)
    _check_components(parts, new.components)

    def work(tx: Tx) -> Incident:
        now = parts.now()
        return ledger.create(
            tx,
            title=_texts(new.title),
            components=new.components,
            severity=new.severity,
            status=new.status,
            now=now,
            text=_texts(new.text),
            workaround=_texts(new.workaround),
            next_update_at=_due(now, new.next_update_minutes),
        )

    return await _told(parts, await parts.database.write(work), background)


@router.post("/{incident}/updates")
async def add_update(
    request: Request,
    _: Admin,
    incident: IncidentId,
    new: NewUpdate,
    background: BackgroundTasks,
) -> Shown:
    """Say how it goes; `resolved` ends it, any other status reopens it."""
    parts = parts_of(request)

    def work(tx: Tx) -> Incident:
        if not ledger.get(tx, incident).active:
            raise NotDeclared("This incident is only prepared. Declare it, then tell how it goes.")
        now = parts.now()
        return ledger.add_update(
            tx,
            incident,
            status=new.status,
            text=_texts(new.text),
            now=now,
            next_update_at=_due(now, new.next_update_minutes),
            workaround=_texts(new.workaround) if new.workaround is not None else None,
        )

    return await _told(parts, await parts.database.write(work), background)


@router.post("/{incident}/declare")
async def declare(
    request: Request,
    _: Admin,
    incident: IncidentId,
    background: BackgroundTasks,
    declared: Declared | None = None,
) -> Shown:
    """Make a prepared incident active from now on; an active one stays as it is."""
    parts = parts_of(request)
    minutes = (declared or Declared()).next_update_minutes

    def work(tx: Tx) -> Incident:
        now = parts.now()
        return ledger.declare(tx, incident, now, _due(now, minutes))

    return await _told(parts, await parts.database.write(work), background)


async def _told(parts: Parts, incident: Incident, background: BackgroundTasks) -> Shown:
    """Show it to every open client now, and to the followers' conversations right after."""
    if await asyncio.to_thread(parts.board.refresh):
        parts.clock.on_incidents()
    background.add_task(_tell_followers, parts.clock)
    followers = await parts.database.read(_followers)
    return _shown(incident, followers.get(incident.id, 0))


async def _tell_followers(clock: Clock) -> None:
    try:
        await clock.tell_incidents()
    except BotError as error:  # the clock tries again within a second
        logger.warning("followers_not_told", code=error.code)


def _followers(tx: Tx) -> dict[str, int]:
    counted = select(follows.c.incident_id, func.count().label("n")).group_by(follows.c.incident_id)
    return {row.incident_id: row.n for row in tx.execute(counted)}


def _check_components(parts: Parts, components: list[str]) -> None:
    known = parts.company.component_names()
    for one in components:
        if one not in known:
            raise UnknownComponent(f"There is no component {one!r}. Known: {', '.join(known)}.")


def _texts(given: Mapping[Locale, str]) -> dict[str, str]:
    return {locale: text for locale, text in given.items()}  # noqa: C416 - wider type


def _due(now: datetime, minutes: int | None) -> datetime | None:
    return None if minutes is None else now + timedelta(minutes=minutes)


def _shown(incident: Incident, followers: int) -> Shown:
    return Shown(
        id=incident.id,
        title=incident.title,
        components=list(incident.components),
        severity=incident.severity,
        status=incident.status,
        active=incident.active,
        started_at=incident.started_at,
        resolved_at=incident.resolved_at,
        workaround=incident.workaround,
        next_update_at=incident.next_update_at,
        updates=[
            UpdateLine(id=one.id, at=one.at, status=one.status, text=one.text)
            for one in incident.updates
        ],
        followers=followers,
    )
