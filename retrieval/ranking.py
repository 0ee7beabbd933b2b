"""One question against one generation: every article scored by words and by meaning."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import parts
from retrieval.keywords import Keywords, Matches
from retrieval.passages import Passage

NEAREST = 120
"""Entries asked of the vectors per question; the others count as the farthest of these."""
_BODY, _QUESTION, _PASSAGE = 0.45, 0.4, 0.15
"""Shares of the word scores: whole article, its best question or title, its best passage.
Chosen, as the weights in the settings, on the sample articles' own questions while hidden."""
_SAME_LANGUAGE = 2.0
"""A sibling in the other script is more text in the same words: both are folded."""
_NOTHING: Mapping[str, frozenset[int]] = {}

Scores = NDArray[np.float64]
Vector = Sequence[float]
Nearest = Callable[[str, Vector, int], Mapping[str, float]]


def question_entry(number: int) -> str:
    """Return the id that a question has among the vectors; no passage's id begins like it."""
    return f"?{number}"


@dataclass(frozen=True, slots=True)
class Locale:
    """One language's part of a generation."""

    keywords: Keywords
    passages: tuple[Passage, ...]  # in the order of `keywords.passages`
    pointers: tuple[int, ...] = ()  # question number → number of the passage that answers it


@dataclass(frozen=True, slots=True)
class Ranking:
    """The articles of one locale against one question; arrays are by article or passage."""

    locale: str
    score: Scores
    words: Scores
    meaning: Scores
    siblings: Scores
    matches: Matches
    passage_meaning: Scores
    question_meaning: Scores  # per article: its nearest question
    order: NDArray[np.int64]  # articles that may be shown, best first
    hidden: frozenset[int] = field(default=frozenset())


