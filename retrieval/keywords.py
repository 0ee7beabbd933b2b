"""The words of one locale's articles: which articles have a question's words, and where."""

import json
import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from retrieval.analysis import BREAK, Part, is_derived
from retrieval.postings import Postings
from retrieval.stream import BREAK as BROKEN
from retrieval.stream import Stream, Writer, mapped, ranges

Ints = NDArray[np.int64]
Terms = tuple[str, ...]
_PAIRS = 1 << 20
"""Places where pairs of words are counted; two that share one look more common than they are."""
_REMEMBERED = 1000
"""Misspelt words whose meaning is remembered."""
_TOLD = 64
"""Articles whose terms are remembered: those of one question, which is asked about each other."""
_UNKNOWN = -2
"""In place of the number of a word that no article has."""
_COPY = 0.1
"""Up to this share of their words two articles with the same text may differ in."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An article as the word index sees it: the terms of its parts, with breaks between words
    that do not belong together."""

    article_id: str
    questions: tuple[Terms, ...]  # its title is the first one
    passages: tuple[tuple[str, tuple[Terms, ...]], ...]  # passage id, its heading and sentences


@dataclass(frozen=True, slots=True)
class Sought:
    """What a question asks for: its parts, and the pairs of parts that stand side by side."""

    terms: tuple[tuple[tuple[int, float], ...], ...]  # per part: term number, how surely
    weights: tuple[float, ...]
    pairs: tuple[tuple[int, int], ...]  # term numbers
    pair_weights: tuple[float, ...]
    asked: tuple[float, ...]
    """Per part: its weight in titles and questions. What many titles share tells little there."""
    pair_asked: tuple[float, ...]


