"""Opening hours: set on a page, with what they mean now."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy.engine import Connection as Tx

from bot import opening
from bot.audit import changed
from bot.parts import Parts
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Body, Instant
from bot.web.trail import Noting
from handoff.hours import Hours

router = APIRouter(prefix="/hours")

Time = Annotated[str, Field(max_length=5)]
Spans = Annotated[
    list[Annotated[list[Time], Field(min_length=2, max_length=2)]], Field(max_length=6)
]
Seen = Annotated[str, Field(max_length=40)] | None
"""`changed_at` of the hours that somebody saw before changing them; null: those of the file."""
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Week(Body):
    """Opening hours: a day is a list of pairs such as `["09:00", "18:00"]`; none means closed.

    A holiday, by its date, goes before its weekday.
    """

    timezone: Annotated[str, Field(max_length=64)]
    days: dict[Weekday, Spans]
    holidays: Annotated[dict[str, Spans], Field(max_length=400, default_factory=dict)]


class NewWeek(Week):
    """Hours to hold from now on, with the `changed_at` that their editor read."""

    base: Seen = None


class Meaning(Answer):
    """What hours mean now; both instants null: they never change that."""

    open: bool
    closes_at: Instant | None
    opens_at: Instant | None
    holidays_past: int
    """Holidays whose date is over: they may go."""


class HoursShown(Answer):
    """The hours in force; null: there are none, and somebody may always be there."""

    hours: Week | None
    by: Literal["file", "page"]
    author: str | None
    changed_at: Instant | None
    meaning: Meaning


@router.get("")
async def show(request: Request, _: Admin) -> HoursShown:
    """The hours in force, and who decided them: `company.yaml` or somebody here."""
    parts = parts_of(request)
    await _read(parts)  # another worker may have changed them a moment ago
    return _shown(parts)


@router.post("/preview")
async def preview(request: Request, _: Admin, week: Week) -> Meaning:
    """What these hours would mean now; nothing is stored. Raises BadHours."""
    return _meaning(opening.check(week.model_dump()), parts_of(request).now())


@router.put("")
async def change(request: Request, note: Noting, week: NewWeek) -> HoursShown:
    """Hold these from now on, in place of those of `company.yaml`; BadHours, HoursChanged."""
    hours = opening.check(week.model_dump(exclude={"base"}))
    return await _put(request, note, hours, week.base)


@router.delete("")
async def forget(request: Request, note: Noting, base: Seen = None) -> HoursShown:
    """Hold what `company.yaml` says again; HoursChanged."""
    return await _put(request, note, None, base)


async def _put(request: Request, note: Noting, hours: Hours | None, seen: str | None) -> HoursShown:
    parts = parts_of(request)
    at_work = parts.company.opening

    def work(tx: Tx) -> None:
        opening.require_unchanged(tx, seen)
        before = {} if at_work.hours is None else opening.written(at_work.hours)
        after = hours if hours is not None else at_work.written
        told = {} if after is None else opening.written(after)
        opening.put(tx, hours, note.by.name, parts.now())
        was, now = changed(_told(before), _told(told))
        note(tx, "hours.changed", before=was, after=now)

    await parts.database.write(work)
    await _read(parts)
    parts.queue.look()
    return _shown(parts)


async def _read(parts: Parts) -> None:
    await parts.database.read(lambda tx: opening.read(tx, parts.company.opening))


def _told(hours: dict[str, object]) -> dict[str, str]:
    """In short, for the audit trail."""
    days = hours.get("days")
    week = days.items() if isinstance(days, dict) else ()
    holidays = hours.get("holidays")
    return {
        "timezone": str(hours.get("timezone", "")),
        "days": ", ".join(f"{day} {_spans(spans)}" for day, spans in week),
        "holidays": ", ".join(map(str, holidays)) if isinstance(holidays, dict) else "",
    }


def _spans(spans: list[list[str]]) -> str:
    return "+".join("–".join(one) for one in spans)


def _shown(parts: Parts) -> HoursShown:
    at_work = parts.company.opening
    hours = at_work.hours
    return HoursShown(
        hours=None if hours is None else Week.model_validate(opening.written(hours)),
        by="file" if at_work.author is None else "page",
        author=at_work.author,
        changed_at=at_work.changed_at,
        meaning=_meaning(hours, parts.now()),
    )


def _meaning(hours: Hours | None, now: datetime) -> Meaning:
    if hours is None:
        return Meaning(open=True, closes_at=None, opens_at=None, holidays_past=0)
    is_open = hours.is_open(now)
    today: date = now.date()
    return Meaning(
        open=is_open,
        closes_at=hours.closes(now),
        opens_at=None if is_open else hours.next_open(now),
        holidays_past=sum(day < today for day in hours.holidays),
    )
