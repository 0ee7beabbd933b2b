"""Rules: what they match, and what is said about a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from handoff import rules
from handoff.errors import BadRule
from handoff.rules import Around
from handoff.words import LANGUAGES, evidence_in_words

TEXT = """
- id: press
  name: Press
  when: {words: {en: [journalist], ms: [wartawan], zh-Hans: [记者]}}
  then: {handoff: true, urgent: false, reason: rule}
- id: fire
  name: Fire on board
  when: {words: {en: ["can't breathe", fire on board], zh-Hant: [船失火]}}
  then: {handoff: true, urgent: true, reason: urgent}
- id: pay-vip
  name: Payments of partners
  when: {words: {en: [partner]}, components: [payments]}
- id: asleep
  name: Kept for later
  when: {components: [notifications]}
  then: {handoff: false}
"""


@pytest.mark.parametrize(
    ("text", "components", "rule"),
    [
        ("I am a JOURNALIST from the Star", (), "press"),
        ("saya wartawan", (), "press"),
        ("我是記者", (), "press"),
        ("journalists' discount", (), None),
        ("I can’t breathe", (), "fire"),
        ("船失火了", (), "fire"),
        ("船失火了，我是记者", (), "fire"),
        ("our partner account", ("payments",), "pay-vip"),
        ("our partner account", ("website-app",), None),
        ("card declined", ("payments",), None),
        ("no sms", ("notifications",), None),
    ],
)
def test_what_a_rule_matches(text: str, components: tuple[str, ...], rule: str | None) -> None:
    found = rules.match(rules.load(TEXT), text, Around(components))
    assert (found.rule if found else None) == rule


NIGHT = Around(language="zh-Hant", page="https://shop.test/Checkout/3", is_open=False)
GOLD = Around(attributes={"plan": "Gold", "orders": 12, "beta": True})
CONDITIONS: list[tuple[dict[str, object], Around, tuple[str, ...] | None]] = [
    ({"languages": ["zh"]}, NIGHT, ("language=zh-Hant",)),
    ({"languages": ["zh-Hans"]}, NIGHT, None),
    ({"languages": ["ms", "zh-Hant"]}, Around(), None),
    ({"pages": ["/checkout"]}, NIGHT, ("page=/checkout",)),
    ({"pages": ["/help"]}, NIGHT, None),
    ({"pages": ["/checkout"]}, Around(), None),
    ({"hours": "closed"}, NIGHT, ("hours_closed=1",)),
    ({"hours": "open"}, NIGHT, None),
    ({"hours": "closed"}, Around(), None),
    ({"hours": "open"}, Around(is_open=True), ("hours_open=1",)),
    ({"incident": "any"}, Around(incident="minor"), ("incident=minor",)),
    ({"incident": "major"}, Around(incident="critical"), ("incident=critical",)),
    ({"incident": "major"}, Around(incident="minor"), None),
    ({"incident": "any"}, Around(), None),
    ({"attributes": [{"name": "plan", "value": "gold"}]}, GOLD, ("attribute=plan: Gold",)),
    ({"attributes": [{"name": "plan", "value": "gold"}]}, NIGHT, None),
    ({"attributes": [{"name": "plan", "value": "free", "comparison": "not"}]}, GOLD,
     ("attribute=plan: Gold",)),
    ({"attributes": [{"name": "seats", "value": "free", "comparison": "not"}]}, GOLD, None),
    ({"attributes": [{"name": "orders", "value": 12, "comparison": "at_least"},
                     {"name": "beta", "value": True}]}, GOLD,
     ("attribute=orders: 12, beta: true",)),
    ({"attributes": [{"name": "orders", "value": 12.5, "comparison": "at_least"}]}, GOLD, None),
    ({"attributes": [{"name": "plan", "value": 1, "comparison": "at_least"}]}, GOLD, None),
    ({"attributes": [{"name": "beta", "value": 1, "comparison": "at_least"}]}, GOLD, None),
    ({"attributes": [{"name": "beta", "value": 1}]}, GOLD, None),
    ({"attributes": [{"name": "orders", "value": "12"}]}, GOLD, ("attribute=orders: 12",)),
    ({"words": {"en": ["refund"]}, "hours": "closed", "pages": ["/checkout"]}, NIGHT,
     ("refund", "page=/checkout", "hours_closed=1")),
    ({"words": {"en": ["refund"]}, "hours": "open"}, NIGHT, None),
    ({"words": {"en": ["ferry"]}, "hours": "closed"}, NIGHT, None),
]  # fmt: skip


@pytest.mark.parametrize(("when", "around", "evidence"), CONDITIONS)
def test_every_condition_that_is_given_must_hold_and_is_told(
    when: dict[str, object], around: Around, evidence: tuple[str, ...] | None
) -> None:
    rule = rules.check([{"id": "one", "name": "One", "when": when}])
    found = rules.match(rule, "where is my refund", around)
    assert (found.evidence if found else None) == (evidence and ("rule=One", *evidence))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_condition_reads_as_words(language: str) -> None:
    codes = [one for _, _, told in CONDITIONS for one in told or () if "=" in one]
    spoken = evidence_in_words(tuple(codes), language)
    assert not any("=" in one or "{" in one for one in spoken)


@pytest.mark.parametrize(
    ("text", "rule", "field"),
    [
        ("- {id: a, name: A, when: {words: {en: [x]}}, than: {}}", "a", "than"),
        ("- {id: a, name: A, when: {word: {en: [x]}}}", "a", "when.word"),
        ("- {id: a, name: A, when: {}}", "a", "when"),
        ("- {id: a, name: A, when: {words: {en: ['  ']}}}", "a", "when"),
        ("- {id: a, name: A, when: {pages: ['']}}", "a", "when"),
        ("- {id: a, name: A, when: {hours: late}}", "a", "when.hours"),
        ("- {id: a, name: A, when: {incident: awful}}", "a", "when.incident"),
        (
            "- {id: a, name: A, when: {attributes: [{name: n, comparison: at_least, value: x}]}}",
            "a",
            "when.attributes.0",
        ),
        (
            "- {id: a, name: A, when: {attributes: [{name: '', value: x}]}}",
            "a",
            "when.attributes.0.name",
        ),
        ("- {id: a, name: A, when: {words: {en: [x]}}, then: {reason: bored}}", "a", "then.reason"),
        ("- {name: A, when: {words: {en: [x]}}}", "#1", "id"),
        ("- {id: 'A b', name: A, when: {words: {en: [x]}}}", "A b", "id"),
        ("- just words", "#1", ""),
        ("id: a", "file", ""),
        ("- [", "file", ""),
    ],
)
def test_a_bad_rule_is_named_with_its_field(text: str, rule: str, field: str) -> None:
    with pytest.raises(BadRule) as bad:
        rules.load(text)
    assert (bad.value.rule, bad.value.field) == (rule, field)
    assert bad.value.code == "bad_rule"


def test_an_id_is_given_once() -> None:
    one = "- {id: a, name: A, when: {words: {en: [x]}}}\n"
    with pytest.raises(BadRule, match="same id"):
        rules.load(one + one)


def test_no_rules_are_fine() -> None:
    assert rules.load("") == []
    assert rules.match([], "fire") is None


def test_stored_rules_keep_their_order_and_are_replaced_whole(tx: Connection) -> None:
    stored = rules.load(TEXT)
    rules.replace(tx, stored)
    assert rules.listing(tx) == stored
    rules.replace(tx, stored[:1])
    assert rules.listing(tx) == stored[:1]


def test_the_sample_rules_load() -> None:
    text = Path(__file__).parents[2].joinpath("data/rules.yaml").read_text(encoding="utf-8")
    assert rules.match(rules.load(text), "有人暈倒了，快叫救護車") is not None
