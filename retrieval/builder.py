"""One build from the first look to the switch, and what is cleared away afterwards."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from retrieval import (
    analysis,
    articles,
    building,
    contents,
    differences,
    generations,
    updating,
    vectors,
    verifying,
)
from retrieval.articles import Article
from retrieval.building import Work
from retrieval.contents import Key
from retrieval.draft import Progress, Reporter
from retrieval.embedding import Embedder
from retrieval.errors import BuildCancelled, RetrievalError
from retrieval.generations import Lease
from retrieval.loaded import Loaded, schema_of
from retrieval.passages import Passage
from retrieval.remembered import Remembered
from retrieval.settings import RetrievalSettings
from retrieval.store import Transactions

_BATCH = 500
"""Passages written in one transaction: customers' messages wait for no longer one."""


class Builder:
    """Builds a generation beside the live one, and makes it the live one."""

    def __init__(
        self,
        store: Transactions,
        root: Path,
        settings: RetrievalSettings,
        now: Callable[[], datetime],
        embedder: Embedder,
        live: Callable[[], Loaded | None],
    ) -> None:
        self._store, self._root, self._settings, self._now = store, root, settings, now
        self._embedder, self._live = embedder, live

    def build(
        self,
        generation: str,
        lease: Lease,
        tell: Callable[[Progress], None],
        cancelled: Callable[[], bool],
        *,
        whole: bool,
        hold: bool = False,
    ) -> Loaded:
        """Return the generation that is live now; whatever is raised leaves the old one live.

        With `hold` it is finished and checked, and the old one stays live, too.
        """
        started = time.monotonic()
        self._store.write(
            lambda tx: generations.start(
                tx, generation,
                model=self._embedder.name, analysis=analysis.VERSION, now=self._now(),
            )
        )  # fmt: skip
        collect(self._store, self._root, self._settings)
        folder = self._root / generation
        report = Reporter(generation, tell, cancelled, lambda: lease.renew(self._now()))
        made: Loaded | None = None
        remembered: Remembered | None = None
        try:
            folder.mkdir(parents=True)
            embedder = self._embedder
            remembered = Remembered(self._root, embedder.identity, embedder.dimension)
            work = Work(generation, folder, embedder, remembered, self._settings, report)
            made = self._make(work, whole=whole)
            report.stage("switch", 1)
            self._switch(generation, lease, time.monotonic() - started, hold=hold)
        except BaseException as error:
            self._give_up(report.at, folder, made, error, time.monotonic() - started)
            raise
        finally:
            if remembered is not None:
                remembered.close()
        return made

    def _make(self, work: Work, *, whole: bool) -> Loaded:
        work.report.stage("read", 1)
        marks = self._store.read(generations.published_marks)
        live = self._live()
        if live is not None and not whole and self._is_small(live, marks):
            made = self._small(live, marks, work)
            fresh = updating.between(live.contents.marks, marks).changed
        else:
            made, fresh = self._whole(work), None
        try:
            self._verify(made, live, fresh, work)
        except BaseException:
            if live is None or made.base is not live.base:
                made.base.vectors.close()
            raise
        return made

    def _is_small(self, live: Loaded, marks: Mapping[Key, str]) -> bool:
        if live.contents.schema != schema_of(self._embedder, self._settings):
            return False
        share = self._settings.small_build
        limit = share * max(len(marks), len(live.contents.marks))
        return share > 0 and len(updating.between(live.contents.marks, marks)) <= limit

    def _small(self, live: Loaded, marks: Mapping[Key, str], work: Work) -> Loaded:
        base = contents.load(self._root, live.contents.base)
        base_marks = {} if base is None else base.marks
        since = updating.between(live.contents.marks, marks)
        keys = sorted(since.changed | updating.between(base_marks, marks).changed)
        read = self._store.read(lambda tx: _articles(tx, keys, marks))
        there = {(article.id, article.locale) for article in read}
        moved = set(keys) - there  # taken over by another id since the marks were read
        marks = {key: mark for key, mark in marks.items() if key not in moved}
        own = updating.read(read, work)
        made = updating.update(live, marks, base_marks, own, work)
        items = [(article, p) for article in read for p in own[article.id, article.locale][0]]
        embedded = work.report.at.embedded
        self._store_passages(work.generation, items, made, embedded, _entries(made) - embedded)
        return made

    def _whole(self, work: Work) -> Loaded:
        read, marks = self._store.read(_published)
        draft = building.read(read, work)
        building.give_vectors(draft, work)
        made = building.whole(draft, marks, work)
        self._store_passages(work.generation, draft.items, made, draft.embedded, draft.reused)
        building.forget_unused(draft, work.remembered)
        return made

    def _store_passages(
        self,
        generation: str,
        items: Sequence[tuple[Article, Passage]],
        made: Loaded,
        embedded: int,
        reused: int,
    ) -> None:
        for start in range(0, len(items), _BATCH):
            self._store.write(_storing(generation, start, items[start : start + _BATCH]))
        figures = {
            "articles": len(made.contents.marks),
            "passages": sum(len(p) for shelf in made.shelves.values() for p in shelf.values()),
            "embedded": embedded,
            "reused": reused,
        }
        self._store.write(lambda tx: generations.finish(tx, generation, **figures))

    def _verify(
        self, made: Loaded, live: Loaded | None, fresh: frozenset[Key] | None, work: Work
    ) -> None:
        """Ask the new index for titles (all of a whole build's) and a sample of questions."""
        keys, number = made.contents.marks, self._settings.verify_sample
        if fresh is not None:
            number = number // 3  # the rest is the live generation's, which was checked
        titles = sorted(keys) if fresh is None else verifying.sample(keys, number, fresh)
        asked: list[verifying.Asked] = []
        if live is not None:
            both = [key for key in keys if key in live.contents.marks]
            asked = self._asked(made, verifying.sample(both, number))
        texts = [*(verifying.title_of(made, key) for key in titles), *(a.text for a in asked)]
        known = verifying.Known(work.embedder, work.remembered, texts)
        margin = self._settings.verify_margin
        verifying.check(
            made, live, titles, asked, margin, known, work.report,
            lambda found: differences.save(self._root, work.generation, found),
        )  # fmt: skip

    def _asked(self, made: Loaded, keys: Sequence[Key]) -> list[verifying.Asked]:
        """Return one question of each of these articles that has any."""
        found: dict[Key, tuple[str, ...]] = {}
        for owner in dict.fromkeys((made.contents.base, made.id)):
            mine = [key for key in keys if (key in made.contents.changed) == (owner == made.id)]
            if mine:
                held = self._store.read(_loading(owner, mine))
                found |= {key: asked for key, (_, asked) in held.items()}
        return [verifying.Asked(key, found[key][0]) for key in keys if found.get(key)]

    def _switch(self, generation: str, lease: Lease, seconds: float, *, hold: bool) -> None:
        def work(tx: Connection) -> None:
            lease.check(tx)
            generations.finish(tx, generation, seconds=seconds)
            if hold:
                generations.finish(tx, generation, state="ready")
            else:
                generations.switch(tx, generation, self._now())

        self._store.write(work)

    def _give_up(
        self,
        at: Progress,
        folder: Path,
        made: Loaded | None,
        error: BaseException,
        seconds: float,
    ) -> None:
        generation = at.generation
        if made is not None and made.base.id == generation:
            made.base.vectors.close()
        shutil.rmtree(folder, ignore_errors=True)
        state = "cancelled" if isinstance(error, BuildCancelled) else "failed"
        told = (
            str(error) if isinstance(error, RetrievalError) else f"{type(error).__name__}: {error}"
        )
        kept = {"embedded": at.embedded, "reused": at.reused}  # the next build has them already
        values = {"state": state, "error": told, "seconds": seconds, **kept}

        def work(tx: Connection) -> None:
            generations.finish(tx, generation, **values)
            generations.forget(tx, [generation])

        self._store.write(work)


