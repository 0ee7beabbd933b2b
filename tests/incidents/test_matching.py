"""Which ongoing incidents a question is about, and which questions it is not about."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli_eval_incidents import components_of, measure
from handoff.errors import BadData
from handoff.learned.trouble import trouble
from handoff.training import areas
from retrieval.incidents.board import Matcher
from retrieval.incidents.incident import Component, Incident, Update
from retrieval.incidents.matching import asks_status, spared
from retrieval.incidents.matching_profile import apart, profile

HERE = Path(__file__).parent
AT = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
COMPONENTS = [
    Component("payments", {"en": "Payments"}, {"en": ("payment", "card"), "ms": ("bayaran",)}),
    Component("rooms", {"en": "Rooms"}, {"en": ("minibar",)}),
]
TITLES = {
    "visa": {
        "en": "Visa payments are failing", "zh-Hans": "Visa 卡付款失败",
        "zh-Hant": "Visa 卡付款失敗", "ms": "Bayaran Visa gagal",
    },
    "android": {
        "en": "The Android app crashes", "zh-Hans": "安卓应用闪退", "zh-Hant": "Android App 閃退",
        "ms": "Aplikasi Android tertutup sendiri",
    },
    "search": {"en": "Search shows no results"},
}  # fmt: skip


def incident(name: str, **changes: Any) -> Incident:
    said = {"en": "We are looking into it. FPX is not affected. Pay later if you can."}
    values: dict[str, Any] = {
        "id": name, "title": TITLES[name], "components": (), "severity": "major",
        "status": "investigating", "started_at": AT, "resolved_at": None,
        "workaround": {"en": "Please pay with PayNow."}, "next_update_at": None,
        "updates": (Update("u1", name, "investigating", AT, said),), "active": True,
        "source": "manual",
    }  # fmt: skip
    return Incident(**(values | changes))


def about(question: str, *names: str, language: str = "en") -> list[str]:
    matcher = Matcher(COMPONENTS)
    matcher.show([incident(name) for name in names])
    return [one.incident.id for one in matcher.about(question, language)]


@pytest.mark.parametrize(
    ("question", "language", "name"),
    [
        ("my visa keeps getting declined", "en", "visa"),
        ("stuck at paying again and again", "en", "visa"),
        ("why can't i pay", "en", "visa"),
        ("visa刷不过，怎么回事", "zh-Hans", "visa"),
        ("一直付款失敗", "zh-Hant", "visa"),
        ("kad visa saya asyik kena tolak", "ms", "visa"),
        ("app keeps crashing on my samsung", "en", "android"),
        ("打开app就闪退", "zh-Hans", "android"),
        ("still not working!!", "en", "android"),
        ("is the app down?", "en", "visa"),
    ],
)
def test_trouble_with_what_is_hit_is_explained(question: str, language: str, name: str) -> None:
    assert about(question, name, language=language) == [name]


@pytest.mark.parametrize(
    ("question", "language", "name"),
    [
        ("how do i pay with a voucher", "en", "visa"),
        ("which cards do you accept", "en", "visa"),
        ("my mastercard is declined", "en", "visa"),
        ("FPX failed just now", "en", "visa"),
        ("refund to my visa still not here", "en", "visa"),
        ("last week my visa failed, why was that", "en", "visa"),
        ("what happens if my visa payment fails", "en", "visa"),
        ("app on my iphone is slow", "en", "android"),
        ("怎么用visa付款", "zh-Hans", "visa"),
        ("macam mana nak bayar guna visa", "ms", "visa"),
        ("how much luggage can I take", "en", "visa"),
        ("thanks", "en", "visa"),
        ("", "en", "visa"),
    ],
)
def test_a_question_that_is_only_near_is_not(question: str, language: str, name: str) -> None:
    assert about(question, name, language=language) == []


def test_of_several_the_most_fitting_comes_first_and_a_general_question_gets_all() -> None:
    everything = ("search", "android", "visa")
    assert about("my visa payment fails", *everything) == ["visa"]
    assert sorted(about("is anything down?", *everything)) == sorted(everything)
    assert about("is anything down?") == []


def test_it_says_why() -> None:
    matcher = Matcher(COMPONENTS)
    matcher.show([incident("visa", components=("payments",))])
    (found,) = matcher.about("visa payment declined", "en")
    assert found.why == "trouble"
    assert found.evidence == ("pay", "payment:visa", "card", "payments")
    (general,) = matcher.about("any problems right now?", "en")
    assert general.why in {"trouble", "status"}
    assert general.evidence == ("general",)


def test_what_goes_on_working_is_found_in_the_updates() -> None:
    one = incident("visa")
    assert spared(one, "en") == "FPX is not affected."
    assert spared(one, "ms") == ""
    later = replace(one.updates[0], at=AT + timedelta(hours=1), text={"en": "Still looking."})
    assert spared(replace(one, updates=(*one.updates, later)), "en") == "FPX is not affected."


@pytest.mark.parametrize("question", ["is anything down?", "系统挂了吗", "ada masalah ke sekarang"])
def test_a_question_about_how_things_stand_is_known(question: str) -> None:
    assert asks_status(question)
    assert not asks_status("how do I change my seat")


LEAST = {
    # Measured by what had learned from them, so above what nobody has seen. A step down is red.
    "": (0.90, 0.94),
    "_fresh": (0.85, 0.85),
    "_elsewhere": (0.91, 0.90),
    "_fourth": (0.91, 0.90),
}


def company_of(name: str) -> list[Component]:
    """The components of the companies that a set is about; none where it has no file of them."""
    known = HERE / f"components{name}.jsonl"
    lines = _lines(known.name) if known.exists() else []
    return components_of({"components": [json.loads(one) for one in lines]})


@pytest.mark.parametrize("name", LEAST)
def test_the_measured_questions_are_told_apart(name: str) -> None:
    situations = [json.loads(one) for one in _lines(f"situations{name}.jsonl")]
    asked = [json.loads(one) for one in _lines(f"questions{name}.jsonl")]
    assert len(asked) >= 160
    report = measure(situations, asked, Matcher(company_of(name)))
    precision, recall = LEAST[name]
    for language, figures in report.items():
        assert figures["precision"] >= precision, (language, figures)
        assert figures["recall"] >= recall, (language, figures)


WORDLESS = {
    "search": {
        "en": "Search shows no results", "zh-Hans": "搜索没有结果", "ms": "Carian tiada hasil",
    },
    "gate": {
        "en": "The barrier at Bukit Jalil does not open", "zh-Hans": "Bukit Jalil 停车场栏杆打不开",
        "ms": "Palang di Bukit Jalil tidak terbuka",
    },
}  # fmt: skip


def gate(question: str, language: str, trouble: float | None) -> list[str]:
    """The incidents a question is about, of a car park's barrier and a search page."""
    said = {"en": "Cars wait at the exit. Kepong and Cheras are not affected."}
    made = Update("u1", "gate", "investigating", AT, said)
    matcher = Matcher([])
    matcher.show(
        [
            incident("visa", id="gate", title=WORDLESS["gate"], updates=(made,), workaround={}),
            incident("visa", id="search", title=WORDLESS["search"], updates=(), workaround={}),
        ]
    )
    return [one.incident.id for one in matcher.about(question, language, trouble)]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("sitting in my car at the bukit jalil barrier, it ignores my ticket", "en"),
        ("停车场出口抬不起杆", "zh-Hans"),
        ("palang parking ni tak naik", "ms"),
    ],
)
def test_an_incident_of_another_trade_is_known_by_its_own_words(
    question: str, language: str
) -> None:
    assert gate(question, language, trouble(question)) == ["gate"]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("sent rent and my landlord says nothing came", "en"),
        ("tuan rumah kata sewa takde masuk", "ms"),
        ("房东说房租没到，我这边扣了", "zh-Hans"),
    ],
)
def test_what_is_seen_of_a_trouble_is_known_without_a_word_in_common(
    question: str, language: str
) -> None:
    matcher = Matcher([])
    transfers = {"en": "Transfers are delayed", "zh-Hans": "转账延迟", "ms": "Pindahan lewat"}
    sound = {"en": "No sound in video calls", "zh-Hans": "通话没有声音", "ms": "Tiada bunyi"}
    bare: dict[str, Any] = {"updates": (), "workaround": {}}
    matcher.show(
        [
            incident("visa", id="sound", title=sound, **bare),
            incident("visa", id="transfers", title=transfers, **bare),
        ]
    )
    found = matcher.about(question, language, 0.97)
    assert [one.incident.id for one in found] == ["transfers"]


