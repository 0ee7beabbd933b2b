"""All signals together: how likely a person is needed, and how that is told to an agent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff.learned.decision import Course, dissatisfied, evidence, measured, needs_person
from handoff.observed import Signal
from handoff.policy import Escalation, Observation, Reason, decide
from handoff.settings import HandoffSettings
from handoff.words import LANGUAGES, evidence_in_words

CALM = Course()
WORSE = {
    "asks": Course(asks=0.4),
    "frustration": Course(frustration=Signal("frustration", 0.6, ("so slow",))),
    "displeasure": Course(displeasure=0.9),
    "urgency": Course(urgency=Signal("urgency", 0.4, ("smoke",))),
    "repeats": Course(repeats=0.5),
    "failed": Course(failed_in_a_row=2),
    "own_account": Course(own_account=0.85),
    "unsure": Course(confidence=0.1),
    "abuse": Course(abuse=0.9),
    "long": Course(turns=8),
}


@pytest.mark.parametrize("name", sorted(WORSE))
def test_no_signal_speaks_against_a_person(name: str) -> None:
    assert measured(WORSE[name])[name] > measured(CALM)[name]
    assert needs_person(WORSE[name]).probability > needs_person(CALM).probability


def test_a_calm_first_question_needs_nobody() -> None:
    assert needs_person(replace(CALM, confidence=0.9)).probability < 0.2
    assert dissatisfied(replace(CALM, questions=True)).probability < 0.2


def test_one_failed_answer_calls_nobody_and_two_with_displeasure_do() -> None:
    limit = HandoffSettings().person_limit
    assert needs_person(Course(failed_in_a_row=1, turns=2)).probability < limit
    assert needs_person(Course(failed_in_a_row=2, displeasure=0.9)).probability >= limit


def test_the_shares_add_up_to_the_probability() -> None:
    from math import exp

    from handoff.learned.decision import packaged

    course = Course(displeasure=0.8, failed_in_a_row=2, turns=4)
    needed = needs_person(course)
    odds = packaged()["handoff"].bias + sum(share for _, share in needed.shares)
    assert needed.probability == pytest.approx(1 / (1 + exp(-odds)))
    assert [share for _, share in needed.shares] == sorted(
        (share for _, share in needed.shares), reverse=True
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_evidence_can_be_read_in_every_language(language: str) -> None:
    course = Course(
        asks=0.45,
        asks_evidence=("your people",),
        frustration=Signal("frustration", 0.6, ("so slow",)),
        displeasure=0.9,
        repeats=1.0,
        failed_in_a_row=2,
        own_account=0.9,
        confidence=0.1,
        abuse=1.0,
        turns=9,
    )
    told = evidence(course, needs_person(course))
    assert told
    assert told[0] == "failed=2"
    codes = ("again=1", "own=1", "rude=1", "messages=9", "displeased=1", "failed=2")
    for line in evidence_in_words((*told, *codes), language):
        assert "=" not in line
        assert "{" not in line


def test_the_probability_calls_a_person_only_when_no_plainer_reason_does() -> None:
    rules = HandoffSettings(person_limit=0.5)
    seen = Observation(needs_person=0.5, needs_evidence=("again=1",), confidence=0.9)
    assert decide(seen, rules) == Escalation(Reason.STUCK, False, ("again=1",))
    assert decide(replace(seen, needs_person=0.49), rules) is None
    asked = decide(replace(seen, asked_for_person=True), rules)
    assert asked is not None
    assert asked.reason is Reason.ASKED
    assert decide(seen, HandoffSettings(person_limit=1)) is None
