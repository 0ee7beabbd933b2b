"""Where articles come from: sources, imports from an address, what they leave to decide."""

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, Field
from sqlalchemy.engine import Connection as Tx

from bot.parts import Parts
from bot.web.admin.articles import look_again
from bot.web.admin.told import ReadIn, Told, told
from bot.web.admin.upload import UPLOADED, BadUpload
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Body, Instant, Line
from bot.web.trail import Noting
from bot.web.wire import Locale
from retrieval import articles, proposals, reading, sources
from retrieval.articles import ArticleDraft
from retrieval.defaults import Defaults
from retrieval.errors import AlreadyImporting
from retrieval.importing import Origin
from retrieval.sources import Held, Kind, Source

router = APIRouter(prefix="/imports")

Name = Annotated[str, Field(min_length=1, max_length=128)]
Audience = Literal["public", "signed_in", "staff"]


def _address(text: str) -> str:
    if not reading.is_web(text):
        raise ValueError("give an address that begins with https:// or http://")
    return text


class SourceLine(Answer):
    """A source and its last run; `missing` and `proposed` count what waits for a decision."""

    name: str
    kind: Kind
    address: str
    defaults: dict[str, str | bool]
    started_at: Instant | None
    finished_at: Instant | None
    outcome: Literal["done", "cancelled", "failed"] | None
    error: str | None
    warning: str | None
    counts: dict[str, int]
    busy: bool
    missing: int
    proposed: int


class RunningLine(Answer):
    """An import under way in this server; nobody knows before how many documents will come."""

    name: str
    done: int
    counts: dict[str, int]
    document: str
    stopping: bool


class ImportState(Answer):
    """Everything the page of imports shows."""

    sources: list[SourceLine]
    running: RunningLine | None


class Gone(Answer):
    """A document that is gone at its source, and the article that would be pulled."""

    source_id: str
    locale: str
    name: str
    article: str
    title: str
    url: str | None


class Newer(Gone):
    """A document that changed at its source after its article was edited here."""

    ours: str
    theirs: str
    their_title: str


class Problem(Answer):
    """What the last run refused, skipped or left alone."""

    name: str
    result: Literal["refused", "skipped", "kept"]
    reason: str
    told: Told | None


class SourceDetails(Answer):
    """What one source left to decide, and what went wrong."""

    source: SourceLine
    missing: list[Gone]
    proposed: list[Newer]
    problems: list[Problem]
    documents: int
    error: Told | None
    warning: Told | None


class Begin(Body):
    """An import from an address; what the source says itself comes before these defaults."""

    address: Annotated[str, Field(max_length=2000), AfterValidator(_address)]
    kind: Literal["auto", "web", "zendesk", "intercom"] = "auto"
    name: Line | None = None
    token: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    locale: Locale | None = None
    category: Line | None = None
    collection: Line | None = None
    audience: Audience | None = None
    draft: bool = False


class Named(Body):
    """One source."""

    name: Name


class Again(Named):
    """Import a source again; the token of its API is never stored."""

    token: Annotated[str, Field(min_length=1, max_length=500)] | None = None


class Key(Body):
    """One document of a source."""

    source_id: Annotated[str, Field(min_length=1, max_length=700)]
    locale: Locale


class Documents(Named):
    """Some documents of a source."""

    documents: Annotated[list[Key], Field(min_length=1, max_length=10_000)]


class Decision(Key):
    """Take what the source has now, or stay with what was edited here."""

    name: Name
    accept: bool


class Begun(Answer):
    """The source being imported."""

    name: str


class Settled(Answer):
    """How many documents that was."""

    documents: int


@router.get("")
async def state(request: Request, _: Admin) -> ImportState:
    """The sources, and the import under way; asked every second while one runs."""
    parts = parts_of(request)
    found = await parts.database.read(lambda tx: sources.listing(tx, parts.now()))
    running = parts.importing.running
    shown = None
    if running is not None:
        shown = RunningLine.model_validate(running, from_attributes=True)
    return ImportState(sources=[_line(one) for one in found], running=shown)


@router.post("", status_code=202)
async def begin(request: Request, note: Noting, wanted: Begin) -> Begun:
    """Begin to import from an address; AlreadyImporting while another import runs."""
    parts = parts_of(request)
    kind = reading.kind_of(wanted.kind, wanted.address)
    given = wanted.name or reading.name_for(kind, wanted.address)
    defaults = Defaults(
        locale=wanted.locale,
        category=wanted.category,
        collection=wanted.collection,
        audience=wanted.audience,
        draft=wanted.draft,
    )
    name = await parts.database.read(lambda tx: sources.named(tx, kind, wanted.address, given))
    origin = Origin(name, kind, wanted.address, defaults)
    return await _start(parts, origin, note, wanted.token)


@router.post("/again", status_code=202)
async def again(request: Request, note: Noting, wanted: Again) -> Begun:
    """Import a source once more, as it was imported last; NotFound, AlreadyImporting."""
    parts = parts_of(request)
    found = await parts.database.read(lambda tx: sources.get(tx, wanted.name, parts.now()))
    if found.kind == "upload" or found.address.startswith(UPLOADED):
        raise BadUpload(f"{found.name} was sent as a file. Send it again.")
    origin = Origin(found.name, found.kind, found.address, found.defaults)
    return await _start(parts, origin, note, wanted.token)