class Ranker:
    """Scores a question in one locale, helped by the same articles in the others."""

    def __init__(
        self,
        locales: Mapping[str, Locale],
        nearest: Nearest,
        dense_weight: Mapping[str, float],
        sibling_weight: float,
    ) -> None:
        self.locales = locales
        self._nearest = nearest
        self._dense_weight = dense_weight
        self._sibling_weight = sibling_weight
        places = {
            code: {article: n for n, article in enumerate(part.keywords.articles)}
            for code, part in locales.items()
        }
        self._same: dict[tuple[str, str], NDArray[np.int64]] = {
            (own, other): np.array(
                [places[other].get(a, -1) for a in part.keywords.articles], np.int64
            )
            for own, part in locales.items()
            for other in locales
            if other != own
        }

    def rank(
        self,
        text: str,
        vector: Vector,
        locale: str,
        allowed: NDArray[np.bool_] | None = None,
        hidden: Mapping[str, frozenset[int]] = _NOTHING,
    ) -> Ranking:
        """Return the ranking; only `allowed` articles are in its order."""
        keywords = self.locales[locale].keywords
        unseen = hidden.get(locale, frozenset())
        matches = keywords.matches(parts(text, locale), unseen)
        words = _words(keywords, matches)
        siblings = self._siblings(text, locale, hidden)
        passage_meaning, question_meaning = self._meaning(locale, vector, unseen)
        meaning = (_per_article(keywords, passage_meaning) + question_meaning) / 2
        worded = words + self._sibling_weight * siblings
        share = self._dense_weight.get(locale, 0.3)
        score = (1 - share) * _to_one(worded) + share * _spread(meaning)
        order = np.argsort(-score, kind="stable")
        if allowed is not None:
            order = order[allowed[order]]
        return Ranking(
            locale, score, words, meaning, siblings, matches,
            passage_meaning, question_meaning, order, unseen,
        )  # fmt: skip

    def signals(self, ranking: Ranking) -> dict[str, float]:
        """Return what the calibration looks at, for the best article of a ranking."""
        if not len(ranking.order):
            return {}
        keywords = self.locales[ranking.locale].keywords
        best = int(ranking.order[0])
        others = ranking.order[1:]
        words, meaning, found = ranking.words, ranking.meaning, ranking.matches
        rival = float(words[others].max()) if len(others) else 0.0
        near = float(meaning[others].max()) if len(others) else 0.0
        passages = keywords.passage_article == best
        trust = 2 * self._dense_weight.get(ranking.locale, 0.3)
        return {
            "words": float(words[best]),
            "words_margin": float(words[best] - rival),
            "coverage": keywords.coverage(found, best, ranking.hidden),
            "question_coverage": keywords.question_coverage(found, best),
            "unknown": found.unknown,
            "siblings": float(ranking.siblings[best]),
            "meaning_passage": trust * float(ranking.passage_meaning[passages].max(initial=0.0)),
            "meaning_question": trust * float(ranking.question_meaning[best]),
            "meaning_margin": trust * float(meaning[best] - near),
            "length": min(len(found.sought), 12) / 12,
        }

    def passages(self, ranking: Ranking, article: int) -> list[tuple[int, float]]:
        """Return an article's passages, best first, with a share of 1 for how well each fits."""
        part = self.locales[ranking.locale]
        numbers = np.flatnonzero(part.keywords.passage_article == article)
        share = self._dense_weight.get(ranking.locale, 0.3)
        words = _to_one(np.asarray(ranking.matches.passage[numbers], np.float64))
        fit = (1 - share) * words + share * _spread(ranking.passage_meaning[numbers])
        asked = int(ranking.matches.best_question[article])
        if 0 <= asked < len(part.pointers):
            meant = float(ranking.matches.question[article])
            fit = fit + meant * (numbers == part.pointers[asked])
        order = np.argsort(-fit, kind="stable")
        top = float(fit[order[0]]) if len(order) else 0.0
        return [(int(numbers[n]), float(fit[n]) / top if top > 0 else 1.0) for n in order]

    def _siblings(self, text: str, locale: str, hidden: Mapping[str, frozenset[int]]) -> Scores:
        """Return the best word score that each article has in another language.

        Customers mix languages, and each language's article uses some words the others lack.
        """
        best: Scores = np.zeros(len(self.locales[locale].keywords.articles))
        for other, part in self.locales.items():
            if other == locale:
                continue
            unseen = hidden.get(other, frozenset())
            matches = part.keywords.matches(parts(text, other), unseen)
            scores = np.append(_words(part.keywords, matches), 0.0)  # -1: not in that language
            near = _SAME_LANGUAGE if other[:2] == locale[:2] else 1.0
            best = np.maximum(best, near * scores[self._same[locale, other]])
        return best

    def _meaning(
        self, locale: str, vector: Vector, unseen: frozenset[int]
    ) -> tuple[Scores, Scores]:
        """Return the cosine of each passage, and of each article's nearest question."""
        part = self.locales[locale]
        near = self._nearest(locale, vector, NEAREST)
        far = min(near.values(), default=0.0)
        passages = np.array([near.get(p.id, far) for p in part.passages], np.float64)
        questions: Scores = np.full(len(part.keywords.articles), far)
        for entry, cosine in near.items():
            if not entry.startswith("?") or int(entry[1:]) in unseen:
                continue
            article = part.keywords.question_article[int(entry[1:])]
            questions[article] = max(questions[article], cosine)
        return passages, questions


def _words(keywords: Keywords, matches: Matches) -> Scores:
    passage = _per_article(keywords, np.asarray(matches.passage, np.float64), 0.0)
    return _BODY * matches.body + _QUESTION * matches.question + _PASSAGE * passage


def _per_article(keywords: Keywords, by_passage: Scores, least: float = -1.0) -> Scores:
    best: Scores = np.full(len(keywords.articles), least)
    np.maximum.at(best, keywords.passage_article, by_passage)
    return best


def _to_one(scores: Scores) -> Scores:
    top = float(scores.max(initial=0.0))
    return scores / top if top > 0 else scores


def _spread(scores: Scores) -> Scores:
    """Stretch the best 30 over 0 to 1, as far as meaning tells them apart at all."""
    if not len(scores):
        return scores
    low = float(np.partition(scores, -min(30, len(scores)))[-min(30, len(scores))])
    width = float(scores.max()) - low
    return np.clip((scores - low) / width, 0.0, 1.0) if width > 1e-9 else np.zeros(len(scores))
