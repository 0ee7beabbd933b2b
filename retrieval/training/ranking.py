"""Train and measure ranking and confidence: python -m retrieval.training.ranking FOLDER --home H.

FOLDER holds collections in BEIR's files. Prints, for each, what weights learned from the other
groups reach, and what those learned from all reach; with --write the packaged weights are written.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from retrieval import metrics
from retrieval.checking import Check
from retrieval.embedding import PACKAGED, load
from retrieval.ranking import FEATURES, kind_of
from retrieval.signals import AGAINST, FREE, SHOWN, SIGNALS, signals
from retrieval.training.courses import Course, Lesson, public, sample

LOCALES = {
    "squad2": "en", "cmrc": "zh-Hans", "drcd_dev": "zh-Hant", "alchemy_cn": "zh-Hans",
    "alchemy_tw": "zh-Hant", "cust_en": "en", "cust_ms_my": "ms", "cust_zh_cn": "zh-Hans",
    "cust_zh_tw": "zh-Hant",
}  # fmt: skip
KINDS = ("en", "ms", "zh")
_MEANT = ("meaning_passage", "meaning_question")
_SHARED = tuple(name for name in FEATURES if name not in _MEANT)
COLUMNS = (*_SHARED, *(f"{name} {kind}" for name in _MEANT for kind in KINDS))
_OWN = {"words_question": 9.0, "pairs_question": 1.0, "siblings": 5.0}
CHOSEN = {
    "en": _OWN | {"meaning_question": 4.0},
    "ms": _OWN | {"meaning_question": 2.0},
    "zh": _OWN | {"meaning_question": 1.0},
}
"""Weights of what public collections lack: customers' questions beside the articles, and the same
articles in other languages. Chosen on the sample's own questions and on data/questions.jsonl."""
_EACH = 300
"""Questions that a collection counts for, however many it has."""
_STRANGE = 40
"""Questions of each other collection that are asked of one."""
_HALVES = (1, 2)
"""Seeds of the halves that are taken of each collection."""


Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One question's articles: a row of features each, and which of them answer."""

    rows: Values
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sure:
    """What was seen of one question, and whether one of the articles shown answered it."""

    row: Values
    right: bool
    answerable: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What one collection showed."""

    halved: Sequence[Sure]
    never: Sequence[Sure]  # the topic is there, the fact is not
    strangers: Sequence[Sure]  # of another domain

    def weighed(self) -> list[tuple[Sure, float]]:
        """Return all with their weights: each kind counts the same however many there are."""
        kinds = ((self.halved, 1.0), (self.never, 0.5), (self.strangers, 0.5))
        return [(one, share * _EACH / len(some)) for some, share in kinds for one in some]


def main() -> None:
    """Print the figures; write the weights where --write says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("/tmp/handrail-training"))  # noqa: S108 - a cache
    parser.add_argument("--questions", type=int, default=800)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--only", choices=("ranking", "confidence"))
    asked = parser.parse_args()
    embedder = load(PACKAGED, asked.home)
    courses = [
        public(asked.folder / name, locale, embedder, asked.cache, asked.questions)
        for name, locale in LOCALES.items()
    ]
    articles = Path(__file__).parents[2] / "data" / "articles"
    courses.append(sample(articles, embedder, asked.cache, 4 * _EACH))
    if asked.only != "confidence":
        learn_ranking(courses, asked.write)
    if asked.only != "ranking":
        learn_confidence(courses, asked.write)


def learn_ranking(courses: Sequence[Course], write: Path | None) -> None:
    """Fit the weights of FEATURES; every group is measured with weights from the others."""
    ranked = {c.name: [_ranked(c, lesson) for lesson in c.lessons] for c in courses}
    _say(f"{'nDCG@10':12} held out  all")
    everything = _fit_ranking(ranked, courses)
    for course in courses:
        others = [c for c in courses if c.group != course.group]
        apart = _fit_ranking(ranked, others)
        figures = [_ndcg(ranked[course.name], course, w) for w in (apart, everything)]
        _say(f"{course.name:12} {figures[0]:.3f}     {figures[1]:.3f}")
    named = dict(zip(COLUMNS, everything, strict=True))
    weights = {
        kind: {
            name: round(named[f"{name} {kind}" if name in _MEANT else name], 3) for name in FEATURES
        }
        | CHOSEN[kind]
        for kind in KINDS
    }
    _say(json.dumps(weights))
    if write is not None:
        _write(write / "ranking.json", {"weights": weights})


