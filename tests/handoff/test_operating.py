"""What a limit would have meant for past conversations, and the choice by it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from handoff.errors import TooFewJudged
from handoff.evaluation.operating import FEW, Past, chosen, curve, point


def people(count: int, score: float, *, needed: bool | None, plain: bool = False) -> list[Past]:
    return [Past(score, plain, needed)] * count


def test_a_limit_says_how_many_are_handed_over_and_how_many_of_them_needed_it() -> None:
    past = [
        *people(3, 0.8, needed=True),
        *people(1, 0.2, needed=True),
        *people(4, 0.3, needed=False),
        *people(2, 0.1, needed=None),
    ]
    seen = point(past, 0.5)
    assert (seen.handed_over, seen.found, seen.spared) == (0.3, 0.75, 1.0)
    lower = point(past, 0.25)
    assert (lower.handed_over, lower.found, lower.spared) == (0.7, 0.75, 0.0)


def test_a_plain_reason_calls_at_every_limit() -> None:
    assert point(people(2, 0.0, needed=True, plain=True), 1.0).found == 1.0


def test_what_nobody_knows_has_no_figure() -> None:
    seen = point(people(2, 0.9, needed=None), 0.5)
    assert (seen.handed_over, seen.found, seen.spared) == (1.0, None, None)
    assert curve([]) == []


def test_a_higher_limit_never_calls_more() -> None:
    past = [Past(n / 40, False, n % 3 == 0) for n in range(40)]
    points = curve(past)
    assert len(points) > 10
    for lower, higher in pairwise(points):
        assert lower.limit < higher.limit
        assert lower.handed_over >= higher.handed_over
        assert (lower.found or 0) >= (higher.found or 0)
        assert (lower.spared or 0) <= (higher.spared or 0)


def test_the_highest_limit_that_finds_enough_is_chosen() -> None:
    past = [
        *people(18, 0.82, needed=True),
        *people(2, 0.42, needed=True),
        *people(20, 0.22, needed=False),
    ]
    assert chosen(past, 0.9).limit == 0.8
    assert chosen(past, 0.95).limit == 0.4


def test_where_no_limit_finds_enough_the_highest_of_the_best_is_chosen() -> None:
    past = [
        *people(10, 0.62, needed=True),
        *people(10, 0.0, needed=True),
        *people(20, 0.1, needed=False),
    ]
    assert chosen(past, 1.0).limit == 0.6


@pytest.mark.parametrize(("needed", "not_needed"), [(FEW - 1, FEW), (FEW, FEW - 1), (0, 0)])
def test_too_few_conversations_choose_nothing(needed: int, not_needed: int) -> None:
    past = [*people(needed, 0.9, needed=True), *people(not_needed, 0.1, needed=False)]
    with pytest.raises(TooFewJudged, match=str(FEW)):
        chosen(past, 0.9)
    if min(needed, not_needed) == FEW - 1:
        chosen([*past, *people(1, 0.9, needed=True), *people(1, 0.1, needed=False)], 0.9)
