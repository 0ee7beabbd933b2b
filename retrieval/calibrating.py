"""Questions asked of an index while it is built, to learn how sure its answers may be."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from retrieval import analysis
from retrieval.calibration import Calibration, Example, fit
from retrieval.draft import Draft, Reporter
from retrieval.embedding import Embedder
from retrieval.ranking import Question, Ranker, question_entry
from retrieval.search import Search
from retrieval.settings import RetrievalSettings
from retrieval.signals import SHOWN

_GONE = 0.7
"""Weight of a question whose article is hidden: often a neighbouring article answers it, too."""
_TITLE = 0.3
"""Weight of a title that stands in where an article has no questions: customers ask otherwise."""

_THREADS = 2
"""Questions asked at once: what Python does of a search keeps one core busy."""


@dataclass(frozen=True, slots=True)
class _Asked:
    number: int  # of the question in its locale
    article: int
    weight: float


def calibrate(
    search: Search,
    draft: Draft,
    embedder: Embedder,
    settings: RetrievalSettings,
    report: Reporter,
) -> Calibration:
    """Return how sure to be, learned from the collection's own questions.

    Each is asked while it is hidden from the index (every other one with all that say nearly the
    same: some customers ask what was foreseen): with its article there (was it found?), and
    with one strange word more; then without its article, and with most of its words replaced
    (whatever is found is wrong). So nobody has to label anything. Articles without questions are
    asked for by their title.
    """
    examples: list[Example] = []
    # Half of a search is the model's and the vectors' work, which lets another thread work.
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="calibrate") as pool:
        for locale in draft.texts:
            chosen = _questions(search.ranker, draft, locale, settings.calibration_questions)
            ask = partial(_examples, search, draft, locale, embedder)
            for found in pool.map(ask, chosen):
                examples += found
                report.step(locale, 4)
    return fit(examples)


def _questions(ranker: Ranker, draft: Draft, locale: str, most: int) -> list[_Asked]:
    """Return what to ask: customers' questions, and titles that only one article has."""
    keywords = ranker.locales[locale].keywords
    owners = keywords.question_article
    first = np.flatnonzero(np.diff(owners, prepend=-1))
    titles = set(first.tolist())
    alone = {int(a) for a, n in zip(*np.unique(owners, return_counts=True), strict=True) if n == 1}
    texts = [draft.texts[locale][question_entry(n)] for n in range(len(owners))]
    written = Counter(texts)
    asked = [
        _Asked(n, int(owner), _TITLE if n in titles else 1.0)
        for n, owner in enumerate(owners)
        if n not in titles or (int(owner) in alone and written[texts[n]] == 1)
    ]
    return random.Random(0).sample(asked, most) if len(asked) > most else asked


def _examples(
    search: Search, draft: Draft, locale: str, embedder: Embedder, asked: _Asked
) -> list[Example]:
    ranker = search.ranker
    keywords = ranker.locales[locale].keywords
    text = draft.texts[locale][question_entry(asked.number)]
    if len(keywords.articles) < 2 or not analysis.parts(text, locale):
        return []
    examples = []
    chance = random.Random(asked.number)
    hidden = twins_of(ranker, text, keywords.articles[asked.article]) if asked.number % 2 else {}
    hidden[locale] = hidden.get(locale, frozenset()) | {asked.number}
    others = np.arange(len(keywords.articles)) != asked.article
    vector = [float(x) for x in draft.vectors[locale][question_entry(asked.number)]]
    for said, may, answered, weight in (
        (text, None, True, 1.0),
        (analysis.estrange(text, locale, share=0.0, chance=chance), None, True, 1.0),
        (text, others, False, _GONE),
        (analysis.estrange(text, locale, share=0.6, chance=chance), None, False, 1.0),
    ):
        meant = vector if said == text else embedder.embed_query(said)
        question = Question(said, meant)
        ranking = ranker.rank(question, locale, may, hidden)
        if not len(ranking.order):
            continue
        right = answered and asked.article in ranking.order[:SHOWN]
        seen = search.signals(ranking, question)
        examples.append(Example(locale, seen, right, weight * asked.weight, asked.number))
    return examples


def twins_of(ranker: Ranker, text: str, article: str) -> dict[str, frozenset[int]]:
    """Return, per language, the article's questions that give the answer away."""
    hidden = {}
    for code, part in ranker.locales.items():
        place = part.keywords.place.get(article)
        terms = analysis.terms(text, code)
        hidden[code] = frozenset() if place is None else part.keywords.twins(terms, place)
    return hidden
