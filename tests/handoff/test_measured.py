"""What the signals reach on messages that nothing was learned from; floors, not goals.

The figures themselves stand in docs/handoff-model.md; words alone, without an embedding model.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from handoff.evaluation.dialogues import read
from handoff.evaluation.figures import figures
from handoff.evaluation.replay import judged
from handoff.settings import HandoffSettings

HERE = Path(__file__).parent
LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ms")


@cache
def reached(folder: str, language: str) -> dict[str, dict[str, float]]:
    dialogues = read(HERE / folder / f"{language}.jsonl", half="held_out")
    found = judged(dialogues, HandoffSettings())
    return {name: {k: v or 0.0 for k, v in figures(rows).items()} for name, rows in found.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("label", "figure", "floor"),
    [
        ("asks_for_person", "precision", 0.88),
        ("asks_for_person", "recall", 0.7),
        ("asks_for_person", "auc", 0.85),
        ("urgent", "precision", 0.5),
        ("urgent", "recall", 0.35),
        ("dissatisfied", "auc", 0.7),
    ],
)
def test_single_messages(language: str, label: str, figure: str, floor: float) -> None:
    assert reached("situations", language)[label][figure] >= floor


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("label", "figure", "floor"),
    [("handoff", "f1", 0.6), ("handoff", "auc", 0.78), ("dissatisfied", "auc", 0.78)],
)
def test_whole_conversations(language: str, label: str, figure: str, floor: float) -> None:
    assert reached("conversations", language)[label][figure] >= floor
