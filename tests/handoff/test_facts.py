"""The do-not-ask-again list."""

from __future__ import annotations

import time
from datetime import date

import pytest

from handoff.facts import Fact, Said, facts
from handoff.facts.shown import in_words, with_evidence

WEDNESDAY = date(2026, 3, 4)


def _told(text: str, language: str | None = None, after: str = "") -> list[tuple[str, str]]:
    said = Said(text, WEDNESDAY, after)
    return [(fact.kind, fact.value) for fact in facts([said], language=language)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("booking SP-7K2M4Q please", [("booking", "SP-7K2M4Q")]),
        ("sp 7k2m4q and SP7K2M4Q", [("booking", "SP-7K2M4Q")]),
        ("SPEEDY sparkle spouse", []),
        ("error PAY-402 then pay-3ds", [("error", "PAY-402"), ("error", "PAY-3DS")]),
        ("paid RM1,250.50", [("amount", "MYR 1250.50")]),
        ("120 ringgit, 30块", [("amount", "MYR 120"), ("amount", "30")]),
        ("S$45 or 45 SGD", [("amount", "SGD 45")]),
        ("on 12 Nov 2026", [("date", "2026-11-12")]),
        ("12/11/2026 and 3 Disember", [("date", "2026-11-12"), ("date", "12-03")]),
        ("11月12號去，2026年11月15日回", [("date", "11-12"), ("date", "2026-11-15")]),
        ("November 5th", [("date", "11-05")]),
        ("I may 5 change", [("date", "05-05")]),
        ("2 adults 3 bags", [("people", "2")]),
        ("call +60 12-345 6789", [("phone", "+60123456789")]),
        ("write to Mei@example.com", [("email", "mei@example.com")]),
        ("card ending 4242", [("card", "4242")]),
        ("卡号后四位是 1234", [("card", "1234")]),
        ("卡號後四碼 1234", [("card", "1234")]),
        ("4 digit terakhir kad 8811", [("card", "8811")]),
        ("my card is 4111 1111 1111 1234", [("card", "1234")]),
        ("4111111111111234", [("card", "1234")]),
    ],
)  # fmt: skip
def test_what_is_found_and_how_it_is_written(text: str, said: list[tuple[str, str]]) -> None:
    assert [(fact.kind, fact.value) for fact in facts([text])] == said


def test_each_fact_is_listed_once_as_it_was_first_typed() -> None:
    found = facts(["my booking sp-7k2m4q", "again: SP-7K2M4Q, paid RM 20"])
    assert [(fact.value, fact.text) for fact in found] == [
        ("SP-7K2M4Q", "sp-7k2m4q"),
        ("MYR 20", "RM 20"),
    ]


def test_a_card_number_is_never_repeated_in_full() -> None:
    assert "4111" not in str(facts(["pay with 4111 1111 1111 1234"]))


@pytest.mark.parametrize(
    "text",
    ["card number 4111 1111 1111 1234", "my phone 4111 1111 1111 1234", "卡號4111111111111234"],
)
def test_no_other_kind_takes_half_of_a_card_number(text: str) -> None:
    found = facts([text], language="en")
    assert [(fact.kind, fact.value) for fact in found] == [("card", "1234")]
    assert "4111" not in str(found)


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "this Friday, yesterday, 3 days ago", ["2026-03-06", "2026-03-03", "2026-03-01"]),
        ("en", "last Friday or next Monday", ["2026-02-27", "2026-03-09"]),
        ("en", "18 to 20 March, on the 9th", ["03-18", "03-20", "09"]),
        ("zh-Hans", "下周三,上周五", ["2026-03-11", "2026-02-27"]),
        ("zh-Hans", "大后天,三天前", ["2026-03-07", "2026-03-01"]),
        ("zh-Hans", "三月五号,九号,3/6,明年1月2日", ["03-05", "09", "03-06", "2027-01-02"]),
        ("zh-Hant", "下週三、後天", ["2026-03-11", "2026-03-06"]),
        ("ms", "esok, lusa", ["2026-03-05", "2026-03-06"]),
        ("ms", "Isnin depan, 3 hari lepas", ["2026-03-09", "2026-03-01"]),
        ("ms", "5hb Mac, 3/6", ["03-05", "06-03"]),
        ("zh-Hans", "订单号码5号楼,尾号在这里", []),
        ("en", "we stay 3 nights and 4 days", []),
    ],
)  # fmt: skip
def test_days_are_told_from_the_day_of_the_message(
    language: str, text: str, said: list[str]
) -> None:
    found = [value for kind, value in _told(text, language) if kind == "date"]
    assert sorted(found) == sorted(said)


