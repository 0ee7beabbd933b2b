"""Which ongoing incidents a question is about, and which questions it is not about."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli_eval_incidents import measure
from retrieval.incidents.board import Matcher
from retrieval.incidents.incident import Component, Incident, Update
from retrieval.incidents.matching import asks_status, spared

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
    assert found.evidence == ("pay", "payment:visa", "payments")
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


@pytest.mark.parametrize("half", ["dev", "held_out"])
def test_the_measured_questions_are_told_apart(half: str) -> None:
    situations = [json.loads(one) for one in _lines("situations.jsonl")]
    asked = [one for one in map(json.loads, _lines("questions.jsonl")) if one["half"] == half]
    assert len(asked) >= 240
    report = measure(situations, asked, Matcher([]))
    for language, figures in report.items():
        assert figures["precision"] >= 0.95, (language, figures)
        assert figures["recall"] >= 0.95, (language, figures)


def _lines(name: str) -> list[str]:
    return (HERE / name).read_text("utf-8").splitlines()
