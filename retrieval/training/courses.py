"""Collections with known answers, made ready to be searched as the product does."""

import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import beir
from retrieval.articles import Article, ArticleDraft
from retrieval.calibrating import twins_of
from retrieval.draft import meant, unit
from retrieval.embedding import Embedder, Matrix
from retrieval.importers.markdown import parse
from retrieval.keywords import Keywords
from retrieval.passages import Passage, cut
from retrieval.ranking import Locale, Question, Ranker, question_entry

_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question, the articles that answer it, and what must be hidden to ask it fairly."""

    question: Question
    answers: frozenset[str]  # ids of articles; one that is gone cannot answer
    locale: str
    hidden: Mapping[str, frozenset[int]]
    written: bool = False
    """Whether the question stands beside its article: then it is hidden while it is asked."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a collection's search is built from."""

    drafts: Mapping[str, Sequence[ArticleDraft]]
    vectors: Mapping[str, NDArray[np.float32]]  # of every text that is embedded

    def halved(self, seed: int) -> "Shelf":
        """Return it with a random half of its articles, gone in all languages."""
        ids = sorted({draft.id for own in self.drafts.values() for draft in own})
        chance = random.Random(seed)
        kept = {one for one in ids if chance.random() < 0.5}
        drafts = {code: [d for d in own if d.id in kept] for code, own in self.drafts.items()}
        return Shelf({code: own for code, own in drafts.items() if own}, self.vectors)


@dataclass(frozen=True, slots=True)
class Course:
    """One collection; those of a group have the same articles and are held out together."""

    name: str
    group: str
    shelf: Shelf
    ranker: Ranker
    lessons: tuple[Lesson, ...]
    unanswerable: tuple[Lesson, ...] = ()

    def gold(self, lesson: Lesson) -> frozenset[int]:
        """Return the numbers of the articles that answer and are there."""
        place = self.ranker.locales[lesson.locale].keywords.place
        return frozenset(place[one] for one in lesson.answers if one in place)

    def halved(self, seed: int) -> "Course":
        """Return the collection with half of its articles really gone: no word of theirs counts."""
        shelf = self.shelf.halved(seed)
        ranker = _ranker(shelf)
        lessons = [
            replace(one, hidden=_hidden(ranker, shelf, one) if one.written else {})
            for one in self.lessons
            if one.locale in ranker.locales
        ]
        return replace(self, shelf=shelf, ranker=ranker, lessons=tuple(lessons))


