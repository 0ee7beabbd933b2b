"""From labelled texts to one model: a simple model for each part, then one that weighs them.

A part's own texts are judged by models that have not seen them (folds of whole groups), so the
weighing learns how far each can be trusted, not how well it remembers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from handoff.learned import wide as wider
from handoff.learned.grams import BITS, places
from handoff.learned.model import Head, TextModel
from handoff.training.examples import Part

Values = NDArray[np.float64]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Signals = Callable[[str], Mapping[str, float]]

_FOLDS = 5
_STRONGEST = 60_000
_LOOSE_VECTOR = 0.5
_LOOSE_STACK = 1.0


@dataclass(frozen=True, slots=True)
class Task:
    """What to learn: parts, the signals beside the text, and how freely weights may move."""

    name: str
    parts: tuple[Part, ...]
    signals: Signals
    loose: float = 1.0
    wide: bool = False
    """Learn from `learned.wide` in place of `learned.grams`, and trust words anew in Chinese."""
    most: int = _STRONGEST
    """Weights kept: more make the file larger, and at some point the model no better."""


@dataclass(frozen=True, slots=True)
class _Base:
    """One part's simple models: over places, and over the vectors of its English texts."""

    words: NDArray[np.float32]
    vector: NDArray[np.float32] | None


@dataclass(slots=True)
class Bench:
    """The texts of a task made into arrays once, and the simple models fitted so far."""

    task: Task
    embed: Embed | None
    matrices: list[sparse.csr_matrix] = field(default_factory=list)
    vectors: list[NDArray[np.float32]] = field(default_factory=list)
    signals: list[Values] = field(default_factory=list)
    names: tuple[str, ...] = ()
    _bases: dict[tuple[int, bytes], _Base] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read every text once."""
        self.names = tuple(sorted(self.task.signals("")))
        for part in self.task.parts:
            self.matrices.append(matrix(part.texts, wide=self.task.wide))
            self.vectors.append(self._vectors(part))
            self.signals.append(self._signals(part))

    def english(self, number: int) -> NDArray[np.bool_]:
        """Which of a part's examples have vectors."""
        if self.embed is None:
            return np.zeros(len(self.task.parts[number].examples), bool)
        return np.array([one.language == "en" for one in self.task.parts[number].examples], bool)

    def base(self, number: int, kept: NDArray[np.bool_]) -> _Base:
        """The simple models of a part, learned from the kept examples."""
        key = (number, np.packbits(kept).tobytes())
        if key not in self._bases:
            self._bases[key] = self._fit(number, kept)
        return self._bases[key]

    def _fit(self, number: int, kept: NDArray[np.bool_]) -> _Base:
        part = self.task.parts[number]
        languages = np.array([one.language for one in part.examples])
        labels = part.labels
        words = _words(self.matrices[number][kept], labels[kept], languages[kept], self.task.loose)
        seen = kept & self.english(number)
        vector = None
        if seen.any() and 0 < labels[seen].sum() < seen.sum():
            model = LogisticRegression(C=_LOOSE_VECTOR, class_weight="balanced", max_iter=1000)
            model.fit(self.vectors[number][seen], labels[seen])
            vector = model.coef_[0].astype(np.float32)
        return _Base(words, vector)

    def _vectors(self, part: Part) -> NDArray[np.float32]:
        if self.embed is None:
            return np.zeros((len(part.examples), 0), np.float32)
        english = [one.text for one in part.examples if one.language == "en"]
        made = self.embed(english) if english else np.zeros((0, 384), np.float32)
        rows = np.zeros((len(part.examples), made.shape[1]), np.float32)
        # Half precision: what differs beyond it differs between machines too.
        rows[[one.language == "en" for one in part.examples]] = made.astype(np.float16)
        return rows

    def _signals(self, part: Part) -> Values:
        rows = [[self.task.signals(text)[name] for name in self.names] for text in part.texts]
        return np.array(rows, np.float64).reshape(len(part.examples), len(self.names))


def matrix(texts: Sequence[str], *, wide: bool = False) -> sparse.csr_matrix:
    """One row for each text: 1 at each of its places."""
    rows = [wider.places(text) if wide else places(text) for text in texts]
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.concatenate(rows) if rows else np.zeros(0, np.int64)
    ones = np.ones(len(columns), np.float32)
    width = 1 << (wider.BITS if wide else BITS)
    return sparse.csr_matrix((ones, columns, ends), shape=(len(rows), width))


