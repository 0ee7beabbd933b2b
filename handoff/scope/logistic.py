"""A logistic model whose weights may not speak against what their signals mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_STRENGTH = 1.0


def fitted(rows: Values, inside: NDArray[np.bool_], weights: Values) -> Values:
    """Bias and weights, none of them negative: a signal that would be is left out."""
    columns = np.ones(rows.shape[1] + 1, bool)
    table = np.concatenate([np.ones((len(rows), 1)), rows], axis=1)
    found = np.zeros(len(columns))
    while True:
        found[:] = 0.0
        found[columns] = _newton(table[:, columns], inside.astype(np.float64), weights)
        wrong = found < 0
        wrong[0] = False
        if not wrong.any():
            return found
        columns[int(np.where(wrong, found, 0.0).argmin())] = False


def _newton(table: Values, wanted: Values, weights: Values) -> Values:
    found = np.zeros(table.shape[1])
    hold = np.full(table.shape[1], _STRENGTH)
    hold[0] = 1e-3
    for _ in range(50):
        sure = logistic(table @ found)
        slope = table.T @ (weights * (sure - wanted)) + hold * found
        bend = (table * (weights * sure * (1 - sure))[:, None]).T @ table + np.diag(hold)
        step = np.linalg.solve(bend, slope)
        found -= np.clip(step, -2.0, 2.0)  # far from the goal a whole step may overshoot
        if float(np.abs(step).max()) < 1e-7:
            break
    return found


def logistic(values: Values) -> Values:
    """Numbers to probabilities."""
    bounded: Values = 1 / (1 + np.exp(-np.clip(values, -40, 40)))
    return bounded
