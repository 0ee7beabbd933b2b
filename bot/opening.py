"""The opening hours in force: those of `company.yaml`, or those an admin set on a page."""

import asyncio
from datetime import datetime
from itertools import pairwise

import structlog
from pydantic import ValidationError
from sqlalchemy.engine import Connection as Tx
from sqlalchemy.exc import SQLAlchemyError

from bot.company import Opening
from bot.conversation.events import instant
from bot.errors import BotError
from bot.storage import choices
from bot.storage.choices import Choice
from bot.storage.engine import Database
from handoff.hours import Hours

logger = structlog.get_logger()

LOOK = 2.0
"""Seconds between two looks whether another process has changed the hours."""
_NAME = "opening_hours"


class BadHours(BotError):
    """Opening hours that mean nothing; the message names the day and what is wrong."""

    code = "bad_hours"


class HoursChanged(BotError):
    """They were changed since their editor read them; who saves now would undo that unseen."""

    code = "version_conflict"

    def __init__(self, author: str | None) -> None:
        by = "and company.yaml holds again" if author is None else f"by {author}"
        super().__init__(
            f"The opening hours were changed meanwhile, {by}. Read them again, then save yours."
        )


def read(tx: Tx, opening: Opening) -> None:
    """Take over what was set last, here or in another process."""
    choice = _set(tx)
    if choice is None:
        opening.hours, opening.author, opening.changed_at = opening.written, None, None
    else:
        opening.hours = Hours.model_validate(choice.value)
        opening.author, opening.changed_at = choice.author, choice.changed_at


def require_unchanged(tx: Tx, seen: str | None) -> None:
    """Raise HoursChanged unless the hours are those that were set at `seen`.

    `seen` is written as pages are told an instant; None stands for the hours of the file.
    """
    choice = _set(tx)
    if seen != (None if choice is None else instant(choice.changed_at)):
        raise HoursChanged(None if choice is None else choice.author)


def _set(tx: Tx) -> Choice | None:
    """What an admin set and nobody gave back to the file."""
    choice = choices.get(tx, _NAME)
    return None if choice is None or choice.value is None else choice


def put(tx: Tx, hours: Hours | None, author: str, now: datetime) -> None:
    """Store the hours that hold from now on; None gives the decision back to the file.

    They hold here after `read`, which is for when the transaction is over.
    """
    value = None if hours is None else written(hours)
    choices.put(tx, _NAME, Choice(value, author, now))


async def watch(database: Database, opening: Opening) -> None:
    """Follow changes made by other processes, until cancelled."""
    while True:
        try:
            await database.read(lambda tx: read(tx, opening))
        except (BotError, SQLAlchemyError, ValidationError) as error:  # those known go on
            logger.warning("hours_not_read", error=type(error).__name__)
        await asyncio.sleep(LOOK)


def check(raw: object) -> Hours:
    """The hours of plain data; raises BadHours."""
    try:
        hours = Hours.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        told = first["msg"].removeprefix("Value error, ")
        raise BadHours(f"{place}: {told}. Write times as 09:00, and dates as 2026-12-25.") from None
    for day, spans in [*hours.days.items(), *hours.holidays.items()]:
        ordered = sorted(spans)
        for one, following in pairwise(ordered):
            if following[0] < one[1]:
                told = f"{_clock(one[0])}–{_clock(one[1])} and {_clock(following[0])}–"
                raise BadHours(f"{day}: {told}{_clock(following[1])} overlap. Change one of them.")
    return hours


def written(hours: Hours) -> dict[str, object]:
    """The hours as `company.yaml` and the page write them."""
    days = {str(day): _spans(spans) for day, spans in hours.days.items() if spans}
    holidays = {day.isoformat(): _spans(spans) for day, spans in sorted(hours.holidays.items())}
    return {"timezone": hours.timezone, "days": days, "holidays": holidays}


def _spans(spans: tuple[tuple[int, int], ...]) -> list[list[str]]:
    return [[_clock(start), _clock(end)] for start, end in sorted(spans)]


def _clock(minutes: int) -> str:
    """24:00 is the end of the day; later, it is a time of the next one."""
    shown = minutes if minutes <= 24 * 60 else minutes - 24 * 60
    return f"{shown // 60:02}:{shown % 60:02}"
