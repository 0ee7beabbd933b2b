"""How the desk does: figures of a period, counted by the database from the tallies."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, func, select
from sqlalchemy.engine import Connection

from bot.conversation import events as e
from bot.conversation.tables import events
from bot.figure_splits import NO_PACE, Pace, Spread, paces, spread
from bot.tally import tallies

UNSAID = "unsaid"
"""An agent ended it and chose no reason."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days in the company's time zone, both included; `language` narrows what is counted."""

    first: date
    last: date
    language: str | None = None

    @property
    def days(self) -> list[str]:
        """Every day of it."""
        number = (self.last - self.first).days + 1
        return [(self.first + timedelta(days=one)).isoformat() for one in range(number)]

    def which(self) -> ColumnElement[bool]:
        """The conversations that began in it."""
        inside = tallies.c.day.between(self.first.isoformat(), self.last.isoformat())
        return inside if self.language is None else inside & (tallies.c.language == self.language)


@dataclass(slots=True)
class Split:
    """Conversations by what became of them.

    Of those `answered`, some are `confirmed` and others `came_back`: no conversation is both.
    """

    conversations: int = 0
    answered: int = 0
    confirmed: int = 0
    came_back: int = 0
    handed_over: int = 0
    resolved: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is told of a period."""

    total: Split
    reasons: dict[str, int]
    waits: Spread
    still_waiting: int
    first_answers: Spread
    ended: dict[str, int]
    """How those that ended did: what the agent chose, else idle, customer, merged or unsaid."""
    scores: dict[int, int]
    by_language: dict[str, Split]
    by_hour: list[Split]
    pace_by_language: dict[str, Pace]
    """Of the languages of `by_language`, in their order."""
    pace_by_hour: list[Pace]
    by_day: dict[str, Split] = field(default_factory=dict)


def figures(tx: Connection, period: Period) -> Figures:
    """The figures of a period; days, hours without a conversation are there, too."""
    which = period.which()
    days = _splits(tx, tallies.c.day, which)
    hours = _splits(tx, tallies.c.hour, which)
    languages = _splits(tx, tallies.c.language, which)
    paces_by_hour = paces(tx, tallies.c.hour, which)
    paces_by_language = paces(tx, tallies.c.language, which)
    ordered = sorted(languages.items(), key=lambda one: -one[1].conversations)
    called = which & tallies.c.reason.is_not(None)
    return Figures(
        total=_sum(list(days.values())),
        reasons=_counts(tx, tallies.c.reason, called),
        waits=spread(tx, tallies.c.wait_seconds, which),
        still_waiting=_count(tx, called & tallies.c.wait_seconds.is_(None)),
        first_answers=spread(tx, tallies.c.first_seconds, which),
        ended=_endings(tx, period),
        scores=_counts(tx, tallies.c.score, which & tallies.c.score.is_not(None)),
        by_language=dict(ordered),
        by_hour=[hours.get(hour, Split()) for hour in range(24)],
        pace_by_language={code: paces_by_language.get(code, NO_PACE) for code, _ in ordered},
        pace_by_hour=[paces_by_hour.get(hour, NO_PACE) for hour in range(24)],
        by_day={day: days.get(day, Split()) for day in period.days},
    )


def _endings(tx: Connection, period: Period) -> dict[str, int]:
    """By how they ended last: a conversation that was taken up again counts once."""
    began = datetime.combine(period.first, time(), UTC) - timedelta(days=1)  # in any time zone
    last = (
        select(events.c.conversation_id, func.max(events.c.position).label("position"))
        .where(events.c.kind == e.RESOLVED, events.c.at >= began)
        .group_by(events.c.conversation_id)
        .subquery()
    )
    why = func.coalesce(
        events.c.staff["why"].as_string(),
        case((events.c.sender.like("agent:%"), UNSAID), else_=events.c.data["reason"].as_string()),
    ).label("why")
    same = (events.c.conversation_id == last.c.conversation_id) & (
        events.c.position == last.c.position
    )
    query = (
        select(why, func.count().label("n"))
        .select_from(tallies)
        .join(last, last.c.conversation_id == tallies.c.conversation_id)
        .join(events, same)
        .where(period.which() & tallies.c.resolved)
        .group_by(why)
    )
    rows = [(row.why or UNSAID, row.n) for row in tx.execute(query)]
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))


def _splits(tx: Connection, by: ColumnElement[Any], which: ColumnElement[bool]) -> dict[Any, Split]:
    query = select(
        by,
        func.count(),
        *(_true(tallies.c[name]) for name in ("answered", "confirmed", "came_back")),
        _true(tallies.c.reason.is_not(None)),
        _true(tallies.c.resolved),
    )
    rows = tx.execute(query.where(which).group_by(by))
    return {of: Split(*(int(number) for number in numbers)) for of, *numbers in rows}


def _true(told: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.sum(case((told, 1), else_=0)), Integer)


def _sum(parts: Sequence[Split]) -> Split:
    return Split(*(sum(getattr(one, name) for one in parts) for name in Split.__slots__))


def _count(tx: Connection, which: ColumnElement[bool]) -> int:
    return tx.execute(select(func.count()).select_from(tallies).where(which)).scalar_one()


def _counts(tx: Connection, by: ColumnElement[Any], which: ColumnElement[bool]) -> dict[Any, int]:
    query = select(by, func.count().label("n")).where(which).group_by(by)
    return {row[0]: row.n for row in tx.execute(query.order_by(func.count().desc(), by))}
