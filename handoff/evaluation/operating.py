"""The trade an admin chooses: conversations handed over against customers kept too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handoff.errors import TooFewJudged

LIMITS = tuple(round(0.05 * step, 2) for step in range(2, 21))
"""The limits a curve shows, from 0.1 to 1."""
FEW = 20
"""Conversations of either kind below which a curve is chance."""


@dataclass(frozen=True, slots=True)
class Past:
    """A conversation that is over, as the decision saw it."""

    score: float
    """The highest probability that a person is needed, over its turns."""
    plain: bool
    """Whether a single plain reason called somebody, whatever the limit."""
    needed: bool | None
    """Whether a person was needed; None where nothing tells."""


@dataclass(frozen=True, slots=True)
class Point:
    """What one limit would have meant for these conversations."""

    limit: float
    handed_over: float
    """Share of all conversations that a person would have got."""
    found: float | None
    """Share of those that needed a person that would have got one; None if none did."""
    spared: float | None
    """Share of those that needed nobody that the bot would have kept; None if none did."""


def curve(past: Sequence[Past], limits: Sequence[float] = LIMITS) -> list[Point]:
    """What each limit would have meant; empty without conversations."""
    return [point(past, limit) for limit in limits] if past else []


def point(past: Sequence[Past], limit: float) -> Point:
    """What this limit would have meant. Needs at least one conversation."""
    needed = [one for one in past if one.needed is True]
    not_needed = [one for one in past if one.needed is False]
    return Point(
        limit,
        sum(_called(one, limit) for one in past) / len(past),
        _share(needed, limit),
        None if not not_needed else 1 - (_share(not_needed, limit) or 0.0),
    )


def chosen(past: Sequence[Past], recall: float) -> Point:
    """The highest limit of the curve that finds this share of those who needed a person.

    Fewer people are called the higher it is. If no limit finds as many, the highest of those that
    find the most. Raises TooFewJudged where the conversations are too few to choose by.
    """
    yes = sum(one.needed is True for one in past)
    no = sum(one.needed is False for one in past)
    if min(yes, no) < FEW:
        raise TooFewJudged(yes, no, FEW)
    points = curve(past)
    enough = [one for one in points if (one.found or 0.0) >= recall]
    best = max(one.found or 0.0 for one in points)
    return max(
        enough or [one for one in points if (one.found or 0.0) == best],
        key=lambda one: one.limit,
    )


def _called(one: Past, limit: float) -> bool:
    return one.plain or one.score >= limit


def _share(past: Sequence[Past], limit: float) -> float | None:
    return sum(_called(one, limit) for one in past) / len(past) if past else None
