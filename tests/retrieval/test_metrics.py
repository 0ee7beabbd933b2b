"""Figures of merit, against worked examples and a second way to compute them."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import metrics

RANKINGS = st.lists(st.sampled_from([f"d{n}" for n in range(30)]), unique=True)
GRADES = st.dictionaries(st.sampled_from([f"d{n}" for n in range(40)]), st.integers(1, 5))
# eighths, so that many are equally sure and sums are exact
SURE_AND_RIGHT = st.lists(
    st.tuples(st.integers(0, 8).map(lambda n: n / 8), st.booleans()), min_size=1, max_size=60
)

drawn = settings(deadline=None, derandomize=True)  # a slow machine is no failure


def test_ndcg_of_a_worked_example() -> None:
    found = ["a", "x", "b"]
    gained = 3 / math.log2(2) + 2 / math.log2(4)
    best = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert metrics.ndcg(found, {"a": 3, "b": 2, "c": 1}) == pytest.approx(gained / best)


def test_ndcg_looks_at_the_first_ten_only() -> None:
    strangers = [f"x{n}" for n in range(10)]
    assert metrics.ndcg([*strangers, "a"], {"a": 1}) == 0
    assert metrics.ndcg([*strangers[:9], "a"], {"a": 1}) == pytest.approx(1 / math.log2(11))


def test_more_relevant_documents_than_places_can_still_be_perfect() -> None:
    relevant = {f"d{n}": 1 for n in range(15)}
    assert metrics.ndcg(list(relevant)[:10], relevant) == 1
    assert metrics.recall(list(relevant)[:10], relevant, 10) == pytest.approx(10 / 15)


def test_a_document_judged_worthless_is_not_relevant() -> None:
    assert metrics.recall(["a"], {"a": 0, "b": 1}, 1) == 0
    assert metrics.reciprocal_rank(["a", "b"], {"a": 0, "b": 1}) == 0.5
    assert metrics.ndcg(["a"], {"a": -2, "b": 1}) == 0


@pytest.mark.parametrize(
    ("found", "rank"), [(["a"], 1), (["x", "a", "b"], 0.5), (["x"], 0), ([], 0)]
)
def test_the_reciprocal_rank_is_that_of_the_first_hit(found: list[str], rank: float) -> None:
    assert metrics.reciprocal_rank(found, {"a": 1, "b": 1}) == rank


@drawn
@given(found=RANKINGS, relevant=GRADES, depth=st.integers(1, 12))
def test_ranking_figures_agree_with_their_definitions(
    found: list[str], relevant: dict[str, int], depth: int
) -> None:
    at = {document: rank for rank, document in enumerate(found, start=1)}
    gained = sum(
        grade * math.log(2) / math.log(1 + at[document])
        for document, grade in relevant.items()
        if at.get(document, 99) <= depth
    )
    ideal = sum(
        grade * math.log(2) / math.log(1 + rank)
        for rank, grade in zip(range(1, depth + 1), sorted(relevant.values())[::-1], strict=False)
    )
    hits = [at[document] for document in relevant if at.get(document, 99) <= depth]
    assert metrics.ndcg(found, relevant, depth) == pytest.approx(gained / ideal if ideal else 0)
    assert metrics.recall(found, relevant, depth) == pytest.approx(
        len(hits) / len(relevant) if relevant else 0
    )
    assert metrics.reciprocal_rank(found, relevant, depth) == (1 / min(hits) if hits else 0)


def test_percentiles_are_values_that_were_measured() -> None:
    hundred = [float(n) for n in range(100, 0, -1)]
    assert [metrics.percentile(hundred, share) for share in (0.5, 0.95, 0.99, 1)] == [
        50,
        95,
        99,
        100,
    ]
    assert metrics.percentile([7.0], 0.99) == 7
    assert metrics.percentile([], 0.5) == 0


def test_auroc_counts_a_tie_half() -> None:
    assert metrics.auroc([0.9, 0.4, 0.4, 0.1], [True, True, False, False]) == 0.875
    assert metrics.auroc([0.5, 0.5], [True, False]) == 0.5
    assert metrics.auroc([0.1, 0.9], [True, True]) is None
    assert metrics.auroc([], []) is None


@drawn
@given(rows=SURE_AND_RIGHT)
def test_auroc_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[float, bool]]) -> None:
    pairs = [(a, b) for a, yes in rows if yes for b, no in rows if not no]
    won = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs)
    expected = None if not pairs else pytest.approx(won / len(pairs))
    assert metrics.auroc([s for s, _ in rows], [r for _, r in rows]) == expected


def test_the_calibration_error_of_a_worked_example() -> None:
    sure = [0.1, 0.1, 0.8, 0.8]
    assert metrics.calibration_error(sure, [False, False, True, True], bins=2) == pytest.approx(
        (0.1 + 0.2) / 2
    )
    right = [False, False, True, False]
    assert metrics.calibration_error(sure, right, bins=2) == pytest.approx((0.1 + 0.3) / 2)
    assert metrics.calibration_error(sure, right, bins=1) == pytest.approx(0.45 - 0.25)


def test_a_calibration_group_is_as_large_as_the_others_however_sure_they_are() -> None:
    """Groups of equal width would put all of these into one, where the errors cancel out."""
    sure = [0.951] * 16 + [0.999] * 14
    right = [True] * 16 + [False] * 14
    away = (16 * 0.049 + 14 * 0.999) / 30
    assert metrics.calibration_error(sure, right) == pytest.approx(away)


def test_brier_is_the_mean_squared_distance() -> None:
    assert metrics.brier([1.0, 0.5, 0.0], [True, False, True]) == pytest.approx(1.25 / 3)


def test_coverage_of_a_worked_example() -> None:
    sure = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]
    right = [True, True, True, False, True, True, True, False]
    assert metrics.coverage(sure, right, 0.0) == 3 / 8
    assert metrics.coverage(sure, right, 0.15) == 7 / 8  # it may go above and come back
    assert metrics.coverage(sure, right, 0.25) == 1
    assert metrics.coverage([0.9], [False], 0.1) == 0


@drawn
@given(rows=SURE_AND_RIGHT, wrong=st.sampled_from([0.0, 0.05, 0.1, 0.5]))
def test_coverage_is_the_best_that_any_threshold_reaches(
    rows: list[tuple[float, bool]], wrong: float
) -> None:
    best = Fraction(0)
    for threshold in {sure for sure, _ in rows}:
        answered = [right for sure, right in rows if sure >= threshold]
        if answered.count(False) <= wrong * len(answered):
            best = max(best, Fraction(len(answered), len(rows)))
    found = metrics.coverage([s for s, _ in rows], [r for _, r in rows], wrong)
    assert found == pytest.approx(float(best))


def test_wrong_answers_at_a_coverage() -> None:
    sure = [0.9, 0.8, 0.7, 0.6, 0.5]
    assert metrics.wrong_at(sure, [True, True, False, False, False], 0.6) == pytest.approx(1 / 3)
    equally = [0.5] * 5
    assert metrics.wrong_at(equally, [True, False, False, False, True], 0.6) == pytest.approx(0.6)
    assert metrics.wrong_at([], [], 0.6) == 0
