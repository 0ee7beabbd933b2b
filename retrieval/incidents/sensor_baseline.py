"""The usual rate of questions: by hour of the week, and by less where there is little history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import numpy as np
import numpy.typing as npt

HOUR = 3600
BUCKET = 300
"""Seconds of a bucket."""
DAY, WEEK = 24, 168
DAY_PRIOR = 1.0
"""Shape of what is believed of an hour of the day before it was seen: 100 % around the overall
rate, for nights are not like noons."""
WEEK_PRIOR = 8.0
"""Shape of what is believed of an hour of the week beside the same hour of other days: 35 %."""
STRANGE = 0.02
"""Share of hours that are left out when it is measured how weeks differ: a sale or an outage that
nobody declared must not blind the sensor for weeks."""
WIDEST = 0.6**2
"""However wild the history is, the sensor must still see a rise to a multiple."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class History:
    """Questions per hour; hour 0 is `first`, in hours since 1970 in UTC."""

    first: int
    questions: Mapping[str, Floats]
    watched: Mapping[str, Floats]
    """The share of each hour in which the component was watched and in its usual state."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The usual rate per hour of the week, for every component."""

    offset: int
    """Hours (rounded) that local time is ahead of UTC; a change of the clocks moves it."""
    rates: Mapping[str, Floats]
    spreads: Mapping[str, Floats]

    def expected(self, component: str, last: int, buckets: int) -> Floats:
        """The mean count of each of the `buckets` buckets that end with `last`.

        Between the middles of two hours the rate is interpolated: a morning rises steadily, and a
        staircase would take each step for the beginning of an outage.
        """
        rates = self.rates.get(component)
        if rates is None:
            return np.zeros(buckets)
        low, part = self._places(last, buckets)
        each: Floats = rates[low % WEEK] * (1 - part) + rates[(low + 1) % WEEK] * part
        return each * BUCKET / HOUR

    def spread(self, component: str, last: int, buckets: int) -> float:
        """The relative variance of the rate in those buckets: where it is least certain."""
        spreads = self.spreads.get(component)
        if spreads is None:
            return WIDEST
        low, _ = self._places(last, buckets)
        return float(max(spreads[low % WEEK].max(), spreads[(low + 1) % WEEK].max()))

    def _places(self, last: int, buckets: int) -> tuple[npt.NDArray[np.int64], Floats]:
        """For each bucket the hour of the week whose middle lies before it, and how far behind."""
        middle = (np.arange(last - buckets + 1, last + 1) + 0.5) * BUCKET / HOUR
        place = middle + self.offset + _MONDAY - 0.5
        low = np.floor(place).astype(np.int64)
        return low, place - low


_MONDAY = 72
"""1970 began on a Thursday: three days after a Monday."""


def learn(
    history: History, *, now: datetime, zone: tzinfo, half_life_weeks: float, spread: float
) -> Baseline:
    """The usual rates as the history shows them; older weeks count less, so growth is followed."""
    ahead = now.astimezone(zone).utcoffset()
    offset = round(ahead.total_seconds() / HOUR) if ahead is not None else 0
    present = int(now.astimezone(UTC).timestamp()) // HOUR
    rates: dict[str, Floats] = {}
    spreads: dict[str, Floats] = {}
    for component, questions in history.questions.items():
        hours = history.first + np.arange(len(questions))
        weight = 0.5 ** ((present - hours) / (WEEK * half_life_weeks))
        seen = _Seen(questions, history.watched[component], weight, (hours + offset + _MONDAY))
        rates[component], spreads[component] = _cells(seen, spread**2)
    return Baseline(offset, rates, spreads)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One component's hours: counts, shares watched, weights by age, place in the week."""

    questions: Floats
    watched: Floats
    weight: Floats
    place: npt.NDArray[np.int64]

    def sums(self, cells: int) -> tuple[Floats, Floats, Floats]:
        """Per cell: weighted questions, weighted hours, and how many hours' worth that is."""
        cell = self.place % cells
        known = np.where(self.watched > 0, self.weight, 0.0)
        questions = np.bincount(cell, known * self.questions, cells).astype(np.float64)
        hours = np.bincount(cell, known * self.watched, cells).astype(np.float64)
        squares = np.bincount(cell, known**2, cells)
        total = np.bincount(cell, known, cells).astype(np.float64)
        worth = np.divide(total**2, squares, out=np.zeros(cells), where=squares > 0)
        return questions, hours, worth


def _cells(seen: _Seen, least: float) -> tuple[Floats, Floats]:
    """Rate per hour and relative variance of it, for the 168 hours of a week.

    A chain of Gamma priors: overall rate, hour of the day, hour of the week. What the weeks differ
    by is measured first with the floor, then put in.
    """
    rates, _ = _shrunk(seen, least)
    varies = _varies(seen, rates, least)
    return _shrunk(seen, varies)


def _shrunk(seen: _Seen, varies: float) -> tuple[Floats, Floats]:
    questions, hours, worth = seen.sums(DAY)
    overall = (questions.sum() + 0.5) / (hours.sum() + 1.0)
    day, day_shape = _posterior(questions, hours, worth, np.full(DAY, overall), DAY_PRIOR, varies)
    prior = np.tile(day, 7)
    of_day = np.tile(day_shape, 7)
    week, shape = _posterior(*seen.sums(WEEK), prior, WEEK_PRIOR, varies)
    unsure = 1 / shape + (WEEK_PRIOR / shape) ** 2 / of_day
    return week, unsure + varies


def _posterior(
    questions: Floats, hours: Floats, worth: Floats, prior: Floats, shape: float, varies: float
) -> tuple[Floats, Floats]:
    """Mean and shape of a rate: Gamma prior, Poisson counts.

    Counts of a few hours say how those hours were, not how the hour always is: a thousand
    questions in one hour are worth only as much as `varies` leaves (1/n + varies/hours).
    """
    worth = np.maximum(worth, 1.0)
    trust = 1 / (1 + questions * varies / worth)
    found = shape + questions * trust
    return found / (shape / prior + hours * trust), found


def _varies(seen: _Seen, rates: Floats, least: float) -> float:
    """The relative variance from week to week beyond what counting alone gives, by moments."""
    expected = rates[seen.place % WEEK] * seen.watched
    _, _, worth = seen.sums(WEEK)
    weeks = float(worth.max(initial=0.0))
    known = np.where(seen.watched > 0, seen.weight, 0.0)
    scale = float((known * expected**2).sum())
    if weeks < 1.5 or scale <= 0:
        return max(least, 0.3**2)  # one week says nothing of how weeks differ
    beyond_chance = known * ((seen.questions - expected) ** 2 - expected)
    kept = beyond_chance <= np.quantile(beyond_chance, 1 - STRANGE)
    beyond = float(beyond_chance[kept].sum()) / float((known * expected**2)[kept].sum() or 1.0)
    return min(WIDEST, max(least, beyond * weeks / (weeks - 1)))
