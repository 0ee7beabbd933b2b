"""How likely a person is needed now, from all signals together, and how much each one says.

A logistic model over a dozen signals, each of which can only speak for a person, never against:
an agent can read the sum. `handoff.policy.decide` asks it last, when no single reason was enough.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handoff.errors import BadModel
from handoff.learned.model import FOLDER
from handoff.observed import Signal

LABELS = ("handoff", "dissatisfied")
_WORTH_TELLING = 0.4  # log odds: what adds less decides nothing
_TOLD = 4
_FAILED = (0.0, 0.35, 1.0, 1.2)  # one answer that failed is no reason yet; two are


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a conversation after the customer's last message."""

    asks: float = 0.0
    asks_evidence: tuple[str, ...] = ()
    frustration: Signal = Signal("frustration", 0.0)  # noqa: RUF009 - frozen, so shared safely
    displeasure: float = 0.0
    """Of the last message alone; frustration is the course of all."""
    urgency: Signal = Signal("urgency", 0.0)  # noqa: RUF009
    repeats: float = 0.0
    failed_in_a_row: int = 0
    """Answers before this message that did not help."""
    own_account: float = 0.0
    confidence: float | None = None
    """Of the best answer; None where search was not asked."""
    abuse: float = 0.0
    turns: int = 1
    thanked: bool = False
    questions: bool = False
    """The last message asks something."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A probability, and what each signal added to the log odds, the most telling first."""

    probability: float
    shares: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """The trained numbers."""

    bias: float
    signals: Mapping[str, float]


def needs_person(course: Course, weights: Weights | None = None) -> Needed:
    """How likely a person is needed now; by default with the packaged weights."""
    return _weighed(course, weights or packaged()["handoff"])


def dissatisfied(course: Course, weights: Weights | None = None) -> Needed:
    """How likely the customer is dissatisfied now: shown and measured, it calls nobody.

    A first message has no course yet: it is judged by its words alone.
    """
    if course.turns <= 1 and weights is None:
        return Needed(course.displeasure, (("displeasure", course.displeasure),))
    return _weighed(course, weights or packaged()["dissatisfied"])


def _weighed(course: Course, used: Weights) -> Needed:
    values = measured(course)
    shares = {name: weight * values[name] for name, weight in used.signals.items()}
    odds = used.bias + sum(shares.values())
    ranked = sorted(shares.items(), key=lambda one: (-one[1], one[0]))
    return Needed(1 / (1 + math.exp(-max(-30.0, min(30.0, odds)))), tuple(ranked))


def measured(course: Course) -> dict[str, float]:
    """Every signal as a number from 0 up, larger where it speaks more for a person."""
    return {
        "asks": course.asks,
        "frustration": course.frustration.strength,
        "displeasure": course.displeasure,
        "urgency": course.urgency.strength,
        "repeats": course.repeats,
        "failed": _FAILED[min(course.failed_in_a_row, len(_FAILED) - 1)],
        "own_account": course.own_account,
        "unsure": 0.0 if course.confidence is None else 1 - course.confidence,
        "abuse": course.abuse,
        "long": math.log1p(max(0, course.turns - 1)),
        "unthanked": float(not course.thanked),
        "unasked": float(not course.questions),
    }


def evidence(course: Course, needed: Needed) -> tuple[str, ...]:
    """What spoke for a person, most telling first: the customer's words, or `code=value`.

    The codes are spelled out by `handoff.words.evidence_in_words`.
    """
    told: list[str] = []
    for name, share in needed.shares:
        if share >= _WORTH_TELLING:
            told += [piece for piece in _pieces(course, name) if piece not in told]
    return tuple(told[:_TOLD])


def _pieces(course: Course, name: str) -> tuple[str, ...]:
    coded = {
        "repeats": "again=1",
        "failed": f"failed={course.failed_in_a_row}",
        "own_account": "own=1",
        "unsure": f"confidence={course.confidence or 0:.2f}",
        "abuse": "rude=1",
        "long": f"messages={course.turns}",
        "displeasure": "displeased=1",
        "unthanked": "",
        "unasked": "",
    }
    words = {
        "asks": course.asks_evidence,
        "frustration": course.frustration.evidence,
        "urgency": course.urgency.evidence,
    }
    if name in words:
        return words[name]
    return (coded[name],) if coded[name] else ()


@cache
def packaged() -> Mapping[str, Weights]:
    """The weights that come with the program, by label. Raises BadModel."""
    return read(FOLDER / "decision.json")


def read(path: Path) -> Mapping[str, Weights]:
    """The weights of a file, by label. Raises BadModel."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        found = {
            label: Weights(float(one["bias"]), {k: float(v) for k, v in one["signals"].items()})
            for label, one in ((label, stored[label]) for label in LABELS)
        }
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise BadModel(path, str(error)) from error
    if any(set(one.signals) != set(measured(Course())) for one in found.values()):
        raise BadModel(path, "its signals are not those of this version")
    return found
