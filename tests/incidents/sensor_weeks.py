"""Simulated weeks for the sensor: `python -m tests.incidents.sensor_weeks [--weeks N] [--json]`.

Prints false alarms per week and minutes to detection for several sizes of customer base. The
traffic has a day and a week, grows, differs from day to day and from hour to hour, and has sale
days on which everything rises, some things more than others. Everything follows from the seeds.
"""

import argparse
import json
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from retrieval.incidents.sensor_baseline import Baseline, History, learn
from retrieval.incidents.sensor_rise import ALL, RECENT, Recent, Rise, rises
from retrieval.incidents.sensor_settings import SensorSettings
from retrieval.incidents.sensor_tail import BUCKETS_A_WEEK

COMPONENTS = ("payments", "search-booking", "website-app", "tickets", "notifications", "api")
SHARES = np.array([0.30, 0.25, 0.18, 0.15, 0.10, 0.02])
SIZES = (300, 3_000, 30_000)
"""Questions in an ordinary week."""
LEARNING = 4
"""Weeks that are only watched before anything is measured."""
FIRST_WEEKS = 5
"""New installations whose first `LEARNING` weeks are measured too: little is known then."""
GROWTH = 0.02
"""Of the traffic, per week."""
DAY_NOISE, HOUR_NOISE = 0.18, 0.12
"""How much an ordinary day and hour of one component differ (standard deviation of the log)."""
SALE = np.array([3.5, 4.5, 3.0, 2.5, 3.0, 2.0])
"""How many times the usual a sale day has at its height, per component."""
OUTAGES = (5.0, 10.0, 20.0)
"""Times the usual rate of the component that an outage brings."""
OUTAGE_HOURS = 3
HOUR = 12
DAY = 24 * HOUR

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weeks:
    """Counts per component and bucket, and in which buckets a sale is on."""

    rates: Counts
    counts: Counts
    sale: npt.NDArray[np.bool_]


