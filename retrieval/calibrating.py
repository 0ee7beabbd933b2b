"""Questions asked of an index while it is built, to learn how sure its answers may be."""

import random
from collections.abc import Iterator

import numpy as np

from retrieval import analysis
from retrieval.calibration import Calibration, Example, fit
from retrieval.draft import Draft, Reporter
from retrieval.embedding import Embedder
from retrieval.ranking import Ranker, question_entry
from retrieval.settings import RetrievalSettings


def calibrate(
    ranker: Ranker,
    draft: Draft,
    embedder: Embedder,
    settings: RetrievalSettings,
    report: Reporter,
) -> Calibration:
    """Return how sure to be, learned from the collection's own questions.

    Each is asked while it is hidden from the index: with its article there (was it found?), and
    with one strange word more; then without its article, and with most of its words replaced
    (whatever is found is wrong). So nobody has to label anything.
    """
    examples: list[Example] = []
    for locale in draft.texts:
        for example in _examples(ranker, draft, locale, embedder, settings.calibration_questions):
            examples.append(example)
            report.step(locale)
    return fit(examples)


def _examples(
    ranker: Ranker, draft: Draft, locale: str, embedder: Embedder, most: int
) -> Iterator[Example]:
    keywords = ranker.locales[locale].keywords
    questions = [
        (number, keywords.articles[keywords.question_article[number]])
        for number in range(1, len(keywords.questions))
        if keywords.question_article[number] == keywords.question_article[number - 1]
    ]  # the first of each article is its title
    chance = random.Random(0)
    if len(questions) > most:
        questions = chance.sample(questions, most)
    for number, article in questions:
        text = draft.texts[locale][question_entry(number)]
        hidden = _hidden(ranker, text, article)
        hidden[locale] = hidden[locale] | {number}
        own = keywords.articles.index(article)
        others = np.arange(len(keywords.articles)) != own
        for asked, may, answered, weight in (
            (text, None, True, 1.0),
            (analysis.estrange(text, locale, share=0.0, chance=chance), None, True, 1.0),
            (text, others, False, _GONE),
            (analysis.estrange(text, locale, share=0.6, chance=chance), None, False, 1.0),
        ):
            if may is not None and not may.any():
                continue
            ranking = ranker.rank(asked, embedder.embed_query(asked), locale, may, hidden)
            right = answered and int(ranking.order[0]) == own
            yield Example(locale, ranker.signals(ranking), right, weight)


_GONE = 0.5
"""Weight of a question whose article is hidden: often a neighbouring article answers it, too."""


def _hidden(ranker: Ranker, text: str, article: str) -> dict[str, frozenset[int]]:
    """Return, per language, the article's questions that give the answer away."""
    hidden = {}
    for code, part in ranker.locales.items():
        known = article in part.keywords.articles
        place = part.keywords.articles.index(article) if known else -1
        terms = analysis.terms(text, code)
        hidden[code] = part.keywords.twins(terms, place) if known else frozenset()
    return hidden
