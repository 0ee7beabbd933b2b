"""What a turn shows of whether a person is needed: every signal, measured and put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.courtesy import courtesy
from bot.measured import Measured, Signal
from handoff import signals
from handoff.folding import ends
from handoff.learned import decision, reading
from handoff.observed import Vector
from handoff.policy import Observation
from handoff.rules import Around, Rule
from handoff.rules import match as match_rule
from handoff.settings import HandoffSettings
from handoff.signals import Turn as SaidTurn
from retrieval.incidents.incident import Incident
from retrieval.search import Evidence

Meaning = Callable[[str], Vector]
"""A text to its embedding."""

_OLDER = 12
"""Messages whose meaning is compared with the last one's."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was said before it in this episode."""

    text: str
    turns: tuple[SaidTurn, ...] = ()
    """The customer's turns of this episode, this one last."""
    hint: str | None = None
    previous: str | None = None
    context: tuple[str, ...] = ()
    answered: str = ""
    """Title and heading of the passage that the bot quoted last."""
    bot_said: str = ""
    """The bot's last words."""
    failed_in_a_row: int = 0
    clarified: bool = False
    offered: bool = False
    """The bot's last words asked whether a person is wanted: a plain yes accepts it."""
    tried: tuple[dict[str, Any], ...] = ()
    wants_person: bool = False
    """The customer pressed the button."""
    broken: bool = False
    """Earlier attempts at this turn died."""
    page: str | None = None
    """Address of the page the customer writes from."""
    attachments: int = 0
    """Files the customer has sent in this episode. The bot sees none of them, only that they are
    there; with no text beside them there is nothing to answer."""
    returned: bool = False
    """An agent gave the conversation back, or said that no person was needed, just before."""
    attributes: Mapping[str, Any] | None = None
    """What the customer's site says of them; None where it does not vouch for these messages."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was found for a question, and the thresholds that hold for it."""

    evidence: Evidence | None
    incident: Incident | None
    limits: HandoffSettings
    meaning: Meaning | None = None
    """Embeds an English message; None elsewhere."""
    language: str | None = None
    """What the customer writes in."""
    is_open: bool | None = None
    """Whether it is within the opening hours; None where there are none."""


def observe(asked: Asked, known: Known, rules: Sequence[Rule]) -> Observation:
    """Everything that `handoff.policy.decide` may look at after this message."""
    return measure(asked, known, rules).observation(known.limits)


def measure(asked: Asked, known: Known, rules: Sequence[Rule]) -> Measured:
    """Everything that this message shows."""
    evidence, answers = known.evidence, sure(known.evidence, known.limits)
    turns = _with_meaning(asked, known.meaning)
    vector = turns[-1].vector if turns else None
    small = courtesy(asked.text)
    course = _course(asked, known, turns, vector)
    failed = asked.failed_in_a_row if answers or known.incident else asked.failed_in_a_row + 1
    components = evidence.found[0].passage.components if evidence and answers else ()
    # A courtesy asks nothing, and what an incident explains is no failure of the bot.
    weighed = small is None and known.incident is None
    needed = decision.needs_person(course)
    # A bare "yes please" asks for what was offered, whatever the model makes of its words.
    strength = 0.0 if small == "yes" else course.asks
    return Measured(
        asked=asked.wants_person or _accepts(asked, small),
        asks=Signal(strength, ("button",) if asked.wants_person else course.asks_evidence),
        frustration=Signal(course.frustration.strength, course.frustration.evidence),
        urgency=Signal(course.urgency.strength, course.urgency.evidence),
        needs=Signal(needed.probability, decision.evidence(course, needed))
        if weighed
        else Signal(),
        failed_in_a_row=0 if small is not None else failed,  # thanks is no failed question
        confidence=evidence.confidence if evidence is not None else None,
        min_confidence=known.limits.min_confidence,
        rule=match_rule(rules, asked.text, _around(asked, known, components)),
        clarified=asked.clarified and small is None,
        incident=known.incident is not None,
        own_account=course.own_account >= 0.5,
        broken=asked.broken,
        returned=asked.returned,
    )


def sure(evidence: Evidence | None, limits: HandoffSettings) -> bool:
    """Whether the bot answers from this evidence."""
    if evidence is None or not evidence.found:
        return False
    return evidence.confidence >= limits.min_confidence


def _around(asked: Asked, known: Known, components: Sequence[str]) -> Around:
    incident = known.incident.severity if known.incident is not None else None
    return Around(components, known.language, asked.page, known.is_open, incident, asked.attributes)


def _course(
    asked: Asked, known: Known, turns: Sequence[SaidTurn], vector: Vector | None
) -> decision.Course:
    text, evidence = ends(asked.text), known.evidence
    asks = signals.asks_for_person(text, vector)
    accepts = signals.accepts_offer(text, asked.bot_said)
    # An answer is about to be given: how sure it is beyond that says nothing of a person.
    unsure = evidence is not None and not sure(evidence, known.limits)
    return decision.Course(
        asks=asks.strength,
        asks_evidence=asks.evidence or accepts.evidence,
        frustration=signals.frustration(turns),
        displeasure=reading.displeasure(text, vector).probability,
        urgency=signals.urgency(text, vector),
        repeats=signals.repeats(turns).strength,
        failed_in_a_row=asked.failed_in_a_row,
        own_account=signals.about_own_account(text).strength,
        confidence=evidence.confidence if evidence is not None and unsure else None,
        abuse=signals.abuse(text, vector).strength,
        turns=len(turns),
        thanked=reading.thanks(text),
        questions=reading.asks_something(text),
    )


def _accepts(asked: Asked, small: str | None) -> bool:
    """Whether the message is a yes to a person whom the bot's last words offered."""
    if small in ("greeting", "goodbye", "no"):
        return False
    said_yes = asked.offered and small == "yes"
    return said_yes or signals.accepts_offer(ends(asked.text), asked.bot_said).strength > 0


def _with_meaning(asked: Asked, meaning: Meaning | None) -> tuple[SaidTurn, ...]:
    """The customer's turns with their vectors; those of earlier ones are remembered."""
    turns = asked.turns or (SaidTurn(asked.text),)
    older, near = turns[:-_OLDER], turns[-_OLDER:]
    vectors = [None if meaning is None else meaning(turn.text) for turn in near]
    read = [
        replace(turn, text=ends(turn.text), vector=vector)
        for turn, vector in zip(near, vectors, strict=True)
    ]
    return (*(replace(turn, text=ends(turn.text)) for turn in older), *read)
