"""Questions with the passage that search finds for each, from collections in BEIR's files."""

import gzip
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from retrieval import analysis
from retrieval.checking import signals
from retrieval.embedding import Embedder

Scores = NDArray[np.float32]
SEARCH = ("words", "words_margin", "words_possible", "meaning", "meaning_margin")
"""What search alone knows of the passage it found."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, the passage found for it, and whether the collection has the answer."""

    group: str  # pairs of one group never stand on both sides of a split
    answered: bool
    right: bool  # the passage found is the one that answers
    check: Mapping[str, float]
    search: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection's texts; `gold` has the passages that answer, empty where none does."""

    name: str
    language: str
    titles: list[str]
    texts: list[str]
    questions: list[str]
    gold: list[frozenset[int]]


def read(folder: Path) -> Collection:
    """Return a collection; questions of `unanswerable.jsonl` come after the others."""
    corpus = _rows(folder / "corpus.jsonl.gz")
    queries = _rows(folder / "queries.jsonl.gz")
    number = {row["_id"]: n for n, row in enumerate(corpus)}
    gold: dict[str, set[int]] = {}
    with gzip.open(folder / "qrels.tsv.gz", "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            query, passage, score = line.rstrip("\n").split("\t")
            if int(score) > 0 and passage in number:
                gold.setdefault(query, set()).add(number[passage])
    missing = folder / "unanswerable.jsonl.gz"
    none = _rows(missing) if missing.is_file() else []
    return Collection(
        folder.name,
        queries[0]["locale"],
        [row["title"] for row in corpus],
        [row["text"] for row in corpus],
        [row["text"] for row in queries + none],
        [frozenset(gold.get(row["_id"], set())) for row in queries] + [frozenset()] * len(none),
    )


def natural(collection: Collection, embedder: Embedder | None) -> list[Pair]:
    """Return the pairs of the whole collection: some questions never had an answer."""
    everything = np.ones(len(collection.texts), np.bool_)
    return list(_pairs(collection, embedder, everything, collection.gold))


def halved(collection: Collection, embedder: Embedder | None, most: int) -> list[Pair]:
    """Return pairs after half of the passages are gone: their questions have no answer left."""
    chance = random.Random(0)
    kept = np.array([chance.random() < 0.5 for _ in collection.texts])
    answerable = [n for n, gold in enumerate(collection.gold) if gold]
    chosen = sorted(chance.sample(answerable, min(most, len(answerable))))
    smaller = Collection(
        collection.name,
        collection.language,
        collection.titles,
        collection.texts,
        [collection.questions[n] for n in chosen],
        [frozenset(g for g in collection.gold[n] if kept[g]) for n in chosen],
    )
    return list(_pairs(smaller, embedder, kept, smaller.gold))


def _pairs(
    of: Collection,
    embedder: Embedder | None,
    kept: NDArray[np.bool_],
    gold: Sequence[frozenset[int]],
) -> Iterator[Pair]:
    words, possible = _words(of)
    meaning: Scores = np.zeros_like(words)
    if embedder:  # an English model: for other languages its cosines say little
        named = [f"{t.replace('_', ' ')}. {x}" for t, x in zip(of.titles, of.texts, strict=True)]
        meaning = embedder.vectors(of.questions) @ embedder.vectors(named).T
    for n, question in enumerate(of.questions):
        near = np.where(kept, meaning[n], -1.0)
        scores = np.where(kept, words[n], -1.0)
        both = scores / max(float(scores.max()), 1e-9)
        if embedder:
            both = both + (near - near[kept].min()) / max(float(np.ptp(near[kept])), 1e-9)
        best = int(both.argmax())
        found = {
            "words": float(scores[best]) / max(possible[n], 1e-9),
            "words_margin": _margin(scores, best) / max(float(scores[best]), 1e-9),
            "words_possible": min(possible[n] / 60, 1.0),
            "meaning": float(near[best]),
            "meaning_margin": _margin(near, best),
        }
        check = signals(question, of.texts[best], of.language)
        yield Pair(of.titles[best] or str(best), bool(gold[n]), best in gold[n], check, found)


def _words(of: Collection) -> tuple[Scores, list[float]]:
    """Return BM25 of each question and passage, and the most each question could reach."""
    numbers: dict[str, int] = {}
    rows = [
        [
            str(numbers.setdefault(term, len(numbers)))
            for term in analysis.terms(f"{title} {text}", of.language)
        ]
        for title, text in zip(of.titles, of.texts, strict=True)
    ]
    index = bm25s.BM25()
    index.index(rows, show_progress=False)
    often = np.zeros(len(numbers))
    for row in rows:
        for term in set(row):
            often[int(term)] += 1
    scores: Scores = np.zeros((len(of.questions), len(rows)), np.float32)
    possible = []
    for n, question in enumerate(of.questions):
        terms = analysis.terms(question, of.language)
        known = [str(numbers[t]) for t in terms if t in numbers]
        if known:
            scores[n] = index.get_scores(known)
        counts = [often[numbers[t]] if t in numbers else 0.0 for t in terms]
        possible.append(sum(float(np.log1p((len(rows) - c + 0.5) / (c + 0.5))) for c in counts))
    return scores, possible


def _margin(scores: NDArray[Any], best: int) -> float:
    return float(scores[best] - np.delete(scores, best).max())


def _rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
