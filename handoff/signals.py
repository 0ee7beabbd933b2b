"""What a customer's words give away: the one door to all signals."""

from __future__ import annotations

from handoff.facts import Fact, bookings, facts
from handoff.folding import as_typed
from handoff.frustration import frustration, mood_course, repeats
from handoff.learned import reading
from handoff.learned.model import load
from handoff.lexicon import clauses, distinct, look_up, looks_alike
from handoff.observed import Signal, Turn, Vector

__all__ = [
    "Fact",
    "Signal",
    "Turn",
    "about_own_account",
    "abuse",
    "accepts_offer",
    "asks_for_person",
    "displeasure",
    "facts",
    "frustration",
    "mood_course",
    "repeats",
    "urgency",
]

_CALM = 0.15  # below this the model takes alarming words for words about something else
_DOUBTED = 0.35
_PLAIN = 0.5  # from here on the model alone calls a message urgent that lists would let pass
_SHOWN = 3  # pieces of evidence an agent wants to read
_FAINT = 0.3  # below this a probability is no signal
_END = 120  # characters of either end of a long text that are searched for references
_QUOTED = 60  # characters of a message that is quoted as a whole


def asks_for_person(text: str, vector: Vector | None = None) -> Signal:
    """How likely the message asks for a person, in any of the four languages or a mix of them.

    `vector` as in Turn. A message about people, or one that refuses a person, has strength 0.
    """
    return _judged("asks_for_person", "asking", text, reading.asking(text, vector).probability)


def accepts_offer(text: str, bot_said: str) -> Signal:
    """Whether the message is a short yes to a person whom the bot's last words offered."""
    offered = look_up("offering", clauses(bot_said))
    accepted = look_up("accepting", clauses(text)) if offered else []
    if not accepted:
        return Signal("accepts_offer", 0.0)
    return Signal("accepts_offer", accepted[0].strength, (accepted[0].words,))


def urgency(text: str, vector: Vector | None = None) -> Signal:
    """How plainly the message tells of danger, illness, theft, or being stranded or shut out.

    Harm that is happening or hours away; `vector` as in Turn. Words such as "emergency" count
    little where the model is sure that they stand for something else ("emergency exit seats").
    """
    said = _looked_up("urgency", "urgency", text)
    likely = reading.urgency(text, vector).probability
    if said.strength and likely < _CALM:
        return Signal(said.name, round(said.strength * _DOUBTED, 3), said.evidence)
    if likely < _PLAIN and not said.strength and looks_alike("urgency", clauses(text)):
        return said  # it holds only what looks like an alarm, and the model hardly takes it for one
    return said if likely <= said.strength else _judged("urgency", "urgency", text, likely)


def abuse(text: str, vector: Vector | None = None) -> Signal:
    """How likely the message abuses whoever reads it; anger about the product is no abuse."""
    return _judged("abuse", "abuse", text, reading.abuse(text, vector).probability)


def displeasure(text: str, vector: Vector | None = None) -> Signal:
    """How likely the message shows displeasure with the company, the product or the bot."""
    found = reading.displeasure(text, vector).probability
    return _judged("displeasure", "frustration", text, found, model="displeasure")


def about_own_account(text: str) -> Signal:
    """How plainly the message is about this customer's own case, which no article can answer.

    A booking reference says most; evidence is the reference as `booking=SP-…`, then the words.
    """
    said = _looked_up("about_own_account", "account", text)
    read = _ends(text)
    # No reference is without a digit.
    references = bookings(read) if any(letter.isdigit() for letter in read) else []
    if not references:
        return said
    evidence = (*(f"booking={one}" for one in references), *said.evidence)
    return Signal(said.name, max(0.85, said.strength), evidence[:_SHOWN])


def _ends(text: str) -> str:
    """A long text's beginning and end, so that no paste makes the customer wait."""
    return text if len(text) <= 2 * _END else f"{text[:_END]} {text[-_END:]}"


def _judged(
    name: str, subject: str, text: str, probability: float, model: str | None = None
) -> Signal:
    """A probability with the words it rests on: those of the lists, or else the most telling."""
    if probability < _FAINT:
        return Signal(name, 0.0)
    hits = distinct(look_up(subject, clauses(text)), text)
    words = tuple(hit.words for hit in hits[:_SHOWN])
    if not words:
        words = tuple(as_typed(one, text) for one in load(model or subject).telling(text))
    return Signal(name, round(probability, 3), words or (text[:_QUOTED].strip(),))


def _looked_up(name: str, subject: str, text: str) -> Signal:
    hits = look_up(subject, clauses(text))
    if not hits:
        return Signal(name, 0.0)
    evidence = tuple(hit.words for hit in distinct(hits, text)[:_SHOWN])
    return Signal(name, hits[0].strength, evidence)
