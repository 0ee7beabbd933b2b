"""Collections with known answers, made ready to be searched as the product does."""

import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    gold: frozenset[int]
    locale: str
    hidden: Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Course:
    """One collection; those of a group have the same articles and are held out together."""

    name: str
    group: str
    ranker: Ranker
    lessons: tuple[Lesson, ...]
    unanswerable: tuple[Lesson, ...] = ()


def public(folder: Path, locale: str, embedder: Embedder, cache: Path, most: int) -> Course:
    """Return a collection in BEIR's files, the first `most` of its questions."""
    documents = beir.read_corpus(folder / "corpus.jsonl.gz")
    place = {one.id: n for n, one in enumerate(documents)}
    grades = beir.read_grades(folder / "qrels.tsv.gz")
    asked = beir.read_questions(folder / "queries.jsonl.gz")
    asked = [q for q in asked if any(d in place for d in grades.get(q.id, {}))][:most]
    drafts = [_draft(f"d{n}", locale, one.title, one.text) for n, one in enumerate(documents)]
    ranker = _ranker({locale: drafts}, embedder, cache, folder.name)
    vectors = _embedded([q.text for q in asked], embedder, cache, f"{folder.name}-asked")
    lessons = [
        Lesson(
            Question(q.text, v.tolist()), frozenset(place[d] for d in grades[q.id] if d in place),
            locale, {},
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
    return Course(folder.name, folder.name.split("_")[0], ranker, tuple(lessons), tuple(never))


def sample(folder: Path, embedder: Embedder, cache: Path, most: int) -> Course:
    """Return the sample help centre: each of its questions asked while it is hidden."""
    drafts: dict[str, list[ArticleDraft]] = {}
    for file in sorted(folder.rglob("*.md")):
        draft = parse(file.read_bytes(), file.name)
        drafts.setdefault(draft.locale, []).append(draft)
    ranker = _ranker(drafts, embedder, cache, "sample")
    lessons = []
    for locale, own in drafts.items():
        asked = [(n, q) for n, draft in enumerate(own) for q in draft.questions]
        numbered = _numbered(own)
        chosen = random.Random(0).sample(asked, min(most // 4, len(asked)))
        vectors = _embedded([q for _, q in chosen], embedder, cache, f"sample-asked-{locale}")
        for (article, text), vector in zip(chosen, vectors, strict=True):
            hidden = twins_of(ranker, text, own[article].id)
            hidden[locale] = hidden[locale] | {numbered[article, text]}
            question = Question(text, vector.tolist())
            lessons.append(Lesson(question, frozenset({article}), locale, hidden))
    return Course("sample", "sample", ranker, tuple(lessons))


def _numbered(drafts: Sequence[ArticleDraft]) -> dict[tuple[int, str], int]:
    every = [(n, q) for n, draft in enumerate(drafts) for q in (draft.title, *draft.questions)]
    return {key: number for number, key in enumerate(every)}


def _draft(name: str, locale: str, title: str, body: str) -> ArticleDraft:
    return ArticleDraft(
        id=name, locale=locale, title=title, category="c", subcategory="", components=(),
        questions=(), body=body or " ", updated=_DAY,
    )  # fmt: skip


def _ranker(
    drafts: Mapping[str, Sequence[ArticleDraft]], embedder: Embedder, cache: Path, name: str
) -> Ranker:
    locales, entries, rows = {}, {}, {}
    for code, own in drafts.items():
        passages: list[Passage] = []
        units = []
        for draft in own:
            mine = cut(_article(draft))
            passages += mine
            units.append(unit(draft.id, code, mine, draft.questions))
        asked = [q for draft in own for q in (draft.title, *draft.questions)]
        entries[code] = [p.id for p in passages] + [question_entry(n) for n in range(len(asked))]
        texts = [*map(meant, passages), *asked]
        rows[code] = _embedded(texts, embedder, cache, f"{name}-{code}")
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
