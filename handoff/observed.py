"""What a signal is, and what signals look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Signal:
    """One measured thing about a conversation, with what it rests on.

    `evidence` holds the customer's own words, or `code=value` (spelled out by `handoff.words`).
    """

    name: str
    strength: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One customer message; `helpful` is the customer's verdict on the answer before it."""

    text: str
    at: datetime | None = None
    helpful: bool | None = None
