"""What a turn shows of whether a person is needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.answering import words
from bot.company import LANGUAGES
from bot.observing import Asked, Known, observe
from handoff.observed import Turn
from handoff.policy import Observation, Reason, decide
from handoff.settings import HandoffSettings
from retrieval.incidents.incident import Incident
from retrieval.search import Evidence, Found
from tests.bot.answering.samples import passage

LIMITS = HandoffSettings()
FOUND = Found(passage(article="fees", locale="en", title="fees"), 0.9, 0.9, 0.9)
SURE = Known(Evidence("?", "en", (FOUND,), 0.9, "g"), None, LIMITS)
LOST = Known(Evidence("?", "en", (), 0.05, "g"), None, LIMITS)
OUTAGE = Incident(
    id="outage", title={"en": "Outage"}, components=(), severity="major", status="investigating",
    started_at=None, resolved_at=None, workaround={}, next_update_at=None, updates=(),
    active=True, source="manual",
)  # fmt: skip
WORSE = "that was no help, when does it open"


def asked(*texts: str, **known: object) -> Asked:
    return replace(Asked(texts[-1], tuple(Turn(text) for text in texts)), **known)  # type: ignore[arg-type]


def look(one: Asked, known: Known = SURE) -> Observation:
    return observe(one, known, [])


def test_all_signals_together_call_a_person_whom_none_would_alone() -> None:
    one = asked("when does the pool open", WORSE, failed_in_a_row=1)
    seen = look(one, LOST)
    alone = replace(seen, failed_in_a_row=1, needs_person=0.0)
    assert decide(alone, LIMITS) is None
    escalation = decide(replace(alone, needs_person=seen.needs_person), LIMITS)
    assert escalation is not None
    assert escalation.reason is Reason.STUCK
    assert seen.needs_person >= LIMITS.person_limit
    assert "failed=1" in seen.needs_evidence


def test_an_answer_that_is_sure_is_given_after_a_failed_one() -> None:
    one = asked("when does the pool open", "opening hours of the pool?", failed_in_a_row=1)
    assert look(one, SURE).needs_person < LIMITS.person_limit
    assert decide(look(one, SURE), LIMITS) is None


def test_how_sure_search_is_matters_only_where_the_bot_does_not_answer() -> None:
    one = asked("is there a pool")
    unsure = replace(LOST, evidence=replace(SURE.evidence, confidence=LIMITS.min_confidence - 0.01))  # type: ignore[type-var]
    assert look(one, LOST).needs_person > look(one, unsure).needs_person
    assert look(one, unsure).needs_person > look(one, SURE).needs_person


@pytest.mark.parametrize("small", ["thanks", "hello", "no thanks", "谢谢", "terima kasih"])
def test_a_courtesy_needs_nobody(small: str) -> None:
    seen = look(asked("where is it", WORSE, small, failed_in_a_row=2), LOST)
    assert (seen.needs_person, seen.needs_evidence) == (0.0, ())


def test_what_an_incident_explains_needs_nobody() -> None:
    one = asked("when does the pool open", WORSE, failed_in_a_row=1)
    seen = look(one, replace(LOST, incident=OUTAGE))
    assert (seen.needs_person, seen.needs_evidence, seen.incident) == (0.0, (), True)


YES = {
    "en": ("yes please", "ok", "sure, do that", "ok thanks"),
    "zh-Hans": ("好的", "好的谢谢", "麻烦了", "可以"),
    "zh-Hant": ("好", "好啊，麻煩你", "要", "唔該"),
    "ms": ("boleh", "ya tolong", "ok terima kasih", "nak"),
}
NO = {
    "en": ("no thanks", "not now", "hello", "thanks", "what is the fee"),
    "zh-Hans": ("不用了", "谢谢", "你好", "费用是多少"),
    "zh-Hant": ("不用", "多謝", "你好", "費用多少"),
    "ms": ("tak payah", "terima kasih", "hai", "berapa caj"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_yes_to_the_offer_asks_for_a_person_and_nothing_else_does(language: str) -> None:
    offer = {"bot_said": words.unsure(language), "offered": True}
    accepted = [t for t in YES[language] if look(asked("?", t, **offer)).asked_for_person]
    assert accepted == list(YES[language])
    taken = [t for t in NO[language] if look(asked("?", t, **offer)).asked_for_person]
    assert taken == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_yes_to_something_else_asks_for_nobody(language: str) -> None:
    said = "Boats leave at eight. [1]"
    taken = [t for t in YES[language] if look(asked("?", t, bot_said=said)).asked_for_person]
    assert taken == []


def test_the_meaning_of_near_messages_is_asked_for_once_each() -> None:
    known: list[str] = []

    def meaning(text: str) -> np.ndarray:  # type: ignore[type-arg]
        known.append(text)
        return np.zeros(384, np.float32)

    texts = [f"where is bus {n}" for n in range(20)]
    look(asked(*texts), replace(SURE, meaning=meaning))
    assert known == texts[-12:]


def test_the_same_question_in_other_words_is_a_repeat_where_meaning_is_known() -> None:
    one = asked("how much is a ticket", "what does the fare come to", failed_in_a_row=1)
    same = replace(LOST, meaning=lambda _: np.ones(384, np.float32))
    assert look(one, same).needs_person > look(one, LOST).needs_person
    assert look(one, same).frustration > look(one, LOST).frustration
