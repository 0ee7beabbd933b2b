"""The decision: why a person is called, and when not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff.policy import Escalation, Observation, Reason, RuleMatch, decide, should_offer
from handoff.settings import HandoffSettings

LEGAL = RuleMatch("legal", "Legal threat", urgent=False, reason=Reason.RULE, evidence=("lawyer",))
FIRE = RuleMatch("fire", "Fire", urgent=True, reason=Reason.RULE, evidence=("on fire",))


@pytest.mark.parametrize(
    ("seen", "reason", "urgent"),
    [
        (Observation(asked_for_person=True, confidence=0.99), Reason.ASKED, False),
        (Observation(asked_for_person=True, urgency=0.9), Reason.ASKED, True),
        (Observation(asked_for_person=True, rule=FIRE), Reason.ASKED, True),
        (Observation(rule=LEGAL, confidence=0.99), Reason.RULE, False),
        (Observation(rule=FIRE, frustration=0.99), Reason.RULE, True),
        (Observation(urgency=0.6, confidence=0.99), Reason.URGENT, True),
        (Observation(frustration=0.7, confidence=0.99), Reason.FRUSTRATED, False),
        (Observation(frustration=0.7, incident=True), Reason.FRUSTRATED, False),
        (Observation(broken=True), Reason.FAILED, False),
        (Observation(failed_in_a_row=2, confidence=0.99), Reason.STUCK, False),
        (Observation(clarified=True, confidence=0.3), Reason.UNSURE, False),
        (Observation(clarified=True, confidence=None), Reason.UNSURE, False),
    ],
)
def test_the_plainest_reason_wins(seen: Observation, reason: Reason, urgent: bool) -> None:
    decided = decide(seen, HandoffSettings())
    assert decided is not None
    assert (decided.reason, decided.urgent) == (reason, urgent)


@pytest.mark.parametrize(
    "seen",
    [
        Observation(confidence=0.9),
        Observation(confidence=0.1),
        Observation(),
        Observation(failed_in_a_row=1, confidence=0.1),
        Observation(clarified=True, confidence=0.9),
        Observation(clarified=True, confidence=0.1, incident=True),
        Observation(frustration=0.69, urgency=0.39, confidence=0.9),
    ],
    ids=[
        "a good answer", "unsure for the first time", "no answer for the first time",
        "one failed answer", "clarified and known", "the incident explains it", "just below",
    ],
)  # fmt: skip
def test_the_bot_goes_on(seen: Observation) -> None:
    assert decide(seen, HandoffSettings()) is None


GUESSED = [
    Observation(returned=True, failed_in_a_row=5, confidence=0.1),
    Observation(returned=True, clarified=True, confidence=0.1),
    Observation(returned=True, needs_person=1.0, confidence=0.1),
]
PLAIN = [
    Observation(returned=True, asked_for_person=True),
    Observation(returned=True, rule=LEGAL),
    Observation(returned=True, urgency=0.9),
    Observation(returned=True, frustration=0.9),
    Observation(returned=True, broken=True),
]


@pytest.mark.parametrize("seen", GUESSED)
def test_what_is_guessed_does_not_call_again_at_once(seen: Observation) -> None:
    assert decide(seen, HandoffSettings()) is None
    assert decide(replace(seen, returned=False), HandoffSettings()) is not None
    assert should_offer(seen, HandoffSettings()), "the button stays"


@pytest.mark.parametrize("seen", PLAIN)
def test_what_is_plain_always_calls(seen: Observation) -> None:
    assert decide(seen, HandoffSettings()) is not None


def test_evidence_travels_with_the_decision() -> None:
    seen = Observation(asked_for_person=True, asked_evidence=("agent please",))
    assert decide(seen, HandoffSettings()) == Escalation(Reason.ASKED, False, ("agent please",))
    assert decide(Observation(failed_in_a_row=3), HandoffSettings()) == Escalation(
        Reason.STUCK, False, ("failed=3",)
    )


def test_settings_move_the_limits() -> None:
    seen = Observation(frustration=0.5, failed_in_a_row=1, confidence=0.9)
    assert decide(seen, HandoffSettings(frustration_limit=0.5)) is not None
    assert decide(seen, HandoffSettings(max_failed_answers=1)) is not None


@pytest.mark.parametrize(
    ("seen", "offered"),
    [
        (Observation(confidence=0.9), False),
        (Observation(confidence=0.3), True),
        (Observation(), True),
        (Observation(confidence=0.3, incident=True), False),
        (Observation(confidence=0.9, own_account=True), True),
        (Observation(confidence=0.9, failed_in_a_row=1), True),
    ],
)
def test_a_person_is_offered_where_the_bot_may_be_wrong(seen: Observation, offered: bool) -> None:
    assert should_offer(seen, HandoffSettings()) is offered
