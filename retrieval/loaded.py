"""A finished generation in memory: its files opened, ready to be searched."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.calibration import Calibration
from retrieval.embedding import Embedder
from retrieval.errors import UnknownArticle
from retrieval.keywords import Keywords
from retrieval.passages import Passage
from retrieval.ranking import Locale, Ranker
from retrieval.search import Search
from retrieval.settings import RetrievalSettings
from retrieval.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Loaded:
    """What queries run against; a switch puts another object in its place."""

    id: str
    search: Search
    vectors: Vectors
    passages: dict[str, Passage]

    def passage(self, passage_id: str) -> Passage:
        """Return one passage; UnknownArticle if this generation has none of that id."""
        found = self.passages.get(passage_id)
        if found is None:
            raise UnknownArticle(f"passage {passage_id!r}")
        return found


def folder_of(home: Path, generation: str) -> Path:
    """Return where a generation keeps its files."""
    return home / "index" / generation


def schema_of(embedder: Embedder, analysis: str) -> str:
    """Return what vectors must share to be comparable; part of every collection's name."""
    return f"{embedder.identity}/{embedder.dimension}/{analysis}"


def open_generation(
    folder: Path,
    generation: str,
    passages: Sequence[Passage],
    embedder: Embedder,
    settings: RetrievalSettings,
) -> Loaded:
    """Return a generation read from its folder."""
    meta = json.loads((folder / "generation.json").read_text("utf-8"))
    vectors = Vectors(folder / "chroma", embedder, schema_of(embedder, meta["analysis"]))
    locales = {
        code: (Keywords.load(folder / "keywords" / code), tuple(pointers))
        for code, pointers in meta["pointers"].items()
    }
    calibration = Calibration.from_json(meta["calibration"])
    return assemble(
        generation, locales, passages, vectors, embedder.embed_query, calibration, settings
    )


def assemble(
    generation: str,
    locales: dict[str, tuple[Keywords, tuple[int, ...]]],
    passages: Sequence[Passage],
    vectors: Vectors,
    embed: Callable[[str], list[float]],
    calibration: Calibration,
    settings: RetrievalSettings,
) -> Loaded:
    """Return a generation put together from its parts."""
    by_id = {p.id: p for p in passages}
    parts = {
        code: Locale(words, tuple(by_id[p] for p in words.passages), pointers)
        for code, (words, pointers) in locales.items()
    }
    ranker = Ranker(parts, vectors.nearest, settings.dense_weight, settings.sibling_weight)
    search = Search(generation, ranker, embed, calibration, settings)
    return Loaded(generation, search, vectors, by_id)


def describe(
    folder: Path, analysis: str, pointers: dict[str, Sequence[int]], calibration: Calibration
) -> None:
    """Write what `open_generation` reads beside vectors and words."""
    meta: dict[str, Any] = {
        "analysis": analysis,
        "pointers": {code: list(numbers) for code, numbers in pointers.items()},
        "calibration": calibration.as_json(),
    }
    (folder / "generation.json").write_text(json.dumps(meta), "utf-8")
