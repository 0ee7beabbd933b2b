"""The written situations and conversations are fit to measure with: enough, mixed, well split.

What the product makes of them is measured elsewhere; how they are labelled is told in the two
folders' README.md.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import opencc
import pytest
from rapidfuzz import fuzz, process

HERE = Path(__file__).parent
LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ms")
WRITTEN_ALIKE = (("en",), ("zh-Hans", "zh-Hant"), ("ms",))
"""Languages whose sentences can repeat each other once the script is folded away."""
HALVES = {"dev", "held_out"}
LABELS = ("asks_for_person", "urgent", "dissatisfied")
REASONS = {"none", "asks", "frustration", "stuck", "own_account", "urgent", "out_of_scope"}
SAME_PATTERN = 70
"""From this likeness (0-100) on, two messages are the same sentence with other words in it."""
TO_SIMPLIFIED = opencc.OpenCC("t2s")

Record = dict[str, Any]


def read(folder: str, language: str) -> list[Record]:
    """The records of one file, in its order."""
    path = HERE / folder / f"{language}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def customer(turns: list[Record]) -> list[Record]:
    """What the customer said."""
    return [turn for turn in turns if turn["role"] == "customer"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_situation_says_everything_that_measuring_needs(language: str) -> None:
    for seen in read("situations", language):
        assert set(seen) - {"before", "note"} == {"id", "language", "text", "half", *LABELS}, seen
        assert seen["language"] == language, seen
        assert seen["half"] in HALVES, seen
        assert seen["text"] == seen["text"].strip() != "", seen
        assert all(seen[label] in (0, 1) for label in LABELS), seen
        before = seen.get("before", [{"role": "bot", "text": "Hello."}])
        assert 1 <= len(before) <= 2, seen
        assert all(set(turn) == {"role", "text"} and turn["text"] for turn in before), seen
        assert before[-1]["role"] == "bot", seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_situations_and_half_of_them_want_no_person(language: str) -> None:
    seen = read("situations", language)
    found = Counter(label for record in seen for label in LABELS if record[label])
    assert len(seen) >= 250
    assert 0.4 <= 1 - found["asks_for_person"] / len(seen) <= 0.6
    assert found["urgent"] >= 40
    assert found["dissatisfied"] >= 60


@pytest.mark.parametrize("folder", ["situations", "conversations"])
def test_no_id_is_given_twice(folder: str) -> None:
    ids = Counter(record["id"] for language in LANGUAGES for record in read(folder, language))
    assert [name for name, times in ids.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_situation_is_written_twice(language: str) -> None:
    texts = Counter(record["text"] for record in read("situations", language))
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_halves_hold_the_same_mix_of_situations(language: str) -> None:
    seen = read("situations", language)
    halves = Counter(record["half"] for record in seen)
    assert abs(halves["dev"] - halves["held_out"]) <= 0.04 * len(seen)
    for label, kind in itertools.product(LABELS, (0, 1)):
        sides = Counter(record["half"] for record in seen if record[label] == kind)
        assert abs(sides["dev"] - sides["held_out"]) <= 0.1 * sides.total(), (label, kind, sides)
    for note in {record["note"] for record in seen}:
        sides = Counter(record["half"] for record in seen if record["note"] == note)
        assert abs(sides["dev"] - sides["held_out"]) <= max(2, 0.2 * sides.total()), (note, sides)


@pytest.mark.parametrize("languages", WRITTEN_ALIKE, ids="+".join)
def test_no_sentence_pattern_is_in_both_halves(languages: tuple[str, ...]) -> None:
    """A rule written for one half must not be measured by its twin in the other."""
    seen = [record for language in languages for record in read("situations", language)]
    assert twins([(record["half"], record["text"]) for record in seen]) == []


@pytest.mark.parametrize("languages", WRITTEN_ALIKE, ids="+".join)
def test_no_conversation_is_retold_in_the_other_half(languages: tuple[str, ...]) -> None:
    """Told by what the customer says in all; single turns ("human", "ok") may well be the same."""
    seen = [record for language in languages for record in read("conversations", language)]
    said = [" / ".join(turn["text"] for turn in customer(record["turns"])) for record in seen]
    assert twins([(record["half"], text) for record, text in zip(seen, said, strict=True)]) == []


def twins(written: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Texts of the one half with the text of the other half that they repeat."""
    sides = [[folded(text) for half, text in written if half == side] for side in sorted(HALVES)]
    alike = process.cdist(*sides, scorer=fuzz.ratio, score_cutoff=SAME_PATTERN)
    return [(sides[0][row], sides[1][column]) for row, column in zip(*alike.nonzero(), strict=True)]


def folded(text: str) -> str:
    """The words without script, capitals, numbers and punctuation."""
    simplified = TO_SIMPLIFIED.convert(text).lower()
    return re.sub(r"\W+", " ", re.sub(r"\d+", "0", simplified)).strip()


def test_simplified_texts_hold_no_traditional_character() -> None:
    texts = [record["text"] for record in read("situations", "zh-Hans")]
    texts += [
        turn["text"] for record in read("conversations", "zh-Hans") for turn in record["turns"]
    ]
    assert [text for text in texts if TO_SIMPLIFIED.convert(text) != text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_conversation_says_everything_that_measuring_needs(language: str) -> None:
    for seen in read("conversations", language):
        assert set(seen) == {"id", "language", "half", "reason", "turns"}, seen
        assert seen["language"] == language, seen
        assert seen["half"] in HALVES, seen
        assert seen["reason"] in REASONS, seen
        assert 3 <= len(customer(seen["turns"])) <= 8, seen
        for turn in seen["turns"]:
            assert turn["role"] in {"customer", "bot", "agent"}, turn
            assert turn["text"] == turn["text"].strip() != "", turn
            assert ("label" in turn) == (turn["role"] == "customer"), turn
        for turn in customer(seen["turns"]):
            label = turn["label"]
            assert set(label) == {"handoff", "asks_for_person", "satisfaction"}, turn
            assert label["handoff"] in (0, 1), turn
            assert label["asks_for_person"] in (0, 1), turn
            assert label["satisfaction"] in range(1, 6), turn


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wish_for_a_person_is_a_reason_and_stays_one(language: str) -> None:
    for seen in read("conversations", language):
        labels = [turn["label"] for turn in customer(seen["turns"])]
        due = [label["handoff"] for label in labels]
        assert due == sorted(due), seen
        assert (seen["reason"] == "none") == (not any(due)), seen
        assert all(label["handoff"] for label in labels if label["asks_for_person"]), seen
        asked = any(label["asks_for_person"] for label in labels)
        assert asked == (seen["reason"] == "asks"), seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_conversations_of_every_reason_in_both_halves(language: str) -> None:
    seen = read("conversations", language)
    mix = Counter((record["reason"], record["half"]) for record in seen)
    without = mix["none", "dev"] + mix["none", "held_out"]
    assert len(seen) >= 60
    assert 0.27 <= without / len(seen) <= 0.4
    for reason in REASONS:
        assert mix[reason, "dev"] >= 3, (reason, mix)
        assert mix[reason, "held_out"] >= 3, (reason, mix)
        assert abs(mix[reason, "dev"] - mix[reason, "held_out"]) <= 2, (reason, mix)
