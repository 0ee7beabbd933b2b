"""`handrail eval incidents`: the figures, and a clear word about a broken file."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli_eval import eval_app
from bot.errors import SetupError

SITUATION = {
    "id": "visa", "title": {"en": "Visa payments fail"}, "components": ["payments"],
    "updates": [{"status": "investigating", "text": {"en": "Visa payments fail."}}],
    "not_affected": {"en": "Mastercard works."},
}  # fmt: skip
QUESTIONS = [
    {"language": "en", "situation": ["visa"], "text": "my visa fails", "about": "visa"},
    {"language": "en", "situation": ["visa"], "text": "how do i pay", "about": None},
    {"language": "en", "situation": ["visa"], "text": "greetings", "about": "visa"},
    {"language": "en", "situation": [], "text": "my visa fails", "about": None, "half": "dev"},
]


def run(folder: Path, *words: str) -> str:
    """What the command prints about the two files in this folder."""
    arguments = ["incidents", "--situations", str(folder / "s"), "--questions", str(folder / "q")]
    done = CliRunner().invoke(
        eval_app, [*arguments, "--home", str(folder), *words], catch_exceptions=False
    )
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "s").write_text(json.dumps(SITUATION) + "\n", "utf-8")
    (tmp_path / "q").write_text("\n".join(map(json.dumps, QUESTIONS)) + "\n\n", "utf-8")
    return tmp_path


def test_precision_and_recall_are_told_per_language(folder: Path) -> None:
    report = json.loads(run(folder, "--json"))
    assert set(report) == {"en", "all"}
    assert (report["en"]["n"], report["en"]["precision"], report["en"]["recall"]) == (4, 1.0, 0.5)
    assert json.loads(run(folder, "--json", "--half", "dev"))["all"]["n"] == 1


def test_the_wrong_ones_are_listed(folder: Path) -> None:
    listed = [line for line in run(folder, "--wrong").splitlines() if line.startswith("{")]
    assert [json.loads(line)["text"] for line in listed] == ["greetings"]


def test_a_broken_line_is_named(folder: Path) -> None:
    (folder / "q").write_text('{"language": "en"}\n', "utf-8")
    with pytest.raises(SetupError, match=r"q, line 1: .*situation"):
        run(folder)
    (folder / "q").unlink()
    with pytest.raises(SetupError, match="There is no file"):
        run(folder)