@router.post("/cancel", status_code=204)
async def cancel(request: Request, note: Noting) -> None:
    """Stop the running import; nothing happens when there is none."""
    parts = parts_of(request)
    name = parts.importing.running.name if parts.importing.running is not None else ""
    parts.importing.cancel()
    await parts.database.write(lambda tx: note(tx, "import.cancelled", name))


@router.get("/source")
async def details(
    request: Request,
    _: Admin,
    name: Annotated[str, Query(min_length=1, max_length=128)],
    read_in: ReadIn = "en",
) -> SourceDetails:
    """What one source left to decide, told in the language `read_in`; NotFound."""
    parts = parts_of(request)
    return await parts.database.read(lambda tx: _details(tx, name, parts.now(), read_in))


@router.post("/remove")
async def remove(request: Request, note: Noting, wanted: Documents) -> Settled:
    """Pull the articles of documents that are gone; their versions stay."""
    parts = parts_of(request)
    keys = [(one.source_id, one.locale) for one in wanted.documents]
    pulled = await asyncio.to_thread(
        proposals.remove,
        note.beside("import.removed", wanted.name, after=_documents(wanted)),
        wanted.name,
        keys,
        author=note.by.name,
        now=parts.now(),
    )
    await look_again(parts)
    return Settled(documents=len(pulled))


@router.post("/keep")
async def keep(note: Noting, wanted: Documents) -> Settled:
    """Keep articles whose documents are gone; they are not proposed again."""
    keys = [(one.source_id, one.locale) for one in wanted.documents]
    store = note.beside("import.kept", wanted.name, after=_documents(wanted))
    kept = await asyncio.to_thread(proposals.keep, store, wanted.name, keys)
    return Settled(documents=kept)


@router.post("/decide", status_code=204)
async def decide(request: Request, note: Noting, wanted: Decision) -> None:
    """Settle one document that changed at its source and here; NotFound if it is settled."""
    parts = parts_of(request)
    told = {"document": wanted.source_id, "locale": wanted.locale, "accepted": wanted.accept}
    await asyncio.to_thread(
        proposals.decide,
        note.beside("import.decided", wanted.name, after=told),
        wanted.name,
        (wanted.source_id, wanted.locale),
        accept=wanted.accept,
        author=note.by.name,
        now=parts.now(),
    )


@router.post("/forget", status_code=204)
async def forget(request: Request, note: Noting, wanted: Named) -> None:
    """Forget a source; its articles stay. NotFound, AlreadyImporting."""
    parts = parts_of(request)

    def work(tx: Tx) -> None:
        if sources.get(tx, wanted.name, parts.now()).busy:
            raise AlreadyImporting(wanted.name)
        sources.forget(tx, wanted.name)
        note(tx, "import.forgotten", wanted.name)

    await parts.database.write(work)


async def _start(parts: Parts, origin: Origin, note: Noting, token: str | None) -> Begun:
    found = await parts.database.read(lambda tx: sources.listing(tx, parts.now()))
    if any(one.busy and one.name == origin.name for one in found):
        raise AlreadyImporting(origin.name)
    parts.importing.start(origin, note.by, token)
    told = {"kind": origin.kind, "address": origin.address}
    await parts.database.write(lambda tx: note(tx, "import.begun", origin.name, after=told))
    return Begun(name=origin.name)


def _documents(wanted: Documents) -> dict[str, int | list[str]]:
    named = [f"{one.source_id} ({one.locale})" for one in wanted.documents]
    return {"documents": len(named), "named": named}


def _line(source: Source) -> SourceLine:
    return SourceLine(
        name=source.name,
        kind=source.kind,
        address=source.address,
        defaults=source.defaults.wire(),
        started_at=source.started_at,
        finished_at=source.finished_at,
        outcome=source.outcome,
        error=source.error,
        warning=source.warning,
        counts=dict(source.counts),
        busy=source.busy,
        missing=source.missing,
        proposed=source.proposed,
    )


def _details(tx: Tx, name: str, now: datetime, read_in: str) -> SourceDetails:
    source = sources.get(tx, name, now)
    held = sources.documents(tx, name)
    return SourceDetails(
        source=_line(source),
        missing=[_gone(tx, one) for one in held if one.state == "missing"],
        proposed=[_newer(tx, one, one.proposed) for one in held if one.proposed is not None],
        problems=[_problem(one, read_in) for one in sources.problems(tx, name)],
        documents=sum(one.state == "present" for one in held),
        error=told(source.error, read_in),
        warning=told(source.warning, read_in),
    )


def _problem(one: dict[str, str], read_in: str) -> Problem:
    said = told(one["reason"], read_in, one["name"])
    return Problem.model_validate({**one, "told": said})


def _gone(tx: Tx, held: Held) -> Gone:
    article = articles.get(tx, held.article_id, held.locale)
    return Gone(
        source_id=held.source_id,
        locale=held.locale,
        name=held.name,
        article=held.article_id,
        title=article.title,
        url=held.url,
    )


def _newer(tx: Tx, held: Held, proposed: ArticleDraft) -> Newer:
    article = articles.get(tx, held.article_id, held.locale)
    return Newer(
        **_gone(tx, held).model_dump(),
        ours=article.body,
        theirs=proposed.body,
        their_title=proposed.title,
    )
