"""Learn from labelled conversations how much each signal says about needing a person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from handoff.errors import BadData
from handoff.evaluation.dialogues import Dialogue, read
from handoff.evaluation.replay import Embed, observed
from handoff.learned.decision import LABELS, Course, Weights, measured

Values = NDArray[np.float64]

_HELD_BACK = 0.002
"""How strongly weights are drawn to 0, for each turn learned from."""
_MOST: Mapping[str, Mapping[str, float]] = {
    "handoff": {"long": 0.3, "unthanked": 0.0, "unasked": 0.0},
    "dissatisfied": {"long": 0.5},
}
"""The most a weight may be. Written conversations end where a person is due; real ones go on."""
_UNSURE = 1.5
"""Set by hand: no stored conversation says how sure search was of its answers."""


def learn(folder: Path, embed: Embed | None = None) -> dict[str, tuple[Weights, int, int]]:
    """By label the weights, the turns learned from and those of them that had it.

    Reads every `*.jsonl` of the folder, of those with a `half` only `dev`. Of `handoff`, what
    comes after the first turn where a person was due is left out: nobody came, so it is the same
    need still. Raises BadData.
    """
    dialogues = [one for path in sorted(folder.glob("*.jsonl")) for one in read(path, half="dev")]
    found = {}
    for label in LABELS:
        courses, labels = turns(dialogues, label, embed)
        if not 0 < labels.sum() < len(labels):
            raise BadData(folder, f"there are no conversations with turns of both kinds of {label}")
        found[label] = (fit(courses, labels, label), len(labels), int(labels.sum()))
    return found


def turns(
    dialogues: Sequence[Dialogue], label: str, embed: Embed | None = None
) -> tuple[list[Course], NDArray[np.bool_]]:
    """Every customer turn that has the label, of `handoff` up to the first where it is due."""
    courses: list[Course] = []
    labels: list[bool] = []
    for dialogue in dialogues:
        english = embed if dialogue.language.split("-")[0] == "en" else None
        for place, turn in enumerate(dialogue.turns):
            if label not in turn.labels:
                continue
            courses.append(observed(dialogue.turns[: place + 1], english))
            labels.append(turn.labels[label])
            if label == "handoff" and turn.labels[label]:
                break
    return courses, np.array(labels, bool)


def fit(courses: Sequence[Course], labels: NDArray[np.bool_], label: str) -> Weights:
    """The likeliest weights, none below 0; `unsure` keeps the one set by hand."""
    names = tuple(measured(Course()))
    found = np.array([[measured(course)[name] for name in names] for course in courses])
    toward = np.where(labels, 1.0, -1.0)

    def lost(at: Values) -> tuple[float, Values]:
        margin = toward * (at[0] + found @ at[1:])
        pull = -toward / (1 + np.exp(margin))
        slope = np.concatenate([[pull.mean()], found.T @ pull / len(pull)])
        held = np.concatenate([[0.0], at[1:]]) * _HELD_BACK
        loss = float(np.logaddexp(0, -margin).mean() + 0.5 * held @ at)
        return loss, slope + held

    bounds = [(None, None), *((0.0, _MOST[label].get(name)) for name in names)]
    best = minimize(lost, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = {name: float(value) for name, value in zip(names, best[1:], strict=True)}
    return Weights(float(best[0]), {**weights, "unsure": _UNSURE})


def write(weights: Mapping[str, Weights], path: Path, learned_from: str) -> None:
    """Store the weights of every label as JSON that a person can read."""
    stored: dict[str, object] = {"learned_from": learned_from}
    for label, one in weights.items():
        signals = {name: round(value, 4) for name, value in one.signals.items()}
        stored[label] = {"bias": round(one.bias, 4), "signals": signals}
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
