"""What the code says by itself."""

from __future__ import annotations

import re
from itertools import product

import pytest

from handoff.escalation import Escalation, Reason
from handoff.words import LANGUAGES, acknowledgement, nearest, reason_in_words, requeued_text

_TIME = re.compile(r"\d|minute|hour|soon|shortly|分钟|分鐘|小时|小時|马上|馬上|minit|sebentar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_acknowledgement_differs_by_reason_and_promises_no_time(language: str) -> None:
    said = {
        acknowledgement(reason, language, staffed=staffed, place=None)
        for reason, staffed in product(Reason, (True, False))
    }
    assert len(said) == 2 * len(Reason)
    assert not any(_TIME.search(text) for text in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_customer_reads_the_place_and_the_incident(language: str) -> None:
    text = acknowledgement("stuck", language, staffed=True, place=3, incident="SMS late.")
    assert "3" in text
    assert "SMS late" in text
    assert "SMS late.." not in text
    assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_comes_before_everything(language: str) -> None:
    urgent = acknowledgement(Reason.URGENT, language, staffed=True, place=1)
    assert acknowledgement(Reason.RULE, language, staffed=True, place=1, urgent=True) == urgent


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_agent_reads_one_sentence_with_evidence(language: str) -> None:
    codes = [
        "failed=2",
        "confidence=0.31",
        "rule=Press",
        "component=payments",
        "repeats=3",
        "rejected=2",
    ]
    codes += ["rejected=2", "capitals=1", "marks=4", "button=1", "booking=SP-7K2M4Q"]
    text = reason_in_words(Escalation(Reason.FRUSTRATED, evidence=("a=b", *codes)), language)
    assert "a=b" in text
    assert text.count("=") == 1
    for reason in Reason:
        assert reason_in_words(Escalation(reason), language)


def test_quotes_are_those_of_the_language() -> None:
    asked = Escalation(Reason.ASKED, evidence=("轉真人",))
    assert reason_in_words(asked, "zh-Hant") == "客戶要求真人客服：「轉真人」。"
    assert reason_in_words(asked, "en") == "Asked for a person: “轉真人”."


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("en-GB", "en"), ("zh", "zh-Hans"), ("zh-TW", "zh-Hant"), ("zh_HK", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"), ("yue", "zh-Hant"), ("id", "ms"), ("ms-MY", "ms"), ("th", "en"),
    ],
)  # fmt: skip
def test_another_language_gets_the_nearest(asked: str, given: str) -> None:
    assert nearest(asked) == given
    assert requeued_text(asked) == requeued_text(given)
