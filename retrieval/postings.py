"""From a question's words to the articles that have them: one BM25 index (bm25s) per locale."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from retrieval.stream import Stream, mapped, ranges

if TYPE_CHECKING:
    from retrieval.keywords import Sought

Ints = NDArray[np.int64]
_PAIRS = 1 << 17
"""Columns for pairs of Chinese characters; two pairs that share one are told apart afterwards."""
_COMMON = 2000
"""A term in so many articles tells little: with rarer ones at hand it finds no candidates."""
_SHORT = 1 << 16
"""Up to so many articles have numbers of 16 bits."""
_LOOSE = 300
"""So many articles may lie beside the index before it is built anew."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Articles that are not in the index yet, by their terms; few."""

    articles: Ints
    terms: NDArray[np.int32]  # in order
    owner: Ints  # of each term: its article's position in `articles`

    @classmethod
    def of(cls, stream: Stream, articles: Ints) -> "Beside":
        """Return what some of a stream's articles say."""
        first = stream.unit_start[stream.article_unit[articles]]
        last = stream.unit_start[stream.article_unit[articles + 1]]
        owner = np.repeat(np.arange(len(articles)), last - first)
        terms = stream.terms[ranges(first, last)].astype(np.int64)
        both = np.unique((terms[terms >= 0] << 32) | owner[terms >= 0])
        return cls(articles, (both >> 32).astype(np.int32), both & 0xFFFFFFFF)

    def best(self, sought: "Sought", most: int, allowed: NDArray[np.bool_] | None) -> Ints:
        """Return the articles with most of a question's parts by weight."""
        scores = np.zeros(len(self.articles), np.float32)
        for part, weight in zip(sought.terms, sought.weights, strict=True):
            have = np.zeros(len(self.articles), np.float32)
            for term, sure in part:
                first, last = np.searchsorted(self.terms, (term, term + 1))
                have[self.owner[first:last]] = np.maximum(have[self.owner[first:last]], sure)
            scores += np.float32(weight) * have
        if allowed is not None:
            scores[~allowed[self.articles]] = 0
        return self.articles[_top(scores, most)]


