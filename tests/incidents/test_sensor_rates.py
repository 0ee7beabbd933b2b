"""The figures under the sensor: how unlikely a count is, and what is usual at this hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from math import exp, gamma, lgamma, log

import numpy as np
import pytest

from retrieval.incidents.sensor_baseline import Baseline, Floats, History, learn
from retrieval.incidents.sensor_tail import BUCKETS_A_WEEK, WINDOWS, limit, tail

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
FIRST = int(MONDAY.timestamp()) // 3600
NOISE = 0.2


def poisson_tail(count: int, mean: float) -> float:
    return 1 - sum(exp(at * log(mean) - mean - lgamma(at + 1)) for at in range(count))


def mixed_tail(count: int, mean: float, spread: float) -> float:
    """The same by its definition: Poisson tails averaged over a Gamma distributed rate."""
    shape = 1 / spread
    rates = np.linspace(1e-6, mean * 12, 40_000)
    density = rates ** (shape - 1) * np.exp(-rates * shape / mean)
    density = density * (shape / mean) ** shape / gamma(shape)
    tails = np.array([poisson_tail(count, float(rate)) for rate in rates[::20]])
    return float(np.trapezoid(density[::20] * tails, rates[::20]))


@pytest.mark.parametrize(("count", "mean"), [(1, 0.3), (4, 1.0), (12, 5.0), (30, 30.0)])
def test_without_a_spread_it_is_the_tail_of_a_poisson_count(count: int, mean: float) -> None:
    assert tail(count, mean, 0) == pytest.approx(poisson_tail(count, mean), rel=1e-9)


@pytest.mark.parametrize(
    ("count", "mean", "spread"), [(3, 1.0, 0.5), (12, 5.0, 0.1), (40, 20.0, 0.2)]
)
def test_with_one_it_is_the_poisson_tail_over_an_uncertain_rate(
    count: int, mean: float, spread: float
) -> None:
    assert tail(count, mean, spread) == pytest.approx(mixed_tail(count, mean, spread), rel=2e-3)


def test_tiny_chances_stay_exact_and_the_ends_are_right() -> None:
    assert tail(0, 3.0, 0.1) == 1.0
    assert tail(3, 0.0, 0.1) == 0.0
    assert 0 < tail(200, 5.0, 0.05) < 1e-30
    assert tail(1, 1000.0, 0.1) == pytest.approx(1.0, abs=1e-6)
    chances = [tail(count, 7.0, 0.08) for count in range(40)]
    assert chances == sorted(chances, reverse=True)


def test_all_looks_of_a_week_together_stay_within_the_stated_rate() -> None:
    looks = 6 * len(WINDOWS) * BUCKETS_A_WEEK
    assert limit(0.5, 6) * looks == pytest.approx(0.5)
    assert limit(0.5, 12) < limit(0.5, 6)


def known(questions: Floats, watched: Floats | None = None, **options: object) -> Baseline:
    """What is learned of one component whose hours these are."""
    seen = np.ones(len(questions)) if watched is None else watched
    history = History(FIRST, {"payments": questions * (seen > 0)}, {"payments": seen})
    values = {
        "now": MONDAY + timedelta(hours=len(questions)), "zone": UTC, "half_life_weeks": 2.0,
        "spread": NOISE,
    }  # fmt: skip
    return learn(history, **(values | options))  # type: ignore[arg-type]


def hourly(baseline: Baseline, at: datetime) -> float:
    """Expected questions in the hour around `at`: six buckets on each side."""
    last = int(at.timestamp()) // 300 + 5
    return float(baseline.expected("payments", last, 12).sum())


def days(weeks: int, by_day: float = 10.0, by_night: float = 1.0) -> Floats:
    of_day = np.array([by_night] * 8 + [by_day] * 14 + [by_night] * 2)
    return np.tile(of_day, 7 * weeks)


def test_every_hour_of_the_week_has_its_own_usual_rate() -> None:
    questions = days(4)
    questions.reshape(-1, 24)[5::7, 8:22] = 30.0  # Saturdays are busy
    baseline = known(questions)
    after = MONDAY + timedelta(weeks=4)
    assert hourly(baseline, after + timedelta(hours=15)) == pytest.approx(10, rel=0.3)
    assert hourly(baseline, after + timedelta(days=5, hours=15)) == pytest.approx(30, rel=0.3)
    assert hourly(baseline, after + timedelta(hours=4)) == pytest.approx(1, rel=0.4)


def test_an_hour_never_seen_is_believed_to_be_like_other_days_but_not_surely() -> None:
    few = known(days(4)[:60])  # Monday to noon on Wednesday
    friday = MONDAY + timedelta(days=4)
    assert hourly(few, friday + timedelta(hours=15)) == pytest.approx(10, rel=0.4)
    assert hourly(few, friday + timedelta(hours=4)) < 4
    many = known(days(6))
    place = int((friday + timedelta(hours=15)).timestamp()) // 300
    assert few.spread("payments", place, 12) > 1.5 * many.spread("payments", place, 12)


def test_local_time_makes_the_hours_of_the_week() -> None:
    east = timezone(timedelta(hours=8))
    assert known(days(4), zone=east).offset == 8
    noon = MONDAY + timedelta(weeks=4, hours=15)
    in_utc, in_east = known(days(4)), known(days(4), zone=east)
    assert hourly(in_east, noon) == pytest.approx(hourly(in_utc, noon), rel=1e-6)


def test_hours_that_were_not_watched_do_not_make_it_less() -> None:
    questions, watched = days(4), np.ones(4 * 168)
    watched[168:336] = 0  # the server did not run
    noon = MONDAY + timedelta(weeks=4, hours=15)
    gap, whole = known(questions, watched), known(questions)
    assert hourly(gap, noon) == pytest.approx(hourly(whole, noon), rel=0.05)


def test_recent_weeks_count_more_so_growth_is_followed() -> None:
    questions = np.concatenate([days(1) * (1 + week) for week in range(6)])
    noon = MONDAY + timedelta(weeks=6, hours=15)
    assert hourly(known(questions), noon) > 1.15 * hourly(
        known(questions, half_life_weeks=1e6), noon
    )


def test_wild_weeks_widen_what_is_usual_and_one_strange_day_does_not() -> None:
    place = int((MONDAY + timedelta(weeks=8, hours=15)).timestamp()) // 300
    random = np.random.default_rng(4)
    calm = random.poisson(days(8, 40, 10)).astype(float)
    wild = random.poisson(
        days(8, 40, 10) * np.exp(random.normal(0, 0.5, 56)).repeat(24)
    ).astype(float)  # fmt: skip
    strange = calm.copy()
    strange[1000:1010] *= 15
    of_calm, of_wild, of_strange = (
        known(one).spread("payments", place, 12) for one in (calm, wild, strange)
    )
    assert of_wild > 2 * of_calm
    assert of_strange < 1.6 * of_calm