def test_without_a_day_tomorrow_is_no_date() -> None:
    assert facts(["tomorrow, 明天, esok"]) == []


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "at 7.30pm or 14:20, noon", ["19:30", "14:20", "12:00"]),
        ("en", "quarter to 8 in the evening", ["19:45"]),
        ("zh-Hans", "下午三点,晚上11点半,早上8点05分", ["15:00", "23:30", "08:05"]),
        ("zh-Hans", "十点半以后,两点一线,早点来", []),
        ("ms", "pukul 3 petang, 9.40 malam", ["15:00", "21:40"]),
        ("ms", "2 hari 2 malam", []),
    ],
)
def test_times_where_the_half_of_the_day_can_be_told(
    language: str, text: str, said: list[str]
) -> None:
    assert [value for kind, value in _told(text, language) if kind == "time"] == said


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("zh-Hans", "付了一千二百五十元,退了64块9", ["CNY 1250", "CNY 64.90"]),
        ("zh-Hant", "付了兩萬五千元", ["TWD 25000"]),
        ("zh-Hans", "付了RM1,030,房费980元", ["MYR 1030", "MYR 980"]),
        ("zh-Hant", "港幣2,480和新幣78元", ["HKD 2480", "SGD 78"]),
        ("ms", "sembilan ratus enam puluh ringgit dan RM2.5k", ["MYR 2500", "MYR 960"]),
        ("en", "two hundred and fifty dollars, 15 dollars US", ["USD 15", "250"]),
        ("zh-Hans", "我们一块去,不到万元,第三块", []),
    ],
)
def test_money_in_figures_and_in_words(language: str, text: str, said: list[str]) -> None:
    found = [value for kind, value in _told(text, language) if kind == "amount"]
    assert sorted(found) == sorted(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("my booking HR-20418 for MH 603", [("reference", "HR-20418"), ("flight", "MH603")]),
        ("订单号20331,航班CZ8301", [("reference", "20331"), ("flight", "CZ8301")]),
        ("order 1000 more pieces, tiket 20000", []),
        ("ralat 403, then ERR_TIMEOUT", [("error", "403"), ("error", "ERR_TIMEOUT")]),
        ("Covid-19 and Combo-20", []),
        ("my name is Priya Nair", [("name", "Priya Nair")]),
        ("my name is wrong. his name is Gopal", []),
        ("我叫陈美玲,他叫林国强", [("name", "陈美玲")]),
        ("我是成都的", [("place", "Chengdu")]),
        ("nama saya Siti, nama dia Gopal", [("name", "Siti")]),
        ("4 pax, 2 rooms, 1 person", [("people", "4")]),
        ("两大一小,一位大人", [("people", "3")]),
        ("kami berdua di 吉隆坡", [("people", "2"), ("place", "Kuala Lumpur")]),
        ("安卓9的红米Note 8", [("os", "Android 9"), ("device", "Redmi Note 8")]),
        ("app version v5.12.0", [("version", "5.12.0")]),
        ("paid with visa, need a visa for Japan", [("payment", "Visa")]),
        ("Singapore Airlines, 香港銀行", []),
        ("手机尾号6677", []),
    ],
)
def test_all_other_kinds(text: str, said: list[tuple[str, str]]) -> None:
    assert _told(text, "en") == said


@pytest.mark.parametrize(
    "text",
    [
        "if I paid USD 100 what is the fee",
        "is it really RM50?",
        "Do you take PayPal?",
        "kalau 2 basikal RM20 ke?",
        "如果付100块要手续费吗",
        "是不是40元",
        "可以用微信付款吗",
        "去年我才付120元",
        "I didn't pay by cash",
        "the voucher says 2 adults",
    ],
)
def test_what_is_only_supposed_or_asked_is_no_fact(text: str) -> None:
    assert _told(text, "zh-Hans") == []


def test_a_correction_takes_back_what_was_said() -> None:
    said = ["my order number is 884521", "sorry, not 884521, it's 884512"]
    assert [fact.value for fact in facts(said)] == ["884512"]
    assert [fact.value for fact in facts(["order 31176", "typo, order 31177"])] == ["31177"]
    assert [fact.value for fact in facts(["order 31176", "and order 31177"])] == ["31176", "31177"]
    assert _told("订单号不是31176,是31177") == [("reference", "31177")]


def test_a_bare_number_is_a_reference_only_as_an_answer() -> None:
    assert _told("884512", after="What is your booking number?") == [("reference", "884512")]
    assert _told("884512", after="请问订单号是多少?") == [("reference", "884512")]
    assert _told("884512", after="How can I help?") == []


@pytest.mark.parametrize(
    ("fact", "locale", "words"),
    [
        (Fact("date", "2026-03-05", "三月五号"), "en", "5 March 2026 (“三月五号”)"),
        (Fact("date", "03-05", "5 March"), "en", "5 March"),
        (Fact("date", "03-05", "5 March"), "ms", "5 Mac (“5 March”)"),
        (Fact("date", "09", "9hb"), "zh-Hans", "9号（“9hb”）"),
        (Fact("amount", "MYR 1250.50", "RM1,250.50"), "en", "MYR 1,250.50 (“RM1,250.50”)"),
        (Fact("place", "Kuala Lumpur", "吉隆坡"), "zh-Hans", "吉隆坡"),
        (Fact("payment", "credit card", "kad kredit"), "zh-Hant", "信用卡（「kad kredit」）"),
        (Fact("people", "4", "四个人"), "ms", "4 orang (“四个人”)"),
        (Fact("card", "4242", "•••• 4242"), "en", "•••• 4242"),
    ],
)
def test_agents_read_facts_in_their_language(fact: Fact, locale: str, words: str) -> None:
    assert with_evidence(fact, locale) == words
    assert in_words(fact, locale) in words


@pytest.mark.parametrize(
    "piece",
    [
        "dua ",
        "1 ",
        "一",
        "人",
        "RM",
        "a@",
        "A1-",
        "A1",
        "#A1",
        "我是的",
        "Aa ",
        "x",
        "4 ",
        "不是",
        "12:",
    ],
)
def test_no_message_takes_long_to_read(piece: str) -> None:
    text = (piece * 4000)[:4000]  # the longest message customers can send
    facts(["load the lists, 明天"], language="zh-Hans")
    started = time.thread_time()  # what others do on this machine does not count
    facts([Said(text, WEDNESDAY)], language="zh-Hans")
    assert time.thread_time() - started < 1
