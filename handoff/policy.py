"""The decision whether a person must take over."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.escalation import Escalation, Reason
from handoff.rules import RuleMatch
from handoff.settings import HandoffSettings

__all__ = ["Escalation", "Observation", "Reason", "RuleMatch", "decide", "should_offer"]


@dataclass(frozen=True, slots=True)
class Observation:
    """What the decision may look at; `bot` fills it in after every turn."""

    asked_for_person: bool = False
    asked_evidence: tuple[str, ...] = ()
    frustration: float = 0.0
    frustration_evidence: tuple[str, ...] = ()
    urgency: float = 0.0
    urgency_evidence: tuple[str, ...] = ()
    rule: RuleMatch | None = None
    failed_in_a_row: int = 0  # answers that did not help, this turn's included
    confidence: float | None = None  # None: the bot gave no answer at all
    clarified: bool = False  # a clarifying question was already asked
    incident: bool = False  # an active incident explains the question
    own_account: bool = False  # only somebody who sees the customer's booking can answer
    broken: bool = False  # the bot could not answer in time
    returned: bool = False  # an agent has just left the conversation to the bot
    needs_person: float = 0.0  # how likely one is needed, all signals together
    needs_evidence: tuple[str, ...] = ()


def decide(  # noqa: PLR0911 - one line for each reason is the point
    seen: Observation, rules: HandoffSettings
) -> Escalation | None:
    """Say why a person must take over, or None while the bot may go on.

    Tried from the plainest reason to the most guessed, and the first one wins: a customer who
    asked for a person must never read that the bot was unsure. Urgency counts whatever the
    reason, because it alone decides the place in the queue. Where an agent has just left the
    conversation to the bot, nothing that is only guessed calls a person again.
    """
    urgent = seen.urgency >= rules.urgency_limit
    if seen.asked_for_person:
        team = None if seen.rule is None else seen.rule.team
        return Escalation(Reason.ASKED, urgent or _urgent_rule(seen), seen.asked_evidence, team)
    if seen.rule is not None:
        rule = seen.rule
        return Escalation(rule.reason, urgent or rule.urgent, rule.evidence, rule.team)
    if urgent:
        return Escalation(Reason.URGENT, True, seen.urgency_evidence)
    if seen.frustration >= rules.frustration_limit:
        return Escalation(Reason.FRUSTRATED, False, seen.frustration_evidence)
    if seen.broken:
        return Escalation(Reason.FAILED)
    if seen.returned:
        return None
    if seen.failed_in_a_row >= rules.max_failed_answers:
        return Escalation(Reason.STUCK, False, (f"failed={seen.failed_in_a_row}",))
    if seen.clarified and _unsure(seen, rules):
        return Escalation(Reason.UNSURE, False, _confidence_evidence(seen))
    if seen.needs_person >= rules.person_limit:
        return Escalation(Reason.STUCK, False, seen.needs_evidence)
    return None


def should_offer(seen: Observation, rules: HandoffSettings) -> bool:
    """True when the bot goes on but should offer a person beside its answer."""
    return seen.own_account or seen.failed_in_a_row > 0 or _unsure(seen, rules)


def _unsure(seen: Observation, rules: HandoffSettings) -> bool:
    if seen.incident:
        return False
    return seen.confidence is None or seen.confidence < rules.min_confidence


def _urgent_rule(seen: Observation) -> bool:
    return seen.rule is not None and seen.rule.urgent


def _confidence_evidence(seen: Observation) -> tuple[str, ...]:
    return () if seen.confidence is None else (f"confidence={seen.confidence:.2f}",)
