"""A whole build: every article read, cut and embedded, an index of its own made and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from retrieval import contents
from retrieval.articles import Article
from retrieval.calibrating import calibrate
from retrieval.calibration import BUILT_IN
from retrieval.contents import Key
from retrieval.draft import Draft, Reporter, embed, meant, pointer, unit
from retrieval.embedding import Embedder, Matrix
from retrieval.keywords import Keywords, Unit
from retrieval.loaded import Base, Loaded, assemble, schema_of
from retrieval.passages import cut
from retrieval.ranking import question_entry
from retrieval.remembered import Remembered, hash_of
from retrieval.settings import RetrievalSettings
from retrieval.vectors import Delta, Vectors, question_name


@dataclass(frozen=True, slots=True)
class Work:
    """What every build is given."""

    generation: str
    folder: Path
    embedder: Embedder
    remembered: Remembered
    settings: RetrievalSettings
    report: Reporter


def read(articles: Sequence[Article], work: Work) -> Draft:
    """Return the articles' passages, and every text that needs a vector."""
    work.report.stage("cut", len(articles))
    items = []
    for article in articles:
        longest = work.settings.passage_characters
        items += [(article, p) for p in cut(article, longest=longest)]
        work.report.step(f"{article.id} ({article.locale})")
    draft = Draft(items)
    for locale in dict.fromkeys(a.locale for a in articles):
        asked = (q for a in draft.articles(locale) for q in (a.title, *a.questions))
        draft.texts[locale] = {
            **{p.id: meant(p) for p in draft.passages(locale)},
            **{question_entry(n): question for n, question in enumerate(asked)},
        }
    return draft


def give_vectors(draft: Draft, work: Work) -> None:
    """Give every text of a draft its vector."""
    wanted = list(dict.fromkeys(t for texts in draft.texts.values() for t in texts.values()))
    rows = embed(wanted, work.embedder, work.remembered, work.report)
    place = {text: n for n, text in enumerate(wanted)}
    for locale, texts in draft.texts.items():
        draft.vectors[locale] = {entry: rows[place[text]] for entry, text in texts.items()}
    draft.embedded, draft.reused = work.report.at.embedded, work.report.at.reused


def forget_unused(draft: Draft, remembered: Remembered) -> None:
    """Drop the vectors of texts that a whole build did not want any more."""
    texts = {t for texts in draft.texts.values() for t in texts.values()}
    remembered.forget_others(hash_of(text) for text in texts)


def whole(draft: Draft, marks: Mapping[Key, str], work: Work) -> Loaded:
    """Return the generation as it will be served, its files written; nothing is verified yet."""
    schema = schema_of(work.embedder, work.settings)
    vectors = Vectors(work.folder / "chroma", schema, work.settings.chroma_url)
    try:
        words, pointers = _words(draft, work)
        entries = _fill(vectors, draft, work.report)
        made = contents.whole(work.generation, schema, marks, pointers, entries, BUILT_IN.as_json())
        shelves = {locale: draft.shelf(locale) for locale in draft.texts}
        base = Base(work.generation, vectors)
        first = assemble(
            work.generation, made, base, Delta({}, {}), words, shelves, pointers,
            work.embedder.embed_query, work.settings,
        )  # fmt: skip
        work.report.stage("calibrate", _questions(draft, work.settings))
        learned = calibrate(
            first.search, draft, work.embedder, work.settings, work.report
        ).as_json()
        made = replace(made, calibration=learned)
        contents.save(work.folder, made)
        return assemble(
            work.generation, made, base, Delta({}, {}), words, shelves, pointers,
            work.embedder.embed_query, work.settings,
        )  # fmt: skip
    except BaseException:
        vectors.close()
        raise


def _words(draft: Draft, work: Work) -> tuple[dict[str, Keywords], dict[Key, tuple[int, ...]]]:
    work.report.stage("keywords", sum(len(draft.articles(code)) for code in draft.texts))
    words: dict[str, Keywords] = {}
    pointers: dict[Key, tuple[int, ...]] = {}
    for locale in draft.texts:
        units: list[Unit] = []
        asked, own, vectors = 0, draft.shelf(locale), draft.vectors[locale]
        for article in draft.articles(locale):
            passages, number = own[article.id], 1 + len(article.questions)
            units.append(unit(article.id, locale, passages, article.questions))
            entries = [question_entry(n) for n in range(asked, asked + number)]
            pointers[article.id, locale] = pointer(
                units[-1],
                locale,
                np.array([vectors[p.id] for p in passages], np.float32),
                np.array([vectors[entry] for entry in entries], np.float32),
            )
            asked += number
            work.report.step(f"{article.id} ({locale})")
        words[locale] = Keywords.build(units)
        words[locale].save(work.folder / "keywords" / locale)
    return words, pointers


def _fill(vectors: Vectors, draft: Draft, report: Reporter) -> dict[str, int]:
    """Store every vector under its stable name; return how many there are per locale."""
    filled = {}
    report.stage("store", sum(len(texts) for texts in draft.texts.values()))
    for locale in draft.texts:
        names = [p.id for p in draft.passages(locale)]
        for article in draft.articles(locale):
            names += [question_name(article.id, n) for n in range(1 + len(article.questions))]
        rows: Matrix = np.array(list(draft.vectors[locale].values()), np.float32)
        done = 0
        for stored in vectors.add(locale, names, rows):
            report.step(locale, stored - done)
            done = stored
        filled[locale] = len(names)
    return filled


def _questions(draft: Draft, settings: RetrievalSettings) -> int:
    """How many searches calibration makes at most: four for each question that it asks."""
    asked = {code: sum(len(a.questions) for a in draft.articles(code)) for code in draft.texts}
    return 4 * sum(min(settings.calibration_questions, number) for number in asked.values())
