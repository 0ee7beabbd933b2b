"""Languages, scripts and terms."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.analysis import LANGUAGES, detect, estrange, fold, parts, terms


@settings(deadline=None)  # the first one loads the dictionaries
@given(st.text(max_size=60), st.sampled_from([*LANGUAGES, "xx", ""]))
def test_no_text_breaks_anything(text: str, language: str) -> None:
    assert detect(text, language, None) in LANGUAGES
    terms(text, language)
    parts(text, language)
    estrange(text, language, share=0.5, chance=random.Random(0))


@settings(deadline=None)
@given(st.text(max_size=60) | st.text("簡体網路程式處理進程行臺台裡里後后乾幹", max_size=20))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("duit kena potong 2 kali", "ms"),
        ("x dapat", "ms"),
        ("tak masuk2 lagi", "ms"),
        ("mcm mana nak cancel booking", "ms"),
        ("where is my money", "en"),
        ("refund pls, still waiting", "en"),
        ("為什麼還沒收到簡訊", "zh-Hant"),
        ("为什么还没收到短信", "zh-Hans"),
        ("app打不開", "zh-Hant"),
        ("PayNow 能不能用，谢谢 lah ok", "zh-Hans"),
    ],
)
def test_short_messages_are_recognised(text: str, language: str) -> None:
    assert detect(text) == language


def test_what_shows_no_language_takes_the_previous_one_then_the_hint() -> None:
    assert detect("SP-7K2M4Q", "en", "ms") == "ms"
    assert detect("PAY-402", "zh-Hant", None) == "zh-Hant"
    assert detect("??", None, None) == "en"
    assert detect("退款多久", "zh-Hant", None) == "zh-Hant"
    assert detect("退款多久", None, "zh-Hans") == "zh-Hans"


def test_both_chinese_scripts_have_the_same_terms() -> None:
    assert terms("簡訊驗證碼", "zh-Hant") == terms("短信验证码", "zh-Hans")


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("PAY-402", "pay 402", "en"),
        ("e-mail", "email", "en"),
        ("masuk2", "masuk", "ms"),
        ("xde", "takde", "ms"),
        ("refund", "duit balik", "ms"),
        ("tukar", "menukar", "ms"),
        ("cancelled", "cancel", "en"),
    ],
)
def test_ways_to_say_the_same_share_a_term(one: str, other: str, language: str) -> None:
    assert set(terms(one, language)) & set(terms(other, language))


def test_an_idea_is_the_same_term_in_every_language() -> None:
    shared = set(terms("refund", "en")) & set(terms("退款", "zh-Hans"))
    assert shared & set(terms("bayaran balik", "ms"))