def make_weeks(size: int, weeks: int, seed: int, *, sales: bool = True) -> Weeks:
    """Traffic of `weeks` weeks; every fifth week has a sale that begins within half an hour."""
    random = np.random.default_rng(seed)
    buckets = np.arange(weeks * BUCKETS_A_WEEK)
    of_day = (buckets % DAY) / HOUR
    day = 0.08 + np.exp(-((of_day - 11) ** 2) / 12) + 0.9 * np.exp(-((of_day - 20) ** 2) / 9)
    week = np.array([1.1, 1.0, 1.0, 1.0, 1.15, 0.8, 0.75])[(buckets // DAY) % 7]
    shape = day * week
    shape = shape / shape[:BUCKETS_A_WEEK].sum() * size
    shape = shape * (1 + GROWTH) ** (buckets / BUCKETS_A_WEEK)
    both = (len(COMPONENTS), len(buckets) // HOUR)
    noise = np.exp(random.normal(0, HOUR_NOISE, both)).repeat(HOUR, 1)
    days = np.exp(random.normal(0, DAY_NOISE, (len(COMPONENTS), weeks * 7))).repeat(DAY, 1)
    rates = SHARES[:, None] * shape * noise * days
    sale = np.zeros(len(buckets))
    for first in range(LEARNING + 2, weeks, 5) if sales else ():
        start = first * BUCKETS_A_WEEK + 4 * DAY + 9 * HOUR  # Friday, nine o'clock
        sale[start : start + 14 * HOUR] = 1.0
        sale[start : start + 6] = np.linspace(0.2, 1, 6)
    rates = rates * (1 + (SALE[:, None] - 1) * sale)
    return Weeks(rates, random.poisson(rates).astype(np.float64), sale > 0)


class Watcher:
    """The sensor over simulated counts, without a database: the same decisions."""

    def __init__(self, weeks: Weeks, settings: SensorSettings) -> None:
        self.settings = settings
        self.counts = weeks.counts
        hours = weeks.counts.reshape(len(COMPONENTS), -1, HOUR).sum(2)
        self.hours = {one: hours[at] for at, one in enumerate(COMPONENTS)}
        self.hours[ALL] = hours.sum(0)
        self.everything = weeks.counts.sum(0)
        self.at = -1
        self.baseline: Baseline | None = None

    def usual(self, bucket: int) -> Baseline:
        """The baseline as it is known at the beginning of this bucket's hour."""
        hour = bucket // HOUR
        if self.baseline is None or self.at != hour:
            first = max(0, hour - self.settings.weeks * 168)
            known = {one: hours[first:hour] for one, hours in self.hours.items()}
            watched = {one: np.ones(hour - first) for one in known}
            self.baseline = learn(
                History(MONDAY + first, known, watched),
                now=datetime.fromtimestamp((MONDAY + hour) * 3600, UTC),
                zone=UTC,
                half_life_weeks=self.settings.half_life_weeks,
                spread=self.settings.spread,
            )
            self.at = hour
        return self.baseline

    def look(self, bucket: int, added: Counts | None = None) -> list[Rise]:
        """What is an alarm when this bucket ends; `added` questions come on top, per component."""
        span = slice(bucket - RECENT + 1, bucket + 1)
        counts = self.counts[:, span]
        everything = self.everything[span]
        if added is not None:
            counts = counts + added
            everything = everything + added.sum(0)
        questions = {one: counts[at] for at, one in enumerate(COMPONENTS)}
        recent = Recent(MONDAY * HOUR + bucket, questions | {ALL: everything})
        return rises(recent, self.usual(bucket), COMPONENTS, self.settings)


MONDAY = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp()) // 3600
"""The hour, since 1970, in which the simulated weeks begin."""


def false_alarms(weeks: Weeks, settings: SensorSettings, first: int, last: int) -> tuple[int, int]:
    """Proposals without a cause in these buckets: on ordinary days, and on sale days."""
    watcher = Watcher(weeks, settings)
    quiet = int(settings.quiet.total_seconds()) // 300
    before: dict[str, int] = {}
    ordinary = on_sale = 0
    for bucket in range(first, last):
        for rise in watcher.look(bucket):
            if bucket - before.get(rise.component, -quiet - 1) > quiet:
                sale = bool(weeks.sale[max(0, bucket - quiet) : bucket + 1].any())
                on_sale += sale
                ordinary += not sale
            before[rise.component] = bucket
    return ordinary, on_sale


def minutes_to_detection(
    weeks: Weeks, settings: SensorSettings, times: float, outages: int, seed: int
) -> list[float | None]:
    """Minutes from the beginning of each outage to its proposal; None: it was not noticed.

    Outages begin at any minute of waking hours (08 to 23) and grow to their height in 15 minutes.
    One question in four about the outage is guessed to be about another component.
    """
    random = np.random.default_rng(seed)
    watcher = Watcher(weeks, settings)
    total = weeks.counts.shape[1]
    days = np.arange(LEARNING * 7 + 1, total // DAY - 1)
    ordinary = [day for day in days if not weeks.sale[day * DAY - DAY : day * DAY + 2 * DAY].any()]
    found: list[float | None] = []
    for day in sorted(random.choice(ordinary, outages)):
        start = int(day) * DAY + int(random.integers(8 * HOUR, 20 * HOUR))
        component = int(random.choice(5, p=SHARES[:5] / SHARES[:5].sum()))
        found.append(_noticed(watcher, weeks, start, component, times, random))
    return found


def _noticed(
    watcher: Watcher,
    weeks: Weeks,
    start: int,
    component: int,
    times: float,
    random: np.random.Generator,
) -> float | None:
    """Minutes until this outage is proposed; looked at when each bucket ends."""
    length = OUTAGE_HOURS * HOUR
    rate = weeks.rates[component, start : start + length] * (times - 1)
    rate[:3] *= (1 / 6, 1 / 2, 5 / 6)
    asked = random.poisson(rate * 0.75).astype(np.float64)
    other = (component + 1) % 5
    spilled = random.poisson(rate * 0.25).astype(np.float64)
    for passed in range(length):
        added = np.zeros((len(COMPONENTS), RECENT))
        added[component, RECENT - passed - 1 :] = asked[: passed + 1]
        added[other, RECENT - passed - 1 :] = spilled[: passed + 1]
        alarmed = watcher.look(start + passed, added)
        if any(rise.component == COMPONENTS[component] for rise in alarmed):
            return 5.0 * (passed + 1)
    return None


def measure(size: int, weeks: int, seed: int, outages: int) -> dict[str, object]:
    """Everything that is printed of one size."""
    settings = SensorSettings()
    traffic = make_weeks(size, LEARNING + weeks, seed)
    learned, end = LEARNING * BUCKETS_A_WEEK, traffic.counts.shape[1]
    ordinary, on_sale = false_alarms(traffic, settings, learned, end)
    at_first = 0
    for other in range(FIRST_WEEKS):
        fresh = make_weeks(size, LEARNING, seed + 100 + other, sales=False)
        at_first += sum(false_alarms(fresh, settings, settings.history_hours * HOUR, learned))
    detection = {}
    for times in OUTAGES:
        found = minutes_to_detection(traffic, settings, times, outages, seed + 1)
        seen = sorted(minutes for minutes in found if minutes is not None)
        detection[f"x{times:g}"] = {
            "noticed": f"{len(seen)}/{len(found)}",
            "median_minutes": seen[len(seen) // 2] if seen else None,
            "nine_in_ten_minutes": seen[int(len(seen) * 0.9)] if seen else None,
        }
    return {
        "questions_per_week": size,
        "weeks": weeks,
        "seed": seed,
        "stated_false_alarms_per_week": settings.false_alarms_per_week,
        "false_alarms_per_week": round((ordinary + on_sale) / weeks, 3),
        "of_them_on_sale_days": on_sale,
        "sale_days": int(traffic.sale[1:].sum() - (traffic.sale[1:] & traffic.sale[:-1]).sum()),
        "in_the_first_weeks_of_an_installation": round(at_first / (FIRST_WEEKS * LEARNING), 3),
        "detection": detection,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=40, help="weeks measured of each size")
    parser.add_argument("--outages", type=int, default=60, help="outages of each size and height")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    for size in SIZES:
        found = measure(size, given.weeks, given.seed, given.outages)
        if given.json:
            print(json.dumps(found), flush=True)
            continue
        print("; ".join(f"{name} {value}" for name, value in found.items()), flush=True)


if __name__ == "__main__":
    main()
