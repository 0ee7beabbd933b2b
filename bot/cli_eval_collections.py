"""`handrail eval retrieval` and `handrail eval confidence`: any collection with judged questions.

Each run makes a home of its own in a temporary folder, so nothing of yours is touched.
"""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from bot import schema
from bot.errors import SetupError
from bot.settings import load
from bot.storage.engine import Database

if TYPE_CHECKING:  # search loads slowly, and most commands do not need it
    from retrieval.beir import Document
    from retrieval.draft import Progress
    from retrieval.trial import Judged, Left, Trial

Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="HANDRAIL_HOME",
        show_default="var",
        help="Folder with all state; only its embedding model is used.",
    ),
]
Corpus = Annotated[
    Path, typer.Option(help="Documents: JSON lines with _id, title and text; plain or gzipped.")
]
Queries = Annotated[Path, typer.Option(help="Questions: JSON lines with _id and text.")]
Grades = Annotated[
    Path, typer.Option(help="Judgements: query-id, corpus-id and grade, separated by tabs.")
]
Locale = Annotated[
    Literal["en", "zh-Hans", "zh-Hant", "ms"] | None,
    typer.Option(help="Language of the documents; found out from them if not given."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Ask the first so many questions only.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

SHOWN = {
    "n": "questions",
    "documents": "documents",
    "passages": "passages",
    "locale": "language",
    "mode": "mode",
    "answerable": "answerable questions",
    "unanswerable": "unanswerable questions",
    "right": "answered rightly",
    "ndcg@10": "nDCG@10",
    "recall@1": "recall@1",
    "recall@3": "recall@3",
    "recall@5": "recall@5",
    "recall@10": "recall@10",
    "mrr@10": "MRR@10",
    "auroc": "AUROC, right against wrong answers",
    "auroc_answerable": "AUROC, answerable against unanswerable questions",
    "ece": "expected calibration error (15 groups of equal size)",
    "brier": "Brier score",
    "coverage@5": "coverage at 5 % wrong answers",
    "coverage@10": "coverage at 10 % wrong answers",
    "wrong@60": "wrong answers at 60 % coverage",
    "build_s": "build, seconds",
    "ms_p50": "question, ms p50",
    "ms_p95": "question, ms p95",
    "ms_p99": "question, ms p99",
    "rss_mib": "memory of this process, MiB",
}
"""Key of a figure → what stands before it."""
LEFT = {
    "unjudged": "questions without a judgement: left out",
    "without_document": "questions whose documents the corpus lacks: left out",
    "empty_questions": "questions without a word: left out",
    "empty_documents": "documents without a word: cannot be found, so their questions are missed",
    "repeated_documents": "documents that repeat another one word for word",
}
"""Key of what was left out, or is odd → what is said about it."""


def retrieval(
    corpus: Corpus,
    queries: Queries,
    qrels: Grades,
    locale: Locale = None,
    mode: Annotated[
        Literal["hybrid", "dense", "keywords"],
        typer.Option(help="dense: by meaning alone; keywords: by words alone."),
    ] = "hybrid",
    limit: Limit = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """How well search finds the judged documents of a collection in BEIR's format."""
    from retrieval import evaluation

    documents, questions, left = _read(corpus, queries, qrels, limit)
    with _tried(documents, locale, home) as (trial, note):
        found = evaluation.measure_retrieval(trial, questions, mode, note)
    _show({"documents": len(documents), **found}, left, as_json=as_json)


def confidence(
    corpus: Corpus,
    queries: Queries,
    qrels: Grades,
    unanswerable: Annotated[
        list[Path] | None, typer.Option(help="Questions that no document answers, as --queries.")
    ] = None,
    remove_half: Annotated[
        int | None,
        typer.Option(
            metavar="SEED",
            help="Take a random half of the documents away, drawn with this number: "
            "their questions have no answer then.",
        ),
    ] = None,
    locale: Locale = None,
    limit: Limit = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """How well the bot knows whether it has the answer, on a collection in BEIR's format."""
    from retrieval import evaluation
    from retrieval.beir import read_questions
    from retrieval.trial import Judged, halved, only_there

    documents, questions, left = _read(corpus, queries, qrels, limit)
    kept = documents if remove_half is None else halved(documents, remove_half)
    asked = only_there(questions, kept)
    for path in unanswerable or ():
        asked += [Judged(one, {}) for one in read_questions(path) if one.text.strip()][:limit]
    with _tried(kept, locale, home) as (trial, note):
        found = evaluation.measure_confidence(trial, asked, note)
    _show({"documents": len(kept), **found}, left, as_json=as_json)


def _read(
    corpus: Path, queries: Path, qrels: Path, limit: int | None
) -> tuple[list["Document"], list["Judged"], "Left"]:
    from retrieval import beir
    from retrieval.trial import judged

    documents = beir.read_corpus(corpus)
    asked, grades = beir.read_questions(queries), beir.read_grades(qrels)
    questions, left = judged(asked, grades, documents, limit)
    if not questions:
        raise SetupError(
            f"No question of {queries} can be asked: {len(asked)} are there, {left.unjudged} have "
            f"no judgement in {qrels}, {left.without_document} have none whose document is in "
            f"{corpus}. Look whether the three files belong together."
        )
    return documents, questions, left


@contextmanager
def _tried(
    documents: Sequence["Document"], locale: str | None, home: Path | None
) -> Iterator[tuple["Trial", Callable[[int, int], None]]]:
    """An index over the documents in a home that is gone afterwards, and a bar for the asking."""
    from retrieval import trial
    from retrieval.index import Index

    settings = load(home)
    if all(one.empty for one in documents):
        raise SetupError("No document has a word in it, so there is nothing to search.")
    with tempfile.TemporaryDirectory(prefix="handrail-eval-") as made, _bar() as bar:
        place = Path(made)
        if (settings.home / "models").is_dir():  # exporting the model takes longer than asking
            (place / "models").symlink_to((settings.home / "models").resolve())
        schema.migrate(place / "handrail.db")
        database = Database(place / "handrail.db")
        index = Index(database.sync, place, settings.retrieval, lambda: datetime.now(UTC))
        try:
            tried = trial.prepare(
                documents,
                locale=locale or trial.spoken(documents),
                index=index,
                store=database.sync,
                now=datetime.now(UTC),
                progress=bar.building,
            )
            yield tried, bar.asking
        finally:
            index.close()
            database.close()


class _Progress:
    """What a person at a terminal sees meanwhile."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task = bar.add_task("read", total=None)

    def building(self, at: "Progress") -> None:
        self._bar.update(
            self._task, description=at.stage, completed=at.done, total=at.total or None
        )

    def asking(self, done: int, total: int) -> None:
        self._bar.update(self._task, description="ask", completed=done, total=total)


@contextmanager
def _bar() -> Iterator[_Progress]:
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:>9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        yield _Progress(bar)


def _show(found: dict[str, Any], left: "Left", *, as_json: bool) -> None:
    from dataclasses import asdict

    odd = asdict(left)
    if as_json:
        typer.echo(json.dumps({**found, "left": odd}, ensure_ascii=False))
        return
    table = Table("figure", "value", box=None)
    for key, name in SHOWN.items():
        if key in found:
            table.add_row(name, _shown(found[key]))
    out = Console()
    out.print(table)
    for key, says in LEFT.items():
        if odd[key]:
            out.print(f"{odd[key]} {says}.", highlight=False, soft_wrap=True)


def _shown(value: object) -> str:
    if value is None:
        return "– (needs both kinds)"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
