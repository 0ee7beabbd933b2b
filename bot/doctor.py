"""`handrail doctor`: what this installation is, and what is wrong with it."""

import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from time import perf_counter

from rich.console import Console

from bot import schema
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import Settings
from retrieval import embedding
from retrieval.errors import RetrievalError
from retrieval.index import Index

FIXED_SQLITE = (3, 51, 3)
"""First SQLite without the WAL-reset fault (sqlite.org/wal.html#walresetbug)."""


def show(settings: Settings, console: Console) -> bool:
    """Print every finding; False when one of them is a fault."""
    good = True
    for mark, line in _findings(settings):
        good = good and mark != "fault"
        colour = {"ok": "green", "note": "yellow", "fault": "red"}[mark]
        console.print(f"[{colour}]{mark:>5}[/{colour}]  {line}", highlight=False, soft_wrap=True)
    return good


def _findings(settings: Settings) -> Iterator[tuple[str, str]]:
    packages = ("chromadb", "langchain-core", "fastapi", "uvicorn", "sqlalchemy", "onnxruntime")
    named = ", ".join(f"{name} {version(name)}" for name in packages)
    yield "ok", f"Python {sys.version.split()[0]}; {named}"
    yield _sqlite()
    try:
        schema.check(settings.database_path)
    except SetupError as error:
        yield "fault", str(error)
        return
    yield "ok", f"Database {settings.database_path}: WAL, synchronous=FULL, one writer"
    try:
        loaded = embedding.load(settings.retrieval.model, settings.home)
        yield "ok", f"Embedding model {loaded.name}, {loaded.dimension} dimensions, ONNX Runtime"
        yield "ok", _graph(loaded)
    except RetrievalError as error:
        yield "fault", str(error)
    yield _index(settings)
    yield "ok", f"Answers: {settings.answering.answerer} {settings.answering.chat_model or ''}"


def _graph(loaded: embedding.Embedder) -> str:
    """Say which graph serves the model, and measure it: the first text alone only warms it up."""
    texts = ["How long does a refund take, and whom do I ask when it does not arrive?"] * 8
    loaded.vectors(texts[:1])
    started = perf_counter()
    for text in texts:
        loaded.vectors([text])
    ms = (perf_counter() - started) * 1000 / len(texts)
    if loaded.graph == "fp32":
        return (
            f"Model graph fp32, as exported: no quicker one agreed with it; {ms:.1f} ms a question"
        )
    return (
        f"Model graph {loaded.graph}: smallest cosine to the model's own vectors "
        f"{loaded.agreement:.4f}, {loaded.speed:.2f} times as quick; {ms:.1f} ms a question"
    )


def _sqlite() -> tuple[str, str]:
    found = sqlite3.sqlite_version_info
    if found >= FIXED_SQLITE:
        return "ok", f"SQLite {sqlite3.sqlite_version}"
    return "note", (
        f"SQLite {sqlite3.sqlite_version} has a rare fault when several processes write one file "
        "(fixed in 3.51.3). One server with its own writer is safe; do not write beside it."
    )


def _index(settings: Settings) -> tuple[str, str]:
    with opened(settings) as database:
        index = Index(database.sync, settings.home, settings.retrieval, lambda: datetime.now(UTC))
        live = next((one for one in index.generations() if one.state == "live"), None)
        pending = index.pending()
    if live is None:
        return "fault", "There is no index. Run `handrail index`."
    late = f"; {pending} articles changed since, run `handrail index`" if pending else ""
    added = f", changes added to {live.base} and calibrated with it" if live.base else ""
    told = f"Index {live.id}: {live.passages} passages{added}{late}"
    return "note" if pending else "ok", told
