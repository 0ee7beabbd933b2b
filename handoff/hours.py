"""Opening hours: when somebody is there, and when somebody will be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span = tuple[int, int]  # minutes after midnight; past 1440 on the next day

_DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL_DAY = 24 * 60
_LOOK_AHEAD = 60
"""Days in which an opening is looked for: a long closure lies between at most."""


class Hours(BaseModel):
    """Opening hours of a week in one time zone, as in `data/company.yaml`.

    A day is `["09:00", "18:00"]`, a list of such pairs, or null for closed. `24:00` is the end of
    the day; an end at or before its start lies on the next day. A holiday is written as a day is,
    and goes before its weekday.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    timezone: str = "UTC"
    days: dict[Day, tuple[Span, ...]] = Field(default_factory=dict)
    holidays: dict[date, tuple[Span, ...]] = Field(default_factory=dict)

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone {name!r}") from error
        return name

    @field_validator("days", "holidays", mode="before")
    @classmethod
    def _spans(cls, days: Any) -> Any:
        if not isinstance(days, dict):
            return days
        return {day: _read_spans(value) for day, value in days.items()}

    def is_open(self, now: datetime) -> bool:
        """True when the desk is open at this instant."""
        return any(start <= now < end for start, end in self._around(now, days=1))

    def next_open(self, now: datetime) -> datetime | None:
        """The first instant from now on at which the desk is open.

        None when it is not in the next sixty days.
        """
        if self.is_open(now):
            return now
        for start, _ in self._around(now, days=_LOOK_AHEAD):
            if start > now:
                return start
        return None

    def closes(self, now: datetime) -> datetime | None:
        """When the desk closes that is open now; None if it is closed, or not in sixty days."""
        end = now
        for start, stop in self._around(now, days=_LOOK_AHEAD):
            if start > end:
                return end if end > now else None
            end = max(end, stop)
        return end if end > now and end < now + timedelta(days=_LOOK_AHEAD - 1) else None

    def _around(self, now: datetime, *, days: int) -> Iterator[tuple[datetime, datetime]]:
        """The times of yesterday, of today, and of the days after, in their order."""
        zone = ZoneInfo(self.timezone)
        today = now.astimezone(zone).date()
        for number in range(-1, days):
            day = today + timedelta(days=number)
            spans = self.holidays.get(day, self.days.get(_DAYS[day.weekday()], ()))
            for start, end in sorted(spans):
                yield _instant(day, start, zone), _instant(day, end, zone)


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    # Wall clock first, then to UTC: adding minutes to an instant would be off on days on which
    # the clock changes.
    day += timedelta(days=minutes // _FULL_DAY)
    hour, minute = divmod(minutes % _FULL_DAY, 60)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)


def _read_spans(value: Any) -> tuple[Span, ...]:
    if value is None or value == []:
        return ()
    if not isinstance(value, (list, tuple)):
        problem = 'a day is written ["09:00", "18:00"]'
        raise ValueError(problem)  # noqa: TRY004 - the only error pydantic makes a report of
    pairs = value if isinstance(value[0], (list, tuple)) else [value]
    return tuple(_read_span(pair) for pair in pairs)


def _read_span(pair: Any) -> Span:
    if len(pair) != 2:
        raise ValueError('opening hours are written ["09:00", "18:00"]')
    start, end = (part if isinstance(part, int) else _minutes(part) for part in pair)
    if start >= _FULL_DAY:
        raise ValueError("opening hours start before 24:00")
    return (start, end if end > start else end + _FULL_DAY)


def _minutes(text: Any) -> int:
    hour, separator, minute = str(text).partition(":")
    if not (separator and hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        raise ValueError(f"{text!r} is not a time such as 09:00")
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > _FULL_DAY:
        raise ValueError(f"{text!r} is not a time such as 09:00")
    return total
