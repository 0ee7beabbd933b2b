"""Import of files that an admin sends: each has its own result, a broken one stops no other."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Query, Request
from sqlalchemy.engine import Connection as Tx
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from bot.audit import Actor
from bot.errors import BotError
from bot.parts import Parts
from bot.web.admin.told import ReadIn, Told, told
from bot.web.auth import parts_of
from bot.web.models import Answer, Line
from bot.web.trail import Noting
from bot.web.wire import Locale
from retrieval import reading, sources
from retrieval.defaults import Defaults
from retrieval.errors import ImportRefused
from retrieval.importing import Item, Origin, Report
from retrieval.importing import Result as Taken

logger = structlog.get_logger()

router = APIRouter()

MAX_FILES = 200
LARGEST = 25_000_000
"""Bytes of one file; a ZIP may have as many as the whole request."""
UPLOADED = "upload:"
"""Begins the address of an archive that was sent: it can only be sent again."""
FIELDS = frozenset({"files[]", "files"})


class BadUpload(BotError):
    """The upload as a whole cannot be read; nothing was imported."""

    code = "bad_upload"


class Result(Answer):
    """What became of one document; a ZIP has one result for each that is in it."""

    name: str
    result: Literal["imported", "unchanged", "replaced", "kept", "skipped", "refused"]
    reason: str | None = None
    told: Told | None = None
    article: str | None = None
    locale: str | None = None


class Results(Answer):
    """What became of each; `missing` counts articles whose file a ZIP has no longer."""

    results: list[Result]
    missing: int = 0
    warning: str | None = None
    warning_told: Told | None = None


@router.post("/import")
async def upload(
    request: Request,
    note: Noting,
    locale: Locale | None = None,
    category: Annotated[Line | None, Query()] = None,
    audience: Literal["public", "signed_in", "staff"] | None = None,
    draft: bool = False,
    read_in: ReadIn = "en",
) -> Results:
    """Import up to 200 files, or ZIPs of them; raises BadUpload when it is no such upload.

    A ZIP is a source of its own, named after its file: sent again, what is no longer in it is
    proposed for removal. Single files say nothing of each other.
    """
    parts = parts_of(request)
    defaults = Defaults(locale=locale, category=category, audience=audience, draft=draft)
    try:
        async with request.form(max_files=MAX_FILES, max_fields=0) as form:
            sent = [item for field, item in form.multi_items() if field in FIELDS]
            given = [item for item in sent if isinstance(item, UploadFile)]
            if not given:
                raise BadUpload("There is no file in the upload. Send them in the field `files[]`.")
            reports = await _import(parts, given, defaults, note.by)
    except HTTPException as error:
        raise BadUpload(f"The upload cannot be read: {error.detail}") from error
    request.state.noted = True  # by each import itself, when it is done
    warnings = " ".join(one.warning for one in reports if one.warning)
    return Results(
        results=[_line(one, read_in) for report in reports for one in report.results],
        missing=sum(len(one.missing) for one in reports),
        warning=warnings or None,
        warning_told=told(warnings, read_in),
    )


async def _import(
    parts: Parts, given: Sequence[UploadFile], defaults: Defaults, by: Actor
) -> list[Report]:
    archives = [one for one in given if _name(one.filename).lower().endswith(".zip")]
    single = [one for one in given if one not in archives]
    reports = []
    if single:
        origin = Origin("upload", "upload", "", defaults)
        reports.append(await parts.importing.upload(_reader(single), origin, by))
    for archive in archives:
        wanted = _name(archive.filename)
        origin = await parts.database.read(_archive_origin(wanted, defaults))
        reports.append(await parts.importing.upload(_unpacker(archive), origin, by))
    return reports


def _archive_origin(wanted: str, defaults: Defaults) -> Callable[[Tx], Origin]:
    address = f"{UPLOADED}{wanted}"
    return lambda tx: Origin(sources.named(tx, "zip", address, wanted), "zip", address, defaults)


def _reader(given: Sequence[UploadFile]) -> Callable[[Callable[[], bool]], Iterator[Item]]:
    def read(stopped: Callable[[], bool]) -> Iterator[Item]:
        for one in given:
            if stopped():
                return
            yield _document(one)

    return read


def _document(file: UploadFile) -> Item:
    from retrieval.importers import files

    name = _name(file.filename)
    try:
        data = file.file.read(LARGEST + 1)
        if len(data) > LARGEST:
            why = f"larger than {LARGEST:,} bytes. Split it, or send it in a ZIP."
            raise ImportRefused(name, None, why)
        return name, files.parse_file(data, name)
    except ImportRefused as refused:
        return name, refused
    except Exception as error:  # one broken file never stops the rest
        logger.exception("import_failed", file=name, error=type(error).__name__)
        return name, ImportRefused(name, None, "cannot be read.")


def _unpacker(archive: UploadFile) -> Callable[[Callable[[], bool]], Iterator[Item]]:
    def read(_: Callable[[], bool]) -> Iterator[Item]:
        with tempfile.TemporaryDirectory(prefix="handrail-import-") as folder:
            path = Path(folder) / "archive.zip"
            with path.open("wb") as opened:
                while data := archive.file.read(1 << 20):
                    opened.write(data)
            yield from reading.read(reading.Reading("zip", str(path)), _never)

    return read


def _never() -> bool:
    return False


def _line(one: Taken, read_in: str) -> Result:
    return Result(
        name=one.name,
        result=one.outcome,
        reason=one.reason,
        told=told(one.reason, read_in, one.name),
        article=one.article,
        locale=one.locale,
    )


def _name(given: str | None) -> str:
    """The file's name for messages only: nothing is ever stored under it."""
    last = (given or "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(one for one in last if one.isprintable())[:200] or "file"
