"""A question against one loaded generation: language, ranking, confidence, passages."""

import re
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from retrieval import followups
from retrieval.analysis import Part, detect, parts
from retrieval.calibration import Calibration
from retrieval.checking import Check
from retrieval.followups import Fit
from retrieval.passages import Passage
from retrieval.ranking import Mode, Question, Ranker, Ranking
from retrieval.settings import RetrievalSettings
from retrieval.signals import SHOWN, signals

_CLEARLY = 0.1
"""How much surer another language's article must be than what the question's own language has."""
LONGEST = 1000
"""Characters of a question that are looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage and how well it fits; scores compare within one question only."""

    passage: Passage
    score: float
    dense: float
    keywords: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer may rest on; all of it from one generation."""

    query: str
    language: str
    found: tuple[Found, ...]
    confidence: float
    """Calibrated probability that one of the best articles, which are shown, has the answer."""
    generation: str
    missing_language: bool = False
    """True: only another language has it; `found` is in that language."""
    signals: Mapping[str, float] = field(default_factory=dict)
    ms: float = 0.0
    alternatives: tuple[Found, ...] = ()
    """The best passage of each of the best articles, for a clarifying question."""
    fits: Mapping[str, Fit] = field(default_factory=dict, repr=False)
    """How well the question fits each article that was looked at, by the article's id."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Who may be shown what; `key` changes whenever the answers of `may` change."""

    key: Hashable
    may: Callable[[str, Passage], bool]
    """Whether an article (its id, one of its passages) may be shown to whoever asks."""


