"""Is a question outside what the examples are about? Learned numbers, read with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handoff.scope.logistic import logistic
from handoff.scope.nearby import SIGNALS, Matrix, Rows, Values, joined
from handoff.scope.wording import Wording, as_read

_FORM = 1
"""Changes with what the numbers mean; numbers of another form cannot be read."""
_DIRECT = 3000
"""Rows that are compared one by one; more are sifted by their outline first."""
_OUTLINE = 128
_SIFTED = 256


class OtherForm(ValueError):
    """The stored numbers were made by another version, or are none of a scope: learn again."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of one question."""

    outside: float
    """Probability of being outside, if half of all questions were."""
    intent: str
    """The likeliest intent, were it inside after all."""
    signals: Mapping[str, float]
    """What the neighbours say; the larger each is, the more it speaks for inside."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What examples taught about inside and outside; safe to use from several threads."""

    names: tuple[str, ...]
    """The intents."""
    threshold: float
    """From this probability on a question is best taken to be outside."""
    wording: Wording
    rows: Rows
    centre: Values
    spread: Values
    weights: Values
    outline: Matrix | None = None
    """Columns that tell rows apart best, for sifting; None for few rows."""
    drawn: Matrix | None = None
    """The rows in outline."""

    def outside(self, text: str, vector: Sequence[float] | Matrix) -> float:
        """Return the probability that the text is outside; 1 for a text without a word.

        `vector` is the embedding of `as_read(text)`, by the model that embedded the examples.
        """
        return self.judge(text, vector).outside

    def judge(self, text: str, vector: Sequence[float] | Matrix) -> Judgement:
        """Return the probability with what it rests on. Raises ValueError for a wrong vector."""
        read = np.asarray(vector, np.float32).reshape(-1)
        if len(read) != self.rows.meanings or not np.isfinite(read).all():
            raise ValueError(
                f"The vector of a question needs {self.rows.meanings} finite numbers, like those "
                f"of the examples; this one has {len(read)} numbers."
            )
        wording = self.wording.rows([as_read(text)])
        point = joined(read[None, :], wording)
        seen = self._sifted(point).look(point)
        chance = float(self.chances(seen.signals)[0]) if wording.any() else 1.0
        signals = dict(zip(SIGNALS, map(float, seen.signals[0]), strict=True))
        return Judgement(chance, self.names[int(seen.intents[0])], signals)

    def chances(self, signals: Values) -> Values:
        """Return the probability of being outside for each row of signals."""
        even = (signals - self.centre) / self.spread
        return logistic(-(self.weights[0] + even @ self.weights[1:]))

    def _sifted(self, point: Matrix) -> Rows:
        if self.outline is None or self.drawn is None:
            return self.rows
        alike = (self.drawn @ (self.outline @ point[0])).astype(np.float32)
        return self.rows.only(np.sort(np.argpartition(-alike, _SIFTED)[:_SIFTED]))

    def as_arrays(self) -> dict[str, NDArray[Any]]:
        """Return plain arrays that `from_arrays` reads and `numpy.savez` stores without pickle."""
        return {
            "form": np.array(_FORM),
            "signals": np.array(SIGNALS),
            "names": np.array(self.names),
            "threshold": np.array(self.threshold),
            "told": self.wording.told,
            "points": self.rows.points.astype(np.float16),
            "meanings": np.array(self.rows.meanings),
            "intents": self.rows.intents,
            "steady": self.rows.steady,
            "centre": self.centre,
            "spread": self.spread,
            "weights": self.weights,
        }

    @classmethod
    def from_arrays(cls, read: Mapping[str, NDArray[Any]]) -> Scope:
        """Return the stored scope. Raises OtherForm when the numbers mean something else."""
        try:
            if int(read["form"]) != _FORM or tuple(map(str, read["signals"])) != SIGNALS:
                raise OtherForm("The stored scope was learned by another version: learn it again.")
            rows = Rows(
                read["points"].astype(np.float32),
                int(read["meanings"]),
                read["intents"].astype(np.int64),
                read["steady"].astype(np.float64),
            )
            numbers = (read[key].astype(np.float64) for key in ("centre", "spread", "weights"))
            return assembled(
                tuple(map(str, read["names"])),
                float(read["threshold"]),
                Wording(read["told"].astype(np.float32)),
                rows,
                *numbers,
            )
        except KeyError as error:
            raise OtherForm(f"The stored scope lacks {error}: learn it again.") from error


def assembled(
    names: tuple[str, ...],
    threshold: float,
    wording: Wording,
    rows: Rows,
    centre: Values,
    spread: Values,
    weights: Values,
) -> Scope:
    """Return a scope that can sift its rows when they are many."""
    # What is stored is half as exact: a scope must say the same before and after.
    exact = rows.points.astype(np.float16).astype(np.float32)
    rows = Rows(exact, rows.meanings, rows.intents, rows.steady)
    if len(exact) <= _DIRECT:
        return Scope(names, threshold, wording, rows, centre, spread, weights)
    _, axes = np.linalg.eigh((exact.T @ exact).astype(np.float64))
    outline = np.ascontiguousarray(axes[:, -_OUTLINE:].T).astype(np.float32)
    drawn = np.ascontiguousarray(exact @ outline.T)
    return Scope(names, threshold, wording, rows, centre, spread, weights, outline, drawn)
