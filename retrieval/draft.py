"""A generation in the making, and how far it is."""

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from retrieval import analysis
from retrieval.articles import Article
from retrieval.embedding import Embedder, Matrix
from retrieval.errors import BuildCancelled
from retrieval.keywords import Unit
from retrieval.passages import Passage, plain, sentences
from retrieval.remembered import Remembered, hash_of

Vector = NDArray[np.float32]

_KEPT_EVERY = 2.0
"""Seconds of embedding that a killed build may lose."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is; `rate` is per second, within the stage."""

    generation: str
    stage: str  # read, cut, embed, keywords, verify, switch, done
    done: int = 0
    total: int = 0
    rate: float = 0.0
    seconds_left: float | None = None
    document: str = ""
    failures: tuple[str, ...] = ()
    embedded: int = 0
    reused: int = 0
    """Texts whose vectors were there already: from the live index, or a build that was stopped."""


class Reporter:
    """Tells how far the build is, keeps its lease, and stops it when asked to."""

    def __init__(
        self,
        generation: str,
        tell: Callable[[Progress], None],
        cancelled: Callable[[], bool],
        beat: Callable[[], None],
    ) -> None:
        self._progress = Progress(generation, "read")
        self._tell, self._cancelled, self._beat = tell, cancelled, beat
        self._since = self._beaten = time.monotonic()

    def stage(self, name: str, total: int) -> None:
        """Begin a stage of so many steps."""
        self._since = time.monotonic()
        self._progress = replace(
            self._progress, stage=name, done=0, total=total, rate=0.0,
            seconds_left=None, document="",
        )  # fmt: skip
        self._say()

    def step(self, document: str = "", count: int = 1) -> None:
        """Say that so many steps more are done."""
        done = self._progress.done + count
        passed = time.monotonic() - self._since
        rate = done / passed if passed > 0 else 0.0
        left = (self._progress.total - done) / rate if rate else None
        embedded = count if self._progress.stage == "embed" else 0
        self._progress = replace(
            self._progress, done=done, rate=rate, seconds_left=left,
            document=document or self._progress.document,
            embedded=self._progress.embedded + embedded,
        )  # fmt: skip
        self._say()

    def reused(self, count: int) -> None:
        """Say how many texts need no embedding."""
        self._progress = replace(self._progress, reused=self._progress.reused + count)

    def failed(self, failures: Sequence[str]) -> None:
        """Show what went wrong."""
        self._progress = replace(self._progress, failures=tuple(failures))
        self._say()

    @property
    def at(self) -> Progress:
        """How far the build is now."""
        return self._progress

    def _say(self) -> None:
        self._tell(self._progress)
        if self._cancelled():
            raise BuildCancelled("The build was stopped.")
        if time.monotonic() - self._beaten > 5:
            self._beaten = time.monotonic()
            self._beat()


@dataclass(slots=True)
class Draft:
    """Articles on their way into the index, locale by locale."""

    items: list[tuple[Article, Passage]]
    texts: dict[str, dict[str, str]] = field(default_factory=dict)  # locale → entry → text
    vectors: dict[str, dict[str, Vector]] = field(default_factory=dict)
    embedded: int = 0
    reused: int = 0
    _articles: dict[str, dict[str, Article]] = field(default_factory=dict)
    _passages: dict[str, list[Passage]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for article, passage in self.items:
            self._articles.setdefault(passage.locale, {})[article.id] = article
            self._passages.setdefault(passage.locale, []).append(passage)

    def articles(self, locale: str) -> list[Article]:
        """Return a locale's articles in order."""
        return list(self._articles.get(locale, {}).values())

    def passages(self, locale: str) -> list[Passage]:
        """Return a locale's passages in order."""
        return self._passages.get(locale, [])

    def shelf(self, locale: str) -> dict[str, tuple[Passage, ...]]:
        """Return each article's passages."""
        return grouped(self.passages(locale))


def grouped(passages: Iterable[Passage]) -> dict[str, tuple[Passage, ...]]:
    """Return passages by their article, in the order in which they come."""
    found: dict[str, list[Passage]] = {}
    for passage in passages:
        found.setdefault(passage.article_id, []).append(passage)
    return {article: tuple(own) for article, own in found.items()}


def meant(passage: Passage) -> str:
    """Return the text that stands for a passage: never without its title."""
    return f"{passage.title}\n{passage.heading}\n{plain(passage.text)}"


def unit(article_id: str, locale: str, own: Sequence[Passage], questions: Iterable[str]) -> Unit:
    """Return an article as the word index sees it, sentence by sentence."""
    return Unit(
        article_id,
        tuple(_terms(q, locale) for q in (own[0].title, *questions)),
        tuple((p.id, tuple(_terms(one, locale) for one in _sentences(p))) for p in own),
    )


def _sentences(passage: Passage) -> list[str]:
    return [*([passage.heading] if passage.heading else []), *sentences(passage.text)]


def _terms(text: str, locale: str) -> tuple[str, ...]:
    """Return a text's terms; each word is held in memory once, however often it stands there."""
    return tuple(map(sys.intern, analysis.sequence(text, locale)))


def embed(
    wanted: Sequence[str], embedder: Embedder, remembered: Remembered, report: Reporter
) -> Matrix:
    """Return one row per text; a text that was ever embedded is not embedded again.

    Vectors are kept as they come, so a build that is stopped or killed leaves them to the next.
    """
    hashes = [hash_of(text) for text in wanted]
    known = remembered.find(hashes)
    rows: Matrix = np.zeros((len(wanted), embedder.dimension), np.float32)
    for n, key in enumerate(hashes):
        if key in known:
            rows[n] = known[key]
    new = [n for n, key in enumerate(hashes) if key not in known]
    del known
    report.reused(len(wanted) - len(new))
    report.stage("embed", len(new))
    unkept: dict[bytes, Vector] = {}
    kept_at = time.monotonic()
    try:
        for places, vectors in embedder.stream([wanted[n] for n in new]):
            for place, vector in zip(places, vectors, strict=True):
                rows[new[place]] = vector
                unkept[hashes[new[place]]] = vector
            if time.monotonic() - kept_at > _KEPT_EVERY:
                remembered.keep(unkept)
                unkept, kept_at = {}, time.monotonic()
            report.step(wanted[new[places[0]]].split("\n", 1)[0][:80], len(places))
    finally:
        remembered.keep(unkept)
    return rows


def pointer(unit_: Unit, locale: str, passages: Matrix, questions: Matrix) -> tuple[int, ...]:
    """Return, for an article's title and every question, the ordinal of its fitting passage.

    Words that only some of the article's passages have tell more; meaning helps most in English.
    """
    if len(unit_.passages) == 1:
        return (0,) * len(unit_.questions)
    sets = [
        frozenset(t for one in own for t in one if t != analysis.BREAK) for _, own in unit_.passages
    ]
    share = 0.5 if locale == "en" else 0.25
    meaning = questions @ passages.T
    found = []
    for number, asked in enumerate(unit_.questions):
        weights = {t: sum(t in s for s in sets) for t in set(asked) - {analysis.BREAK}}
        total = sum(1 / n for n in weights.values() if n) or 1.0
        words = [sum(1 / weights[t] for t in weights if t in s) / total for s in sets]
        fit = (1 - share) * np.array(words) + share * meaning[number]
        found.append(int(np.argmax(fit)))
    return tuple(found)
