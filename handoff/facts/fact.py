"""What is handed in and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handoff.facts.reading import Kind


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the customer said: the normalised value, and the words it was said in."""

    kind: Kind
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the customer; the more is known about it, the more facts can be told."""

    text: str
    day: date | None = None
    """The customer's calendar day: without it 明天 is no date."""
    after: str = ""
    """What the bot said just before: after "your booking number?" a bare number is one."""
