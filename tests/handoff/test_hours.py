"""Opening hours, also over midnight and when the clock changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from handoff.hours import Hours

ALL = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hours(zone: str, **days: Any) -> Hours:
    return Hours.model_validate({"timezone": zone, "days": days})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_always_open_has_no_gap_at_midnight() -> None:
    always = hours("Asia/Kuala_Lumpur", **{day: ["00:00", "24:00"] for day in ALL})
    for moment in ("2026-11-22T23:59:59.999+08:00", "2026-11-23T00:00+08:00"):
        assert always.is_open(at(moment))
        assert always.next_open(at(moment)) == at(moment)


def test_a_night_shift_ends_on_the_next_day() -> None:
    night = hours("Asia/Singapore", fri=["22:00", "02:00"])
    assert night.is_open(at("2026-11-21T01:59+08:00"))  # a Saturday
    assert not night.is_open(at("2026-11-21T02:00+08:00"))
    assert not night.is_open(at("2026-11-20T01:00+08:00"))
    assert night.next_open(at("2026-11-21T02:00+08:00")) == at("2026-11-27T22:00+08:00")


def test_a_day_may_have_a_break_or_be_closed() -> None:
    desk = hours("Asia/Singapore", mon=[["09:00", "12:00"], ["13:00", "18:00"]], tue=None, wed=[])
    assert not desk.is_open(at("2026-11-23T12:30+08:00"))
    assert desk.next_open(at("2026-11-23T12:30+08:00")) == at("2026-11-23T13:00+08:00")
    assert desk.next_open(at("2026-11-23T18:00+08:00")) == at("2026-11-30T09:00+08:00")


def test_never_open_never_opens() -> None:
    assert hours("UTC").next_open(at("2026-11-23T12:30+08:00")) is None


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-03-07T23:00-05:00", "2026-03-08T13:00+00:00"),  # the clock goes forward at 2
        ("2026-03-06T23:00-05:00", "2026-03-07T14:00+00:00"),
        ("2026-10-31T23:00-04:00", "2026-11-01T14:00+00:00"),  # and back
    ],
)
def test_nine_is_nine_when_the_clock_changes(moment: str, opens: str) -> None:
    desk = hours("America/New_York", **{day: ["09:00", "17:00"] for day in ALL})
    assert desk.next_open(at(moment)) == at(opens)
    assert desk.is_open(at(opens))


def test_all_day_is_23_or_25_hours_when_the_clock_changes() -> None:
    sunday = hours("Europe/Berlin", sun=["00:00", "24:00"])
    for start, end in (
        ("2026-03-28T23:00+00:00", "2026-03-29T22:00+00:00"),
        ("2026-10-24T22:00+00:00", "2026-10-25T23:00+00:00"),
    ):
        assert sunday.next_open(datetime(2026, int(start[5:7]), 24, tzinfo=UTC)) == at(start)
        assert sunday.is_open(at(start))
        assert not sunday.is_open(at(end))


@pytest.mark.parametrize(
    "days",
    [
        {"mon": ["9", "18:00"]},
        {"mon": ["09:00"]},
        {"mon": "09:00-18:00"},
        {"mon": ["24:00", "25:00"]},
        {"mon": ["09:61", "18:00"]},
        {"monday": ["09:00", "18:00"]},
    ],
)
def test_hours_that_cannot_be_read_are_refused(days: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        hours("UTC", **days)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="time zone"):
        hours("Asia/Nowhere")


def test_a_holiday_goes_before_its_weekday_and_the_desk_says_when_it_closes() -> None:
    week = {day: ["09:00", "18:00"] for day in ALL}
    raw = {
        "timezone": "Asia/Singapore",
        "days": week | {"mon": ["00:00", "24:00"]},
        "holidays": {"2026-11-24": None, "2026-11-25": [["10:00", "12:00"]]},
    }
    desk = Hours.model_validate(raw)
    assert desk.closes(at("2026-11-23T12:00+08:00")) == at("2026-11-24T00:00+08:00")
    assert desk.next_open(at("2026-11-24T09:30+08:00")) == at("2026-11-25T10:00+08:00")
    assert desk.closes(at("2026-11-25T11:00+08:00")) == at("2026-11-25T12:00+08:00")
    assert desk.closes(at("2026-11-25T12:00+08:00")) is None
    long = {
        "timezone": "UTC",
        "days": week,
        "holidays": {f"2026-12-{n:02}": [] for n in range(1, 32)},
    }
    shut = Hours.model_validate(long)
    assert shut.next_open(at("2026-12-01T00:00+00:00")) == at("2027-01-01T09:00+00:00")
    always = hours("UTC", **{day: ["00:00", "24:00"] for day in ALL})
    assert always.closes(at("2026-12-01T00:00+00:00")) is None
