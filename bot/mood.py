"""How a customer's mood went over a conversation, message by message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.conversation import events as e
from bot.conversation.events import Event
from handoff import signals
from handoff.observed import Turn

Word = Literal["calm", "uneasy", "annoyed", "angry"]

_LIMITS: tuple[tuple[float, Word], ...] = ((0.7, "angry"), (0.45, "annoyed"), (0.2, "uneasy"))
"""From this frustration on; a person is called, unless the settings say otherwise, at 0.7."""
LAST = 30
"""Messages a course has at most: the last ones."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The mood after one message: 0 is calm, 1 as angry as can be."""

    position: int
    at: datetime
    value: float
    word: Word
    evidence: tuple[str, ...]
    """What shows it, in the customer's words."""


def word_for(value: float) -> Word:
    """What this much frustration is called."""
    return next((word for limit, word in _LIMITS if value >= limit), "calm")


def course(events: Sequence[Event]) -> list[Mark]:
    """The mood after each of the customer's last messages, oldest first."""
    helpful = {
        int(one.data["position"]): bool(one.data["helpful"])
        for one in events
        if one.kind == e.ANSWER_RATED
    }
    turns: list[Turn] = []
    marks: list[Mark] = []
    verdict: bool | None = None
    said = [one for one in events if one.kind == e.CUSTOMER_SAID and one.data.get("text")]
    first = said[-LAST].position if len(said) > LAST else 0
    for one in events:
        if one.kind == e.BOT_ANSWERED:
            verdict = helpful.get(one.position)
        elif one.kind == e.CUSTOMER_SAID and one.data.get("text") and one.position >= first:
            turns.append(Turn(str(one.data["text"]), one.at, verdict))
            verdict = None
            felt = signals.frustration(turns)
            word = word_for(felt.strength)
            marks.append(Mark(one.position, one.at, felt.strength, word, felt.evidence))
    return marks
