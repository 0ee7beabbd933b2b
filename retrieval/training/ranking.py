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
from retrieval.ranking import FEATURES, Ranking, kind_of
from retrieval.signals import SIGNALS, signals
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
_HELP = {"sample": 3.0}
"""How much more a collection counts that is a help centre with customers' questions."""
_AGAINST = ("unmatched",)

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One question's articles: a row of features each, and which of them answer."""

    rows: Values
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sure:
    """What was seen of one question, and whether its best article answered it."""

    row: Values
    right: bool
    answerable: bool


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
        for kind in KINDS
    }
    _say(json.dumps(weights))
    if write is not None:
        _write(write / "ranking.json", {"weights": weights})


def learn_confidence(courses: Sequence[Course], write: Path | None) -> None:
    """Fit the weights of SIGNALS on halved collections, measured as the ranking is."""
    check = Check.load()
    halved = {c.name: _halved(c, check) for c in courses}
    seen = {
        c.name: halved[c.name] + _never(c, c.unanswerable, check) + _strangers(c, courses, check)
        for c in courses
    }
    _say(f"{'AUROC':12} answerable right  ECE   (held out)")
    for course in courses:
        others = [c.name for c in courses if c.group != course.group]
        weights = _fit_sure({name: seen[name] for name in others})
        rows = halved[course.name]
        sure = _logistic(np.stack([s.row for s in rows]) @ weights)
        truth = [s.answerable for s in rows], [s.right for s in rows]
        found = [roc_auc_score(t, sure) for t in truth]
        error = metrics.calibration_error(sure.tolist(), truth[1])
        apart = seen[course.name][len(rows) + len(course.unanswerable) :]
        strange = _logistic(np.stack([s.row for s in apart]) @ weights)
        there = sure[np.array(truth[0])]
        told = [True] * len(there) + [False] * len(strange)
        domain = roc_auc_score(told, np.concatenate([there, strange]))
        _say(f"{course.name:12} {found[0]:.3f} {found[1]:.3f} {error:.3f} domain {domain:.3f}")
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
    return Ranked(rows, np.isin(ranking.order, list(lesson.gold)))


def _ndcg(ranked: Sequence[Ranked], course: Course, weights: Values) -> float:
    total = 0.0
    for one, lesson in zip(ranked, course.lessons, strict=True):
        order = np.argsort(-(one.rows @ weights), kind="stable")[:10]
        gained = sum(1 / np.log2(n + 2) for n, at in enumerate(order) if one.right[at])
        total += gained / sum(1 / np.log2(n + 2) for n in range(min(10, len(lesson.gold))))
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


def _halved(course: Course, check: Check) -> list[Sure]:
    """Ask every question while half of the articles are gone."""
    sizes = {code: len(part.keywords.articles) for code, part in course.ranker.locales.items()}
    kept = {code: np.random.default_rng(1).random(n) < 0.5 for code, n in sizes.items()}
    found = []
    for lesson in course.lessons[: _EACH * 2]:
        there = kept[lesson.locale]
        answerable = any(there[n] for n in lesson.gold)
        found += _sure(course, lesson, check, there, answerable=answerable)
    return found


def _never(course: Course, lessons: Sequence[Lesson], check: Check) -> list[Sure]:
    """Ask what no article answers."""
    return [
        one for lesson in lessons for one in _sure(course, lesson, check, None, answerable=False)
    ]


def _strangers(course: Course, courses: Sequence[Course], check: Check) -> list[Sure]:
    """Ask what belongs to another domain, in the languages of this one."""
    found = []
    for other in courses:
        if other.group != course.group:
            own = [one for one in other.lessons if one.locale in course.ranker.locales]
            asked = [replace(one, gold=frozenset(), hidden={}) for one in own[-_STRANGE:]]
            found += _never(course, asked, check)
    return found


def _sure(
    course: Course, lesson: Lesson, check: Check, may: NDArray[np.bool_] | None, *,
    answerable: bool,
) -> list[Sure]:  # fmt: skip
    ranking = course.ranker.rank(lesson.question, lesson.locale, may, lesson.hidden)
    if not len(ranking.order):
        return []
    found = signals(ranking, _supported(course, lesson, ranking, check))
    row = np.array([1.0, *(found[name] for name in SIGNALS)])
    right = int(ranking.order[0]) in lesson.gold
    return [Sure(row, right, answerable)]


def _supported(course: Course, lesson: Lesson, ranking: Ranking, check: Check) -> float:
    part = course.ranker.locales[lesson.locale]
    number, _ = course.ranker.passages(ranking, 0)[0]
    meaning = float(ranking.of("meaning_passage")[0]) if lesson.locale == "en" else None
    text = part.passages[number].text
    return check.supported(lesson.question.text, text, lesson.locale, meaning)


def _fit_sure(sets: Mapping[str, Sequence[Sure]]) -> Values:
    """Return a logistic model, bias first, no signal against its sense."""
    rows = np.stack([one.row for some in sets.values() for one in some])
    right = np.array([one.right for some in sets.values() for one in some], np.float64)
    count = np.concatenate(
        [np.full(len(some), _HELP.get(name, 1) * _EACH / len(some)) for name, some in sets.items()]
    )
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
        free = name == "length"
        ways.append((None, None) if free else (None, 0.0) if name in _AGAINST else (0.0, None))
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
