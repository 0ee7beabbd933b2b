"""Which components are asked about far more than usual: pure, from counts and the baseline."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.incidents.sensor_baseline import BUCKET, HOUR, Baseline, Floats
from retrieval.incidents.sensor_settings import SensorSettings
from retrieval.incidents.sensor_tail import WINDOWS, limit, tail

ALL = ""
"""The name under which all questions are counted, whatever they are about."""
RECENT = 25 * 12
"""Buckets that a look needs: a day, an hour, and the one that is still filling."""
AN_HOUR = HOUR // BUCKET
DAY_WEIGHT, HOUR_WEIGHT = 20.0, 10.0
"""Questions as expected that stand against what was seen, when a level is judged."""
LEVELS = (0.5, 4.0)
"""How far a whole day may lie from the weeks before; beyond this, history tells too little."""
BUSY = 4.0
"""How much busier than usual everything may be at once and still be only busy."""
LEVEL_UNSURE = 0.02
"""Relative variance of a level that was itself counted."""


@dataclass(frozen=True, slots=True)
class Rise:
    """Far more questions than usual about one component."""

    component: str
    minutes: int
    questions: int
    expected: float
    chance: float
    """Of so many questions on an ordinary day."""

    @property
    def times(self) -> float:
        """How many times the usual."""
        return self.questions / max(self.expected, 1e-9)


@dataclass(frozen=True, slots=True)
class Recent:
    """Questions per bucket, `RECENT` of them; the last one is `bucket`, and may be filling."""

    bucket: int
    questions: Mapping[str, Floats]


def rises(
    recent: Recent,
    baseline: Baseline,
    components: Sequence[str],
    settings: SensorSettings,
    quiet: Collection[str] = (),
) -> list[Rise]:
    """The components that rose, the least likely first; never one of `quiet`.

    Two levels keep ordinary days ordinary: how today's questions compare with the weeks before
    (growth, holidays), and how busy the other components are at the moment (a sale, a storm). A
    component is an alarm only if it rises beyond both.
    """
    within = limit(settings.false_alarms_per_week, len(components))
    today = _today(recent, baseline)
    found: list[Rise] = []
    for component in components:
        if component in quiet:
            continue
        others = [one for one in components if one != component and one not in quiet]
        look = _Look(recent, baseline, component, others, today)
        windows = [look.rise(window, settings, within) for window in WINDOWS]
        if seen := [rise for rise in windows if rise is not None]:
            found.append(min(seen, key=lambda rise: rise.chance))
    return sorted(found, key=lambda rise: (rise.chance, -rise.times))


def expected_of(recent: Recent, baseline: Baseline, component: str, buckets: int) -> Floats:
    """What was to be expected in each of the last buckets, at today's level."""
    level = _today(recent, baseline)
    return baseline.expected(component, recent.bucket, buckets) * level


@dataclass(frozen=True, slots=True)
class _Look:
    """One component at one moment, and what it is compared with."""

    recent: Recent
    baseline: Baseline
    component: str
    others: Sequence[str]
    today: float

    def rise(self, window: int, settings: SensorSettings, within: float) -> Rise | None:
        """The window that ends now, if it is an alarm."""
        counts = self.recent.questions.get(self.component)
        questions = 0 if counts is None else int(counts[-window:].sum())
        if questions < settings.fewest:
            return None
        last = self.recent.bucket
        mean = float(self.baseline.expected(self.component, last, window).sum()) * self.today
        spread = self.baseline.spread(self.component, last, window) + LEVEL_UNSURE
        if questions < settings.rise * mean or tail(questions, mean, spread) >= within:
            return None  # how busy the others are could only make it less
        mean *= _busy(self.recent, self.baseline, self.others, self.today, window)
        chance = tail(questions, mean, spread)
        if questions < settings.rise * mean or chance >= within:
            return None
        return Rise(self.component, window * BUCKET // 60, questions, mean, chance)


def _today(recent: Recent, baseline: Baseline) -> float:
    """Today's level beside the weeks before: the last day but its last hour, all questions."""
    end = recent.bucket - AN_HOUR - 1
    counts = recent.questions.get(ALL, np.zeros(RECENT))[: -AN_HOUR - 1]
    expected = float(baseline.expected(ALL, end, len(counts)).sum())
    level = (float(counts.sum()) + DAY_WEIGHT) / (expected + DAY_WEIGHT)
    return min(max(level, LEVELS[0]), LEVELS[1])


def _busy(
    recent: Recent, baseline: Baseline, others: Sequence[str], today: float, window: int
) -> float:
    """How much busier than usual the other components are, by their median.

    The median, for an outage spills over into one or two others and must not hide itself there.
    Both the window and the hour before are looked at: a sale may have begun with this window.
    """
    if not others:
        return 1.0
    hour = recent.bucket - 1
    ratios = [
        max(
            _ratio(recent, baseline, one, recent.bucket, window, today),
            _ratio(recent, baseline, one, hour, AN_HOUR, today),
        )
        for one in others
    ]
    return min(max(float(np.median(ratios)), 1.0), BUSY)


def _ratio(
    recent: Recent, baseline: Baseline, component: str, last: int, buckets: int, today: float
) -> float:
    counts = recent.questions.get(component, np.zeros(RECENT))
    end = len(counts) - (recent.bucket - last)
    seen = float(counts[end - buckets : end].sum())
    expected = float(baseline.expected(component, last, buckets).sum()) * today
    return (seen + HOUR_WEIGHT) / (expected + HOUR_WEIGHT)
