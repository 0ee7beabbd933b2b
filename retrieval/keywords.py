"""Entries by word: three BM25 indexes per locale, over articles, passages and questions."""

import json
import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import Part, is_derived

Scores = NDArray[np.float32]
Terms = Sequence[str]


@dataclass(frozen=True, slots=True)
class Unit:
    """An article as the word index sees it: the terms of its parts."""

    article_id: str
    body: tuple[str, ...]
    passages: tuple[tuple[str, tuple[str, ...]], ...]  # passage id, terms
    questions: tuple[tuple[str, ...], ...]  # its title is the first one


@dataclass(frozen=True, slots=True)
class Sought:
    """One part of a question: the terms that may stand for it, as far as anybody wrote them."""

    terms: tuple[tuple[str, float], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Matches:
    """How well the words of one question fit; every score is a share of the best possible."""

    body: Scores  # per article
    question: Scores  # per article: its best question
    passage: Scores  # per passage
    best_question: NDArray[np.int64]  # per article: number of that question, -1 for none
    sought: tuple[Sought, ...]

    @property
    def unknown(self) -> float:
        """Share of the question that nobody ever wrote about, by weight."""
        total = sum(part.weight for part in self.sought)
        known = sum(
            part.weight * max((s for _, s in part.terms), default=0) for part in self.sought
        )
        return 1 - known / total if total else 1.0


class Keywords:
    """The words of one locale's articles."""

    def __init__(self, units: Sequence[Unit], indexes: "tuple[_Words, _Words, _Words]") -> None:
        self.articles = [unit.article_id for unit in units]
        self.passages = [p for unit in units for p, _ in unit.passages]
        self.passage_article = np.array(
            [n for n, unit in enumerate(units) for _ in unit.passages], np.int64
        )
        self.question_article = np.array(
            [n for n, unit in enumerate(units) for _ in unit.questions], np.int64
        )
        self.questions = [q for unit in units for q in unit.questions]
        self._units = units
        self._body, self._passage, self._question = indexes
        self._body_sets = [frozenset(unit.body) for unit in units]
        self._asked = [frozenset(q) for q in self.questions]
        self._askers: dict[str, set[int]] = defaultdict(set)
        for number, words in enumerate(self._asked):
            for word in words:
                self._askers[word].add(number)
        self._written = Counter(word for words in self._body_sets for word in words)
        self._spellings = _Spellings({*self._written, *self._askers})

    @classmethod
    def build(cls, units: Sequence[Unit]) -> "Keywords":
        """Return the index over these articles."""
        return cls(
            units,
            (
                _Words.build([u.body for u in units], b=0.75),
                _Words.build([t for u in units for _, t in u.passages], b=0.75),
                _Words.build([q for u in units for q in u.questions], b=0.4),
            ),
        )

    def save(self, folder: Path) -> None:
        """Write the index into a folder of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        written = [[u.article_id, u.body, u.passages, u.questions] for u in self._units]
        (folder / "units.json").write_text(json.dumps(written, ensure_ascii=False), "utf-8")
        for name, words in zip(_NAMES, (self._body, self._passage, self._question), strict=True):
            words.save(folder / name)

    @classmethod
    def load(cls, folder: Path) -> "Keywords":
        """Return the index that was saved in a folder."""
        read = json.loads((folder / "units.json").read_text("utf-8"))
        units = [
            Unit(
                article_id,
                tuple(body),
                tuple((passage, tuple(words)) for passage, words in passages),
                tuple(tuple(q) for q in questions),
            )
            for article_id, body, passages, questions in read
        ]
        loaded = [_Words.load(folder / name) for name in _NAMES]
        return cls(units, (loaded[0], loaded[1], loaded[2]))

    def matches(self, parts: Sequence[Part], hidden: frozenset[int] = frozenset()) -> Matches:
        """Return how well every article, passage and question fits a question's parts.

        `hidden` are numbers of questions that must look as if nobody had written them down:
        calibration asks them.
        """
        sought = tuple(self._seek(part, hidden) for part in parts)
        asked = self._question.share(sought)
        if hidden:
            asked[list(hidden)] = 0.0
        best = np.full(len(self.articles), -1, np.int64)
        question = np.zeros(len(self.articles), np.float32)
        order = np.argsort(asked, kind="stable")
        order = order[asked[order] > 0]  # the best comes last: of several, the last one stays
        best[self.question_article[order]] = order
        question[self.question_article[order]] = asked[order]
        return Matches(
            body=self._body.share(sought),
            question=question,
            passage=self._passage.share(sought),
            best_question=best,
            sought=sought,
        )

    def coverage(self, found: Matches, article: int, hidden: frozenset[int]) -> float:
        """Return which share of what was asked an article speaks of at all, by weight."""
        words = set(self._body_sets[article])
        for number in np.flatnonzero(self.question_article == article):
            if int(number) not in hidden:
                words |= self._asked[int(number)]
        return _covered(found.sought, words)

    def question_coverage(self, found: Matches, article: int) -> float:
        """Return which share of what was asked an article's best question contains."""
        number = int(found.best_question[article])
        return 0.0 if number < 0 else _covered(found.sought, self._asked[number])

    def starting_with(self, start: str, limit: int = 12) -> list[str]:
        """Return words that begin like this: what somebody may be about to type."""
        return self._spellings.starting_with(start, limit)

    def twins(self, terms: Iterable[str], article: int) -> frozenset[int]:
        """Return an article's questions that say nearly the same as these terms."""
        wanted = {t for t in terms if not is_derived(t)}
        numbers = np.flatnonzero(self.question_article == article)
        return frozenset(int(n) for n in numbers if _overlap(wanted, self._asked[int(n)]) >= 0.6)

    def _seek(self, part: Part, hidden: frozenset[int]) -> Sought:
        known = [(t, sure) for t, sure in part.alternatives if self._knows(t, hidden)]
        if not known:
            for term, sure in part.alternatives:
                near = None if is_derived(term) else self._spellings.near(term)
                if near and self._knows(near, hidden):
                    known.append((near, 0.8 * sure))
        strong = [term for term, sure in known if sure >= 0.7]
        if strong:
            weight = max(min(map(self._body.idf, strong)), 0.5 * self._body.rarest * part.weight)
        else:
            weight = self._body.rarest * part.weight
        return Sought(tuple(known), min(weight, self._body.rarest))

    def _knows(self, term: str, hidden: frozenset[int]) -> bool:
        return term in self._written or bool(self._askers.get(term, _NOBODY) - hidden)


_NAMES = ("body", "passage", "question")
_NOBODY: set[int] = set()


def _covered(sought: Sequence[Sought], words: set[str] | frozenset[str]) -> float:
    total = sum(part.weight for part in sought)
    held = sum(
        part.weight * max((sure for term, sure in part.terms if term in words), default=0.0)
        for part in sought
    )
    return held / total if total else 0.0


def _overlap(some: set[str], others: frozenset[str]) -> float:
    theirs = {t for t in others if not is_derived(t)}
    return len(some & theirs) / max(1, len(some | theirs))


class _Words:
    """One BM25 index (bm25s) that says scores as a share of the best possible one."""

    def __init__(self, index: Any, counts: dict[str, int], size: int) -> None:
        self._index = index
        self._counts = counts
        self._size = size

    @classmethod
    def build(cls, texts: Sequence[Terms], b: float) -> "_Words":
        counts = Counter(term for text in texts for term in set(text))
        if not counts:
            return cls(None, {}, len(texts))
        index = bm25s.BM25(k1=1.2, b=b, method="lucene")
        index.index([list(text) for text in texts], show_progress=False)
        return cls(index, dict(counts), len(texts))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        meta = {"counts": self._counts, "size": self._size}
        (folder / "counts.json").write_text(json.dumps(meta, ensure_ascii=False), "utf-8")
        if self._index is not None:
            self._index.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> "_Words":
        meta = json.loads((folder / "counts.json").read_text("utf-8"))
        index = bm25s.BM25.load(str(folder), mmap=False) if meta["counts"] else None
        return cls(index, meta["counts"], meta["size"])

    @property
    def rarest(self) -> float:
        """The idf of a word that nobody wrote."""
        return math.log(1 + (self._size + 0.5) / 0.5)

    def idf(self, term: str) -> float:
        """Return how much it tells that a text contains the term."""
        count = self._counts.get(term, 0)
        return math.log(1 + (self._size - count + 0.5) / (count + 0.5))

    def share(self, sought: Sequence[Sought]) -> Scores:
        """Return each text's BM25 score as a share of the best possible one.

        A part of the question counts once, by whichever of its terms fits best.
        """
        scores: Scores = np.zeros(self._size, np.float32)
        total = sum(part.weight for part in sought)
        if self._index is None or not total:
            return scores
        for part in sought:
            best: Scores = np.zeros(self._size, np.float32)
            for term, sure in part.terms:
                for numbers, values in self._postings(term):
                    best[numbers] = np.maximum(best[numbers], values * np.float32(sure))
            scores += best
        return scores / np.float32(total)

    def _postings(self, term: str) -> Iterator[tuple[NDArray[np.int32], Scores]]:
        column = self._index.vocab_dict.get(term)
        if column is not None:
            held = self._index.scores
            first, last = held["indptr"][column], held["indptr"][column + 1]
            yield held["indices"][first:last], held["data"][first:last]


class _Spellings:
    """Finds the known word that a mistyped one stands for."""

    def __init__(self, words: Iterable[str]) -> None:
        self._near: dict[str, list[str]] = defaultdict(list)
        self._sorted = sorted(w for w in words if not is_derived(w))
        for word in self._sorted:
            if len(word) >= 6 and word.isascii() and word.isalpha():
                for shorter in _shortened(word):
                    self._near[shorter].append(word)

    def near(self, word: str) -> str | None:
        """Return a known word that is one slip away, None for short ones and for none."""
        if len(word) < 5 or not (word.isascii() and word.isalpha()):
            return None
        found = {known for shorter in _shortened(word) for known in self._near.get(shorter, ())}
        fitting = sorted(w for w in found if w[0] == word[0] and abs(len(w) - len(word)) <= 1)
        return fitting[0] if fitting else None

    def starting_with(self, start: str, limit: int) -> list[str]:
        first = bisect_left(self._sorted, start)
        found = self._sorted[first : first + limit]
        return [word for word in found if word.startswith(start)]


def _shortened(word: str) -> set[str]:
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}