def learn_confidence(courses: Sequence[Course], write: Path | None) -> None:
    """Fit the weights of SIGNALS on halved collections, measured as the ranking is."""
    check = Check.load()
    seen = {course.name: _seen(course, courses, check) for course in courses}
    _say(f"{'AUROC':12} answerable right  ECE   (held out)")
    for course in courses:
        others = [c.name for c in courses if c.group != course.group]
        weights = _fit_sure({name: seen[name] for name in others})
        own = seen[course.name]
        sure, never, strange = (_confidence(some, weights) for some in _kinds(own))
        truth = [s.answerable for s in own.halved], [s.right for s in own.halved]
        found = [roc_auc_score(t, sure) for t in truth]
        error = metrics.calibration_error(sure.tolist(), truth[1])
        there = sure[np.array(truth[0])]
        apart = [f"{roc_auc_score(_told(there, p), np.append(there, p)):.3f}" if len(p) else "-"
                 for p in (strange, never)]  # fmt: skip
        line = f"{found[0]:.3f} {found[1]:.3f} {error:.3f} domain {apart[0]} never {apart[1]}"
        _say(f"{course.name:12} {line}")
    final = _fit_sure(seen)
    named = {n: round(float(w), 3) for n, w in zip(("bias", *SIGNALS), final, strict=True)}
    _say(json.dumps(named))
    if write is not None:
        _write(write / "confidence.json", {"weights": named})


def _ranked(course: Course, lesson: Lesson) -> Ranked:
    ranking = course.ranker.rank(lesson.question, lesson.locale, None, lesson.hidden)
    kind = kind_of(lesson.locale)
    rows = np.zeros((len(ranking.order), len(COLUMNS)))
    for n, column in enumerate(COLUMNS):
        name, _, of = column.partition(" ")
        if not of or of == kind:
            rows[:, n] = ranking.of(name)
    return Ranked(rows, np.isin(ranking.order, list(course.gold(lesson))))


def _ndcg(ranked: Sequence[Ranked], course: Course, weights: Values) -> float:
    total = 0.0
    for one, lesson in zip(ranked, course.lessons, strict=True):
        order = np.argsort(-(one.rows @ weights), kind="stable")[:10]
        gained = sum(1 / np.log2(n + 2) for n, at in enumerate(order) if one.right[at])
        total += gained / sum(1 / np.log2(n + 2) for n in range(min(10, len(lesson.answers))))
    return total / len(ranked)


def _fit_ranking(ranked: dict[str, list[Ranked]], courses: Sequence[Course]) -> Values:
    """Return weights, none below 0, that put the right article first: softmax over candidates."""
    some = [
        (one, min(1.0, _EACH / len(ranked[c.name])))
        for c in courses
        for one in ranked[c.name]
        if one.right.any()
    ]
    most = max(len(one.rows) for one, _ in some)
    rows = np.zeros((len(some), most, len(COLUMNS)))
    there = np.zeros((len(some), most), bool)
    right = np.zeros((len(some), most))
    for n, (one, _) in enumerate(some):
        rows[n, : len(one.rows)], there[n, : len(one.rows)] = one.rows, True
        right[n, : len(one.rows)] = one.right / one.right.sum()
    count = np.array([weight for _, weight in some])[:, None]

    def lost(weights: Values) -> tuple[float, Values]:
        score = np.where(there, rows @ weights, -np.inf)
        score -= score.max(axis=1, keepdims=True)
        share = np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)
        missed = -(count * right * np.log(np.maximum(share, 1e-12))).sum()
        slope = -np.einsum("qa,qaf->f", count * (right - share), rows)
        return float(missed + 0.25 * (weights**2).sum()), slope + 0.5 * weights

    return _minimum(lost, np.ones(len(COLUMNS)), [(0.0, None)] * len(COLUMNS))