def public(folder: Path, locale: str, embedder: Embedder, cache: Path, most: int) -> Course:
    """Return a collection in BEIR's files, the first `most` of its questions."""
    documents = beir.read_corpus(folder / "corpus.jsonl.gz")
    place = {one.id: n for n, one in enumerate(documents)}
    grades = beir.read_grades(folder / "qrels.tsv.gz")
    asked = beir.read_questions(folder / "queries.jsonl.gz")
    asked = [q for q in asked if any(d in place for d in grades.get(q.id, {}))][:most]
    drafts = [_draft(f"d{n}", locale, one.title, one.text) for n, one in enumerate(documents)]
    shelf = _shelf({locale: drafts}, embedder, cache, folder.name)
    vectors = _embedded([q.text for q in asked], embedder, cache, f"{folder.name}-asked")
    lessons = [
        Lesson(
            Question(q.text, v.tolist()),
            frozenset(f"d{place[d]}" for d in grades[q.id] if d in place), locale, {},
        )
        for q, v in zip(asked, vectors, strict=True)
    ]  # fmt: skip
    extra = folder / "unanswerable.jsonl.gz"
    others = beir.read_questions(extra)[: most // 2] if extra.is_file() else []
    found = _embedded([q.text for q in others], embedder, cache, f"{folder.name}-unanswerable")
    never = [
        Lesson(Question(q.text, v.tolist()), frozenset(), locale, {})
        for q, v in zip(others, found, strict=True)
    ]
    group = folder.name.split("_")[0]
    return Course(folder.name, group, shelf, _ranker(shelf), tuple(lessons), tuple(never))


def sample(folder: Path, embedder: Embedder, cache: Path, most: int) -> Course:
    """Return the sample help centre: each of its questions asked while it is hidden."""
    drafts: dict[str, list[ArticleDraft]] = {}
    for file in sorted(folder.rglob("*.md")):
        draft = parse(file.read_bytes(), file.name)
        drafts.setdefault(draft.locale, []).append(draft)
    shelf = _shelf(drafts, embedder, cache, "sample")
    ranker = _ranker(shelf)
    lessons = []
    for locale, own in drafts.items():
        asked = [(q, draft.id) for draft in own for q in draft.questions]
        chosen = random.Random(0).sample(asked, min(most // 4, len(asked)))
        vectors = _embedded([q for q, _ in chosen], embedder, cache, f"sample-asked-{locale}")
        for (text, article), vector in zip(chosen, vectors, strict=True):
            lesson = Lesson(Question(text, vector.tolist()), frozenset({article}), locale, {}, True)
            lessons.append(replace(lesson, hidden=_hidden(ranker, shelf, lesson)))
    return Course("sample", "sample", shelf, ranker, tuple(lessons))


def _hidden(ranker: Ranker, shelf: Shelf, lesson: Lesson) -> Mapping[str, frozenset[int]]:
    """Return what must look as if nobody had written it, for a question beside its article."""
    article = next(iter(lesson.answers))
    hidden = twins_of(ranker, lesson.question.text, article)
    drafts = shelf.drafts[lesson.locale]
    beside = [(draft.id, q) for draft in drafts for q in (draft.title, *draft.questions)]
    numbers = [n for n, one in enumerate(beside) if one == (article, lesson.question.text)]
    return hidden | {lesson.locale: hidden[lesson.locale] | frozenset(numbers)}


def _draft(name: str, locale: str, title: str, body: str) -> ArticleDraft:
    return ArticleDraft(
        id=name, locale=locale, title=title, category="c", subcategory="", components=(),
        questions=(), body=body or " ", updated=_DAY,
    )  # fmt: skip


def _shelf(
    drafts: Mapping[str, Sequence[ArticleDraft]], embedder: Embedder, cache: Path, name: str
) -> Shelf:
    vectors: dict[str, NDArray[np.float32]] = {}
    for code, own in drafts.items():
        texts = [meant(passage) for draft in own for passage in cut(_article(draft))]
        texts += [text for draft in own for text in (draft.title, *draft.questions)]
        rows = _embedded(texts, embedder, cache, f"{name}-{code}")
        vectors |= dict(zip(texts, rows, strict=True))
    return Shelf(drafts, vectors)


def _ranker(shelf: Shelf) -> Ranker:
    locales, entries, rows = {}, {}, {}
    for code, own in shelf.drafts.items():
        passages: list[Passage] = []
        units = []
        for draft in own:
            mine = cut(_article(draft))
            passages += mine
            units.append(unit(draft.id, code, mine, draft.questions))
        asked = [q for draft in own for q in (draft.title, *draft.questions)]
        entries[code] = [p.id for p in passages] + [question_entry(n) for n in range(len(asked))]
        rows[code] = np.stack([shelf.vectors[text] for text in (*map(meant, passages), *asked)])
        locales[code] = Locale(Keywords.build(units), tuple(passages))

    def nearest(code: str, vector: Sequence[float], limit: int) -> dict[str, float]:
        cosines = rows[code] @ np.asarray(vector, np.float32)
        best = np.argsort(-cosines)[:limit]
        return {entries[code][int(n)]: float(cosines[n]) for n in best}

    return Ranker(locales, nearest)


def _article(draft: ArticleDraft) -> Article:
    named = {name: getattr(draft, name) for name in draft.__slots__}
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Article(**named, version=1, published=True, author="", saved_at=now)


def _embedded(texts: Sequence[str], embedder: Embedder, cache: Path, name: str) -> Matrix:
    mark = hashlib.sha256("\0".join([embedder.identity, *texts]).encode()).hexdigest()[:16]
    file = cache / f"{name}-{mark}.npy"
    if file.is_file():
        kept: NDArray[np.float16] = np.load(file)
        return kept.astype(np.float32)
    rows: Matrix = np.zeros((len(texts), embedder.dimension), np.float32)
    for places, vectors in _stream(texts, embedder):
        rows[places] = vectors
    cache.mkdir(parents=True, exist_ok=True)
    np.save(file, rows.astype(np.float16))
    return rows


def _stream(texts: Sequence[str], embedder: Embedder) -> Iterable[tuple[list[int], Matrix]]:
    return embedder.stream(texts) if texts else _nothing()


def _nothing() -> Iterator[tuple[list[int], Matrix]]:
    return iter(())
