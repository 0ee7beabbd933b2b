"""What the bot says by itself, and the summary for agents."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.answering import language as script
from bot.answering import summary, words
from retrieval.incidents.incident import Incident, Update

LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ms")
START = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")
NAMES = {"payments": {"en": "Payments", "zh-Hans": "支付", "zh-Hant": "付款", "ms": "Pembayaran"}}


def incident(status: str = "investigating", **changes: Any) -> Incident:
    update = Update("u1", "i1", status, START, dict.fromkeys(LANGUAGES, "Some cards fail."))
    made = Incident(
        id="i1",
        title=dict.fromkeys(LANGUAGES, "Card payments fail"),
        components=("payments",),
        severity="major",
        status=status,
        started_at=START,
        resolved_at=None,
        workaround=dict.fromkeys(LANGUAGES, "Pay by e-wallet."),
        next_update_at=START + timedelta(minutes=30),
        updates=(update,),
        active=True,
        source="manual",
    )
    return replace(made, **changes)


def told(what: Incident, language: str = "en", minutes: int = 5) -> str:
    now = START + timedelta(minutes=minutes)
    return words.incident_answer(what, language, now, names=NAMES, zone=KUALA_LUMPUR)


def leaves(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    else:
        yield path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(language: str) -> None:
    assert set(leaves(words.of(language))) == set(leaves(words.of("en")))
    assert all("Oops" not in text for text in (words.unsure(language), words.clarify(language)))


def test_a_language_that_is_not_spoken_gets_english() -> None:
    assert words.unsure("th") == words.unsure("en")


@pytest.mark.parametrize(
    ("language", "other"),
    [(one, other) for one in LANGUAGES for other in LANGUAGES if one != other],
)
def test_a_missing_language_is_named_in_the_language_of_the_question(
    language: str, other: str
) -> None:
    for said in (
        words.missing_language(language, other),
        words.missing_language(language, other, retold=True),
        words.clarify(language, other),
    ):
        assert words.language_name(other, language) in said
        assert script.fits(said, language)
        assert script.convert(said, language) == said


def test_an_incident_is_told_with_everything_a_customer_needs() -> None:
    assert told(incident()) == (
        "Sorry about the trouble. There is a problem on our side right now that may be behind "
        "this.\n\n"
        "**Card payments fail**\n\n"
        "- **Affected:** Payments\n"
        "- **Status:** We are looking into the cause.\n"
        "- **What you can do now:** Pay by e-wallet.\n"
        "- **As of 14:05 UTC+8:** Some cards fail.\n"
        "- **Next update:** due at 14:35 UTC+8"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_monitoring_is_never_called_resolved(language: str) -> None:
    statuses = words.of(language)["incident"]["statuses"]
    text = told(incident("monitoring"), language)
    assert statuses["monitoring"] in text
    assert statuses["resolved"] not in text
    again = words.of(language)["incident"]["again"]
    assert again not in text
    assert again in told(incident("resolved"), language)


def test_an_update_that_did_not_come_is_not_promised_again() -> None:
    assert "was due at 14:35 UTC+8 and has not been posted yet" in told(incident(), minutes=60)
    news = replace(incident().updates[0], id="u2", at=START + timedelta(minutes=40))
    later = incident(updates=(*incident().updates, news))
    assert "due at" not in told(later, minutes=60)
    assert "due at" not in told(incident(next_update_at=None))


def test_a_time_on_another_day_has_its_date() -> None:
    assert "As of 2026-11-22 14:05 UTC+8" in told(incident(), minutes=24 * 60)


@pytest.mark.parametrize(
    ("zone", "said"),
    [("UTC", "06:05 UTC"), ("Asia/Kolkata", "11:35 UTC+5:30"), ("America/New_York", "01:05 UTC-5")],
)
def test_a_time_says_its_zone(zone: str, said: str) -> None:
    assert words.clock(START, START, ZoneInfo(zone)) == said


def test_a_missing_translation_is_marked_and_the_other_script_converted() -> None:
    partly = incident(title={"en": "Cards fail"}, workaround={"zh-Hans": "请改用电子钱包"})
    text = told(partly, "zh-Hant")
    assert "**（英文原文）Cards fail**" in text
    assert "請改用電子錢包" in text
    assert told(partly, "en").endswith("due at 14:35 UTC+8")
    assert "(Simplified Chinese original) 请改用电子钱包" in told(partly, "en")


def test_an_incident_that_says_little_leaves_no_empty_lines() -> None:
    bare = incident(components=(), workaround={}, updates=(), next_update_at=None)
    assert told(bare).endswith(
        "**Card payments fail**\n\n- **Status:** We are looking into the cause."
    )
    assert "unknown-part" in told(incident(components=("unknown-part",)))
    assert "Status" not in told(incident("odd"))


def test_an_update_and_the_end_are_told() -> None:
    news = incident("monitoring")
    assert words.incident_update(news, news.updates[0], "en", zone=KUALA_LUMPUR) == (
        "Update on **Card payments fail** (as of 14:05 UTC+8): A fix is in place and we are "
        "watching whether it holds.\n\nSome cards fail.\n\n**Next update:** due at 14:35 UTC+8"
    )
    end = incident("resolved")
    assert words.incident_update(end, end.updates[0], "en", zone=KUALA_LUMPUR) == (
        "**Card payments fail**: this is resolved (as of 14:05 UTC+8).\n\nSome cards fail.\n\n"
        "Does it work for you again? If not, just tell me."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_leads_have_a_place_for_the_article(language: str) -> None:
    assert "[x](y)" in words.article_too(language).format(title="[x](y)")
    assert words.person_message(language)


TRIED = {"query": "q", "passages": [{"title": "I was charged twice"}, {"title": "Other"}]}


def test_a_summary_quotes_the_message_that_says_most() -> None:
    said = ["hi", "card charged twice for SP-7K2M4Q, 45.00 MYR on 12 Nov", "hello??"]
    assert summary.summarise(said, [TRIED, TRIED], "en").split("\n") == [
        "Problem: “card charged twice for SP-7K2M4Q, 45.00 MYR on 12 Nov”",
        "Latest message: “hello??”",
        "3 messages from the customer.",
        "The bot found: “I was charged twice”.",
    ]


def test_a_summary_of_one_message() -> None:
    assert summary.summarise(["轉人工"], [], "zh-Hant").split("\n") == [
        "問題：「轉人工」",
        "客戶共傳了 1 則訊息。",
        "機器人沒有找到相關文章。",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("said", [[], [""], ["x" * 100_000], ["a\nb\nc"], ["😀"], ["{0} {text}"]])
@pytest.mark.parametrize(
    "tried", [[], [{}], [{"title": "T"}], [{"articles": ["a"]}], [{"passages": []}, TRIED]]
)
def test_a_summary_is_one_to_four_lines(
    language: str, said: list[str], tried: list[dict[str, Any]]
) -> None:
    lines = summary.summarise(said, tried, language).split("\n")
    assert 1 <= len(lines) <= 4
    assert all(0 < len(line) < 500 for line in lines)
