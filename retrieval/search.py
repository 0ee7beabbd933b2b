"""A question against one loaded generation: language, ranking, confidence, passages."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import Part, detect, parts
from retrieval.calibration import Calibration
from retrieval.passages import Passage
from retrieval.ranking import Ranker, Ranking
from retrieval.settings import RetrievalSettings

_SHOWN_ARTICLES = 3
_LONGEST = 1000
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
    """Calibrated probability that the article of `found[0]` answers the question."""
    generation: str
    missing_language: bool = False
    """True: only another language has it; `found` is in that language."""
    signals: Mapping[str, float] = field(default_factory=dict)
    ms: float = 0.0
    alternatives: tuple[Found, ...] = ()
    """The best passage of each of the best articles, for a clarifying question."""


Allowed = Callable[[str, Sequence[Passage]], bool]
"""Whether an article (id, its passages) may be shown to whoever asks."""


Mode = Literal["hybrid", "dense", "keywords"]
"""What a ranking looks at."""


class Search:
    """Answers questions from one generation; holds no state between them."""

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
        self._by_article = {
            code: _grouped(part.keywords.articles, part.passages)
            for code, part in ranker.locales.items()
        }

    def ask(
        self,
        text: str,
        allowed: Allowed,
        *,
        hint: str | None,
        previous: str | None,
        context: tuple[str, ...],
        limit: int,
    ) -> Evidence:
        """Return the evidence for a question, completed from the context if it leans on it."""
        started = time.perf_counter()
        question = text.strip()[:_LONGEST]
        language = detect(question, hint, previous)
        best = self._in_any_language(question, language, allowed, limit)
        earlier = [c.strip()[:_LONGEST] for c in context[-self._settings.context_messages :]]
        if self._settings.context_messages and earlier and leans_on_context(question, language):
            completed = " ".join((*earlier[-1:], question))
            other = self._in_any_language(completed, language, allowed, limit)
            if best.confidence < self._settings.answer_threshold <= other.confidence:
                best = other
        return replace(best, ms=(time.perf_counter() - started) * 1000)

    def rank(
        self, text: str, allowed: Allowed, *, hint: str | None, limit: int, mode: Mode
    ) -> list[tuple[str, float]]:
        """Return the best articles of the question's language with their scores, best first."""
        question = text.strip()[:_LONGEST]
        locale = detect(question, hint, None)
        part = self.ranker.locales.get(locale)
        if part is None and len(self.ranker.locales) == 1:
            locale, part = next(iter(self.ranker.locales.items()))
        if part is None or not question:
            return []
        groups = zip(part.keywords.articles, self._by_article[locale], strict=True)
        may = np.array([allowed(article, own) for article, own in groups], np.bool_)
        ranking = self.ranker.rank(question, self._embed(question), locale, may)
        score = {"hybrid": ranking.score, "keywords": ranking.words, "dense": ranking.meaning}[mode]
        order = np.argsort(-score, kind="stable")
        chosen = order[may[order]][:limit]
        return [(part.keywords.articles[int(n)], float(score[n])) for n in chosen]

    def suggest(self, text: str, locale: str, allowed: Allowed, limit: int) -> list[Passage]:
        """Return a passage per fitting article, by words alone; the last word may be cut off."""
        part = self.ranker.locales.get(locale)
        if part is None or not text.strip():
            return []
        keywords = part.keywords
        wanted = list(parts(text[:200], locale))
        last = re.search(r"[a-z0-9]{2,}$", text.lower())
        if last:  # the last word may still grow
            endings = tuple((word, 0.9) for word in keywords.starting_with(last.group()))
            wanted = [
                *wanted[:-1],
                Part((*(wanted[-1].alternatives if wanted else ()), *endings), 1),
            ]
        found = keywords.matches(wanted)
        score = found.question + found.body
        passages: list[Passage] = []
        for article in np.argsort(-score, kind="stable"):
            own = self._by_article[locale][int(article)]
            if score[article] <= 0 or len(passages) >= limit:
                break
            if allowed(keywords.articles[int(article)], own):
                numbers = np.flatnonzero(keywords.passage_article == article)
                best = numbers[int(np.argmax(found.passage[numbers]))]
                passages.append(part.passages[int(best)])
        return passages

    def _in_any_language(
        self, question: str, language: str, allowed: Allowed, limit: int
    ) -> Evidence:
        vector = self._embed(question) if question else []
        own = self._in(question, vector, language, allowed, limit, language)
        if own.confidence >= self._settings.answer_threshold:
            return own
        others = [
            self._in(question, vector, code, allowed, limit, language, self._only(code, language))
            for code in self.ranker.locales
            if code != language
        ]
        best = max(others, key=lambda e: e.confidence, default=own)
        if best.found and best.confidence >= max(
            own.confidence + 0.1, self._settings.unsure_threshold
        ):
            return replace(best, missing_language=True)
        return own

    def _in(
        self,
        question: str,
        vector: list[float],
        locale: str,
        allowed: Allowed,
        limit: int,
        language: str,
        only: NDArray[np.bool_] | None = None,
    ) -> Evidence:
        """Return what one locale has; `only` narrows it to some of its articles."""
        nothing = Evidence(question, language, (), 0.0, self.generation)
        part = self.ranker.locales.get(locale)
        if part is None or not question or (only is not None and not only.any()):
            return nothing
        groups = zip(part.keywords.articles, self._by_article[locale], strict=True)
        may = np.array([allowed(article, own) for article, own in groups], np.bool_)
        ranking = self.ranker.rank(question, vector, locale, may if only is None else may & only)
        signals = self.ranker.signals(ranking)
        if not signals:
            return nothing
        return replace(
            nothing,
            found=self._found(ranking, limit),
            alternatives=self._alternatives(ranking),
            confidence=self._calibration.confidence(locale, signals),
            signals=signals,
        )

    def _only(self, locale: str, language: str) -> NDArray[np.bool_]:
        own = self.ranker.locales.get(language)
        have = set(own.keywords.articles) if own else set()
        return np.array([a not in have for a in self.ranker.locales[locale].keywords.articles])

    def _found(self, ranking: Ranking, limit: int) -> tuple[Found, ...]:
        found: list[Found] = []
        for article in ranking.order[: max(3, limit)]:
            for number, fit in self.ranker.passages(ranking, int(article))[:limit]:
                score = float(ranking.score[article]) * (0.6 + 0.4 * fit)
                found.append(self._one(ranking, number, score))
        found.sort(key=lambda f: -f.score)
        return tuple(found[:limit])

    def _alternatives(self, ranking: Ranking) -> tuple[Found, ...]:
        shown: list[Found] = []
        for article in ranking.order[:_SHOWN_ARTICLES]:
            score = float(ranking.score[article])
            if shown and score < 0.5 * shown[0].score:
                break
            number, _ = self.ranker.passages(ranking, int(article))[0]
            shown.append(self._one(ranking, number, score))
        return tuple(shown)

    def _one(self, ranking: Ranking, number: int, score: float) -> Found:
        return Found(
            passage=self.ranker.locales[ranking.locale].passages[number],
            score=score,
            dense=float(ranking.passage_meaning[number]),
            keywords=float(ranking.matches.passage[number]),
        )


_FOLLOWS = re.compile(
    r"^(?:and|what about|how about|what if|or|but|also|那|那么|那麼|如果|还有|還有|要是"
    r"|kalau|macam mana (?:kalau|dengan)|bagaimana (?:jika|dengan)|dan)\b|^[那还還]|呢[？?]?$",
    re.IGNORECASE,
)


def leans_on_context(question: str, language: str) -> bool:
    """Whether a question is too short to stand alone, or says that it goes on from another."""
    if _FOLLOWS.search(question.strip()):
        return True
    return len(parts(question, language)) <= (4 if language.startswith("zh") else 2)


def _grouped(articles: list[str], passages: Sequence[Passage]) -> list[tuple[Passage, ...]]:
    groups: dict[str, list[Passage]] = {article: [] for article in articles}
    for passage in passages:
        groups[passage.article_id].append(passage)
    return [tuple(groups[article]) for article in articles]
