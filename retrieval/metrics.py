"""Figures of merit: of a ranking against judged documents, and of probabilities against truth."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

BINS = 15
"""Groups of equally many questions that the calibration error looks at."""

Values = NDArray[np.float64]


def ndcg(found: Sequence[str], relevant: Mapping[str, int], depth: int = 10) -> float:
    """Return the discounted gain of the first `depth`, as a share of the best order's.

    A document gains its grade, divided by the logarithm of its rank, as trec_eval counts; the
    best order is made of all relevant documents, found or not.
    """
    gains = [relevant.get(document, 0) for document in found[:depth]]
    best = sorted(relevant.values(), reverse=True)[:depth]
    ideal = _discounted(best)
    return _discounted(gains) / ideal if ideal else 0.0


def recall(found: Sequence[str], relevant: Mapping[str, int], depth: int) -> float:
    """Return the share of the relevant documents that are among the first `depth`."""
    wanted = {document for document, grade in relevant.items() if grade > 0}
    return len(wanted.intersection(found[:depth])) / len(wanted) if wanted else 0.0


def reciprocal_rank(found: Sequence[str], relevant: Mapping[str, int], depth: int = 10) -> float:
    """Return one divided by the rank of the first relevant document; 0 if there is none."""
    for rank, document in enumerate(found[:depth], start=1):
        if relevant.get(document, 0) > 0:
            return 1 / rank
    return 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def auroc(scores: Sequence[float], truths: Sequence[bool]) -> float | None:
    """Return how often a true one outscores a false one; a tie counts half.

    None when there are only true ones or only false ones.
    """
    truth = np.asarray(truths, np.bool_)
    positive, negative = int(truth.sum()), int((~truth).sum())
    if not positive or not negative:
        return None
    ranks = _mean_ranks(np.asarray(scores, np.float64))
    above = float(ranks[truth].sum()) - positive * (positive + 1) / 2
    return above / (positive * negative)


def brier(sure: Sequence[float], truths: Sequence[bool]) -> float:
    """Return the mean squared distance between a probability and what came true."""
    away = np.asarray(sure, np.float64) - np.asarray(truths, np.float64)
    return float(np.mean(away**2)) if len(away) else 0.0


def calibration_error(sure: Sequence[float], truths: Sequence[bool], bins: int = BINS) -> float:
    """Return the mean distance between the probability said and the share that came true.

    The questions are put in order and cut into `bins` groups of as equal size as can be; equal
    size, because probabilities crowd at the ends, where groups of equal width hide the error.
    """
    order = np.argsort(np.asarray(sure, np.float64), kind="stable")
    said, true = np.asarray(sure, np.float64)[order], np.asarray(truths, np.float64)[order]
    groups = [g for g in np.array_split(np.arange(len(said)), bins) if len(g)]
    away = sum(len(g) * abs(float(said[g].mean() - true[g].mean())) for g in groups)
    return away / len(said) if len(said) else 0.0


def coverage(sure: Sequence[float], right: Sequence[bool], wrong: float) -> float:
    """Return the largest share of the questions that can be answered with so few wrong answers.

    Answered are those from some confidence on (so equally sure ones only together); `wrong` is
    the tolerated share of wrong ones among the answered.
    """
    answered, missed = _curve(sure, right)
    fitting = answered[missed <= wrong * answered]
    return float(fitting.max()) / len(sure) if len(fitting) else 0.0


def wrong_at(sure: Sequence[float], right: Sequence[bool], share: float) -> float:
    """Return the share of wrong answers if the surest `share` of the questions are answered.

    Where the cut goes through equally sure ones, they count as their average does.
    """
    answered, missed = _curve(sure, right)
    wanted = math.ceil(share * len(sure))
    if not wanted:
        return 0.0
    at = float(np.interp(wanted, np.append(0, answered), np.append(0, missed)))
    return at / wanted


def _discounted(gains: Sequence[int]) -> float:
    return sum(max(gain, 0) / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _mean_ranks(scores: Values) -> Values:
    """Return the place of every score from below, equal ones sharing the mean of theirs."""
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks: Values = (last - (count - 1) / 2)[place]
    return ranks


def _curve(sure: Sequence[float], right: Sequence[bool]) -> tuple[Values, Values]:
    """Return, for every confidence there is, how many are answered from it on, how many wrong."""
    if not len(sure):
        return np.zeros(0), np.zeros(0)
    said, place = np.unique(-np.asarray(sure, np.float64), return_inverse=True)
    wrong = 1.0 - np.asarray(right, np.float64)
    answered = np.cumsum(np.bincount(place, minlength=len(said))).astype(np.float64)
    return answered, np.cumsum(np.bincount(place, weights=wrong, minlength=len(said)))
