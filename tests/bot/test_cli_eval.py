"""`handrail eval`: any collection with judged questions, measured in a home of its own."""

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.confidence import Confidence
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import load
from retrieval.errors import ImportRefused
from retrieval.index import Index
from tests.commands import Ended, fresh, handrail

DOCUMENTS = [
    ("kettle", "Descale a kettle", "Boil vinegar and water in it, then rinse it twice."),
    ("toaster", "Empty a toaster", "Remove the tray below and shake the crumbs off."),
    ("fridge", "", "A fridge is cold enough at four degrees Celsius."),
    ("oven", "Light the oven", "Press the knob, turn it left and hold it for ten seconds."),
]
QUESTIONS = [
    ("q1", "How do I get scale out of the kettle?", "kettle"),
    ("q2", "Where do the toaster's crumbs go?", "toaster"),
    ("q3", "How cold should a fridge be?", "fridge"),
    ("q4", "How long do I hold the oven's knob?", "oven"),
    ("q5", "What became of the blender?", "blender"),
]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A small collection, as the command takes it."""
    corpus, queries, qrels = (tmp_path / n for n in ("corpus.jsonl.gz", "queries.jsonl", "qrels"))
    rows = [{"_id": i, "title": title, "text": text} for i, title, text in DOCUMENTS]
    corpus.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    queries.write_text("\n".join(json.dumps({"_id": i, "text": t}) for i, t, _ in QUESTIONS))
    qrels.write_text(
        "query-id\tcorpus-id\tscore\n" + "".join(f"{i}\t{d}\t1\n" for i, _, d in QUESTIONS)
    )
    return ["--corpus", str(corpus), "--queries", str(queries), "--qrels", str(qrels)]


def evaluate(home: Path, *words: str) -> Ended:
    """Run the command in a process of its own."""
    return handrail("eval", *words, home=home, COLUMNS="200")


def figures(ran: Ended) -> dict[str, Any]:
    """The one JSON object that was printed."""
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    read: dict[str, Any] = json.loads(ran.stdout)
    return read


@pytest.fixture
def asked(tmp_path: Path) -> str:
    """A file of one question that the help centre answers, and one that it does not."""
    path = tmp_path / "asked.jsonl"
    rows = [
        ("the payment went through twice", "payments-charged-twice"),
        ("how do I grow tomatoes on a balcony", None),
    ]
    lines = [json.dumps({"locale": "en", "text": text, "article": one}) for text, one in rows]
    path.write_text("\n".join(lines))
    return str(path)


def test_what_counts_as_answered_is_what_the_admin_chose(home: Path, asked: str) -> None:
    by_setting = figures(evaluate(home, "--questions", asked, "--json"))["en"]
    settings = load(home)
    assert by_setting["threshold"] == settings.handoff.min_confidence
    assert (by_setting["threshold_by"], by_setting["answerable_refused"]) == ("setting", 0)
    with opened(settings) as database:
        index = Index(database.sync, home, settings.retrieval, lambda: datetime.now(UTC))
        confidence = Confidence(database.sync, index, settings.handoff)
        confidence.choose(0.0, author="Mei", now=datetime.now(UTC))
        strict = confidence.limits("en").min_confidence
        sure = index.search("the payment went through twice", hint="en").confidence
        index.close()
    assert by_setting["threshold"] < strict
    by_choice = figures(evaluate(home, "--questions", asked, "--json"))["en"]
    assert (by_choice["threshold"], by_choice["threshold_by"]) == (strict, "choice")
    assert by_choice["answerable_refused"] == (sure < strict)
    shown = evaluate(home, "--questions", asked).stdout
    assert f"{strict:.3f}" in shown
    assert "choice" in shown


def test_retrieval_prints_its_figures(sample_home: Path, files: list[str]) -> None:
    before = sorted(sample_home.rglob("*"))
    found = figures(evaluate(sample_home, "retrieval", *files, "--json"))
    assert {
        "ndcg@10", "recall@1", "recall@3", "recall@5", "recall@10", "mrr@10", "build_s",
        "ms_p50", "ms_p95", "ms_p99", "rss_mib", "n", "passages", "locale", "mode",
    } <= set(found)  # fmt: skip
    assert (found["n"], found["documents"], found["locale"]) == (4, 4, "en")
    assert found["ndcg@10"] == found["recall@1"] == 1
    assert found["left"]["without_document"] == 1
    assert 0 < found["ms_p50"] <= found["ms_p95"] <= found["ms_p99"]
    assert sorted(sample_home.rglob("*")) == before  # measured elsewhere, not here


def test_confidence_prints_its_figures(sample_home: Path, files: list[str], tmp_path: Path) -> None:
    off = tmp_path / "off.jsonl"
    texts = ("Who painted the Mona Lisa?", "")
    off.write_text("\n".join(json.dumps({"_id": f"u{t[:3]}", "text": t}) for t in texts))
    found = figures(
        evaluate(
            sample_home, "confidence", *files, "--unanswerable", str(off), "--unanswerable",
            str(off), "--remove-half", "7", "--limit", "3", "--locale", "en", "--json",
        )
    )  # fmt: skip
    assert {
        "auroc", "auroc_answerable", "ece", "brier", "coverage@5", "coverage@10", "wrong@60",
    } <= set(found)  # fmt: skip
    assert found["documents"] == 2
    assert found["n"] == 3 + 1 + 1  # the first three, and each file's one question
    assert found["answerable"] + found["unanswerable"] == 5
    assert 1 <= found["answerable"] <= 2
    assert 0 <= found["ece"] <= 1


def test_for_people_it_is_a_table(sample_home: Path, files: list[str]) -> None:
    shown = evaluate(sample_home, "retrieval", *files, "--mode", "keywords", "--limit", "2")
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"nDCG@10 +1\b", shown.stdout)
    assert re.search(r"mode +keywords", shown.stdout)
    assert re.search(r"questions +2\b", shown.stdout)
    assert "1 questions whose documents the corpus lacks: left out." in shown.stdout


def refusal(*words: str) -> str:
    """What the command says when it refuses, in this process: nothing is built."""
    result = CliRunner().invoke(app, ["eval", *words])
    assert result.stdout == ""
    assert isinstance(result.exception, SetupError | ImportRefused)
    return str(result.exception)


@pytest.mark.parametrize("what", ["retrieval", "confidence"])
def test_a_broken_file_is_named_with_its_line(files: list[str], what: str) -> None:
    queries = Path(files[3])
    queries.write_text(queries.read_text() + "\n{broken")
    assert "queries.jsonl, line 6: this line is no JSON" in refusal(what, *files)


def test_a_refusal_is_one_line_on_the_error_output(tmp_path: Path, files: list[str]) -> None:
    missing = str(tmp_path / "nothing")
    refused = fresh("eval", "retrieval", *files[:-1], missing, home=tmp_path, COLUMNS="200")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.count("\n") == 1
    assert "nothing: cannot be read" in refused.stderr


def test_files_that_do_not_belong_together_are_named(files: list[str]) -> None:
    Path(files[5]).write_text("other\tkettle\t1\n")
    assert "5 have no judgement" in refusal("retrieval", *files)
    Path(files[5]).write_text("q1\tother\t1\n")
    assert "1 have none whose document" in refusal("retrieval", *files)


def test_a_collection_without_a_word_says_so(files: list[str]) -> None:
    Path(files[1]).write_text('{"_id": "kettle", "text": " "}')
    assert "nothing to search" in refusal("retrieval", *files)


@pytest.mark.parametrize(
    "wrong", [["--mode", "both"], ["--locale", "fr"], ["--limit", "0"], ["--remove-half", "x"]]
)
def test_a_wrong_option_is_wrong_usage(files: list[str], wrong: list[str]) -> None:
    what = "confidence" if wrong[0] == "--remove-half" else "retrieval"
    assert CliRunner().invoke(app, ["eval", what, *files, *wrong]).exit_code == 2
