"""Homes with made-up articles, built as `handrail index` builds them."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot import schema
from bot.settings import load
from bot.storage.engine import Database
from retrieval import embedding, trial
from retrieval.beir import Document
from retrieval.embedding import PACKAGED, Embedder
from retrieval.index import Index
from tests.bench.texts import Mixing


@dataclass(frozen=True, slots=True)
class Home:
    """A finished home, open for asking."""

    place: Path
    index: Index
    passages: int
    build_s: float
    save_s: float


def model(place: Path) -> Path:
    """Export the embedding model below a folder, unless it is there; gives the model's folder."""
    embedding.load(PACKAGED, place)
    return next((place / "models").glob("*/meta.json")).parent


def mixing(models: Path) -> Mixing:
    """An embedder that need not read made-up articles."""
    made = Mixing(PACKAGED, model(models))
    made.learn()
    return made


@contextmanager
def built(
    place: Path, models: Path, documents: Sequence[Document], embedder: Embedder
) -> Iterator[Home]:
    """Index documents in a new home that shares the exported model."""
    place.mkdir(parents=True)
    (place / "models").symlink_to((models / "models").resolve())
    schema.migrate(place / "handrail.db")
    database = Database(place / "handrail.db")
    settings = load(place)
    index = Index(
        database.sync, place, settings.retrieval, lambda: datetime.now(UTC), embedder=embedder
    )
    try:
        started = time.perf_counter()
        tried = trial.prepare(
            documents,
            locale="en",
            index=index,
            store=database.sync,
            now=datetime.now(UTC),
            progress=lambda _: None,
        )
        saving = time.perf_counter() - started - tried.build_s
        yield Home(place, index, tried.passages, tried.build_s, saving)
    finally:
        index.close()
        database.close()
