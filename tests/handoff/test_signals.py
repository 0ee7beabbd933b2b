"""What words give away, on tables of cases in four languages."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from handoff.facts import facts
from handoff.lexicon import clauses, look_up
from handoff.settings import HandoffSettings
from handoff.signals import (
    Turn,
    about_own_account,
    asks_for_person,
    frustration,
    mood_course,
    repeats,
    urgency,
)

LIMITS = HandoffSettings()


def cases(subject: str) -> list[pytest.param]:  # type: ignore[valid-type]
    """Lines `+ text` and `- text` of cases/<subject>.<language>.txt."""
    return [
        pytest.param(line[2:], line.startswith("+"), id=f"{path.stem}: {line}")
        for path in sorted(Path(__file__).with_name("cases").glob(f"{subject}.*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


@pytest.mark.parametrize(("text", "asks"), cases("asking"))
def test_asks_for_a_person_or_not(text: str, asks: bool) -> None:
    signal = asks_for_person(text)
    assert (signal.strength >= LIMITS.asking_limit) is asks
    assert bool(signal.evidence) is (signal.strength > 0)


@pytest.mark.parametrize(("text", "frustrated"), cases("frustration"))
def test_frustrated_in_one_message_or_not(text: str, frustrated: bool) -> None:
    assert (frustration([Turn(text)]).strength >= LIMITS.frustration_limit) is frustrated


@pytest.mark.parametrize(("text", "urgent"), cases("urgency"))
def test_urgent_or_not(text: str, urgent: bool) -> None:
    assert (urgency(text).strength >= LIMITS.urgency_limit) is urgent


@pytest.mark.parametrize(
    "text",
    [
        "someone used the pool before us, is it cleaned in between",
        "unauthorized request with a sandbox key",
        "how does the emergency stop of the rowing machine work",
    ],
)
def test_alarming_words_about_something_else_count_little(text: str) -> None:
    """They are in the lists; the model has never seen these messages and knows better."""
    assert look_up("urgency", clauses(text))[0].strength >= LIMITS.urgency_limit
    seen = urgency(text)
    assert 0 < seen.strength < LIMITS.urgency_limit
    assert seen.evidence


@pytest.mark.parametrize(("text", "own"), cases("account"))
def test_about_the_own_account_or_not(text: str, own: bool) -> None:
    assert (about_own_account(text).strength >= 0.5) is own


def test_asking_again_and_rejected_answers_add_up() -> None:
    calm = [Turn("where is my refund"), Turn("how long does a refund take")]
    assert frustration(calm).strength < LIMITS.frustration_limit
    again = [Turn("where is my refund?"), Turn("my refund, where is it", helpful=False)]
    again.append(Turn("I asked where my refund is", helpful=False))
    signal = frustration(again)
    assert signal.strength >= LIMITS.frustration_limit
    assert "rejected=2" in signal.evidence


def test_frustration_fades_and_faster_once_something_helped() -> None:
    angry = [Turn("this is useless")]
    course = mood_course([*angry, Turn("can I change the date"), Turn("and the name")])
    assert course[0] > course[1] > course[2]
    helped = frustration([*angry, Turn("can I change the date", helpful=True)])
    assert helped.strength < course[1]


@pytest.mark.parametrize(
    ("texts", "times"),
    [
        (["why was my card charged twice?", "card was charged twice, why"], 2),
        (["退款什么时候到账", "我的退款到账了吗", "退款到账要多久"], 3),
        (["退款什麼時候到帳", "退款什么时候到账"], 2),
        (["bila refund saya masuk", "refund saya bila masuk ni"], 2),
        (["refund", "refund!"], 2),
        (["yes", "yes"], 1),
        (["how do I cancel", "how do I change the date"], 1),
        (["怎么取消订单", "怎么改船票日期"], 1),
    ],
)
def test_the_same_question_in_other_words(texts: list[str], times: int) -> None:
    signal = repeats([Turn(text) for text in texts])
    assert signal.evidence == ((f"repeats={times}",) if times > 1 else ())


def test_both_scripts_weigh_the_same() -> None:
    for hans, hant in (("你们根本没用", "你們根本沒用"), ("转真人客服", "轉真人客服")):
        assert frustration([Turn(hans)]).strength == frustration([Turn(hant)]).strength
        assert asks_for_person(hans).strength == asks_for_person(hant).strength
    assert asks_for_person("轉真人客服").evidence == ("轉真人客服",)


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "😀😀", "\u202eabc", "a" * 100_000, "人" * 50_000]
)
def test_odd_input_gives_no_signal(text: str) -> None:
    assert asks_for_person(text).strength == 0
    assert urgency(text).strength == 0
    assert frustration([Turn(text)]).strength == 0
    assert repeats([]).strength == 0
    assert facts([text]) == []


def test_all_signals_together_take_milliseconds() -> None:
    texts = [
        f"my refund for the ferry on {day} November has not arrived, {day}" for day in range(9)
    ]
    asks_for_person("load the words")
    urgency("load the words")
    frustration([Turn("load the words")])
    started = time.thread_time()  # what others do on this machine does not count
    for text in texts:
        asks_for_person(text)
        urgency(text)
        about_own_account(text)
        frustration([Turn(text)])
    assert (time.thread_time() - started) / len(texts) < 0.05
