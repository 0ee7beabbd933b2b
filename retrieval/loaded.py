"""A finished generation in memory: what it holds, ready to be searched."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval import analysis
from retrieval.calibration import Calibration
from retrieval.contents import Contents, Key
from retrieval.draft import unit
from retrieval.embedding import Embedder
from retrieval.errors import UnknownArticle
from retrieval.keywords import Keywords, Unit
from retrieval.passages import Passage
from retrieval.ranking import Locale, Ranker
from retrieval.search import Search
from retrieval.settings import RetrievalSettings
from retrieval.vectors import Delta, Nearest, Vectors

Own = tuple[tuple[Passage, ...], tuple[str, ...]]
"""An article's passages, and its questions without the title."""
Shelves = Mapping[str, Mapping[str, tuple[Passage, ...]]]
"""Locale → article → its passages."""
Pointers = Mapping[Key, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Base:
    """What several generations share: the vectors of a whole build, never changed again."""

    id: str
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Loaded:
    """What queries run against; a switch puts another object in its place."""

    id: str
    contents: Contents
    search: Search
    base: Base
    delta: Delta
    words: Mapping[str, Keywords]
    shelves: Shelves
    pointers: Pointers

    def passage(self, passage_id: str) -> Passage:
        """Return one passage; UnknownArticle if this generation has none of that id."""
        article, locale, _ = [*passage_id.rsplit(".", 2), "", ""][:3]
        for passage in self.shelves.get(locale, {}).get(article, ()):
            if passage.id == passage_id:
                return passage
        raise UnknownArticle(f"passage {passage_id!r}")


def folder_of(home: Path, generation: str) -> Path:
    """Return where a generation keeps its files."""
    return home / "index" / generation


def schema_of(embedder: Embedder, settings: RetrievalSettings) -> str:
    """Return what entries must share to be used together; another one needs a whole build."""
    return (
        f"{embedder.identity}/{embedder.dimension}/{analysis.VERSION}/{settings.passage_characters}"
    )


def changed_units(own: Mapping[Key, Own], locale: str) -> dict[str, Unit]:
    """Return a locale's changed articles as the word index sees them."""
    return {
        article: unit(article, code, passages, questions)
        for (article, code), (passages, questions) in own.items()
        if code == locale
    }


def with_changes(
    words: Mapping[str, Keywords],
    shelves: Shelves,
    changed: Mapping[Key, Own],
    removed: Iterable[Key],
) -> tuple[dict[str, Keywords], dict[str, Mapping[str, tuple[Passage, ...]]]]:
    """Return words and passages as they are after the changes; what was given stays as it is."""
    gone: dict[str, set[str]] = {}
    for article, code in removed:
        gone.setdefault(code, set()).add(article)
    now, kept = dict(words), dict(shelves)
    for code in {code for _, code in changed} | set(gone):
        units = changed_units(changed, code)
        before = now.get(code) or Keywords.build([])
        now[code] = before.updated(units, gone.get(code, set()))
        shelf = {a: own for a, own in kept.get(code, {}).items() if a not in gone.get(code, ())}
        kept[code] = shelf | {a: changed[a, code][0] for a in units}
        if not kept[code]:
            del now[code], kept[code]
    return now, kept


def assemble(
    generation: str,
    contents: Contents,
    base: Base,
    delta: Delta,
    words: Mapping[str, Keywords],
    shelves: Shelves,
    pointers: Pointers,
    embed: Callable[[str], list[float]],
    settings: RetrievalSettings,
) -> Loaded:
    """Return a generation put together from its parts."""
    parts = {}
    starts: dict[str, dict[str, int]] = {}
    for code, kept in words.items():
        passages: list[Passage] = []
        aims: list[int] = []
        starts[code] = {}
        for article in kept.articles:
            starts[code][article] = len(aims)
            aims += [len(passages) + n for n in pointers[article, code]]
            passages += shelves[code][article]
        parts[code] = Locale(kept, tuple(passages), tuple(aims))
    masked = {code: contents.masked(code) for code in parts} if contents.base != generation else {}
    nearest = Nearest(base.vectors, delta, masked, starts)
    ranker = Ranker(parts, nearest)
    calibration = Calibration.from_json(contents.calibration)
    search = Search(generation, ranker, embed, calibration, settings)
    return Loaded(generation, contents, search, base, delta, words, shelves, pointers)
