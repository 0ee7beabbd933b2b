"""One question against one generation: the articles that may fit, scored by words and meaning."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import Part, parts, sequence
from retrieval.keywords import Keywords, Sought
from retrieval.matching import LEVELS, Matches, match
from retrieval.passages import Passage

NEAREST = 120
"""Entries asked of the vectors per question; the others count as the farthest of these."""
BY_WORDS, BY_MEANING = 40, 12
"""Articles that are looked at closely: those with most of the words, and the nearest ones."""
_NOTHING: Mapping[str, frozenset[int]] = {}
_WORDS = tuple(f"{kind}_{level}" for kind in ("words", "pairs") for level in LEVELS)
FEATURES = (*_WORDS, "cover", "pair_cover", "meaning_passage", "meaning_question", "siblings")
"""What an article's score is made of; all are shares or cosines."""
VERBATIM = 6.0
"""How far an article that has this very question, word for word, lies ahead of all others:
whoever wrote it there knew what answers it. Scores are logarithms of odds: 400 to 1."""
_SAME_LANGUAGE = 2.0
"""A sibling in the other script is more text in the same words: both are folded."""
_MEANT = {"en": 0.4}
"""Share of meaning when an article's passages are told apart; elsewhere 0.1."""

Mode = Literal["hybrid", "dense", "keywords"]
"""What a ranking looks at."""
Scores = NDArray[np.float64]
Ints = NDArray[np.int64]
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
class Question:
    """What is sought: a text, and what was said before it with less weight."""

    text: str
    vector: Vector
    """What it means, with what was said before; empty: nothing is sought by meaning."""
    before: tuple[tuple[str, float], ...] = ()
    wanted: tuple[Part, ...] | None = None
    """In place of the text's own parts, for somebody who is still typing."""

    @property
    def completed(self) -> str:
        """The question with what it leans on before it, for what reads only one text."""
        return " ".join((*(text for text, _ in reversed(self.before)), self.text))

    def parts(self, locale: str) -> tuple[tuple[Part, float], ...]:
        """Return every part with its weight against the question's own, 1."""
        own = parts(self.text, locale) if self.wanted is None else self.wanted
        asked = [(part, 1.0) for part in own]
        for text, weight in self.before:
            theirs = parts(text, locale)
            share = max(1, len(own)) / max(1, len(own), len(theirs))  # a long text says no more
            asked += [(part, weight * share) for part in theirs]
        return tuple(asked)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The articles of one locale that may fit a question."""

    locale: str
    order: Ints  # numbers of articles that may be shown, best first
    score: Scores  # in that order
    values: Scores  # in that order, a column for each of FEATURES
    matches: Matches
    row: Ints  # of each article of `order`: its place in `matches`
    passage_meaning: Scores  # as `matches.passages`
    sought: Sought
    unmatched: float  # share of the question that no article of these speaks of

    def of(self, feature: str) -> Scores:
        """Return one feature of the articles, best first."""
        return self.values[:, FEATURES.index(feature)]


@cache
def learned() -> Mapping[str, Mapping[str, float]]:
    """Return the weights by kind of language: `en`, `ms`, `zh`."""
    read = json.loads(Path(__file__).with_name("ranking.json").read_text("utf-8"))
    weights: dict[str, dict[str, float]] = read["weights"]
    return weights


def kind_of(locale: str) -> str:
    """Return which weights a locale uses."""
    return "zh" if locale.startswith("zh") else "ms" if locale == "ms" else "en"


class Ranker:
    """Scores a question in one locale, helped by the same articles in the others."""

    def __init__(self, locales: Mapping[str, Locale], nearest: Nearest) -> None:
        self.locales = locales
        self._nearest = nearest
        self._passage_place = {
            code: {p: n for n, p in enumerate(part.keywords.passages)}
            for code, part in locales.items()
        }
        numbers: dict[str, int] = {}
        self._everywhere = {
            code: np.array(
                [numbers.setdefault(a, len(numbers)) for a in part.keywords.articles], np.int64
            )
            for code, part in locales.items()
        }
        self._here = {code: _reversed(own, len(numbers)) for code, own in self._everywhere.items()}

    def counterparts(self, locale: str, articles: Ints, other: str) -> Ints:
        """Return the numbers that some of a locale's articles have in another; -1 for none."""
        return self._here[other][self._everywhere[locale][articles]]

    def rank(
        self,
        asked: Question,
        locale: str,
        allowed: NDArray[np.bool_] | None = None,
        hidden: Mapping[str, frozenset[int]] = _NOTHING,
        mode: Mode = "hybrid",
    ) -> Ranking:
        """Return the ranking; only `allowed` articles are in its order.

        `hidden` are, by language, numbers of questions that must look as if nobody had written
        them: calibration asks them.
        """
        keywords = self.locales[locale].keywords
        everywhere = mode != "dense"
        wanted = {
            code: part.keywords.seek(asked.parts(code))
            for code, part in self.locales.items()
            if everywhere or code == locale
        }
        sought = wanted[locale]
        seeks = mode != "keywords" and len(asked.vector) > 0
        near = self._nearest(locale, asked.vector, NEAREST) if seeks else {}
        by_meaning = self._meant(locale, near, hidden.get(locale, frozenset()))
        chosen = self._candidates(locale, wanted, by_meaning, allowed, mode)
        matches = match(keywords, sought, chosen, hidden.get(locale, frozenset()))
        values = np.zeros((len(matches.articles), len(FEATURES)))
        if everywhere:
            values[:, : len(_WORDS) + 2] = _worded(matches)
            values[:, -1] = self._siblings(wanted, locale, matches.articles, hidden)
        far = min(near.values(), default=0.0)
        passage_meaning = self._near_passages(locale, near, matches.passages, far)
        if mode != "keywords":
            values[:, -3] = _best(passage_meaning, matches, keywords)
            values[:, -2] = [by_meaning.get(int(n), far) for n in matches.articles]
        score = values @ _weights(locale)
        if everywhere and asked.wanted is None:
            own = sequence(asked.text, locale)
            same = keywords.verbatim(own, matches.articles, hidden.get(locale, frozenset()))
            best = float(score.max(initial=-np.inf, where=~same))
            score = np.where(same, np.maximum(score, best) + VERBATIM, score)
        row = np.argsort(-score, kind="stable")
        unmatched = 1.0 - float(matches.cover.max(initial=0.0))
        return Ranking(
            locale, matches.articles[row], score[row], values[row], matches, row,
            passage_meaning, sought, unmatched,
        )  # fmt: skip

    def passages(self, ranking: Ranking, nth: int) -> list[tuple[int, float]]:
        """Return the passages of the n-th best article, best first, with a share of 1 for how
        well each fits."""
        part = self.locales[ranking.locale]
        article, row = int(ranking.order[nth]), int(ranking.row[nth])
        own = np.flatnonzero(part.keywords.passage_article[ranking.matches.passages] == article)
        numbers = ranking.matches.passages[own]
        share = _MEANT.get(ranking.locale, 0.1)
        words = ranking.matches.passage_words[own] + 0.5 * ranking.matches.passage_pairs[own]
        fit = (1 - share) * _spread(words.astype(np.float64))
        fit = fit + share * _spread(ranking.passage_meaning[own])
        asked = int(ranking.matches.best_question[row])
        if 0 <= asked < len(part.pointers):
            meant = float(ranking.matches.words["question"][row])
            fit = fit + meant * (numbers == part.pointers[asked])
        order = np.argsort(-fit, kind="stable")
        top = float(fit[order[0]]) if len(order) else 0.0
        return [(int(numbers[n]), float(fit[n]) / top if top > 0 else 1.0) for n in order]

    def _candidates(
        self, locale: str, wanted: Mapping[str, Sought], by_meaning: Mapping[int, float],
        allowed: NDArray[np.bool_] | None, mode: Mode,
    ) -> Ints:  # fmt: skip
        part = self.locales[locale].keywords
        nearest = [n for n in by_meaning if allowed is None or allowed[n]]
        if mode == "dense":
            return np.unique(np.array(nearest[:BY_WORDS], np.int64))
        by_words = part.candidates(wanted[locale], BY_WORDS, allowed)
        found = [by_words, np.array(nearest[:BY_MEANING], np.int64)]
        for other, sibling in self.locales.items():
            if other != locale:
                best = sibling.keywords.candidates(wanted[other], BY_MEANING, None)
                known = self.counterparts(other, best, locale)
                found.append(known[known >= 0])
        chosen = np.unique(np.concatenate(found))
        return chosen if allowed is None else chosen[allowed[chosen]]

    def _siblings(
        self, wanted: Mapping[str, Sought], locale: str, articles: Ints,
        hidden: Mapping[str, frozenset[int]],
    ) -> Scores:  # fmt: skip
        """Return the best word score that each article has in another language.

        Customers mix languages, and each language's article uses some words the others lack.
        """
        best: Scores = np.zeros(len(articles))
        for other, part in self.locales.items():
            if other == locale:
                continue
            theirs = self.counterparts(locale, articles, other)
            have = np.flatnonzero(theirs >= 0)
            if not len(have):
                continue
            found = match(
                part.keywords, wanted[other], theirs[have], hidden.get(other, frozenset())
            )
            place_of = np.searchsorted(found.articles, theirs[have])
            scores = (_worded(found) @ _weights(locale)[: len(_WORDS) + 2])[place_of]
            near = _SAME_LANGUAGE if other[:2] == locale[:2] else 1.0
            best[have] = np.maximum(best[have], near * scores / _weights(locale)[:-3].sum())
        return best

    def _meant(
        self, locale: str, near: Mapping[str, float], unseen: frozenset[int]
    ) -> dict[int, float]:
        """Return the nearest articles, nearest first, each with its nearest question's cosine."""
        part, far = self.locales[locale].keywords, min(near.values(), default=0.0)
        found: dict[int, float] = {}
        for entry, cosine in near.items():
            if entry.startswith("?"):
                number = int(entry[1:])
                if number not in unseen:
                    article = int(part.question_article[number])
                    found[article] = max(found.get(article, far), cosine)
            else:
                place = self._passage_place[locale].get(entry)
                if place is not None:
                    found.setdefault(int(part.passage_article[place]), far)
        return found

    def _near_passages(
        self, locale: str, near: Mapping[str, float], passages: Ints, far: float
    ) -> Scores:
        names = self.locales[locale].keywords.passages
        return np.array([near.get(names[int(n)], far) for n in passages], np.float64)


def _reversed(numbers: Ints, most: int) -> Ints:
    """Return the place of each number, -1 for those that are not there."""
    places = np.full(most, -1, np.int64)
    places[numbers] = np.arange(len(numbers))
    return places


@cache
def _weights(locale: str) -> Scores:
    own = learned()[kind_of(locale)]
    return np.array([own[name] for name in FEATURES])


def _worded(matches: Matches) -> Scores:
    columns = [matches.words[level] for level in LEVELS]
    columns += [matches.pairs[level] for level in LEVELS]
    return np.array([*columns, matches.cover, matches.pair_cover], np.float64).T


def _best(by_passage: Scores, matches: Matches, keywords: Keywords) -> Scores:
    best: Scores = np.full(len(matches.articles), -1.0)
    owner = np.searchsorted(matches.articles, keywords.passage_article[matches.passages])
    np.maximum.at(best, owner, by_passage)
    return best


def _spread(scores: Scores) -> Scores:
    """Stretch scores over 0 to 1: what all have in common, as the title, tells nothing."""
    if not len(scores):
        return scores
    low, width = float(scores.min()), float(scores.max() - scores.min())
    return (scores - low) / width if width > 1e-9 else np.zeros(len(scores))