@dataclass(frozen=True, slots=True)
class Postings:
    """Which articles have a term, with BM25's weight; articles added since lie beside it."""

    data: NDArray[np.float16]  # rounded: what is found is scored anew
    indices: NDArray[np.integer]  # 16 bits while they last
    starts: NDArray[np.int64]
    terms: int  # columns of terms; those of pairs follow
    now: NDArray[np.int64]  # number of an indexed article → its number now, -1: gone
    beside: Beside

    @property
    def whole(self) -> "Postings | None":
        """This index if it holds all articles and no other; None if not."""
        return self if not len(self.beside.articles) and (self.now >= 0).all() else None

    @classmethod
    def build(cls, stream: Stream, terms: int) -> "Postings":
        """Return the index over a stream's articles."""
        size = len(stream.articles)
        if not (stream.terms >= 0).any():
            nothing = np.zeros(0, np.float16), np.zeros(0, np.uint16)
            return cls(
                *nothing, np.zeros(terms + _PAIRS + 1, np.int64), terms,
                np.arange(size), _nothing(),
            )  # fmt: skip
        import bm25s  # and scipy with it: a server that builds nothing does without

        index = bm25s.BM25(k1=1.2, b=0.75, method="lucene", csc_backend="numpy")
        texts = _Texts(stream, terms)
        made = index.build_index_from_ids(
            range(len(texts.columns)), cast("list[list[int]]", texts), show_progress=False
        )
        sizes = np.zeros(terms + _PAIRS + 1, np.int64)
        sizes[texts.columns + 1] = np.diff(made["indptr"])
        return cls(
            np.asarray(made["data"], np.float16),
            np.asarray(made["indices"], np.uint16 if size <= _SHORT else np.int32),
            np.cumsum(sizes), terms, np.arange(size), _nothing(),
        )  # fmt: skip

    def updated(self, stream: Stream, gone: Iterable[int], terms: int) -> "Postings":
        """Return the index for a stream that lost articles and got others at its end."""
        before = self.beside.articles
        lost = np.zeros(len(self.now) + len(before) + 1, bool)
        lost[list(gone)] = True
        moved = np.cumsum(~lost) - 1
        now = np.where((self.now < 0) | lost[self.now], -1, moved[self.now])
        kept = int((now >= 0).sum())
        stayed = moved[before[~lost[before]]]
        first_new = kept + len(stayed)
        loose = np.concatenate([stayed, np.arange(first_new, len(stream.articles))])
        if len(loose) > _LOOSE or len(loose) >= kept:
            return Postings.build(stream, terms)
        beside = Beside.of(stream, loose)
        return Postings(self.data, self.indices, self.starts, self.terms, now, beside)

    def best(self, sought: "Sought", most: int, allowed: NDArray[np.bool_] | None) -> Ints:
        """Return the articles with most of a question's words: so many of the index, and of
        those beside it."""
        scores = np.zeros(len(self.now), np.float32)
        columns = [term for part in sought.terms for term, _ in part if term < self.terms]
        columns += [pair_column(a, b, self.terms) for a, b in sought.pairs if a >= 0]
        held = sorted({c: int(self.starts[c + 1] - self.starts[c]) for c in columns}.items(),
                      key=lambda one: one[1])  # fmt: skip
        found = 0
        for column, size in held:
            if size > _COMMON and found >= most:
                break
            first, last = self.starts[column], self.starts[column + 1]
            scores[self.indices[first:last]] += self.data[first:last]
            found += size
        hidden = self.now < 0 if allowed is None else (self.now < 0) | ~allowed[self.now]
        scores[hidden] = 0
        return np.concatenate(
            [self.now[_top(scores, most)], self.beside.best(sought, most, allowed)]
        )

    def save(self, folder: Path) -> None:
        """Write the index into a folder; only one that is `whole`."""
        np.save(folder / "postings-data.npy", self.data)
        np.save(folder / "postings-indices.npy", self.indices)
        np.save(folder / "postings-starts.npy", self.starts)

    @classmethod
    def load(cls, folder: Path, stream: Stream) -> "Postings":
        """Return what `save` wrote; the weights stay on disk until they are looked at."""
        starts = mapped(folder / "postings-starts.npy")
        return cls(
            mapped(folder / "postings-data.npy"), mapped(folder / "postings-indices.npy"), starts,
            len(starts) - 1 - _PAIRS, np.arange(len(stream.articles)), _nothing(),
        )  # fmt: skip


def pair_column(one: Any, other: Any, terms: int) -> Any:
    """Return the column in which a pair of neighbours is counted; numbers or arrays of them."""
    return terms + (one * 31_337 + other) % _PAIRS


def _top(scores: NDArray[np.float32], most: int) -> Ints:
    """Return the places of the highest scores above 0, in any order."""
    chosen = np.flatnonzero(scores > 0)
    if len(chosen) > most:
        chosen = chosen[np.argpartition(-scores[chosen], most)[:most]]
    return chosen


def _nothing() -> Beside:
    return Beside(np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64))


class _Texts:
    """The terms and pairs of every article, as places in `columns`; its title counts twice.

    Each is made when it is asked for: all of them as lists would take several times the memory
    of the finished index.
    """

    def __init__(self, stream: Stream, terms: int) -> None:
        self._stream, self._terms = stream, terms
        used = np.zeros(terms + _PAIRS, np.bool_)
        for n in range(len(self)):
            used[self._columns(n)] = True
        self.columns = np.flatnonzero(used)  # few of them in a small collection

    def __len__(self) -> int:
        return len(self._stream.articles)

    def __iter__(self) -> Iterator[list[int]]:
        for n in range(len(self)):
            yield np.searchsorted(self.columns, self._columns(n)).tolist()

    def _columns(self, article: int) -> Ints:
        stream = self._stream
        first, last = stream.article_unit[article : article + 2].tolist()
        start, end = int(stream.unit_start[first]), int(stream.unit_start[last])
        title = int(stream.unit_start[first + 1]) - start if last > first else 0
        held = stream.terms[start:end].astype(np.int64)
        beside = (held[:-1] >= 0) & (held[1:] >= 0)
        both = pair_column(held[:-1][beside], held[1:][beside], self._terms)
        own = np.concatenate([held[:title], held])
        return np.concatenate([own[own >= 0], both])