def fit(bench: Bench, kept: Sequence[NDArray[np.bool_]] | None = None) -> TextModel:
    """The whole model, learned from the kept examples of each part, by default from all."""
    parts = bench.task.parts
    kept = kept or [np.ones(len(part.examples), bool) for part in parts]
    bases = [bench.base(number, rows) for number, rows in enumerate(kept)]
    seen = [_unseen(bench, number, kept, bases) for number, part in enumerate(parts) if part.target]
    found = np.concatenate([one[0] for one in seen])
    labels = np.concatenate([one[1] for one in seen])
    weights = np.concatenate([one[2] for one in seen])
    english = np.concatenate([one[3] for one in seen])
    chinese = np.concatenate([one[4] for one in seen])
    count = len(parts)
    sighted = [number for number, base in enumerate(bases) if base.vector is not None]
    blind_columns = [*range(count), *range(2 * count, found.shape[1])]
    blind = _stack(found[:, blind_columns], labels, weights)
    words = _mixed([bases[n].words for n in range(count)], blind[0][:count])
    quantised, scale = _rounded(words, bench.task.most)
    signals = dict(zip(bench.names, blind[0][count:], strict=True))
    head = Head(blind[1], 1.0, 0.0, signals)
    # The same words, so that one table serves all; only how far they are trusted differs.
    whole = found[:, :count] @ blind[0][:count]
    made = TextModel(bench.task.name, quantised, scale, np.zeros(0, np.float32), head, None)
    if bench.task.wide:
        trusted = _trusted(bench, whole, found[:, 2 * count :], labels, weights, chinese)
        made = replace(made, wide=True, chinese=trusted)
    if not sighted or not english.any():
        return made
    mixed = whole[english]
    vectors = found[english][:, [count + n for n in sighted]]
    columns = np.column_stack([mixed, vectors, found[english][:, 2 * count :]])
    seeing = _stack(columns, labels[english], weights[english])
    edge = 1 + len(sighted)
    vector = _mixed([bases[n].vector for n in sighted], seeing[0][1:edge])
    seen_signals = dict(zip(bench.names, seeing[0][edge:], strict=True))
    sighted_head = Head(seeing[1], float(seeing[0][0]), 1.0, seen_signals)
    return replace(made, vector=vector, seeing=sighted_head)


def _trusted(
    bench: Bench,
    words: Values,
    signals: Values,
    labels: NDArray[np.bool_],
    weights: Values,
    rows: NDArray[np.bool_],
) -> Head | None:
    """How far words and signals are trusted in some of the examples alone."""
    if not 0 < labels[rows].sum() < rows.sum():
        return None
    columns = np.column_stack([words, signals])[rows]
    slopes, bias = _stack(columns, labels[rows], weights[rows])
    told = dict(zip(bench.names, slopes[1:], strict=True))
    return Head(bias, float(slopes[0]), 0.0, told)


def score(bench: Bench, number: int, model: TextModel, *, seeing: bool) -> Values:
    """The probability of every example of a part."""
    part = bench.task.parts[number]
    english = bench.english(number)
    return np.array(
        [
            model.score(
                text,
                bench.vectors[number][row] if seeing and english[row] else None,
                dict(zip(bench.names, bench.signals[number][row], strict=True)),
            ).probability
            for row, text in enumerate(part.texts)
        ]
    )


def crossed(bench: Bench, number: int, folds: int, *, seeing: bool) -> Values:
    """The probability of every example of a part by a model that has not seen its group."""
    part = bench.task.parts[number]
    fold = part.folds(folds)
    found: Values = np.zeros(len(part.examples))
    for held in range(folds):
        kept = [np.ones(len(one.examples), bool) for one in bench.task.parts]
        kept[number] = fold != held
        model = fit(bench, kept)
        found[fold == held] = score(bench, number, model, seeing=seeing)[fold == held]
    return found


