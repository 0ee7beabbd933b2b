"""What an agent solved, read from the log: the question, and what was answered to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering import summary
from bot.conversation import events as e
from bot.conversation.events import Event
from bot.similar_private import known_of, without_personal

LONGEST = 2000
"""Characters kept of a question and of an answer."""
_BEGINS = frozenset({e.STARTED, e.RETURNED, e.REOPENED})
_UNSOLVED = frozenset({"no_answer", "duplicate", "not_support", "elsewhere"})
"""Reasons to close a conversation that say that nothing was solved."""


@dataclass(frozen=True, slots=True)
class Solution:
    """A question in a customer's words and an agent's answer, neither with anything personal."""

    question: str
    answer: str
    agent_name: str
    language: str


def question_of(episode: Sequence[Event]) -> str:
    """The message that tells most about the problem, since the matter began; "" without one."""
    said = [_text(one) for one in _stretch(episode) if one.kind == e.CUSTOMER_SAID]
    return summary.problem(said)


def solution(events: Sequence[Event], *, names: Sequence[str] = ()) -> Solution | None:
    """What was solved by the last of these events, or None where nobody learns anything from it.

    An agent must have ended it as settled and written to the customer before; the longest thing
    they wrote is the answer: greetings and "let me see" are short. `names` are taken out.
    """
    if not events or not _settled(events[-1]):
        return None
    stretch = _stretch(events)
    customer = [_text(one) for one in stretch if one.kind == e.CUSTOMER_SAID]
    agents = [one for one in stretch if one.kind == e.AGENT_SAID]
    question = summary.problem(customer)
    if not question or not agents:
        return None
    best = max(agents, key=lambda one: len(_text(one).encode()))
    language = _language(stretch)
    known = known_of(customer, language)
    called = (*names, str(best.data["agent"]["name"]))
    return Solution(
        without_personal(question, known, called, language=language)[:LONGEST],
        without_personal(_text(best), known, called, language=language)[:LONGEST],
        str(best.data["agent"]["name"]),
        language,
    )


def _settled(event: Event) -> bool:
    if event.kind != e.RESOLVED or not event.sender.startswith("agent:"):
        return False
    return (event.staff or {}).get("why") not in _UNSOLVED


def _stretch(events: Sequence[Event]) -> Sequence[Event]:
    """From where the matter began: what an earlier one was about answers nothing here."""
    starts = [place for place, one in enumerate(events) if one.kind in _BEGINS]
    return events[starts[-1] :] if starts else events


def _language(stretch: Sequence[Event]) -> str:
    said = [one.data.get("language") or one.data.get("locale") for one in stretch]
    return next((str(one) for one in reversed(said) if one), "en")


def _text(event: Event) -> str:
    return str(event.data.get("text") or "")
