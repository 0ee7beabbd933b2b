"""Incidents: declare them, tell how they go. Everybody who follows one hears it at once."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, BackgroundTasks, Path, Request
from sqlalchemy import func, select
from sqlalchemy.engine import Connection as Tx

from bot import following
from bot.audit import changed
from bot.clock import Clock
from bot.conversation.tables import follows
from bot.errors import BotError
from bot.parts import Parts
from bot.web.admin.incident_models import (
    Declared,
    Edit,
    NewIncident,
    NewNote,
    NewUpdate,
    NoteLine,
    Shown,
    SourceLine,
    UpdateTexts,
    note_line,
    shown,
    source_line,
)
from bot.web.auth import Admin, parts_of
from bot.web.trail import Noting
from bot.web.wire import Locale
from retrieval.incidents import editing, feeds, ledger, staff_notes
from retrieval.incidents.incident import Incident

logger = structlog.get_logger()

router = APIRouter(prefix="/incidents")

IncidentId = Annotated[str, Path(max_length=128)]
UpdateId = Annotated[str, Path(max_length=128)]


class UnknownComponent(BotError):
    """An incident names a part of the product that there is not."""

    code = "unknown_component"


class NotDeclared(BotError):
    """A prepared incident has no news before it is declared."""

    code = "not_declared"


class EmptyField(BotError):
    """A field that an incident cannot be without was emptied."""

    code = "empty_field"


class PastTime(BotError):
    """A time that is promised lies in the past."""

    code = "past_time"


@router.get("")
async def listing(request: Request, _: Admin) -> list[Shown]:
    """All incidents, prepared ones too, latest first."""
    parts = parts_of(request)

    def work(tx: Tx) -> list[Shown]:
        followers = _followers(tx)
        return [shown(parts, one, followers.get(one.id, 0)) for one in ledger.listing(tx)]

    return await parts.database.read(work)


@router.get("/sources")
async def sources(request: Request, _: Admin) -> list[SourceLine]:
    """The status pages: when each was read last, and what does not fit."""
    parts = parts_of(request)
    limit = parts.settings.incidents.unconfirmed_after.total_seconds()
    names, now = parts.feeds.names, parts.now()
    known = await parts.database.read(feeds.states)
    return [source_line(one, configured=one.name in names, now=now, limit=limit) for one in known]


@router.get("/{incident}")
async def one(request: Request, _: Admin, incident: IncidentId) -> Shown:
    """One incident."""
    parts = parts_of(request)

    def work(tx: Tx) -> Shown:
        found = ledger.get(tx, incident)
        return shown(parts, found, _followers(tx).get(incident, 0))

    return await parts.database.read(work)


@router.post("")
async def create(
    request: Request, note: Noting, new: NewIncident, background: BackgroundTasks
) -> Shown:
    """Declare something broken."""
    parts = parts_of(request)
    _check_components(parts, new.components)
    _check_future(parts, expected_at=new.expected_at)

    def work(tx: Tx) -> Incident:
        now = parts.now()
        made = ledger.create(
            tx,
            title=_texts(new.title),
            components=new.components,
            severity=new.severity,
            status=new.status,
            now=now,
            text=_texts(new.text),
            workaround=_texts(new.workaround),
            expected_at=new.expected_at,
            next_update_at=_due(now, new.next_update_minutes),
        )
        told = {"severity": made.severity, "status": made.status, "components": new.components}
        note(tx, "incident.declared", made.id, after=told)
        return made

    return await _told(parts, await parts.database.write(work), background)


@router.patch("/{incident}")
async def edit(
    request: Request, note: Noting, incident: IncidentId, change: Edit, background: BackgroundTasks
) -> Shown:
    """Change or add what customers are told beside the updates; a status page cannot undo it."""
    parts = parts_of(request)
    sent = {name: getattr(change, name) for name in change.model_fields_set}
    for name in ("title", "components", "severity", "workaround"):
        if name in sent and sent[name] is None:
            if name != "workaround":
                raise EmptyField(f"{name} cannot be empty. Leave it out to keep it as it is.")
            sent[name] = {}
    _check_components(parts, sent.get("components") or [])
    times = ("expected_at", "next_update_at")
    _check_future(parts, **{name: sent[name] for name in times if sent.get(name)})

    def work(tx: Tx) -> Incident:
        old = ledger.get(tx, incident)
        done = editing.edit(tx, incident, sent)
        before, after = changed(_named(old), _named(done))
        note(tx, "incident.edited", incident, before=before, after=after | {"fields": sorted(sent)})
        return done

    return await _told(parts, await parts.database.write(work), background)


@router.post("/{incident}/updates")
async def add_update(
    request: Request,
    note: Noting,
    incident: IncidentId,
    new: NewUpdate,
    background: BackgroundTasks,
) -> Shown:
    """Say how it goes; `resolved` ends it, any other status reopens it."""
    parts = parts_of(request)

    def work(tx: Tx) -> Incident:
        old = ledger.get(tx, incident)
        if not old.active:
            raise NotDeclared("This incident is only prepared. Declare it, then tell how it goes.")
        note(
            tx, "incident.updated", incident,
            before={"status": old.status},
            after={"status": new.status, "languages": sorted(new.text)},
        )  # fmt: skip
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


@router.patch("/{incident}/updates/{update}")
async def write_texts(
    request: Request,
    note: Noting,
    incident: IncidentId,
    update: UpdateId,
    new: UpdateTexts,
    background: BackgroundTasks,
) -> Shown:
    """Translate a public note, or correct it: then whoever was told the newest is told anew."""
    parts, texts = parts_of(request), _texts(new.text)

    def work(tx: Tx) -> Incident:
        told = {"update": update, "languages": sorted(texts)}
        note(tx, "incident.texts_written", incident, after=told)
        return editing.write_texts(tx, incident, update, texts, parts.now())

    return await _told(parts, await parts.database.write(work), background)


@router.post("/{incident}/declare")
async def declare(
    request: Request,
    note: Noting,
    incident: IncidentId,
    background: BackgroundTasks,
    declared: Declared | None = None,
) -> Shown:
    """Make a prepared incident active from now on; an active one stays as it is."""
    parts = parts_of(request)
    minutes = (declared or Declared()).next_update_minutes

    def work(tx: Tx) -> Incident:
        now = parts.now()
        before = {"active": ledger.get(tx, incident).active}
        note(tx, "incident.declared", incident, before=before, after={"active": True})
        return following.declare(tx, incident, now, _due(now, minutes))

    return await _told(parts, await parts.database.write(work), background)


@router.get("/{incident}/notes")
async def notes(request: Request, _: Admin, incident: IncidentId) -> list[NoteLine]:
    """What the team noted for itself, oldest first."""

    def work(tx: Tx) -> list[NoteLine]:
        ledger.get(tx, incident)
        return [note_line(note) for note in staff_notes.listing(tx, incident)]

    return await parts_of(request).database.read(work)


@router.post("/{incident}/notes")
async def add_note(request: Request, note: Noting, incident: IncidentId, new: NewNote) -> NoteLine:
    """Note something that no customer will ever read: a finding, who leads, where to talk."""
    parts = parts_of(request)

    def work(tx: Tx) -> staff_notes.StaffNote:
        note(tx, "incident.noted", incident, after={"kind": new.kind})
        return staff_notes.add(
            tx, incident, kind=new.kind, author=note.by.name, text=new.text, now=parts.now()
        )

    return note_line(await parts.database.write(work))


def _named(incident: Incident) -> dict[str, Any]:
    """What of an incident the trail names: no words that customers read."""
    names = ("severity", "status", "components", "expected_at", "next_update_at", "cadence")
    return {name: getattr(incident, name) for name in names}


async def _told(parts: Parts, incident: Incident, background: BackgroundTasks) -> Shown:
    """Show it to every open client now, and to the followers' conversations right after."""
    if await asyncio.to_thread(parts.board.refresh):
        parts.clock.on_incidents()
    background.add_task(_tell_followers, parts.clock)
    followers = await parts.database.read(_followers)
    return shown(parts, incident, followers.get(incident.id, 0))


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
    for each in components:
        if each not in known:
            raise UnknownComponent(f"There is no component {each!r}. Known: {', '.join(known)}.")


def _check_future(parts: Parts, **times: datetime | None) -> None:
    for name, at in times.items():
        if at is not None and at <= parts.now():
            raise PastTime(f"{name} lies in the past. Give a time that is still to come, or null.")


def _texts(given: Mapping[Locale, str]) -> dict[str, str]:
    return {locale: text for locale, text in given.items()}  # noqa: C416 - wider type


def _due(now: datetime, minutes: int | None) -> datetime | None:
    return None if minutes is None else now + timedelta(minutes=minutes)
