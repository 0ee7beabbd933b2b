"""From search signals to the probability that the answer is in the evidence."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIGNALS = (
    "words",
    "words_margin",
    "coverage",
    "question_coverage",
    "unknown",
    "siblings",
    "meaning_passage",
    "meaning_question",
    "meaning_margin",
    "length",
)
"""What the model looks at, all scale-free: a collection's size or language changes none."""
_SIGNS = np.array([0, 1, 1, 1, 1, -1, 1, 1, 1, 1, 0])
"""Which way the bias and each signal may speak (0: either). A hidden question's own words are
gone from the index, so examples alone would teach that a well-fitting question is a bad sign."""

_ANSWERABLE = 0.7
"""Share of customers' questions that a kept help centre answers: a rule of thumb."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One question asked of the index while it was built, and whether the answer was right."""

    language: str
    signals: Mapping[str, float]
    right: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model per language; plain numbers, stored as JSON with the generation."""

    weights: Mapping[str, tuple[float, ...]]  # language, "" for all → bias first, then SIGNALS

    def confidence(self, language: str, signals: Mapping[str, float]) -> float:
        """Return the probability that the best article answers the question."""
        weights = np.array(self.weights.get(language) or self.weights[""])
        return float(_logistic(_row(signals) @ weights))

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {"signals": list(SIGNALS), "weights": {k: list(v) for k, v in self.weights.items()}}

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> "Calibration":
        """Return the stored model; the built-in one when it looked at other signals."""
        if tuple(read.get("signals", ())) != SIGNALS:
            return BUILT_IN
        return cls({language: tuple(w) for language, w in read["weights"].items()})


def fit(examples: Sequence[Example]) -> Calibration:
    """Return the model that these examples teach.

    All languages together lean on the built-in weights, each language leans on all of them: with
    few examples little moves, with many the collection speaks for itself. The examples hold as
    many wrong answers as the build made up: the bias is moved to the share that customers see.
    """
    built_in = np.array(BUILT_IN.weights[""])
    pooled = _fit(examples, built_in, strength=20.0)
    weights = {"": tuple(map(float, pooled))}
    for language in sorted({e.language for e in examples}):
        own = [e for e in examples if e.language == language]
        weights[language] = tuple(map(float, _fit(own, pooled, strength=40.0)))
    total = sum(e.weight for e in examples)
    right = sum(e.weight for e in examples if e.right) / total if total else _ANSWERABLE
    moved = _odds(_ANSWERABLE) - _odds(min(max(right, 0.05), 0.95))
    return Calibration({k: (w[0] + moved, *w[1:]) for k, w in weights.items()})


def _odds(share: float) -> float:
    return math.log(share / (1 - share))


def _fit(examples: Sequence[Example], prior: Values, strength: float) -> Values:
    """Return the likeliest weights around the prior, none of them against its sign."""
    if not examples:
        return prior
    free = np.ones(len(prior), bool)
    for _ in range(len(prior)):
        weights = _newton(examples, np.where(free, prior, 0.0), np.where(free, strength, 1e9))
        wrong = free & (_SIGNS * weights < 0)
        if not wrong.any():
            break
        free &= ~wrong
    return np.where(free, weights, 0.0)


def _newton(examples: Sequence[Example], prior: Values, strength: Values) -> Values:
    """Newton's method on the log-likelihood with a Gaussian around the prior."""
    rows = np.stack([_row(e.signals) for e in examples])
    right = np.array([e.right for e in examples], np.float64)
    count = np.array([e.weight for e in examples], np.float64)
    stiff = strength / 4
    stiff[0] = 0.5  # the bias may move freely: it is what differs between collections
    toward = np.where(right > 0.5, 1.0, -1.0)

    def lost(at: Values) -> float:
        missed = float((count * np.logaddexp(0, -toward * (rows @ at))).sum())
        return missed + 0.5 * float((stiff * (at - prior) ** 2).sum())

    weights, now = prior.copy(), lost(prior)
    for _ in range(100):
        sure = _logistic(rows @ weights)
        slope = rows.T @ (count * (right - sure)) - stiff * (weights - prior)
        curve = (rows * (count * sure * (1 - sure))[:, None]).T @ rows + np.diag(stiff)
        step = np.linalg.solve(curve, slope)
        after = lost(weights + step)
        while after > now + 1e-12 and np.abs(step).max() > 1e-9:  # too far: go half the way
            step = step / 2
            after = lost(weights + step)
        weights, now = weights + step, after
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _row(signals: Mapping[str, float]) -> Values:
    return np.array([1.0, *(signals.get(name, 0.0) for name in SIGNALS)])


def _logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


BUILT_IN = Calibration({"": (-2.0, 1.0, 2.0, 2.0, 0.5, -0.5, 1.5, 2.0, 0.5, 1.0, 0.5)})
"""Used for a collection without questions to learn from, and as the start of learning."""
