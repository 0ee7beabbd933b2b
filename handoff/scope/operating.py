"""Figures of a judgement, and the threshold that is best on questions tried while learning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handoff.scope.nearby import OUTSIDE, Places, Values

_STEPS = 200


@dataclass(frozen=True, slots=True)
class Tried:
    """Questions with what is true of them and what was said."""

    chances: Values
    """Probability of being outside."""
    truth: Places
    """Number of the intent; OUTSIDE for a question outside."""
    guesses: Places
    """Number of the likeliest intent."""
    weights: Values
    """How many customers' questions each stands for."""


def best_threshold(tried: Tried) -> float:
    """Return from which probability on a question is best taken to be outside.

    Best by the Matthews correlation over all intents and "outside": it counts a question kept
    from its article as much as one that was answered with a stranger's.
    """
    edges = np.quantile(tried.chances, np.linspace(0, 1, _STEPS + 1))
    steps = np.unique(np.concatenate([[0.5], (edges[1:] + edges[:-1]) / 2]))
    values = np.array([matthews(tried, at) for at in steps])
    # A flat top: its middle is the safest, since new questions shift it either way.
    top = steps[values >= values.max() - 1e-3]
    return float(np.median(top))


def matthews(tried: Tried, threshold: float) -> float:
    """Return the Matthews correlation over all intents and "outside" as one more; 0 for chance."""
    said = np.where(tried.chances >= threshold, OUTSIDE, tried.guesses) + 1
    true, weights = tried.truth + 1, tried.weights
    size = int(max(said.max(initial=0), true.max(initial=0))) + 1
    total = float(weights.sum())
    right = float(weights[said == true].sum())
    by_said = np.bincount(said, weights, size)
    by_true = np.bincount(true, weights, size)
    above = right * total - float(by_said @ by_true)
    below = (total**2 - float(by_said @ by_said)) * (total**2 - float(by_true @ by_true))
    return above / float(np.sqrt(below)) if below > 0 else 0.0


def figures(tried: Tried, threshold: float) -> dict[str, float | int | None]:
    """Return what `handrail eval scope` prints; None where a kind of question is missing."""
    outside = tried.truth == OUTSIDE
    rejected = tried.chances >= threshold
    kept_right = ~rejected & (tried.guesses == tried.truth)
    both = bool(outside.any()) and not outside.all()
    return {
        "n": len(outside),
        "outside": int(outside.sum()),
        "auroc": auroc(tried.chances, outside) if both else None,
        "fpr95": _wrongly(tried.chances, outside) if both else None,
        "fpr95_in_scope": _wrongly(-tried.chances, ~outside) if both else None,
        "in_scope_accuracy": _share(kept_right, ~outside),
        "in_scope_accuracy_unthresholded": _share(tried.guesses == tried.truth, ~outside),
        "outside_recall": _share(rejected, outside),
        "outside_precision": _share(outside, rejected),
        "mcc": matthews(tried, threshold) if both else None,
        "threshold": threshold,
    }


def auroc(scores: Values, positive: NDArray[np.bool_]) -> float:
    """Return how often a positive has the higher score than a negative; ties count half."""
    _, place, often = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(often) - (often - 1) / 2)[place]
    count, rest = int(positive.sum()), int((~positive).sum())
    return (float(ranks[positive].sum()) - count * (count + 1) / 2) / (count * rest)


def _wrongly(scores: Values, positive: NDArray[np.bool_]) -> float:
    """Share of the negatives at or above the score that 95 % of the positives reach."""
    ordered = np.sort(scores[positive])[::-1]
    limit = ordered[int(np.ceil(0.95 * len(ordered))) - 1]
    return float((scores[~positive] >= limit).mean())


def _share(held: NDArray[np.bool_], among: NDArray[np.bool_]) -> float | None:
    return float(held[among].mean()) if among.any() else None
