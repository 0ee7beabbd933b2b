"""What a customer's words give away: the one door to all signals."""

from __future__ import annotations

from handoff.facts import Fact, facts
from handoff.frustration import frustration, mood_course, repeats
from handoff.lexicon import clauses, distinct, look_up
from handoff.observed import Signal, Turn

__all__ = [
    "Fact",
    "Signal",
    "Turn",
    "about_own_account",
    "asks_for_person",
    "facts",
    "frustration",
    "mood_course",
    "repeats",
    "urgency",
]

_SHOWN = 3  # pieces of evidence an agent wants to read


def asks_for_person(text: str) -> Signal:
    """How plainly the message asks for a person, in any of the four languages or a mix of them.

    A message about people, or one that refuses a person, has strength 0.
    """
    return _looked_up("asks_for_person", "asking", text)


def urgency(text: str) -> Signal:
    """How plainly the message tells of danger, illness, theft, or being stranded or shut out."""
    return _looked_up("urgency", "urgency", text)


def about_own_account(text: str) -> Signal:
    """How plainly the message is about this customer's own case, which no article can answer.

    A booking reference says most; evidence is the reference as `booking=SP-…`, then the words.
    """
    said = _looked_up("about_own_account", "account", text)
    references = [fact.value for fact in facts([text]) if fact.kind == "booking"]
    if not references:
        return said
    evidence = (*(f"booking={one}" for one in references), *said.evidence)
    return Signal(said.name, max(0.85, said.strength), evidence[:_SHOWN])


def _looked_up(name: str, subject: str, text: str) -> Signal:
    hits = look_up(subject, clauses(text))
    if not hits:
        return Signal(name, 0.0)
    evidence = tuple(hit.words for hit in distinct(hits, text)[:_SHOWN])
    return Signal(name, hits[0].strength, evidence)