class Keywords:
    """The words of one locale's articles."""

    def __init__(
        self, stream: Stream, vocabulary: dict[str, int], counts: "Counts", postings: Postings
    ) -> None:
        self.stream, self._vocabulary, self._counts = stream, vocabulary, counts
        self.postings = postings
        self.articles = stream.articles
        self.passages = stream.passages
        self.passage_article = stream.passage_article
        self.question_units = stream.question_units
        self.question_article = stream.question_article
        self.place = {article: n for n, article in enumerate(stream.articles)}
        self._usual = stream.usual_lengths()
        self._written: list[str] | None = None  # the vocabulary by number
        self._sorted: list[str] | None = None
        self._by_shape: dict[tuple[str, int], list[str]] | None = None
        self._meant: dict[str, str | None] = {}
        self._told: dict[int, frozenset[int]] = {}

    @classmethod
    def build(cls, units: Sequence[Unit]) -> "Keywords":
        """Return the index over these articles."""
        vocabulary: dict[str, int] = {}
        writer = Writer()
        for unit in units:
            writer.add(unit.article_id, *_numbered(unit, vocabulary))
        stream = writer.done()
        return cls(
            stream, vocabulary, Counts.of(stream, len(vocabulary)),
            Postings.build(stream, len(vocabulary)),
        )  # fmt: skip

    def updated(self, changed: Mapping[str, Unit], removed: set[str]) -> "Keywords":
        """Return the index with some articles replaced, added or removed; this one stays."""
        vocabulary = dict(self._vocabulary)
        gone = [self.place[a] for a in {*changed, *removed} if a in self.place]
        writer = Writer()
        for unit in changed.values():
            writer.add(unit.article_id, *_numbered(unit, vocabulary))
        added = writer.done()
        stream = self.stream.without(gone).joined(added)
        counts = self._counts.changed(self.stream.only(gone), added, len(vocabulary))
        postings = self.postings.updated(stream, gone, len(vocabulary))
        return Keywords(stream, vocabulary, counts, postings)

    def save(self, folder: Path) -> None:
        """Write the index into a folder of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        self.stream.save(folder)
        whole = self.postings.whole or Postings.build(self.stream, len(self._vocabulary))
        whole.save(folder)
        self._counts.save(folder)
        words = json.dumps(list(self._vocabulary), ensure_ascii=False)
        (folder / "vocabulary.json").write_text(words, "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Keywords":
        """Return the index that was saved in a folder; its arrays stay on disk until touched."""
        words = json.loads((folder / "vocabulary.json").read_text("utf-8"))
        vocabulary = {word: n for n, word in enumerate(words)}
        stream = Stream.load(folder)
        return cls(stream, vocabulary, Counts.load(folder), Postings.load(folder, stream))

    def seek(self, asked: Sequence[tuple[Part, float]]) -> Sought:
        """Return a question's parts as far as anybody wrote them, each with what it tells.

        Each comes with its weight: what was said before counts less than the question.
        """
        rarest = self._counts.rarest
        terms, weights, pairs, pair_weights = [], [], [], []
        asked_weights, pair_asked = [], []
        before: int | None = None
        for n, (part, scale) in enumerate(asked):
            known = self._known(part)
            terms.append(known)
            weights.append(scale * self._weight(part, known))
            told = [self._counts.asked_idf(number) for number, sure in known if sure >= 0.7]
            asked_weights.append(min(weights[-1], scale * min(told, default=rarest)))
            exact = known[0][0] if known else None
            if n and part.follows:
                both = exact is not None and before is not None
                pairs.append((before, exact) if both else (-1, -1))
                tells = self._counts.pair_idf(*pairs[-1]) if both else rarest
                light = min(1.0, 2 * min(part.weight, asked[n - 1][0].weight))
                pair_weights.append(scale * tells * light)
                shares = (asked_weights[m] / max(weights[m], 1e-9) for m in (n - 1, n))
                pair_asked.append(pair_weights[-1] * max(shares))
            before = exact
        return Sought(
            tuple(terms), tuple(weights),
            tuple((a, b) for a, b in pairs if a is not None and b is not None),
            tuple(pair_weights), tuple(asked_weights), tuple(pair_asked),
        )  # fmt: skip

    def usual_length(self, level: str) -> float:
        """Return how many terms a text of this level has on average, breaks included."""
        return self._usual[level]

    def candidates(self, sought: Sought, most: int, allowed: NDArray[np.bool_] | None) -> Ints:
        """Return the numbers of the articles with most of a question's words, in order."""
        return self.postings.best(sought, most, allowed)

    def starting_with(self, start: str, limit: int = 12) -> list[str]:
        """Return words that begin like this: what somebody may be about to type."""
        if self._sorted is None:
            self._sorted = sorted(w for w in self._in_use() if not is_derived(w))
        first = bisect_left(self._sorted, start)
        found = self._sorted[first : first + limit]
        return [word for word in found if word.startswith(start)]

    def twins(self, terms: Iterable[str], article: int) -> frozenset[int]:
        """Return an article's questions that say nearly the same as these terms."""
        wanted = {self._vocabulary.get(t, -1) for t in terms if not is_derived(t)}
        found = []
        first, last = np.searchsorted(self.question_article, [article, article + 1])
        for number in range(int(first), int(last)):
            own = self.stream.unit(int(self.question_units[number])).tolist()
            theirs = {t for t in own if not is_derived(self._words[t])}
            if len(wanted & theirs) >= 0.6 * max(1, len(wanted | theirs)):
                found.append(number)
        return frozenset(found)

    def verbatim(
        self, asked: Sequence[str], articles: Ints, hidden: frozenset[int] = frozenset()
    ) -> NDArray[np.bool_]:
        """Return which of the articles have a question, not hidden, of these very terms.

        `asked` is a `sequence` of the analysis, with its breaks.
        """
        found = np.zeros(len(articles), np.bool_)
        wanted = [BROKEN if t == BREAK else self._vocabulary.get(t, _UNKNOWN) for t in asked]
        wanted.append(BROKEN)  # every unit ends with one
        if _UNKNOWN in wanted or all(number == BROKEN for number in wanted):
            return found
        first = np.searchsorted(self.question_article, articles)
        last = np.searchsorted(self.question_article, articles, side="right")
        numbers, owner = ranges(first, last), np.repeat(np.arange(len(articles)), last - first)
        begins, ends = (self.stream.unit_start[self.question_units[numbers] + n] for n in (0, 1))
        near = np.flatnonzero(ends - begins == len(wanted))
        same = self.stream.terms[begins[near][:, None] + np.arange(len(wanted))] == wanted
        exact = near[same.all(axis=1)]
        if hidden:
            exact = exact[~np.isin(numbers[exact], list(hidden))]
        found[owner[exact]] = True
        return found

    def alike(self, one: int, other: int) -> bool:
        """Whether two articles say the same, so that showing both helps nobody.

        Numbers tell articles apart, however little else does: error codes, versions, prices.
        """
        first, second = self._said(one), self._said(other)
        differ = len(first) + len(second) - 2 * len(first & second)
        if differ > _COPY * (len(first) + len(second) + differ) / 2:
            return False
        return not any(any(map(str.isdigit, self._words[term])) for term in first ^ second)

    def _said(self, article: int) -> frozenset[int]:
        """Return the terms of an article's title and text; the last ones asked for are kept."""
        known = self._told.get(article)
        if known is None:
            known = frozenset(self.stream.told(article).tolist())
            if len(self._told) >= _TOLD:
                self._told = {}  # not cleared: another thread may be reading it
            self._told[article] = known
        return known

    @property
    def _words(self) -> list[str]:
        if self._written is None:
            self._written = list(self._vocabulary)  # numbered in the order in which they came
        return self._written

    def _in_use(self) -> Iterator[str]:
        """Yield the words that some article has; those of articles that are gone are none."""
        return (word for word, n in self._vocabulary.items() if self._counts.terms[n] > 0)

    def _known(self, part: Part) -> tuple[tuple[int, float], ...]:
        known = [
            (self._vocabulary[term], sure)
            for term, sure in part.alternatives
            if self._counts.known(self._vocabulary.get(term))
        ]
        if not known:
            for term, sure in part.alternatives:
                near = None if is_derived(term) else self._spelled_like(term)
                if near is not None:
                    known.append((self._vocabulary[near], 0.8 * sure))
        return tuple(known)

    def _weight(self, part: Part, known: Sequence[tuple[int, float]]) -> float:
        rarest = self._counts.rarest
        strong = [number for number, sure in known if sure >= 0.7]
        if not strong:
            return rarest * part.weight
        return min(rarest, max(min(map(self._counts.idf, strong)), 0.5 * rarest * part.weight))

    def _spelled_like(self, word: str) -> str | None:
        """Return a known word that is one slip away, None for short ones and for none."""
        if len(word) < 5 or not (word.isascii() and word.isalpha()):
            return None
        if len(self._meant) >= _REMEMBERED:
            self._meant = {}  # not cleared: another thread may be reading it
        meant = self._meant
        if word not in meant:
            meant[word] = self._one_slip_from(word)
        return meant[word]

    def _one_slip_from(self, word: str) -> str | None:
        """Return the likeliest known word: of several, the one that most articles have."""
        if self._by_shape is None:
            shapes: dict[tuple[str, int], list[str]] = {}
            for known in self._in_use():
                if len(known) >= 5 and known.isascii() and known.isalpha():
                    shapes.setdefault((known[0], len(known)), []).append(known)
            self._by_shape = shapes
        near = [
            str(known)
            for length in (len(word) - 1, len(word), len(word) + 1)
            for known, *_ in process.extract(
                word, self._by_shape.get((word[0], length), ()),
                scorer=OSA.distance, score_cutoff=1, limit=None,
            )
        ]  # fmt: skip
        return min(near, key=self._rareness, default=None)

    def _rareness(self, word: str) -> tuple[int, str]:
        return -int(self._counts.terms[self._vocabulary[word]]), word


