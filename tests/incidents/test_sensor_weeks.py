"""The stated rate of false alarms holds over simulated weeks, and outages are noticed.

Few weeks, so that it is quick; `python -m tests.incidents.sensor_weeks` measures many.
"""

from __future__ import annotations

import pytest

from retrieval.incidents.sensor_settings import SensorSettings
from retrieval.incidents.sensor_tail import BUCKETS_A_WEEK
from tests.incidents.sensor_weeks import (
    HOUR,
    LEARNING,
    Weeks,
    false_alarms,
    make_weeks,
    minutes_to_detection,
)

WEEKS = 4
SEED = 5


@pytest.fixture(scope="module")
def traffic() -> Weeks:
    return make_weeks(3_000, LEARNING + WEEKS, SEED)


def test_the_stated_rate_of_false_alarms_holds_with_a_sale_in_it(traffic: Weeks) -> None:
    settings = SensorSettings()
    learned, end = LEARNING * BUCKETS_A_WEEK, traffic.counts.shape[1]
    ordinary, on_sale = false_alarms(traffic, settings, learned, end)
    assert traffic.sale.any()
    assert ordinary + on_sale <= settings.false_alarms_per_week * WEEKS


def test_a_new_installation_does_not_take_its_first_mornings_for_outages() -> None:
    settings = SensorSettings()
    fresh = make_weeks(3_000, 2, SEED, sales=False)
    first, last = settings.history_hours * HOUR, 2 * BUCKETS_A_WEEK
    assert sum(false_alarms(fresh, settings, first, last)) <= 1


def test_a_big_outage_is_noticed_within_half_an_hour_or_so(traffic: Weeks) -> None:
    found = minutes_to_detection(traffic, SensorSettings(), 20.0, 8, SEED)
    seen = sorted(minutes for minutes in found if minutes is not None)
    assert len(seen) == 8
    assert seen[4] <= 30
    assert seen[-1] <= 60
