"""`handrail eval scope`, run as a user would, with the real model."""

import json
from pathlib import Path

import pytest

from tests.commands import Ended, handrail

FERRY = Path(__file__).parents[1] / "handoff" / "cases" / "ferry"


def evaluate(home: Path, *words: str) -> Ended:
    """Run the command in a process of its own."""
    return handrail("eval", "scope", *words, home=home, COLUMNS="200")


@pytest.fixture(scope="module")
def found(sample_home: Path) -> dict[str, float]:
    words = ("--train", str(FERRY / "train.jsonl"), "--test", str(FERRY / "test.jsonl"), "--json")
    done = evaluate(sample_home, *words)
    assert done.returncode == 0, done.stderr
    read: dict[str, float] = json.loads(done.stdout)
    return read


def test_a_small_help_centre_knows_what_is_outside(found: dict[str, float]) -> None:
    assert (found["n"], found["outside"], found["intents"]) == (72, 36, 10)
    assert found["auroc"] >= 0.9
    assert found["mcc"] >= 0.6
    assert found["outside_recall"] >= 0.7
    assert 0 <= found["fpr95"] <= 1
    assert 0 < found["threshold"] < 1


def test_a_person_reads_a_table(sample_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "train.csv"
    file.write_text("text,label\nopening hours,hours\nhow to pay,pay\n", encoding="utf-8")
    done = evaluate(sample_home, "--train", str(file), "--test", str(file))
    assert done.returncode == 0, done.stderr
    assert "Matthews correlation" in done.stdout
    assert "needs both kinds" in done.stdout  # nothing outside was asked


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"text": "x", "intent": "a"}\n', "at least two intents"),
        ('{"text": "x"\n', "line 1 is no JSON"),
        (None, "There is no file"),
    ],
)
def test_what_cannot_be_learned_is_told(
    sample_home: Path, tmp_path: Path, content: str | None, says: str
) -> None:
    file = tmp_path / "train.jsonl"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    done = evaluate(sample_home, "--train", str(file), "--test", str(FERRY / "test.jsonl"))
    assert done.returncode != 0
    assert says in " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in done.stderr