def _unseen(
    bench: Bench,
    number: int,
    kept: Sequence[NDArray[np.bool_]],
    bases: Sequence[_Base],
) -> tuple[Values, NDArray[np.bool_], Values, NDArray[np.bool_], NDArray[np.bool_]]:
    """What every simple model says of a target's kept examples, none having seen them."""
    part, rows = bench.task.parts[number], kept[number]
    count = len(bench.task.parts)
    found: Values = np.zeros((len(part.examples), 2 * count + len(bench.names)))
    found[:, 2 * count :] = bench.signals[number]
    for other in range(count):
        if other != number:
            _said(bench, number, bases[other], found, other, np.ones(len(rows), bool))
    fold = part.folds(_FOLDS)
    for held in range(_FOLDS):
        without = rows & (fold != held)
        _said(bench, number, bench.base(number, without), found, number, fold == held)
    languages = np.array([one.language for one in part.examples])
    weights = part.weight * _even(languages[rows])
    english = bench.english(number)[rows]
    return found[rows], part.labels[rows], weights, english, languages[rows] == "zh"


def _said(
    bench: Bench,
    number: int,
    base: _Base,
    found: Values,
    column: int,
    rows: NDArray[np.bool_],
) -> None:
    chosen = bench.matrices[number][rows]
    lengths = np.sqrt(np.maximum(1, np.diff(chosen.indptr)))
    found[rows, column] = (chosen @ base.words) / lengths
    if base.vector is not None:
        count = len(bench.task.parts)
        found[rows, count + column] = bench.vectors[number][rows] @ base.vector


def _words(
    found: sparse.csr_matrix,
    labels: NDArray[np.bool_],
    languages: NDArray[np.str_],
    loose: float,
) -> NDArray[np.float32]:
    """A weight for each place: rare ones count for more, long texts for no more than short ones."""
    if not 0 < labels.sum() < len(labels):
        return np.zeros(found.shape[1], np.float32)
    often = np.asarray(found.sum(axis=0)).ravel()
    rare = np.where(often > 0, np.log((1 + found.shape[0]) / (1 + often)) + 1, 0)
    lengths = 1 / np.sqrt(np.maximum(1, np.diff(found.indptr)))
    scaled = sparse.diags(lengths) @ found @ sparse.diags(rare)
    model = LogisticRegression(C=loose, solver="liblinear", random_state=0)
    model.fit(scaled, labels, sample_weight=_balanced(labels, languages))
    weights: NDArray[np.float32] = (model.coef_[0] * rare).astype(np.float32)
    return weights


def _balanced(labels: NDArray[np.bool_], languages: NDArray[np.str_]) -> Values:
    """In every language as much weight on either label; languages as they are."""
    weights: Values = np.zeros(len(labels))
    for language in np.unique(languages):
        for label in (True, False):
            rows = (languages == language) & (labels == label)
            if rows.any():
                weights[rows] = (languages == language).sum() / (2 * rows.sum())
    return weights


def _even(languages: NDArray[np.str_]) -> Values:
    """As much weight on every language of a target, and on every target."""
    kinds = np.unique(languages)
    weights: Values = np.zeros(len(languages))
    for kind in kinds:
        rows = languages == kind
        weights[rows] = 1000 / (len(kinds) * rows.sum())
    return weights


def _stack(found: Values, labels: NDArray[np.bool_], weights: Values) -> tuple[Values, float]:
    """Weights and bias over bare columns; the scaling is worked into them."""
    middle, width = found.mean(axis=0), found.std(axis=0) + 1e-9
    dead = found.std(axis=0) < 1e-9
    model = LogisticRegression(C=_LOOSE_STACK, max_iter=1000)
    model.fit((found - middle) / width, labels, sample_weight=weights)
    slopes: Values = np.where(dead, 0.0, model.coef_[0] / width)
    return slopes, float(model.intercept_[0] - slopes @ middle)


def _mixed(parts: Sequence[NDArray[np.float32] | None], weights: Values) -> NDArray[np.float32]:
    present = [(part, weight) for part, weight in zip(parts, weights, strict=True)]
    total = sum(part * np.float32(weight) for part, weight in present if part is not None)
    return np.asarray(total, np.float32)


def _rounded(words: NDArray[np.float32], most: int) -> tuple[NDArray[np.int8], float]:
    """The strongest weights in 255 steps."""
    strength = np.abs(words)
    if np.count_nonzero(strength) > most:
        edge = np.partition(strength, -most)[-most]
        words = np.where(strength >= edge, words, 0)
    top = float(np.quantile(strength[strength > 0], 0.9995)) if strength.any() else 1.0
    scale = top / 127
    return np.clip(np.rint(words / scale), -127, 127).astype(np.int8), scale
