"""A small build: the few articles that changed, beside the base that holds all the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval import contents as holding
from retrieval.articles import Article
from retrieval.building import Work
from retrieval.contents import Contents, Key, Marks
from retrieval.draft import embed, meant, pointer, unit
from retrieval.loaded import Loaded, Own, assemble, with_changes
from retrieval.passages import Passage, cut
from retrieval.vectors import Delta, Matrix, question_name


@dataclass(frozen=True, slots=True)
class Changes:
    """What must be done to one generation to make it hold other articles."""

    changed: frozenset[Key]
    removed: frozenset[Key]

    def __len__(self) -> int:
        return len(self.changed) + len(self.removed)


def between(before: Marks, after: Marks) -> Changes:
    """Return the changes that lead from one set of articles to another."""
    return Changes(
        frozenset(key for key, mark in after.items() if before.get(key) != mark),
        frozenset(key for key in before if key not in after),
    )


def read(articles: Sequence[Article], work: Work) -> dict[Key, Own]:
    """Return the articles' passages and questions."""
    work.report.stage("cut", len(articles))
    own: dict[Key, Own] = {}
    for article in articles:
        passages = cut(article, longest=work.settings.passage_characters)
        own[article.id, article.locale] = tuple(passages), article.questions
        work.report.step(f"{article.id} ({article.locale})")
    return own


def update(
    live: Loaded, marks: Marks, base_marks: Marks, own: Mapping[Key, Own], work: Work
) -> Loaded:
    """Return the generation that is the live one with changes, its files written.

    `own` are all articles that are not as the base or the live generation has them. Vectors and
    words of the others are shared with the live generation, and so is its calibration.
    """
    delta, pointers = _delta(own, work)
    since = between(live.contents.marks, marks)
    changed = {key: own[key] for key in since.changed}
    work.report.stage("keywords", len(since))
    words, shelves = with_changes(live.words, live.shelves, changed, since.removed)
    of_base = between(base_marks, marks)
    made = Contents(
        base=live.contents.base,
        schema=live.contents.schema,
        marks=marks,
        changed=frozenset(own),
        removed=of_base.removed,
        pointers=pointers,
        entries=live.contents.entries,
        calibration=live.contents.calibration,
    )
    delta.save(work.folder / "delta.npz")
    holding.save(work.folder, made)
    kept = {key: found for key, found in live.pointers.items() if key in marks}
    return assemble(
        work.generation, made, live.base, delta, words, shelves, kept | pointers,
        work.embedder.embed_query, work.settings,
    )  # fmt: skip


def _delta(own: Mapping[Key, Own], work: Work) -> tuple[Delta, dict[Key, tuple[int, ...]]]:
    """Return the vectors of all that is not the base's, and what its questions point to."""
    texts = {key: _texts(*own[key]) for key in own}
    wanted = list(dict.fromkeys(t for named in texts.values() for t in named.values()))
    rows = embed(wanted, work.embedder, work.remembered, work.report)
    place = {text: n for n, text in enumerate(wanted)}
    entries: dict[str, list[str]] = {}
    chosen: dict[str, list[int]] = {}
    pointers = {}
    for key, named in texts.items():
        numbers = [place[text] for text in named.values()]
        entries.setdefault(key[1], []).extend(_names(key[0], own[key][0], own[key][1]))
        chosen.setdefault(key[1], []).extend(numbers)
        passages, questions = own[key]
        held: Matrix = rows[numbers]
        seen = unit(key[0], key[1], passages, questions)
        pointers[key] = pointer(seen, key[1], held[: len(passages)], held[len(passages) :])
    delta = Delta(
        {code: tuple(names) for code, names in entries.items()},
        {code: np.ascontiguousarray(rows[numbers]) for code, numbers in chosen.items()},
    )
    return delta, pointers


def _names(article: str, passages: Sequence[Passage], questions: Sequence[str]) -> list[str]:
    asked = (question_name(article, n) for n in range(1 + len(questions)))
    return [*(p.id for p in passages), *asked]


def _texts(passages: Sequence[Passage], questions: Sequence[str]) -> dict[str, str]:
    """Return the texts of an article's entries, by name, passages first."""
    title = passages[0].title
    names = _names(passages[0].article_id, passages, questions)
    return dict(zip(names, [*map(meant, passages), title, *questions], strict=True))
