"""A collection on trial: saved as published articles, indexed and asked, as the chat does it."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy.engine import Connection

from retrieval import articles
from retrieval.analysis import detect
from retrieval.articles import ArticleDraft
from retrieval.beir import Document, Grades, Question
from retrieval.draft import Progress
from retrieval.index import Index
from retrieval.ranking import Mode
from retrieval.search import Evidence
from retrieval.signals import SHOWN
from retrieval.store import Transactions

_SAVED_AT_ONCE = 500
_LOOKED_AT = 500
"""Characters of a document that its language is detected from."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with the documents that answer it (id → grade); none: nothing answers it."""

    question: Question
    relevant: Mapping[str, int]


@dataclass(slots=True)
class Left:
    """What a measurement leaves out, or what is odd about the collection: numbers to be told."""

    unjudged: int = 0  # questions that no document is judged to answer
    without_document: int = 0  # questions whose answering documents the corpus lacks
    empty_questions: int = 0
    empty_documents: int = 0  # neither title nor text: cannot be found, so count as missed
    repeated_documents: int = 0  # title and text of another one


@dataclass(frozen=True, slots=True)
class Trial:
    """A finished index over a collection, and what document each of its articles is."""

    index: Index
    locale: str
    passages: int
    build_s: float
    documents: Mapping[str, str] = field(repr=False)  # article id → document id

    def ranking(self, text: str, mode: Mode, depth: int = 10) -> list[str]:
        """Return the ids of the best documents, best first."""
        found = self.index.rank(text, hint=self.locale, limit=depth, mode=mode)
        return [self.documents[article] for article, _ in found]

    def evidence(self, text: str) -> tuple[Evidence, float]:
        """Return what the chat would answer from, and the milliseconds that it took."""
        started = time.perf_counter()
        evidence = self.index.search(text, hint=self.locale)
        return evidence, (time.perf_counter() - started) * 1000

    def shown(self, evidence: Evidence) -> list[str]:
        """Return the ids of the documents that an answer would show, the best one first."""
        passages = [one.passage for one in (*evidence.found, *evidence.alternatives)]
        articles = dict.fromkeys(one.article_id for one in passages)
        return [self.documents[one] for one in articles][:SHOWN]


def prepare(
    documents: Sequence[Document],
    *,
    locale: str,
    index: Index,
    store: Transactions,
    now: datetime,
    progress: Callable[[Progress], None],
) -> Trial:
    """Return the collection saved in the store that this index is over, and the index built.

    Loading the model is no part of `build_s`: a server does it once. Ids become articles' names
    (`d0000000`), since they may hold anything; a title that is empty stays empty.
    """
    names = {f"d{n:07d}": one for n, one in enumerate(documents) if not one.empty}
    drafts = (_draft(name, one, locale, now) for name, one in names.items())
    while some := list(islice(drafts, _SAVED_AT_ONCE)):
        store.write(_saving(some, now))
    index.warm_up()
    started = time.monotonic()
    built = index.build(progress)
    seconds = time.monotonic() - started
    ids = {name: one.id for name, one in names.items()}
    return Trial(index, locale, built.passages, seconds, ids)


def judged(
    questions: Sequence[Question],
    grades: Grades,
    documents: Sequence[Document],
    limit: int | None,
) -> tuple[list[Judged], Left]:
    """Return the first `limit` questions that a document of the collection answers.

    Answering documents that the collection lacks are left out: nobody could find them.
    """
    there = {one.id for one in documents}
    left = Left(
        empty_documents=sum(one.empty for one in documents),
        repeated_documents=len(documents) - len({(one.title, one.text) for one in documents}),
    )
    chosen: list[Judged] = []
    for question in questions:
        answering = {d: g for d, g in grades.get(question.id, {}).items() if g > 0}
        relevant = {d: g for d, g in answering.items() if d in there}
        if not answering:
            left.unjudged += 1
        elif not relevant:
            left.without_document += 1
        elif not question.text.strip():
            left.empty_questions += 1
        else:
            chosen.append(Judged(question, relevant))
    return chosen[:limit], left


def halved(documents: Sequence[Document], seed: int) -> list[Document]:
    """Return a random half of the documents in their order; the same seed gives the same half."""
    kept = set(random.Random(seed).sample(range(len(documents)), (len(documents) + 1) // 2))
    return [one for n, one in enumerate(documents) if n in kept]


def only_there(questions: Sequence[Judged], documents: Sequence[Document]) -> list[Judged]:
    """Return the questions, each with those of its documents that are there still."""
    there = {one.id for one in documents}
    return [
        Judged(one.question, {d: g for d, g in one.relevant.items() if d in there})
        for one in questions
    ]


def spoken(documents: Sequence[Document]) -> str:
    """Return the language that most of the documents are written in."""
    texts = (f"{one.title}\n{one.text}"[:_LOOKED_AT] for one in documents if not one.empty)
    counted = Counter(map(detect, texts)).most_common(1)
    return counted[0][0] if counted else "en"


def timed(trial: Trial, questions: Sequence[Judged]) -> Iterator[tuple[Judged, Evidence, float]]:
    """Ask one question after another; each with its evidence and milliseconds.

    A question that was asked before has not to be embedded again, so its time is NaN.
    """
    asked: set[str] = set()
    for one in questions:
        text = one.question.text
        evidence, ms = trial.evidence(text)
        yield one, evidence, float("nan") if text in asked else ms
        asked.add(text)


def _draft(name: str, document: Document, locale: str, now: datetime) -> ArticleDraft:
    return ArticleDraft(
        id=name,
        locale=locale,
        title=document.title.strip(),
        category="",
        subcategory="",
        components=(),
        questions=(),
        body=document.text,
        updated=now.date(),
    )


def _saving(drafts: Sequence[ArticleDraft], now: datetime) -> Callable[[Connection], None]:
    def work(tx: Connection) -> None:
        for draft in drafts:
            articles.save(tx, draft, author="trial", now=now)

    return work
