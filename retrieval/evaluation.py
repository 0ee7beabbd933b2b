"""How good search is, and how well it knows that: figures from questions with known answers."""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval import metrics
from retrieval.index import Index
from retrieval.ranking import Mode
from retrieval.trial import Judged, Trial, timed

Figures = dict[str, Any]
Note = Callable[[int, int], None]
"""Told how many questions were asked, of how many."""

DEPTHS = (1, 3, 5, 10)
_COVERED = 0.6


@dataclass(frozen=True, slots=True)
class Said:
    """One question asked for its confidence."""

    sure: float
    right: bool  # a document that answers is shown
    first: bool  # it is the one that the answer begins with
    answerable: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question asked for its article."""

    article: str | None  # that answers; None when none does
    found: list[str]
    refused: bool
    ms: float


def measure_retrieval(trial: Trial, questions: Sequence[Judged], mode: Mode, note: Note) -> Figures:
    """Return how well the ranking finds the relevant documents, and what a question costs.

    Milliseconds are those of a whole search as the chat makes it, whatever the mode.
    """
    rows: dict[str, list[float]] = {}
    spent: list[float] = []
    for number, (one, _, ms) in enumerate(timed(trial, questions), start=1):
        spent.append(ms)
        found = trial.ranking(one.question.text, mode)
        row = {
            "ndcg@10": metrics.ndcg(found, one.relevant),
            **{f"recall@{k}": metrics.recall(found, one.relevant, k) for k in DEPTHS},
            "mrr@10": metrics.reciprocal_rank(found, one.relevant),
        }
        for name, value in row.items():
            rows.setdefault(name, []).append(value)
        note(number, len(questions))
    means = {name: math.fsum(values) / len(values) for name, values in rows.items()}
    return {"n": len(questions), **means, **_cost(trial, spent), "mode": mode}


def measure_confidence(trial: Trial, questions: Sequence[Judged], note: Note) -> Figures:
    """Return how well the confidence tells right answers from wrong ones.

    Right is an answer that shows a document which answers: that is what the confidence is the
    probability of. A question that no document answers counts as answered wrongly. Coverage
    is a share of all questions, answerable or not.
    """
    said: list[Said] = []
    spent: list[float] = []
    for number, (one, evidence, ms) in enumerate(timed(trial, questions), start=1):
        shown = [document in one.relevant for document in trial.shown(evidence)]
        first = shown[:1] == [True]
        said.append(Said(evidence.confidence, any(shown), first, bool(one.relevant)))
        spent.append(ms)
        note(number, len(questions))
    return {**judge(said), **_cost(trial, spent)}


def judge(said: Sequence[Said]) -> Figures:
    """Return the figures of these answers; those that need both kinds of questions may be None."""
    sure = [one.sure for one in said]
    right = [one.right for one in said]
    answerable = [one.answerable for one in said]
    return {
        "n": len(said),
        "answerable": sum(answerable),
        "unanswerable": len(said) - sum(answerable),
        "right": sum(right),
        "right_first": sum(one.first for one in said),
        "auroc": metrics.auroc(sure, right),
        "auroc_answerable": metrics.auroc(sure, answerable),
        "ece": metrics.calibration_error(sure, right),
        "brier": metrics.brier(sure, right),
        "coverage@5": metrics.coverage(sure, right, 0.05),
        "coverage@10": metrics.coverage(sure, right, 0.10),
        "wrong@60": metrics.wrong_at(sure, right, _COVERED),
    }


def evaluate(
    index: Index,
    questions: Sequence[Mapping[str, Any]],
    *,
    answers_from: Callable[[str], float] | None = None,
) -> dict[str, dict[str, float]]:
    """Return figures per language for questions `{text, locale, article}`.

    `article` is the id of the one that answers, None when none does. A question counts as
    refused when its confidence is below what `answers_from` gives for the language of the article
    that was found, as in a chat; the setting `answer_threshold` if None. `threshold` among the
    figures is that of the questions' own language, which is given as the page's.
    """
    limit = answers_from or (lambda _: index.answer_threshold)
    asked: dict[str, list[_Asked]] = {}
    for question in questions:
        evidence = index.search(question["text"], hint=question["locale"], limit=10)
        found = list(dict.fromkeys(f.passage.article_id for f in evidence.found))
        best = list(dict.fromkeys(a.passage.article_id for a in evidence.alternatives))
        held_in = evidence.found[0].passage.locale if evidence.found else evidence.language
        row = _Asked(
            question["article"],
            best + [f for f in found if f not in best],
            refused=not evidence.found or evidence.confidence < limit(held_in),
            ms=evidence.ms,
        )
        asked.setdefault(question["locale"], []).append(row)
    return {locale: _figures(rows) | {"threshold": limit(locale)} for locale, rows in asked.items()}


def resident_mib() -> float | None:
    """Return how much memory this process holds now; None where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    except OSError:
        return None
    held = next((line for line in lines if line.startswith("VmRSS:")), None)
    return None if held is None else int(held.split()[1]) / 1024


def _cost(trial: Trial, spent: Iterable[float]) -> Figures:
    known = [ms for ms in spent if not math.isnan(ms)]
    return {
        "build_s": trial.build_s,
        "ms_p50": metrics.percentile(known, 0.50),
        "ms_p95": metrics.percentile(known, 0.95),
        "ms_p99": metrics.percentile(known, 0.99),
        "rss_mib": resident_mib(),
        "passages": trial.passages,
        "locale": trial.locale,
    }


def _figures(rows: Sequence[_Asked]) -> dict[str, float]:
    answerable = [row for row in rows if row.article is not None]
    unanswerable = [row for row in rows if row.article is None]
    ranks = [row.found.index(row.article) + 1 if row.article in row.found else 0
             for row in answerable]  # fmt: skip
    spent = sorted(row.ms for row in rows)
    return {
        "n": len(rows),
        "hit@1": _share([rank == 1 for rank in ranks]),
        "hit@3": _share([1 <= rank <= 3 for rank in ranks]),
        "mrr": _share([1 / rank if rank else 0.0 for rank in ranks]),
        "unanswerable_refused": _share([row.refused for row in unanswerable]),
        "answerable_refused": _share([row.refused for row in answerable]),
        "ms_p50": statistics.median(spent) if spent else 0.0,
        "ms_p95": spent[min(len(spent) - 1, int(0.95 * len(spent)))] if spent else 0.0,
    }


def _share(values: Sequence[float | bool]) -> float:
    return sum(map(float, values)) / len(values) if values else 0.0
