"""What a question seems to be about, for counting."""

from __future__ import annotations

import pytest

from retrieval.incidents.incident import Component
from retrieval.incidents.sensor_about import about

COMPONENTS = (
    Component("payments", {}, {"en": ("pay", "card"), "zh-Hans": ("付款", "刷卡"), "ms": ("kad",)}),
    Component("app", {}, {"en": ("app", "log in"), "zh-Hans": ("登录", "app")}),
    Component("tickets", {}, {"en": ("ticket", "C++ pass")}),
    Component("nameless", {}, {}),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I cannot PAY", ("payments",)),
        ("刷卡一直失败", ("payments",)),
        ("kad saya ditolak", ("payments",)),
        ("my payroll and a postcard", ()),
        ("app一打开就闪退", ("app",)),
        ("my C++ pass is gone", ("tickets",)),
        ("pay in the app", ("payments", "app")),
        ("ticket, card, app: everything is broken", ()),
        ("may I bring a dog", ()),
    ],
)
def test_without_a_passage_its_words_decide(text: str, expected: tuple[str, ...]) -> None:
    assert about(text, COMPONENTS) == expected


@pytest.mark.parametrize(
    ("text", "of_passage", "expected"),
    [
        ("no code arrives", ("app", "tickets"), ("app",)),
        ("my ticket?", ("app", "tickets"), ("tickets",)),
        ("log in for my ticket", ("app", "tickets"), ("app", "tickets")),
        ("card refused", ("tickets",), ("tickets",)),
    ],
    ids=["the first", "the one it names", "both it names", "the passage beats words"],
)
def test_a_passage_that_was_found_decides(
    text: str, of_passage: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert about(text, COMPONENTS, of_passage) == expected
