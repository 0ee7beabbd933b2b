"""How good search is on questions with known answers, per language."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from retrieval.index import Index


def evaluate(
    index: Index,
    questions: Sequence[Mapping[str, Any]],
    *,
    threshold: float | None = None,
) -> dict[str, dict[str, float]]:
    """Return figures per language for questions `{text, locale, article}`.

    `article` is the id of the one that answers, None when none does. A question counts as
    refused when its confidence is below `threshold`, the setting `answer_threshold` if None. The
    locale is given as the page's language.
    """
    asked: dict[str, list[tuple[str | None, list[str], float, float]]] = {}
    for question in questions:
        evidence = index.search(question["text"], hint=question["locale"], limit=10)
        found = list(dict.fromkeys(f.passage.article_id for f in evidence.found))
        best = list(dict.fromkeys(a.passage.article_id for a in evidence.alternatives))
        row = (question["article"], best + [f for f in found if f not in best],
               evidence.confidence, evidence.ms)  # fmt: skip
        asked.setdefault(question["locale"], []).append(row)
    limit = index.answer_threshold if threshold is None else threshold
    return {locale: _figures(rows, limit) for locale, rows in asked.items()}


def _figures(
    rows: Sequence[tuple[str | None, list[str], float, float]], threshold: float
) -> dict[str, float]:
    answerable = [(gold, found, sure) for gold, found, sure, _ in rows if gold is not None]
    ranks = [found.index(gold) + 1 if gold in found else 0 for gold, found, _ in answerable]
    unanswerable = [sure for gold, _, sure, _ in rows if gold is None]
    spent = sorted(ms for *_, ms in rows)
    return {
        "n": len(rows),
        "hit@1": _share([rank == 1 for rank in ranks]),
        "hit@3": _share([1 <= rank <= 3 for rank in ranks]),
        "mrr": _share([1 / rank if rank else 0.0 for rank in ranks]),
        "unanswerable_refused": _share([sure < threshold for sure in unanswerable]),
        "answerable_refused": _share([sure < threshold for *_, sure in answerable]),
        "ms_p50": statistics.median(spent) if spent else 0.0,
        "ms_p95": spent[min(len(spent) - 1, int(0.95 * len(spent)))] if spent else 0.0,
    }


def _share(values: Sequence[float | bool]) -> float:
    return sum(map(float, values)) / len(values) if values else 0.0
