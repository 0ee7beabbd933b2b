"""What a prediction is worth: precision, recall, F1, AUC and transfers near the right turn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

TOLERANCES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled turn: where it stands in its conversation, the label, and what was said."""

    place: int
    label: bool
    score: float
    yes: bool


def figures(conversations: Sequence[Sequence[Judged]]) -> dict[str, float | int | None]:
    """The figures over all labelled turns; None where a figure does not exist.

    There is no precision without a yes, no recall without a positive, no AUC without both.
    """
    turns = [turn for conversation in conversations for turn in conversation]
    right = sum(turn.label and turn.yes for turn in turns)
    said = sum(turn.yes for turn in turns)
    positives = sum(turn.label for turn in turns)
    f1 = _f1(right, said, positives)
    wrong_rest = sum(turn.label and not turn.yes for turn in turns)
    rest = len(turns) - positives
    f1_rest = _f1(len(turns) - said - wrong_rest, len(turns) - said, rest)
    found: dict[str, float | int | None] = {
        "precision": _rounded(right / said) if said else None,
        "recall": _rounded(right / positives) if positives else None,
        "f1": _rounded(f1),
        "macro_f1": _rounded((f1 + f1_rest) / 2),
        "auc": _auc(turns),
    }
    for tolerance in TOLERANCES:
        values = [golden_transfer(conversation, tolerance) for conversation in conversations]
        found[f"gt{tolerance}"] = _rounded(sum(values) / len(values)) if values else None
    return {**found, "n": len(turns), "positives": positives}


def golden_transfer(turns: Sequence[Judged], tolerance: int) -> float:
    """Golden Transfer within Tolerance of one conversation (Liu et al. 2021, lambda 0).

    Each transfer counts by its distance to the nearest right one, in turns of the conversation:
    1 on it, less the farther off, the slower the larger the tolerance. A conversation without a
    right one counts 1 when none is made and else 0; one with, but none made, counts 0.
    """
    golden = [turn.place for turn in turns if turn.label]
    made = [turn.place for turn in turns if turn.yes]
    if not golden or not made:
        return 1.0 if not golden and not made else 0.0
    near = (min(abs(place - right) for right in golden) for place in made)
    return sum(math.exp(-(gap**2) / (2 * tolerance**2)) for gap in near) / len(made)


def _auc(turns: Sequence[Judged]) -> float | None:
    """The share of pairs of a positive and a negative in the right order; ties count half."""
    positives = sum(turn.label for turn in turns)
    negatives = len(turns) - positives
    if not positives or not negatives:
        return None
    ordered = sorted(turns, key=lambda turn: turn.score)
    below, start = 0.0, 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end].score == ordered[start].score:
            end += 1
        rank = (start + 1 + end) / 2  # the mean of the ranks that the ties share
        below += rank * sum(turn.label for turn in ordered[start:end])
        start = end
    return _rounded((below - positives * (positives + 1) / 2) / (positives * negatives))


def _f1(right: int, said: int, positives: int) -> float:
    return 2 * right / (said + positives) if said + positives else 0.0


def _rounded(value: float) -> float:
    return round(value, 4)