def collect(store: Transactions, root: Path, settings: RetrievalSettings) -> None:
    """Remove the files of dead builds and of generations too old to return to."""
    keep = settings.keep_generations
    gone = store.read(
        lambda tx: generations.outdated(tx, keep, lambda one: contents.base_of(root, one))
    )
    vectors.forget(settings.chroma_url, gone)
    known = {g.id for g in store.read(generations.listing)}
    if root.is_dir():
        strangers = [p.name for p in root.iterdir() if p.is_dir() and p.name not in known]
        for name in (*gone, *strangers):
            shutil.rmtree(root / name, ignore_errors=True)
        differences.forget(root, known)
    store.write(lambda tx: generations.forget(tx, gone))


def _published(tx: Connection) -> tuple[list[Article], dict[Key, str]]:
    """Return the articles and their marks, both of one moment."""
    return articles.published(tx), generations.published_marks(tx)


def _articles(tx: Connection, keys: Sequence[Key], marks: Mapping[Key, str]) -> list[Article]:
    """Return these articles in the versions of the marks."""
    found = (
        articles.find(tx, article, locale, int(marks[article, locale].split("@")[0]))
        for article, locale in keys
    )
    return [one for one in found if one is not None]


def _entries(made: Loaded) -> int:
    passages = sum(len(p) for shelf in made.shelves.values() for p in shelf.values())
    return passages + sum(len(aims) for aims in made.pointers.values())


def _loading(
    owner: str, keys: Sequence[Key]
) -> Callable[[Connection], dict[Key, tuple[tuple[Passage, ...], tuple[str, ...]]]]:
    return lambda tx: generations.load_own(tx, owner, keys)


def _storing(
    generation: str, first: int, items: Sequence[tuple[Article, Passage]]
) -> Callable[[Connection], None]:
    def work(tx: Connection) -> None:
        generations.store_passages(tx, generation, first, items)

    return work