@pytest.mark.parametrize("town", ["Ipoh", "Shah Alam", "Kuching", "Taichung"])
def test_trouble_in_a_town_that_the_incident_does_not_name_is_another(town: str) -> None:
    assert gate("the barrier at Bukit Jalil does not open, cars queue", "en", 0.95) == ["gate"]
    assert gate(f"the barrier at {town} does not open, cars queue", "en", 0.95) == []


def test_what_the_updates_name_is_hit_besides_what_the_title_names() -> None:
    told = Update("u1", "visa", "investigating", AT, {"en": "Mastercard payments fail as well."})
    known = profile(incident("visa", updates=(told,), workaround={}))
    assert not apart(frozenset({"mastercard"}), known, "payment")
    assert apart(frozenset({"paypal"}), known, "payment")


def test_what_was_always_so_is_no_trouble_of_today() -> None:
    question = "the barrier at Bukit Jalil is slow"
    assert gate(question, "en", 0.3) == ["gate"]
    assert gate(f"{question}, has been for years", "en", 0.3) == []


def test_texts_about_parts_of_services_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="areas"):
        areas.said(tmp_path)
    (tmp_path / "areas.en.yaml").write_text("door: {words: [door]}", "utf-8")
    with pytest.raises(BadData, match="words, broken and asks"):
        areas.said(tmp_path)


