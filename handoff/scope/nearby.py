"""What the nearest examples say about a text: one small Gaussian process for each question.

Only the nearest rows are looked at, so learning solves nothing large, and leaving an intent out
means no more than not looking at its rows: that is how the model meets questions outside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Values = NDArray[np.float64]
Places = NDArray[np.int64]

WORDING = 0.3
"""Weight of the wording beside the meaning, which counts 1."""
_NEAREST = 96
_WIDTH = 0.8
_NOISE = 0.05
_AT_ONCE = 64
OUTSIDE = -1
"""The intent of a row that is known to be outside."""

SIGNALS = (
    "score",
    "margin",
    "share",
    "known",
    "near",
    "near_three",
    "wording",
    "meaning",
    "no_chatter",
    "nearer",
    "steady",
)
"""What is read of the neighbours; the larger each is, the more a text is inside."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the neighbours say about some texts."""

    signals: Values
    """One row per text, one column per signal."""
    intents: Places
    """The likeliest intent of each text."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Known texts: how they are worded and meant, and whose they are."""

    points: Matrix
    """Meaning and wording side by side, so that a product of two rows is their similarity."""
    meanings: int
    """Columns that hold the meaning; the others hold the wording."""
    intents: Places
    """Number of the intent of each row, or OUTSIDE."""
    steady: Values
    """By intent: how sure the neighbours are of its own examples."""

    @property
    def count(self) -> int:
        """Number of intents."""
        return len(self.steady)

    def only(self, places: Places) -> Rows:
        """These rows alone."""
        return Rows(self.points[places], self.meanings, self.intents[places], self.steady)

    def look(self, points: Matrix, hidden: NDArray[np.bool_] | None = None) -> Seen:
        """Ask the neighbours; `hidden` marks rows (across) that a text (down) may not look at."""
        signals, intents = [np.zeros((0, len(SIGNALS)))], [np.zeros(0, np.int64)]
        for start in range(0, len(points), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            found = self._look(points[part], None if hidden is None else hidden[part])
            signals.append(found.signals)
            intents.append(found.intents)
        return Seen(np.concatenate(signals), np.concatenate(intents))

    def _look(self, points: Matrix, hidden: NDArray[np.bool_] | None) -> Seen:
        similar = points @ self.points.T
        if hidden is not None:
            similar[hidden] = -1.0
        most = min(_NEAREST, similar.shape[1])
        near = np.argpartition(-similar, most - 1, axis=1)[:, :most]
        close = np.take_along_axis(similar, near, axis=1)
        order = np.argsort(-close, axis=1, kind="stable")
        near, close = np.take_along_axis(near, order, 1), np.take_along_axis(close, order, 1)
        seen = close > -1.0
        weights, known = _weigh(self.points[near], close, seen)
        votes = np.zeros((len(points), self.count + 1))
        whose = np.where(seen, self.intents[near], OUTSIDE)
        np.add.at(votes, (np.arange(len(points))[:, None], whose), np.where(seen, weights, 0.0))
        return self._read(points, near, close, whose, seen, votes, known)

    def _read(
        self,
        points: Matrix,
        near: Places,
        close: Matrix,
        whose: Places,
        seen: NDArray[np.bool_],
        votes: Values,
        known: Values,
    ) -> Seen:
        inside, chatter = votes[:, :-1], votes[:, -1]
        best = inside.argmax(1)
        ranked = np.sort(np.concatenate([inside, np.zeros((len(points), 1))], 1), 1)
        ours, theirs = seen & (whose != OUTSIDE), seen & (whose == OUTSIDE)
        same = seen & (whose == best[:, None])
        rank = np.cumsum(same, axis=1)
        three = np.where(same & (rank <= 3), close, 0.0).sum(1) / 3
        nearest = np.where(ours, close, 0.0).max(1)
        there = self.points[np.take_along_axis(near, np.argmax(same, 1)[:, None], 1)[:, 0]]
        parts = points * there * same.any(1)[:, None]
        signals = np.stack(
            [
                ranked[:, -1],
                ranked[:, -1] - ranked[:, -2],
                ranked[:, -1] / (np.maximum(inside, 0).sum(1) + 0.1),
                known,
                nearest,
                three,
                parts[:, self.meanings :].sum(1),
                parts[:, : self.meanings].sum(1),
                -chatter,
                nearest - np.where(theirs, close, 0.0).max(1),
                ranked[:, -1] - self.steady[best],
            ],
            axis=1,
        )
        return Seen(np.nan_to_num(signals), best)


def _weigh(points: Matrix, close: Matrix, seen: NDArray[np.bool_]) -> tuple[Values, Values]:
    """Weight of each neighbour, and how well they know the place where the text stands."""
    alike = points @ points.transpose(0, 2, 1)
    among = np.exp((alike.astype(np.float64) - 1) / _WIDTH)
    pair = seen[:, :, None] & seen[:, None, :]
    among = np.where(pair, among, 0.0)
    at = np.arange(among.shape[1])
    among[:, at, at] = 1 + _NOISE
    to = np.where(seen, np.exp((close.astype(np.float64) - 1) / _WIDTH), 0.0)
    weights = np.linalg.solve(among, to[:, :, None])[:, :, 0]
    return weights, (to * weights).sum(1)


def joined(meaning: Matrix, wording: Matrix) -> Matrix:
    """Points whose product is the mean of both similarities, weighted."""
    length = np.linalg.norm(meaning, axis=1, keepdims=True)
    even = meaning / np.where(length > 0, length, 1)
    total = 1 + WORDING
    return np.concatenate(
        [even * np.sqrt(1 / total), wording * np.sqrt(WORDING / total)], axis=1
    ).astype(np.float32)
