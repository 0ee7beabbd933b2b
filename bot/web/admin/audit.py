"""The audit trail as admins read it: filtered, page by page, and as a file for a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime
from sqlalchemy import Select, func, select
from sqlalchemy.engine import Connection as Tx
from starlette.responses import Response

from bot import audit
from bot.audit import Line, audit_lines
from bot.conversation.events import instant
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Instant

router = APIRouter(prefix="/audit")

PAGE = 100
MOST_IN_A_FILE = 50_000
"""Lines one file holds; for older ones, ask for an earlier time."""


class LineShown(Answer):
    """One line of the trail."""

    number: int
    at: Instant
    who: Literal["admin", "agent", "command", "server", "nobody"]
    who_id: str
    name: str
    action: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    hash: str


class Page(Answer):
    """Lines, newest first; `more` is whether there are older ones that fit."""

    lines: list[LineShown]
    more: bool
    names: list[str]
    """Everybody who stands in the trail, for choosing one."""
    actions: list[str]


class State(Answer):
    """Whether the chain is whole; `broken_at` is the first line that is not as it was written."""

    lines: int
    hash: str
    broken_at: int | None
    broken: Literal["changed", "missing", "cut", "other"] | None


async def _wanted(
    action: Annotated[str, Query(max_length=64)] = "",
    name: Annotated[str, Query(max_length=200)] = "",
    subject: Annotated[str, Query(max_length=200)] = "",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> dict[str, Any]:
    return {"action": action, "name": name, "subject": subject, "since": since, "until": until}


Wanted = Annotated[dict[str, Any], Depends(_wanted)]


@router.get("")
async def listing(
    request: Request,
    _: Admin,
    wanted: Wanted,
    before: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = PAGE,
) -> Page:
    """Lines that fit, newest first; `before` is the number of the last one seen."""
    query = audit.found(**wanted, before=before).limit(limit + 1)
    return await parts_of(request).database.read(lambda tx: _page(tx, query, limit))


@router.get("/state")
async def state(request: Request, _: Admin) -> State:
    """Walk the chain; on a long trail this takes seconds."""
    verified = await parts_of(request).database.read(audit.verify)
    broken = verified.broken
    return State(
        lines=verified.lines,
        hash=verified.hash,
        broken_at=None if broken is None else broken.number,
        broken=None if broken is None else broken.what,
    )


@router.get("/file.csv", response_class=Response)
async def file(request: Request, _: Admin, wanted: Wanted) -> Response:
    """The newest 50,000 lines that fit, as CSV in UTF-8."""
    query = audit.found(**wanted).limit(MOST_IN_A_FILE)
    lines = await parts_of(request).database.read(lambda tx: audit.lines(tx, query))
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(as_csv(lines), media_type="text/csv; charset=utf-8", headers=headers)


def as_csv(lines: Sequence[Line]) -> str:
    """The lines for a spreadsheet; a cell that it would take for a formula begins with `'`."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([[_safe(cell) for cell in _cells(one)] for one in lines])
    return out.getvalue()


COLUMNS = ("number", "at", "who", "who_id", "name", "action", "subject", "before", "after", "hash")


def _cells(one: Line) -> Iterator[str]:
    for name in COLUMNS:
        value = getattr(one, name)
        if isinstance(value, datetime):
            yield instant(value) or ""
        elif isinstance(value, dict):
            yield "; ".join(f"{key}: {_said(told)}" for key, told in value.items())
        else:
            yield str(value)


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _page(tx: Tx, query: Select[Any], limit: int) -> Page:
    found = audit.lines(tx, query)
    return Page(
        lines=[LineShown.model_validate(one, from_attributes=True) for one in found[:limit]],
        more=len(found) > limit,
        names=_every(tx, "name"),
        actions=_every(tx, "action"),
    )


def _every(tx: Tx, column: str) -> list[str]:
    """Each value that there is, looked up one after the other: the index makes it quick."""
    of = audit_lines.c[column]
    values: list[str] = []
    while len(values) < audit.MOST * 10:
        after = of > values[-1] if values else of.is_not(None)
        value = tx.execute(select(func.min(of)).where(after)).scalar()
        if value is None:
            break
        values.append(value)
    return values