class Search:
    """Answers questions from one generation; remembers only who may see what."""

    def __init__(
        self,
        generation: str,
        ranker: Ranker,
        embed: Callable[[str], list[float]],
        calibration: Calibration,
        settings: RetrievalSettings,
    ) -> None:
        self.generation = generation
        self.ranker = ranker
        self._embed = embed
        self._calibration = calibration
        self._settings = settings
        self._check = Check.load()
        self._masks: dict[tuple[str, Hashable], NDArray[np.bool_]] = {}

    def ask(
        self,
        text: str,
        allowed: Allowed,
        *,
        hint: str | None,
        previous: str | None,
        context: tuple[str, ...],
        limit: int,
        answered: str = "",
    ) -> Evidence:
        """Return the evidence for a question, searched in its context if it leans on that."""
        started = time.perf_counter()
        question = followups.asked(text[:LONGEST])
        language = detect(question, hint, previous)
        best = self._in_any_language(self._question(question), language, allowed, limit)
        earlier = [c.strip()[:LONGEST] for c in context]
        earlier = earlier[len(earlier) - self._settings.context_messages :]
        found = followups.context(text[:LONGEST], language, earlier, answered)
        if found is not None and followups.needed(found, best.confidence):
            best = self._in_context(best, found, allowed, limit)
        return replace(best, ms=(time.perf_counter() - started) * 1000)

    def rank(
        self, text: str, allowed: Allowed, *, hint: str | None, limit: int, mode: Mode
    ) -> list[tuple[str, float]]:
        """Return the best articles of the question's language with their scores, best first."""
        asked = self._question(text.strip()[:LONGEST], vector=mode != "keywords")
        locale = detect(asked.text, hint, None)
        if locale not in self.ranker.locales and len(self.ranker.locales) == 1:
            locale = next(iter(self.ranker.locales))
        if locale not in self.ranker.locales or not asked.text:
            return []
        ranking = self.ranker.rank(asked, locale, self._mask(locale, allowed), mode=mode)
        names = self.ranker.locales[locale].keywords.articles
        best = zip(ranking.order[:limit], ranking.score[:limit], strict=True)
        return [(names[int(n)], float(score)) for n, score in best]

    def suggest(self, text: str, locale: str, allowed: Allowed, limit: int) -> list[Passage]:
        """Return a passage per fitting article, by words alone; the last word may be cut off."""
        part = self.ranker.locales.get(locale)
        typed = text.strip()[:200]
        if part is None or not typed:
            return []
        wanted = list(parts(typed, locale))
        last = re.search(r"[a-z0-9]{2,}$", typed.lower())
        if last:  # the last word may still grow
            endings = tuple((w, 0.9) for w in part.keywords.starting_with(last.group()))
            known = wanted[-1].alternatives if wanted else ()
            wanted = [*wanted[:-1], Part((*known, *endings), 1)]
        asked = Question(typed, [], wanted=tuple(wanted))
        ranking = self.ranker.rank(asked, locale, self._mask(locale, allowed), mode="keywords")
        best = (n for n in range(len(ranking.order)) if ranking.score[n] > 0)
        numbers = [self.ranker.passages(ranking, n)[0][0] for n, _ in zip(best, range(limit))]  # noqa: B905 - as many as there are
        return [part.passages[number] for number in numbers]

    def _question(
        self, text: str, context: followups.Context | None = None, *, vector: bool = True
    ) -> Question:
        if not text or not vector:
            return Question(text, [])
        if context is None:
            return Question(text, self._embed(text))
        vectors = [np.array(self._embed(text))]
        vectors += [weight * np.array(self._embed(other)) for other, weight in context.texts]
        mixed = np.sum(vectors, axis=0)
        mixed /= max(float(np.linalg.norm(mixed)), 1e-9)
        return Question(text, mixed.tolist(), context.texts)

    def _in_context(
        self, alone: Evidence, context: followups.Context, allowed: Allowed, limit: int
    ) -> Evidence:
        """Return what fits a question and what was said before it; `alone` if the context
        found nothing that the question itself fits."""
        asked = self._question(alone.query, context)
        other = self._in_any_language(asked, alone.language, allowed, limit)
        fit = _fit(alone, other)
        if fit.share < context.least and context.leaning >= followups.STRONG:
            near = frozenset(a for a, f in alone.fits.items() if f.share >= context.least)
            other = self._in_any_language(asked, alone.language, allowed, limit, near)
            fit = _fit(alone, other)
        same = _best(alone) == _best(other)
        sure = followups.confidence(context, fit, other.confidence)
        if same:
            return replace(other, confidence=max(alone.confidence, sure))
        if not followups.chosen(context, fit, alone.confidence, other.confidence):
            return alone
        return replace(other, confidence=sure)

    def _in_any_language(
        self, asked: Question, language: str, allowed: Allowed, limit: int,
        near: frozenset[str] | None = None,
    ) -> Evidence:  # fmt: skip
        own = self._in(asked, language, allowed, limit, language, near)
        if own.confidence >= self._settings.answer_threshold:
            return own
        others = [
            self._in(asked, code, allowed, limit, language, near)
            for code in self.ranker.locales
            if code != language
        ]
        best = max(others, key=lambda e: e.confidence, default=own)
        surer = own.confidence + _CLEARLY if own.found else 0.0
        if best.found and best.confidence >= max(surer, self._settings.unsure_threshold):
            return replace(best, missing_language=True)
        return own

    def _in(
        self, asked: Question, locale: str, allowed: Allowed, limit: int, language: str,
        near: frozenset[str] | None = None,
    ) -> Evidence:  # fmt: skip
        """Return what one locale has; of another language only what the question's lacks.

        `near` are the only articles that may be found, if there are any such."""
        nothing = Evidence(asked.text, language, (), 0.0, self.generation)
        if locale not in self.ranker.locales or not asked.text:
            return nothing
        may = self._mask(locale, allowed)
        if locale != language:
            may = may & self._only(locale, language)
        if near is not None:
            names = self.ranker.locales[locale].keywords.articles
            may = may & np.fromiter((name in near for name in names), np.bool_, len(names))
        if not may.any():
            return nothing
        ranking = self.ranker.rank(asked, locale, may)
        if not len(ranking.order):
            return nothing
        different = self._different(ranking, max(SHOWN, limit))
        seen = self.signals(ranking, asked)
        return replace(
            nothing,
            found=self._found(ranking, different, limit),
            alternatives=self._alternatives(ranking, different[:SHOWN]),
            confidence=self._calibration.confidence(locale, seen),
            signals=seen,
            fits=self._fits(ranking),
        )

    def _fits(self, ranking: Ranking) -> Mapping[str, Fit]:
        names = self.ranker.locales[ranking.locale].keywords.articles
        shares = ranking.score / max(float(ranking.score[0]), 1e-9)
        rows = zip(
            ranking.order.tolist(), shares.tolist(), ranking.of("cover").tolist(), strict=True
        )
        return {names[n]: Fit(share, cover) for n, share, cover in rows}

    def signals(self, ranking: Ranking, asked: Question) -> Mapping[str, float]:
        """Return what the confidence in a ranking's best article is made of."""
        if not len(ranking.order):
            return {}
        part = self.ranker.locales[ranking.locale]
        number, _ = self.ranker.passages(ranking, 0)[0]
        meaning = float(ranking.of("meaning_passage")[0]) if ranking.locale == "en" else None
        found = self._check.look(
            asked.completed, part.passages[number].text, ranking.locale, meaning
        )
        return signals(ranking, found.supported, name_missing=found.name_missing)

    def _mask(self, locale: str, allowed: Allowed) -> NDArray[np.bool_]:
        """Return which articles may be shown; worked out once for each state of the articles."""
        known = self._masks.get((locale, allowed.key))
        if known is None:
            part = self.ranker.locales[locale]
            first = np.searchsorted(
                part.keywords.passage_article, np.arange(len(part.keywords.articles))
            )
            known = np.array(
                [
                    allowed.may(name, part.passages[int(n)])
                    for name, n in zip(part.keywords.articles, first, strict=True)
                ],
                np.bool_,
            )
            if len(self._masks) > _MASKS:
                self._masks.clear()
            self._masks[locale, allowed.key] = known
        return known

    def _only(self, locale: str, language: str) -> NDArray[np.bool_]:
        """Return which of a locale's articles the question's language has not."""
        every = np.arange(len(self.ranker.locales[locale].keywords.articles))
        if language not in self.ranker.locales:
            return np.ones(len(every), np.bool_)
        return self.ranker.counterparts(locale, every, language) < 0

    def _different(self, ranking: Ranking, most: int) -> list[int]:
        """Return the places of the best articles in a ranking, no two of which say the same."""
        alike = self.ranker.locales[ranking.locale].keywords.alike
        found: list[int] = []
        for nth, article in enumerate(ranking.order.tolist()):
            if len(found) == most:
                break
            if not any(alike(int(ranking.order[better]), article) for better in found):
                found.append(nth)
        return found

    def _found(self, ranking: Ranking, different: Sequence[int], limit: int) -> tuple[Found, ...]:
        found: list[Found] = []
        for nth in different:
            for number, fit in self.ranker.passages(ranking, nth)[:limit]:
                score = float(ranking.score[nth]) * (0.6 + 0.4 * fit)
                found.append(self._one(ranking, number, score))
        found.sort(key=lambda f: -f.score)
        return tuple(found[:limit])

    def _alternatives(self, ranking: Ranking, different: Sequence[int]) -> tuple[Found, ...]:
        shown: list[Found] = []
        for nth in different:
            score = float(ranking.score[nth])
            if shown and score < 0.5 * shown[0].score:
                break
            number, _ = self.ranker.passages(ranking, nth)[0]
            shown.append(self._one(ranking, number, score))
        return tuple(shown)

    def _one(self, ranking: Ranking, number: int, score: float) -> Found:
        place = int(np.searchsorted(ranking.matches.passages, number))
        return Found(
            passage=self.ranker.locales[ranking.locale].passages[number],
            score=score,
            dense=float(ranking.passage_meaning[place]),
            keywords=float(ranking.matches.passage_words[place]),
        )


def _best(evidence: Evidence) -> str | None:
    return evidence.found[0].passage.article_id if evidence.found else None


def _fit(alone: Evidence, other: Evidence) -> Fit:
    """Return how well the question alone fits what was found in its context."""
    return alone.fits.get(_best(other) or "", followups.NO_FIT)


_MASKS = 64
"""States of the articles that are remembered: audiences times languages, and some to spare."""
