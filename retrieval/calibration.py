"""From search signals to the probability that the answer is in the evidence."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.signals import AGAINST, FREE, SIGNALS

_SIGNS = np.array([0, *(0 if n in FREE else -1 if n in AGAINST else 1 for n in SIGNALS)])
"""Which way the bias and each signal may speak (0: either). A hidden question's own words are
gone from the index, so examples alone would teach that a well-fitting question is a bad sign."""

_RIGHT = 0.5
"""Share of customers' questions whose best article answers them: as good as nothing is assumed,
since the build makes up as many wrong answers as it likes. Customers of a good help centre are
answered more often than they are then told; the threshold that an admin chooses makes up for it."""
_POOLED, _OWN = 150.0, 300.0
"""How many questions the packaged weights are worth against a collection's own, and all languages
together against one. A collection's own questions are not quite what customers ask: with less, a
collection whose titles say little spoils its own confidence."""
_BINS = 12
_STEPS = tuple(n / 50 for n in range(51))

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One question asked of the index while it was built, and whether the answer was right."""

    language: str
    signals: Mapping[str, float]
    right: bool
    weight: float = 1.0
    asked: int = 0
    """Number of the question: its variants belong together."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How good the confidence is, on questions that it had not learned from."""

    reliability: tuple[tuple[float, float, int], ...]
    """Mean confidence, share that was right, number of questions; from unsure to sure."""
    curve: tuple[tuple[float, float, float], ...]
    """Threshold, share of answerable and unanswerable questions answered, wrong share of these."""
    questions: int

    def threshold(self, tolerated: float) -> float:
        """Return the lowest threshold with at most this share of wrong answers; 1 if none has."""
        good = [at for at, _, wrong in self.curve if wrong <= tolerated]
        later = [at for at, _, wrong in self.curve if wrong > tolerated]
        return min((at for at in good if at > max(later, default=-1.0)), default=1.0)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model per language; plain numbers, stored as JSON with the generation."""

    weights: Mapping[str, tuple[float, ...]]  # language, "" for all → bias first, then SIGNALS
    shown: Mapping[str, "Shown"] = field(default_factory=dict)

    def confidence(self, language: str, signals: Mapping[str, float]) -> float:
        """Return the probability that the best article answers the question."""
        weights = np.array(self.weights.get(language) or self.weights[""])
        return float(_logistic(_row(signals) @ weights))

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {
            "signals": list(SIGNALS),
            "weights": {k: list(v) for k, v in self.weights.items()},
            "shown": {
                k: {"reliability": v.reliability, "curve": v.curve, "questions": v.questions}
                for k, v in self.shown.items()
            },
        }

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> "Calibration":
        """Return the stored model; the built-in one when it looked at other signals."""
        if tuple(read.get("signals", ())) != SIGNALS:
            return BUILT_IN
        shown = {
            language: Shown(
                tuple((a, b, int(n)) for a, b, n in one["reliability"]),
                tuple((a, b, c) for a, b, c in one["curve"]),
                int(one["questions"]),
            )
            for language, one in read.get("shown", {}).items()
        }
        return cls({language: tuple(w) for language, w in read["weights"].items()}, shown)


def fit(examples: Sequence[Example], *, show: bool = True) -> Calibration:
    """Return the model that these examples teach.

    All languages together lean on the built-in weights, each language leans on all of them: with
    few examples little moves, with many the collection speaks for itself. The examples hold as
    many wrong answers as the build made up: they are weighed as customers are thought to ask.
    """
    built_in = np.array(BUILT_IN.weights[""])
    known = _as_asked(examples)
    pooled = _fit(known, built_in, strength=_POOLED)
    weights = {"": tuple(map(float, pooled))}
    for language in sorted({e.language for e in known}):
        own = [e for e in known if e.language == language]
        weights[language] = tuple(map(float, _fit(own, pooled, strength=_OWN)))
    return Calibration(weights, shown=_shown(known) if show else {})


def _as_asked(examples: Sequence[Example]) -> list[Example]:
    """Return the examples so weighed that the usual share of them was answered right."""
    right = sum(e.weight for e in examples if e.right)
    wrong = sum(e.weight for e in examples if not e.right)
    if not right or not wrong:
        return list(examples)
    scale = {True: _RIGHT * (right + wrong) / right, False: (1 - _RIGHT) * (right + wrong) / wrong}
    return [replace(e, weight=e.weight * scale[e.right]) for e in examples]


def _shown(examples: Sequence[Example]) -> dict[str, Shown]:
    """Return per language how a model does that was learned from the other half."""
    halves = [[e for e in examples if e.asked % 2 == half] for half in (0, 1)]
    sure: dict[str, list[tuple[float, bool, float]]] = {}
    for learned, asked in (halves, halves[::-1]):
        model = fit(learned, show=False)
        for e in asked:
            row = model.confidence(e.language, e.signals), e.right, e.weight
            sure.setdefault(e.language, []).append(row)
    return {language: _figures(rows) for language, rows in sure.items()}


def _figures(rows: Sequence[tuple[float, bool, float]]) -> Shown:
    ordered = sorted(rows)
    size = max(1, math.ceil(len(ordered) / _BINS))
    bins = [ordered[n : n + size] for n in range(0, len(ordered), size)]
    total = sum(weight for *_, weight in rows)
    curve = []
    for at in _STEPS:
        given = [(right, weight) for p, right, weight in rows if p >= at]
        answered = sum(weight for _, weight in given)
        wrong = sum(weight for right, weight in given if not right)
        curve.append((at, answered / total, wrong / answered if answered else 0.0))
    reliability = tuple(
        (
            sum(p * w for p, _, w in some) / sum(w for *_, w in some),
            sum(w for _, right, w in some if right) / sum(w for *_, w in some),
            len(some),
        )
        for some in bins
    )
    return Shown(reliability, tuple(curve), len(rows))


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


def _packaged() -> Calibration:
    read = json.loads(Path(__file__).with_name("confidence.json").read_text("utf-8"))
    weights = tuple(float(read["weights"].get(name, 0.0)) for name in ("bias", *SIGNALS))
    return Calibration({"": weights})


BUILT_IN = _packaged()
"""Learned on public collections; used for one without questions, and as the start of learning."""