def _seen(course: Course, courses: Sequence[Course], check: Check) -> Seen:
    halves = [course.halved(seed) for seed in _HALVES]
    halved = [
        one
        for half in halves
        for lesson in half.lessons[: _EACH * 4]
        for one in _sure(half, lesson, check)
    ]
    never = [one for lesson in course.unanswerable for one in _sure(course, lesson, check)]
    strange = [
        one
        for other in courses
        if other.group != course.group
        for lesson in [x for x in other.lessons if x.locale in course.ranker.locales][-_STRANGE:]
        for one in _sure(halves[0], replace(lesson, answers=frozenset(), hidden={}), check)
    ]
    return Seen(halved, never, strange)


def _kinds(seen: Seen) -> tuple[Sequence[Sure], ...]:
    return seen.halved, seen.never, seen.strangers


def _confidence(some: Sequence[Sure], weights: Values) -> Values:
    return _logistic(np.stack([s.row for s in some]) @ weights) if some else np.zeros(0)


def _told(there: Values, others: Values) -> list[bool]:
    return [True] * len(there) + [False] * len(others)


def _sure(course: Course, lesson: Lesson, check: Check) -> list[Sure]:
    if lesson.locale not in course.ranker.locales:
        return []
    ranking = course.ranker.rank(lesson.question, lesson.locale, None, lesson.hidden)
    if not len(ranking.order):
        return []
    part = course.ranker.locales[lesson.locale]
    number, _ = course.ranker.passages(ranking, 0)[0]
    meaning = float(ranking.of("meaning_passage")[0]) if lesson.locale == "en" else None
    looked = check.look(lesson.question.text, part.passages[number].text, lesson.locale, meaning)
    found = signals(ranking, looked.supported, name_missing=looked.name_missing)
    row = np.array([1.0, *(found[name] for name in SIGNALS)])
    gold = course.gold(lesson)
    return [Sure(row, bool(gold & set(ranking.order[:SHOWN].tolist())), bool(gold))]


def _fit_sure(sets: Mapping[str, Seen]) -> Values:
    """Return a logistic model, bias first, no signal against its sense."""
    weighed = [pair for seen in sets.values() for pair in seen.weighed()]
    rows = np.stack([one.row for one, _ in weighed])
    right = np.array([one.right for one, _ in weighed], np.float64)
    count = np.array([weight for _, weight in weighed])
    spread = np.maximum(rows.std(axis=0), 1e-6)
    spread[0] = 1.0
    scaled = rows / spread

    def lost(weights: Values) -> tuple[float, Values]:
        at = scaled @ weights
        missed = (count * (np.logaddexp(0, at) - right * at)).sum()
        slope = scaled.T @ (count * (_logistic(at) - right))
        soft = np.concatenate([[0.0], weights[1:]])
        return float(missed + 2.0 * (soft**2).sum()), slope + 4.0 * soft

    ways: list[tuple[float | None, float | None]] = [(None, None)]
    for name in SIGNALS:
        free = name in FREE
        ways.append((None, None) if free else (None, 0.0) if name in AGAINST else (0.0, None))
    return np.asarray(_minimum(lost, np.zeros(rows.shape[1]), ways) / spread, np.float64)


def _minimum(
    lost: Callable[[Values], tuple[float, Values]], start: Values,
    ways: Sequence[tuple[float | None, float | None]],
) -> Values:  # fmt: skip
    found = minimize(lost, start, jac=True, method="L-BFGS-B", bounds=ways)
    return np.asarray(found.x, np.float64)


def _logistic(at: Values) -> Values:
    return np.asarray(1 / (1 + np.exp(-np.clip(at, -30, 30))), np.float64)


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