def test_a_place_that_the_incident_spares_is_another_trouble() -> None:
    assert gate("the barrier at Bukit Jalil is stuck", "en", 0.95) == ["gate"]
    assert gate("the barrier at Kepong is stuck", "en", 0.95) == []


def test_what_was_learned_decides_where_no_list_has_a_word_for_it() -> None:
    question = "the barrier at Bukit Jalil opens for the others, for me it does zilch"
    assert gate(question, "en", 0.97) == ["gate"]
    assert gate(question, "en", 0.01) == []


def test_how_things_stand_is_told_also_where_a_text_names_another_site() -> None:
    matcher = Matcher([])
    elsewhere = {"en": "Please choose the seat on the airline's own website."}
    matcher.show([incident("search", workaround=elsewhere)])
    (found,) = matcher.about("is your site having problems today or is it me", "en", 0.9)
    assert (found.incident.id, found.evidence) == ("search", ("general",))


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("my visa payment failed last month", "en"),
        ("bayaran visa gagal minggu lepas", "ms"),
        ("上周visa一直付款失败", "zh-Hans"),
    ],
)
def test_trouble_that_is_over_is_none(question: str, language: str) -> None:
    matcher = Matcher(COMPONENTS)
    matcher.show([incident("visa")])
    assert matcher.about(question, language, 0.85) == []


@pytest.mark.parametrize(
    "question",
    [
        "nothing loads any more", "the page keeps spinning", "is it me or are you down",
        "any news on payments?", "一直转圈进不去", "付款好了没", "app 登唔到", "系統是不是掛了",
        "app asyik tertutup sendiri", "bila sistem nak ok", "otp tak masuk2",
    ],
)  # fmt: skip
def test_telling_of_trouble_is_learned(question: str) -> None:
    assert trouble(question) > 0.5


@pytest.mark.parametrize(
    "question",
    [
        "how do I pay by card", "which documents do I need", "thanks, it works now",
        "怎么用银行卡付款", "行李可以带几公斤", "謝謝，已經好了", "macam mana nak bayar guna kad",
        "berapa harga tiket", "terima kasih, dah ok",
    ],
)  # fmt: skip
def test_how_to_and_thanks_tell_of_none(question: str) -> None:
    assert trouble(question) < 0.5


def _lines(name: str) -> list[str]:
    return (HERE / name).read_text("utf-8").splitlines()
