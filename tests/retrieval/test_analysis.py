"""Languages, scripts and terms."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.analysis import (
    BREAK,
    LANGUAGES,
    detect,
    estrange,
    fold,
    is_derived,
    parts,
    sequence,
    terms,
)


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


@pytest.mark.parametrize("text", ["a" * 10_000, "退" * 3000, "x-" * 4000, "\u0000", "\ud800", "ﬁ²"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_strange_and_long_texts_are_read_to_the_end(text: str, language: str) -> None:
    assert [t for t in sequence(text, language) if t != BREAK] == terms(text, language)
    assert all(part.alternatives for part in parts(text, language))


@settings(max_examples=200)
@given(st.text("的了吗是我要退款密码忘记短信 ，。a1", max_size=30))
def test_chinese_neighbours_stand_side_by_side_in_the_text(text: str) -> None:
    folded = fold(text)
    found = [t for t in sequence(text, "zh-Hans") if not is_derived(t)]
    for one, other in pairwise(found):
        if BREAK not in (one, other) and not (one + other).isascii():
            assert one + other in folded


def test_a_stop_word_parts_chinese_and_joins_english() -> None:
    assert neighbours("我的密码", "zh-Hans") == {("密", "码")}
    assert ("退", "密") not in neighbours("退的密码", "zh-Hans")
    assert ("reset", "password") in neighbours("reset the password", "en")
    assert ("reset", "password") not in neighbours("reset 重 password", "en")


def neighbours(text: str, language: str) -> set[tuple[str, str]]:
    """The typed terms that follow one another."""
    found = sequence(text, language)
    beside = pairwise(found)
    return {pair for pair in beside if not any(t == BREAK or is_derived(t) for t in pair)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_are_parted_from_the_characters_they_are_glued_to(language: str) -> None:
    typed = [t for t in terms("235朔望月abc", language) if not is_derived(t)]
    assert set(typed) >= {"235", "朔", "望", "月", "abc"}
    assert ("235", "朔") not in neighbours("235朔望月abc", language)
    assert ("朔", "望") in neighbours("235朔望月abc", language)
    follows = {part.alternatives[0][0]: part.follows for part in parts("235朔望月abc", language)}
    assert follows["望"]
    assert not follows["朔"]
    assert not follows["abc"]


def codes(text: str) -> set[str]:
    return {t for t in terms(text, "en") if any(map(str.isdigit, t)) and is_derived(t)}


@pytest.mark.parametrize(
    ("one", "other"), [("PAY-402", "PAY-403"), ("PAY-402", "SEA-402"), ("version 2", "version 3")]
)
def test_codes_that_differ_share_no_code(one: str, other: str) -> None:
    assert not codes(one) & codes(other)
    assert set(terms(one, "en")) != set(terms(other, "en"))


def test_a_code_is_one_term_however_it_is_typed() -> None:
    assert codes("PAY-402") == codes("pay 402") == codes("Pay402") != set()


@pytest.mark.parametrize(
    ("one", "other"),
    [("kirim", "mengirim"), ("bayaran", "membayar"), ("pembatalan", "dibatalkan")],
)
def test_malay_words_share_their_root(one: str, other: str) -> None:
    roots = [{t for t in terms(word, "ms") if t.startswith("=")} for word in (one, other)]
    assert roots[0] & roots[1]


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_a_question_has_the_terms_of_a_text(text: str, language: str) -> None:
    asked = {part.alternatives[0][0] for part in parts(text, language)}
    typed = {t for t in terms(text, language) if not is_derived(t)}
    assert typed <= asked
