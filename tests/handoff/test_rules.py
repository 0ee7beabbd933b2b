"""Rules: what they match, and what is said about a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from handoff import rules
from handoff.errors import BadRule

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
    found = rules.match(rules.load(TEXT), text, components)
    assert (found.rule if found else None) == rule


@pytest.mark.parametrize(
    ("text", "rule", "field"),
    [
        ("- {id: a, name: A, when: {words: {en: [x]}}, than: {}}", "a", "than"),
        ("- {id: a, name: A, when: {word: {en: [x]}}}", "a", "when.word"),
        ("- {id: a, name: A, when: {}}", "a", "when"),
        ("- {id: a, name: A, when: {words: {en: ['  ']}}}", "a", "when"),
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
