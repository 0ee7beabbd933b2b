"""All terms of one locale's articles in their order, as numbers in arrays that can stay on disk."""

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
BREAK = -1
"""Between terms that do not belong together."""
LEAD = 80
"""Terms of an article's first lines."""
_ARRAYS = ("terms", "unit_start", "unit_passage", "article_unit", "passage_article")


@dataclass(frozen=True, slots=True)
class Stream:
    """Articles one after another, each its questions and then its sentences.

    A unit is one question or sentence: terms `unit_start[u]` to `unit_start[u + 1]`, the units
    of article `a` being `article_unit[a]` to `article_unit[a + 1]`; `unit_passage[u]` is -1 for
    a question, the first of which is the title. Passages count through all articles.
    """

    articles: list[str]
    passages: list[str]
    terms: NDArray[np.int32]
    unit_start: Ints
    unit_passage: NDArray[np.int32]
    article_unit: Ints
    passage_article: NDArray[np.int32]

    @property
    def question_units(self) -> Ints:
        """The units that are questions, titles included, in order."""
        return np.flatnonzero(self.unit_passage < 0)

    @property
    def question_article(self) -> Ints:
        """The article of each question."""
        return np.searchsorted(self.article_unit, self.question_units, side="right") - 1

    def unit(self, unit: int) -> NDArray[np.int32]:
        """Return the terms of one question or sentence, breaks left out."""
        own = self.terms[self.unit_start[unit] : self.unit_start[unit + 1]]
        return own[own >= 0]

    def told(self, article: int) -> NDArray[np.int32]:
        """Return the terms of an article's title and text, its other questions left out."""
        first, last = self.article_unit[article : article + 2].tolist()
        asked = int(np.count_nonzero(self.unit_passage[first:last] < 0))  # they stand before it
        start, title, text, end = self.unit_start[
            [first, min(first + 1, last), first + asked, last]
        ].tolist()
        own = np.concatenate([self.terms[start:title], self.terms[text:end]])
        return np.asarray(own[own >= 0], np.int32)

    def numbered(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return every term with the number of its article."""
        sizes = np.diff(self.unit_start[self.article_unit])
        return self.terms, np.repeat(np.arange(len(self.articles), dtype=np.int32), sizes)

    def in_questions(self) -> NDArray[np.bool_]:
        """Return of every term whether it stands in a title or question."""
        return np.repeat(self.unit_passage < 0, np.diff(self.unit_start))

    def usual_lengths(self) -> dict[str, float]:
        """Return the mean number of terms by level: body, title, passage, sentence and so on."""
        size = np.diff(self.unit_start) - 1
        asked = self.unit_passage < 0
        articles, passages = max(1, len(self.articles)), max(1, len(self.passages))
        titles = size[self.article_unit[:-1]] if len(self.articles) else size
        title, told = float(titles.sum()) / articles, float(size[~asked].sum())
        return {
            "body": told / articles + 2 * title,
            "lead": min(told / articles, LEAD) + title,
            "title": title,
            "passage": told / passages + title,
            "window": 2 * told / max(1, int((~asked).sum())),
            "sentence": told / max(1, int((~asked).sum())),
            "question": float(size[asked].sum()) / max(1, int(asked.sum())),
        }

    def only(self, articles: Sequence[int]) -> "Stream":
        """Return a stream of some of the articles, in their order here."""
        chosen = np.array(sorted(articles), np.int64)
        units = ranges(self.article_unit[chosen], self.article_unit[chosen + 1])
        terms = ranges(self.unit_start[units], self.unit_start[units + 1])
        kept = np.isin(self.passage_article, chosen)
        new_passage = np.cumsum(kept) - 1
        old = self.unit_passage[units]
        return Stream(
            articles=[self.articles[n] for n in chosen],
            passages=[p for p, keep in zip(self.passages, kept, strict=True) if keep],
            terms=np.asarray(self.terms)[terms],
            unit_start=_starts(np.diff(self.unit_start)[units]),
            unit_passage=np.where(old < 0, -1, new_passage[np.maximum(old, 0)] if len(kept) else -1)
            .astype(np.int32),
            article_unit=_starts(np.diff(self.article_unit)[chosen]),
            passage_article=np.searchsorted(chosen, self.passage_article[kept]).astype(np.int32),
        )  # fmt: skip

    def without(self, articles: Iterable[int]) -> "Stream":
        """Return the stream with some articles left out."""
        gone = set(articles)
        return self.only([n for n in range(len(self.articles)) if n not in gone])

    def joined(self, other: "Stream") -> "Stream":
        """Return both streams, this one first."""
        moved = np.where(other.unit_passage < 0, -1, other.unit_passage + len(self.passages))
        return Stream(
            articles=[*self.articles, *other.articles],
            passages=[*self.passages, *other.passages],
            terms=np.concatenate([self.terms, other.terms]),
            unit_start=np.concatenate([self.unit_start, other.unit_start[1:] + len(self.terms)]),
            unit_passage=np.concatenate([self.unit_passage, moved.astype(np.int32)]),
            article_unit=np.concatenate(
                [self.article_unit, other.article_unit[1:] + len(self.unit_passage)]
            ),
            passage_article=np.concatenate(
                [self.passage_article, other.passage_article + np.int32(len(self.articles))]
            ),
        )

    def save(self, folder: Path) -> None:
        """Write the arrays, and the names, into a folder."""
        for name in _ARRAYS:
            np.save(folder / f"{name}-stream.npy", getattr(self, name))
        names = json.dumps({"articles": self.articles, "passages": self.passages})
        (folder / "names.json").write_text(names, "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Stream":
        """Return what `save` wrote; the terms stay on disk until they are looked at."""
        names = json.loads((folder / "names.json").read_text("utf-8"))
        arrays = {name: np.load(folder / f"{name}-stream.npy") for name in _ARRAYS[1:]}
        terms = mapped(folder / "terms-stream.npy")
        return cls(names["articles"], names["passages"], terms, **arrays)


def mapped(file: Path) -> NDArray[Any]:
    """Return a saved array that stays on disk: only pages that are looked at are ever read."""
    return np.asarray(np.load(file, mmap_mode="r"))


class Writer:
    """Puts a stream together, article by article."""

    def __init__(self) -> None:
        self._articles: list[str] = []
        self._passages: list[str] = []
        self._terms = array("i")  # a list would need ten times the memory
        self._unit_sizes: list[int] = []
        self._unit_passage: list[int] = []
        self._article_units: list[int] = []
        self._passage_article: list[int] = []

    def add(
        self,
        article: str,
        questions: Sequence[Sequence[int]],
        passages: Sequence[tuple[str, Sequence[Sequence[int]]]],
    ) -> None:
        """Add one article: the terms of its questions, and those of its passages' sentences."""
        before = len(self._unit_sizes)
        for asked in questions:
            self._unit(asked, -1)
        for name, sentences in passages:
            for sentence in sentences:
                self._unit(sentence, len(self._passages))
            self._passages.append(name)
            self._passage_article.append(len(self._articles))
        self._article_units.append(len(self._unit_sizes) - before)
        self._articles.append(article)

    def done(self) -> Stream:
        """Return the stream."""
        return Stream(
            articles=self._articles,
            passages=self._passages,
            terms=np.array(self._terms, np.int32),
            unit_start=_starts(np.array(self._unit_sizes, np.int64)),
            unit_passage=np.array(self._unit_passage, np.int32),
            article_unit=_starts(np.array(self._article_units, np.int64)),
            passage_article=np.array(self._passage_article, np.int32),
        )

    def _unit(self, terms: Sequence[int], passage: int) -> None:
        self._terms.extend(terms)
        self._terms.append(BREAK)  # the next unit's first word does not follow this one's last
        self._unit_sizes.append(len(terms) + 1)
        self._unit_passage.append(passage)


def ranges(first: Ints, last: Ints) -> Ints:
    """Return the numbers from each `first` to before its `last`, one range after another."""
    sizes = last - first
    if not len(sizes):
        return np.zeros(0, np.int64)
    moved = first - (np.cumsum(sizes) - sizes)
    return np.asarray(np.arange(sizes.sum()) + np.repeat(moved, sizes), np.int64)


def _starts(sizes: Ints) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