@dataclass(frozen=True, slots=True)
class Counts:
    """In how many articles each term, and each pair of neighbours, stands."""

    terms: NDArray[np.int32]
    pairs: NDArray[np.int32]
    asked: NDArray[np.int32]
    """In how many articles' titles and questions each term stands."""
    articles: int

    @classmethod
    def of(cls, stream: Stream, terms: int) -> "Counts":
        """Return the counts over all articles."""
        empty = cls(
            np.zeros(terms, np.int32), np.zeros(_PAIRS, np.int32), np.zeros(terms, np.int32), 0
        )
        return empty.plus(stream, 1)

    def changed(self, gone: Stream, added: Stream, terms: int) -> "Counts":
        """Return the counts after some articles went and others came."""
        more = terms - len(self.terms)
        grown = Counts(
            np.pad(self.terms, (0, more)), self.pairs, np.pad(self.asked, (0, more)), self.articles
        )
        return grown.plus(gone, -1).plus(added, 1)

    def plus(self, stream: Stream, sign: int) -> "Counts":
        """Return the counts with a stream's articles added (1) or taken away (-1)."""
        numbers, article = stream.numbered()
        terms, pairs, asked = self.terms.copy(), self.pairs.copy(), self.asked.copy()
        if len(numbers):
            own = (numbers >= 0) & stream.in_questions()
            held = np.unique((article[own].astype(np.int64) << 32) | numbers[own])
            np.add.at(asked, held & 0xFFFFFFFF, sign)
            pair = (article.astype(np.int64) << 32) | numbers
            np.add.at(terms, np.unique(pair[numbers >= 0]) & 0xFFFFFFFF, sign)
            beside = (numbers[:-1] >= 0) & (numbers[1:] >= 0) & (article[:-1] == article[1:])
            places = pair_place(numbers[:-1][beside], numbers[1:][beside])
            both = np.unique((article[:-1][beside].astype(np.int64) << 32) | places)
            np.add.at(pairs, both & 0xFFFFFFFF, sign)
        return Counts(terms, pairs, asked, self.articles + sign * len(stream.articles))

    @property
    def rarest(self) -> float:
        """The idf of a word that nobody wrote."""
        return _idf(0, self.articles)

    def known(self, term: int | None) -> bool:
        """Whether any article has the term."""
        return term is not None and bool(self.terms[term] > 0)

    def idf(self, term: int) -> float:
        """Return how much it tells that an article has the term."""
        return _idf(int(self.terms[term]), self.articles)

    def asked_idf(self, term: int) -> float:
        """Return how much it tells that an article's title or a question of it has the term."""
        return _idf(int(self.asked[term]), self.articles)

    def pair_idf(self, one: int | None, other: int | None) -> float:
        """Return how much it tells that an article has the two side by side."""
        place = pair_place(np.array([one or 0]), np.array([other or 0]))
        return _idf(int(self.pairs[place[0]]), self.articles)

    def save(self, folder: Path) -> None:
        """Write the counts into a folder."""
        np.save(folder / "terms.npy", np.stack([self.terms, self.asked]))
        np.save(folder / "pairs.npy", self.pairs)
        np.save(folder / "articles.npy", self.articles)

    @classmethod
    def load(cls, folder: Path) -> "Counts":
        """Return what `save` wrote; the pairs stay on disk until they are looked at."""
        terms, asked = np.load(folder / "terms.npy")
        if (folder / "pairs.npz").is_file():  # of a generation that an earlier version built
            with np.load(folder / "pairs.npz", allow_pickle=False) as kept:
                pairs = np.zeros(_PAIRS, np.int32)
                pairs[kept["at"]] = kept["of"]
                return cls(terms, pairs, asked, int(kept["articles"]))
        pairs = mapped(folder / "pairs.npy")
        return cls(terms, pairs, asked, int(np.load(folder / "articles.npy")))


def pair_place(one: NDArray[np.integer], other: NDArray[np.integer]) -> Ints:
    """Return where a pair of terms is counted."""
    mixed = one.astype(np.uint64) * np.uint64(0x9E3779B1) + other.astype(np.uint64)
    return ((mixed * np.uint64(0x85EBCA6B) >> np.uint64(9)) % np.uint64(_PAIRS)).astype(np.int64)


def _idf(count: int, size: int) -> float:
    return math.log(1 + (size - count + 0.5) / (count + 0.5))


def _numbered(
    unit: Unit, vocabulary: dict[str, int]
) -> tuple[list[list[int]], list[tuple[str, list[list[int]]]]]:
    def numbers(terms: Terms) -> list[int]:
        return [-1 if t == BREAK else vocabulary.setdefault(t, len(vocabulary)) for t in terms]

    return (
        [numbers(asked) for asked in unit.questions],
        [(name, [numbers(one) for one in own]) for name, own in unit.passages],
    )
