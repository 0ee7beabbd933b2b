"""Builds a generation: read, cut, embed, keywords, calibrate, verify; switching is the index's."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval import analysis
from retrieval.articles import Article
from retrieval.calibrating import calibrate
from retrieval.calibration import BUILT_IN
from retrieval.draft import Draft, Reporter, meant
from retrieval.embedding import Embedder, Matrix
from retrieval.errors import VerificationFailed
from retrieval.keywords import Keywords, Unit
from retrieval.loaded import Loaded, assemble, describe, schema_of
from retrieval.passages import cut, plain
from retrieval.ranking import Ranker, question_entry
from retrieval.settings import RetrievalSettings
from retrieval.vectors import Vectors


def read(articles: Sequence[Article], settings: RetrievalSettings, report: Reporter) -> Draft:
    """Return the articles' passages, and every text that needs a vector."""
    report.stage("cut", len(articles))
    draft = Draft([])
    for article in articles:
        draft.items += [(article, p) for p in cut(article, longest=settings.passage_characters)]
        report.step(f"{article.id} ({article.locale})")
    for locale in dict.fromkeys(a.locale for a in articles):
        asked = (q for a in draft.articles(locale) for q in (a.title, *a.questions))
        draft.texts[locale] = {
            **{p.id: meant(p) for p in draft.passages(locale)},
            **{question_entry(n): question for n, question in enumerate(asked)},
        }
    return draft


def embed(
    draft: Draft, known: dict[str, list[float]], embedder: Embedder, batch: int, report: Reporter
) -> None:
    """Give every text its vector; texts that the live generation has are not embedded again."""
    wanted = dict.fromkeys(t for texts in draft.texts.values() for t in texts.values())
    new = sorted((t for t in wanted if t not in known), key=len)
    report.stage("embed", len(new))
    for start in range(0, len(new), batch):
        texts = new[start : start + batch]
        known.update(zip(texts, embedder.embed_documents(texts), strict=True))
        report.step(texts[0].split("\n", 1)[0][:80], len(texts))
    for locale, texts_by_id in draft.texts.items():
        draft.vectors[locale] = {entry: known[text] for entry, text in texts_by_id.items()}
    draft.embedded, draft.reused = len(new), len(wanted) - len(new)


def save_texts(folder: Path, draft: Draft) -> None:
    """Keep vectors by text, for the next build to reuse; Chroma is open in one process only."""
    vectors = {
        text: draft.vectors[locale][entry]
        for locale, texts in draft.texts.items()
        for entry, text in texts.items()
    }
    rows: Matrix = np.array(list(vectors.values()), np.float32)
    np.savez(folder / "reuse.npz", texts=np.array(list(vectors), np.str_), vectors=rows)


def load_texts(folder: Path) -> dict[str, list[float]]:
    """Return the vectors by text that another build left; nothing if it left none."""
    file = folder / "reuse.npz"
    if not file.is_file():
        return {}
    with np.load(file, allow_pickle=False) as kept:
        return dict(zip(kept["texts"].tolist(), kept["vectors"].tolist(), strict=True))


def index(
    folder: Path,
    generation: str,
    draft: Draft,
    embedder: Embedder,
    settings: RetrievalSettings,
    report: Reporter,
) -> Loaded:
    """Return the generation as it will be served, its files written and its checks passed."""
    report.stage("keywords", len(draft.texts))
    words = {}
    for locale in draft.texts:
        words[locale] = Keywords.build([_unit(a, draft) for a in draft.articles(locale)])
        words[locale].save(folder / "keywords" / locale)
        report.step(locale)
    vectors = Vectors(folder / "chroma", embedder, schema_of(embedder, analysis.VERSION))
    for locale, texts in draft.texts.items():
        for _ in vectors.add(locale, texts, draft.vectors[locale]):
            report.step(count=0)
    pointers = {locale: _pointers(words[locale], draft, locale) for locale in words}
    parts = {locale: (words[locale], pointers[locale]) for locale in words}
    passages = [p for _, p in draft.items]
    first = assemble(generation, parts, passages, vectors, embedder.embed_query, BUILT_IN, settings)
    report.stage("verify", _checks(draft, settings.calibration_questions))
    _verify(first.search.ranker, draft, vectors, report)
    calibration = calibrate(first.search.ranker, draft, embedder, settings, report)
    describe(folder, analysis.VERSION, {k: list(v) for k, v in pointers.items()}, calibration)
    return assemble(
        generation, parts, passages, vectors, embedder.embed_query, calibration, settings
    )


def _checks(draft: Draft, most: int) -> int:
    """How many searches verification and calibration make: a title each, four a question."""
    asked = {code: sum(len(a.questions) for a in draft.articles(code)) for code in draft.texts}
    titles = sum(len(list(draft.articles(code))) for code in draft.texts)
    return titles + 4 * sum(min(most, number) for number in asked.values())


def _unit(article: Article, draft: Draft) -> Unit:
    own = [p for a, p in draft.items if a is article]
    texts = [article.title, article.title, *(f"{p.heading}\n{plain(p.text)}" for p in own)]
    code = article.locale
    return Unit(
        article.id,
        tuple(t for text in texts for t in analysis.terms(text, code)),
        tuple((p.id, tuple(analysis.terms(meant(p), code))) for p in own),
        tuple(tuple(analysis.terms(q, code)) for q in (article.title, *article.questions)),
    )


def _pointers(words: Keywords, draft: Draft, locale: str) -> tuple[int, ...]:
    """Return, for every question, the passage of its article that fits it best."""
    vectors = draft.vectors[locale]
    ids = [p.id for p in draft.passages(locale)]
    meaning = np.array([vectors[i] for i in ids], np.float32)
    found = []
    asked = [q for a in draft.articles(locale) for q in (a.title, *a.questions)]
    for number, question in enumerate(asked):
        own = np.flatnonzero(words.passage_article == words.question_article[number])
        near = meaning[own] @ np.array(vectors[question_entry(number)], np.float32)
        share = 0.5 if locale == "en" else 0.25
        fit_of = (1 - share) * words.matches(analysis.parts(question, locale)).passage[
            own
        ] + share * near
        found.append(int(own[int(np.argmax(fit_of))]))
    return tuple(found)


def _verify(ranker: Ranker, draft: Draft, vectors: Vectors, report: Reporter) -> None:
    """Refuse an index that lacks entries, or does not find an article by its own title."""
    failures = [
        f"{locale}: {vectors.count(locale)} of {len(texts)} vectors are stored"
        for locale, texts in draft.texts.items()
        if vectors.count(locale) != len(texts)
    ]
    for locale in draft.texts:
        titles: dict[str, list[str]] = {}
        for article in draft.articles(locale):
            titles.setdefault(analysis.fold(article.title), []).append(article.id)
        number = 0
        for article in draft.articles(locale):
            vector = draft.vectors[locale][question_entry(number)]
            number += 1 + len(article.questions)
            ranking = ranker.rank(article.title, vector, locale)
            best = ranker.locales[locale].keywords.articles[int(ranking.order[0])]
            same = titles[analysis.fold(article.title)]
            near = [ranker.locales[locale].keywords.articles[int(n)] for n in ranking.order[:5]]
            if best not in same and article.id not in near:
                failures.append(f"{article.id} ({locale}) is not found by its own title")
            report.step(f"{article.id} ({locale})")
    if failures:
        report.failed(failures)
        raise VerificationFailed(failures)
