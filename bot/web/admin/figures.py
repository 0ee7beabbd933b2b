"""How it goes: figures of a period, each told apart from what it is easily taken for."""

from datetime import date, timedelta
from functools import partial
from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, Query, Request

from bot import tally
from bot.errors import BotError
from bot.figure_splits import Pace as Paced
from bot.figure_splits import Spread
from bot.figures import Figures as Counted
from bot.figures import Period, Split, figures
from bot.parts import Parts
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer
from bot.web.wire import Locale

router = APIRouter()

DAYS = 30
MOST_DAYS = 366
PATIENCE = 1.0
"""Seconds a request spends on conversations not counted yet; the next one goes on."""
_MINUTE = 60


class WrongPeriod(BotError):
    """The period ends before it begins, or is longer than a year."""

    code = "wrong_period"


class Rated(Answer):
    """Customers' ratings of resolved conversations, 1 to 5."""

    avg: float | None
    n: int


class RatedEach(Rated):
    """The same; `by_score` counts each."""

    by_score: dict[int, int]


class Wait(Answer):
    """Minutes; null where there was nothing to measure, `n` is of how many."""

    n: int
    p50: float | None
    p95: float | None


class Part(Answer):
    """Conversations, by what became of them.

    `answered`: the bot answered, and nobody was called. Of these `confirmed`: the customer said so,
    with a thumb up or thanks, and did not come back; `came_back`: the same customer asked about the
    same thing again within 72 hours. No conversation is both; of the rest nobody knows.
    `handed_over`: a person was called. `resolved`: it ended.
    """

    conversations: int
    answered: int
    confirmed: int
    came_back: int
    handed_over: int
    resolved: int


class Pace(Answer):
    """How long customers waited, how content they were, and why a person was called."""

    first_answer_minutes: Wait
    wait_minutes: Wait
    rated: Rated
    handed_over: dict[str, int]


class Day(Part):
    """One day in the company's time zone."""

    day: date


class Figures(Answer):
    """Conversations that began from `since` to `until`, both included.

    Every figure is about these conversations: a wait or a rating counts for the day on which its
    conversation began. `handed_over` counts by the first reason. `by_hour` has 24 hours of the
    company's time zone. `behind`: conversations that are not counted yet; ask again.
    """

    since: date
    until: date
    zone: str
    total: Part
    handed_over: dict[str, int]
    ended: dict[str, int]
    """Ended ones by why: what the agent chose, `unsaid`, or `idle`, `customer`, `merged`, ..."""
    rated: RatedEach
    wait_minutes: Wait
    still_waiting: int
    """Called for a person, and nobody came: they left, or wait still."""
    first_answer_minutes: Wait
    by_language: dict[str, Part]
    by_hour: list[Part]
    pace_by_language: dict[str, Pace]
    pace_by_hour: list[Pace]
    by_day: list[Day]
    behind: int


@router.get("/figures")
async def show(
    request: Request,
    _: Admin,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = DAYS,
    since: date | None = None,
    until: date | None = None,
    language: Locale | None = None,
) -> Figures:
    """The figures of the last `days`, or from `since` to `until`; raises WrongPeriod."""
    parts = parts_of(request)
    period = _period(parts, days, since, until, language)
    await count(parts)
    behind = await parts.database.read(lambda tx: tally.behind(tx, parts.company.zone))
    counted = await parts.database.read(lambda tx: figures(tx, period))
    return _shown(parts, period, counted, behind)


async def count(parts: Parts) -> None:
    """Read conversations that went on since they were counted, for about a second at most."""
    zone, until = parts.company.zone, perf_counter() + PATIENCE
    for batch in await parts.database.read(lambda tx: tally.batches(tx, zone)):
        made = await parts.database.read(partial(tally.read, batch=batch, zone=zone))
        await parts.database.write(partial(tally.store, batch=batch, made=made, zone=zone))
        if perf_counter() > until:
            return


def _period(
    parts: Parts, days: int, since: date | None, until: date | None, language: str | None
) -> Period:
    last = until or parts.now().astimezone(parts.company.zone).date()
    first = since or last - timedelta(days=days - 1)
    if not first <= last < first + timedelta(days=MOST_DAYS):
        raise WrongPeriod(
            f"From {first} to {last} is no period of 1 to {MOST_DAYS} days. Change one of them."
        )
    return Period(first, last, language)


def _shown(parts: Parts, period: Period, found: Counted, behind: int) -> Figures:
    rated = sum(found.scores.values())
    points = sum(score * n for score, n in found.scores.items())
    return Figures(
        since=period.first,
        until=period.last,
        zone=str(parts.company.zone),
        total=_part(found.total),
        handed_over=found.reasons,
        ended=found.ended,
        rated=RatedEach(
            avg=round(points / rated, 2) if rated else None, n=rated, by_score=found.scores
        ),
        wait_minutes=_wait(found.waits),
        still_waiting=found.still_waiting,
        first_answer_minutes=_wait(found.first_answers),
        by_language={code: _part(one) for code, one in found.by_language.items()},
        by_hour=[_part(one) for one in found.by_hour],
        pace_by_language={code: _pace(one) for code, one in found.pace_by_language.items()},
        pace_by_hour=[_pace(one) for one in found.pace_by_hour],
        by_day=[
            Day(day=date.fromisoformat(day), **_part(one).model_dump())
            for day, one in found.by_day.items()
        ],
        behind=behind,
    )


def _part(split: Split) -> Part:
    return Part.model_validate(split, from_attributes=True)


def _pace(found: Paced) -> Pace:
    mean = None if found.rating is None else round(found.rating, 2)
    return Pace(
        first_answer_minutes=_wait(found.first_answers),
        wait_minutes=_wait(found.waits),
        rated=Rated(avg=mean, n=found.ratings),
        handed_over=dict(found.reasons),
    )


def _wait(of: Spread) -> Wait:
    def minutes(seconds: float | None) -> float | None:
        return None if seconds is None else round(seconds / _MINUTE, 2)

    return Wait(n=of.n, p50=minutes(of.p50), p95=minutes(of.p95))
