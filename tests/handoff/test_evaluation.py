"""Measuring on labelled conversations: the figures, the reading, the going through again."""

from __future__ import annotations

import json
from math import exp
from pathlib import Path
from typing import Any

import pytest

from handoff.errors import BadData
from handoff.evaluation.dialogues import read
from handoff.evaluation.figures import Judged, figures, golden_transfer
from handoff.evaluation.replay import judged, replay
from handoff.settings import HandoffSettings

RULES = HandoffSettings()


def turns(labels: str, yes: str) -> list[Judged]:
    """One turn a character, at every second place: customers and bots take turns."""
    pairs = zip(labels, yes, strict=True)
    return [
        Judged(2 * at, a == "1", 0.9 if b == "1" else 0.1, b == "1")
        for at, (a, b) in enumerate(pairs)
    ]


def test_the_figures_are_those_counted_by_hand() -> None:
    found = figures([turns("0011", "0110"), turns("000", "000")])
    assert (found["n"], found["positives"]) == (7, 2)
    assert (found["precision"], found["recall"], found["f1"]) == (0.5, 0.5, 0.5)
    assert found["macro_f1"] == pytest.approx((0.5 + 0.8) / 2)
    assert found["auc"] == pytest.approx((1 * 4 + 0.5 * 1 + 0.5 * 4) / 10)
    assert found["gt1"] == pytest.approx(((exp(-2) + 1) / 2 + 1) / 2, abs=1e-4)


@pytest.mark.parametrize(
    ("labels", "yes", "score"),
    [
        ("000", "000", 1.0),
        ("000", "010", 0.0),
        ("010", "000", 0.0),
        ("010", "010", 1.0),
        ("001", "100", exp(-(4**2) / 8)),
        ("101", "010", exp(-(2**2) / 8)),
        ("100", "111", (1 + exp(-(2**2) / 8) + exp(-(4**2) / 8)) / 3),
    ],
)
def test_a_transfer_counts_by_its_distance(labels: str, yes: str, score: float) -> None:
    assert golden_transfer(turns(labels, yes), 2) == pytest.approx(score)


def test_a_figure_that_does_not_exist_is_none() -> None:
    found = figures([turns("00", "00")])
    assert (found["precision"], found["recall"], found["auc"]) == (None, None, None)
    assert figures([])["gt1"] is None


def stored(tmp_path: Path, *rows: Any) -> Path:
    path = tmp_path / "dialogues.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", "utf-8")
    return path


def said(text: str, **labels: Any) -> dict[str, Any]:
    return {"role": "customer", "text": text, "label": labels}


def test_labels_may_stand_in_the_turn_or_beside_it(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "language": "en", "turns": [said("hi", handoff=0, satisfaction=2)]},
        {"id": "b", "language": "zh-Hant", "half": "dev", "turns": [
            {"role": "customer", "text": "你好", "handoff": 1, "satisfaction": 3},
            {"role": "bot", "text": "您好", "label": {"handoff": 1}},
            {"role": "customer", "text": "嗯", "label": 0},
            {"role": "customer", "text": "喔", "label": None},
        ]},
        {"id": "c", "language": "ms", "text": "hai", "urgent": 0,
         "before": [{"role": "bot", "text": "ya?"}]},
    ]  # fmt: skip
    path = stored(tmp_path, *rows)
    found = read(path)
    assert [dict(turn.labels) for one in found for turn in one.turns] == [
        {"handoff": False, "dissatisfied": True},
        {"handoff": True, "dissatisfied": False}, {}, {"handoff": False}, {},
        {}, {"urgent": False},
    ]  # fmt: skip
    assert [one.id for one in read(path, "zh")] == ["b"]
    assert [one.id for one in read(path, half="dev")] == ["b"]
    with pytest.raises(BadData, match="language 'th'"):
        read(path, "th")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2: a conversation is an object"),
        ('{"id": "x"}', "line 2: `turns` must be a list"),
        ('{"turns": [{"role": "guest", "text": "a"}]}', "turn 1: role is one of customer, bot"),
        ('{"turns": [{"role": "bot"}]}', "turn 1 must be an object with role and text"),
        ('{"turns": [{"role": "customer", "text": "a", "label": {"handoff": 2}}]}',
         "handoff is 0 or 1"),
        ('{"turns": [{"role": "customer", "text": "a", "label": {"satisfaction": 9}}]}',
         "1 to 5, not 9"),
        ('{"turns": [{"role": "customer", "text": "a", "label": "yes"}]}', "`label` is an object"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(line: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps({"id": "a", "turns": [said("hi")]}) + "\n" + line, "utf-8")
    with pytest.raises(BadData) as caught:
        read(path)
    assert problem in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"none\.jsonl"):
        read(tmp_path / "none.jsonl")


def test_every_turn_is_decided_from_what_was_said_so_far(tmp_path: Path) -> None:
    row = {"id": "a", "language": "en", "turns": [
        said("how do I change the date of my trip", handoff=0),
        {"role": "bot", "text": "Open the booking and choose Change date."},
        said("it says page 404", handoff=0),
        {"role": "bot", "text": "Sorry, I did not understand that."},
        said("this bot is useless, I asked twice", handoff=1, asks_for_person=0),
        {"role": "bot", "text": "Shall I connect you with a colleague?"},
        said("yes please", handoff=1, asks_for_person=1),
        {"role": "agent", "text": "Hi, it is changed."},
        said("thank you so much", handoff=0, asks_for_person=0),
    ]}  # fmt: skip
    dialogue = read(stored(tmp_path, row))[0]
    decided = [one.yes["handoff"] for one in replay(dialogue, RULES)]
    assert decided == [False, False, True, True, False]
    asked = judged([dialogue], RULES)["asks_for_person"]
    assert [turn.yes for turn in asked[0]] == [False, True, False]


def test_held_a_person_stays_called_until_one_has_spoken(tmp_path: Path) -> None:
    row = {"id": "a", "language": "en", "turns": [
        said("I want to talk to a human", handoff=1),
        said("in the meantime: is breakfast included", handoff=1),
        {"role": "agent", "text": "It is."},
        said("is parking included as well", handoff=0),
    ]}  # fmt: skip
    dialogue = read(stored(tmp_path, row))[0]
    assert [one.yes["handoff"] for one in replay(dialogue, RULES)] == [True, False, False]
    assert [one.yes["handoff"] for one in replay(dialogue, RULES, hold=True)] == [True, True, False]
