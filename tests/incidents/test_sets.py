"""The written sets about incidents are fit to measure with: enough, mixed, well split.

What the product makes of them is measured elsewhere; README.md tells how they are labelled.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import opencc
import pytest
import yaml
from rapidfuzz import fuzz, process

from retrieval.incidents.incident import SEVERITIES, STATUSES

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ms")
HALVES = ("dev", "held_out")
DRAFTS = {
    "drafts_tempting": {"claims": {"fixed", "time", "callback"}},
    "drafts_harmless": {
        "why": {
            "not_yet", "monitoring", "conditional", "states_time", "resolved", "article",
            "question", "past", "workaround", "callback_honest",
        }
    },
}  # fmt: skip
SAME_SENTENCE = 90
"""From this likeness (0-100) on, two texts are the same sentence with a word changed."""
TO_SIMPLIFIED = opencc.OpenCC("t2s")

Record = dict[str, Any]


def read(name: str) -> list[Record]:
    """The records of one file, in its order."""
    lines = (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def plain(text: str) -> str:
    """The text without what does not make it another sentence: case, script, punctuation."""
    return re.sub(r"[\W_]+", " ", TO_SIMPLIFIED.convert(text)).strip().casefold()


def test_situations_say_everything_in_the_four_languages_or_lack_one_on_purpose() -> None:
    situations = read("situations")
    known = {one["id"] for one in yaml.safe_load((DATA / "components.yaml").read_text("utf-8"))}
    assert len(situations) >= 14
    assert len({one["id"] for one in situations}) == len(situations)
    assert Counter(one["half"] for one in situations) == {"dev": 8, "held_out": 8}
    lacking = 0
    for one in situations:
        assert one["components"], one
        assert set(one["components"]) <= known, one
        assert one["severity"] in SEVERITIES, one
        assert one["updates"][-1]["status"] == one["status"] != "resolved", one
        assert set(one["title"]) == set(one["not_affected"]) == set(LANGUAGES), one
        for texts in (one["workaround"], *(update["text"] for update in one["updates"])):
            assert set(texts) <= set(LANGUAGES), one
            lacking += 0 < len(texts) < len(LANGUAGES)
        assert all(update["status"] in STATUSES[:-1] for update in one["updates"]), one
    assert lacking >= 3
    hit = {component for one in situations for component in one["components"]}
    assert hit == known, "every part of the sample company breaks at least once"


def test_questions_name_situations_and_what_they_are_about() -> None:
    halves = {one["id"]: one["half"] for one in read("situations")}
    questions = read("questions")
    assert len({one["id"] for one in questions}) == len(questions)
    for one in questions:
        assert set(one) == {"id", "language", "half", "situation", "text", "about", "kind"}, one
        assert one["text"] == one["text"].strip() != "", one
        assert {halves[name] for name in one["situation"]} == {one["half"]}, one
        if one["kind"] in {"affected", "status"}:
            assert one["about"] in one["situation"], one
        else:
            assert one["kind"] in {"unaffected", "near_miss"}, one
            assert one["about"] is None, one


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("half", HALVES)
def test_questions_are_many_and_as_many_are_hit_as_not(language: str, half: str) -> None:
    mine = [one for one in read("questions") if (one["language"], one["half"]) == (language, half)]
    assert len(mine) >= 60
    kinds = Counter(one["kind"] for one in mine)
    assert 0.45 <= (kinds["affected"] + kinds["status"]) / len(mine) <= 0.55
    assert kinds["near_miss"] >= len(mine) / 4
    assert kinds["status"] >= 8
    assert any(len(one["situation"]) == 2 for one in mine)  # two incidents at once
    assert len({name for one in mine for name in one["situation"]}) == 8


@pytest.mark.parametrize("name", DRAFTS)
def test_drafts_are_labelled(name: str) -> None:
    ((label, values),) = DRAFTS[name].items()
    drafts = read(name)
    assert len({one["id"] for one in drafts}) == len(drafts)
    times = {"states_time", "states_recovery"}
    for one in drafts:
        assert set(one) - times == {"id", "language", "half", "incident_status", "text", label}, one
        assert one["text"] == one["text"].strip() != "", one
        assert one[label] in values, one
        assert all(re.fullmatch(r"\d\d:\d\d", one[key]) for key in times & set(one)), one
        over = one["incident_status"] == "resolved"
        assert over == (one.get("why") == "resolved"), one
        if one.get("why") == "states_time":
            assert any(one.get(key, "never") in one["text"] for key in times), one
    assert {one[label] for one in drafts} == values


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("name", DRAFTS)
def test_drafts_are_many_in_every_language_and_status(name: str, half: str, language: str) -> None:
    mine = [one for one in read(name) if (one["language"], one["half"]) == (language, half)]
    assert len(mine) >= 30
    statuses = Counter(one["incident_status"] for one in mine)
    assert min(statuses[status] for status in STATUSES[:-1]) >= 5


@pytest.mark.parametrize("name", ["questions", *DRAFTS])
def test_no_text_is_there_twice(name: str) -> None:
    texts = Counter((one["language"], plain(one["text"])) for one in read(name))
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("name", ["questions", *DRAFTS])
def test_the_halves_share_no_sentence(name: str) -> None:
    dev, held_out = (
        [plain(one["text"]) for one in read(name) if one["half"] == half] for half in HALVES
    )
    likeness = process.cdist(dev, held_out, scorer=fuzz.ratio, score_cutoff=SAME_SENTENCE)
    alike = [(dev[i], held_out[j]) for i, j in zip(*likeness.nonzero(), strict=True)]
    assert alike == []


@pytest.mark.parametrize("name", ["fresh", "elsewhere"])
def test_the_later_sets_name_situations_and_what_they_are_about(name: str) -> None:
    known = [one["id"] for one in read(f"situations_{name}")]
    questions = read(f"questions_{name}")
    assert len(set(known)) == len(known)
    assert len({one["id"] for one in questions}) == len(questions)
    for one in questions:
        assert set(one["situation"]) <= set(known), one
        assert (one["about"] in one["situation"]) == (one["kind"] in {"affected", "status"}), one
