"""`handrail eval handoff` and `handrail train handoff`, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from handoff.errors import BadData

KEYS = {
    "precision", "recall", "f1", "macro_f1", "auc", "gt1", "gt2", "gt3", "n", "positives",
}  # fmt: skip


@pytest.fixture
def dialogues(tmp_path: Path) -> Path:
    """Two conversations, in two languages."""

    def turn(text: str, handoff: int, satisfaction: int) -> dict[str, Any]:
        label = {"handoff": handoff, "asks_for_person": handoff, "satisfaction": satisfaction}
        return {"role": "customer", "text": text, "label": label}

    rows = [
        {"id": "1", "language": "ms", "turns": [
            turn("boleh bawa payung tak", 0, 3),
            {"role": "bot", "text": "Boleh."},
            turn("terima kasih", 0, 5),
        ]},
        {"id": "2", "language": "zh-Hans", "turns": [
            turn("发票怎么开", 0, 3),
            {"role": "bot", "text": "抱歉，我没有理解。"},
            turn("转人工客服", 1, 2),
        ]},
    ]  # fmt: skip
    path = tmp_path / "talks.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def run(*arguments: str) -> str:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_every_label_has_its_figures(dialogues: Path, tmp_path: Path) -> None:
    given = ("--dialogues", str(dialogues), "--home", str(tmp_path))
    found = json.loads(run("eval", "handoff", *given, "--json"))
    assert set(found) == {"handoff", "asks_for_person", "dissatisfied"}
    assert all(set(row) == KEYS for row in found.values())
    asked = found["asks_for_person"]
    assert (asked["n"], asked["positives"], asked["f1"], asked["gt1"]) == (4, 1, 1.0, 1.0)
    assert found["dissatisfied"]["positives"] == 1
    of_chinese = json.loads(run("eval", "handoff", *given, "--json", "--language", "zh"))
    assert of_chinese["handoff"]["n"] == 2
    assert "GT-III" in run("eval", "handoff", *given)


def test_a_bad_file_is_refused_with_its_line(dialogues: Path, tmp_path: Path) -> None:
    dialogues.write_text(dialogues.read_text("utf-8") + "\n{oops", "utf-8")
    given = ["eval", "handoff", "--dialogues", str(dialogues), "--home", str(tmp_path)]
    with pytest.raises(BadData, match=r"talks\.jsonl, line 3: not JSON"):
        CliRunner().invoke(app, given, catch_exceptions=False)


def test_training_says_which_set_is_missing(tmp_path: Path) -> None:
    given = ["train", "handoff", "--data", str(tmp_path), "--out", str(tmp_path / "out")]
    with pytest.raises(BadData, match="xed"):
        CliRunner().invoke(
            app, [*given, "--words-only", "--home", str(tmp_path)], catch_exceptions=False
        )
