"""The index as the application sees it: build, switch, roll back, search."""

import shutil
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from retrieval import analysis, articles, building, generations
from retrieval.draft import Progress, Reporter
from retrieval.embedding import Embedder, load
from retrieval.errors import BuildCancelled, NoIndex, RetrievalError
from retrieval.generations import Generation, Lease
from retrieval.loaded import Loaded, folder_of, open_generation
from retrieval.passages import Passage
from retrieval.search import Allowed, Evidence, Mode
from retrieval.settings import RetrievalSettings
from retrieval.store import Transactions

__all__ = ["Generation", "Index", "Progress"]

_BATCH = 500


def _ignore(progress: Progress) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


class Index:
    """Search over the live generation; one object serves all threads of a process."""

    def __init__(
        self,
        store: Transactions,
        home: Path,
        settings: RetrievalSettings,
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._home, self._settings, self._now = store, home, settings, now
        self._loaded: Loaded | None = None
        self._before: Loaded | None = None
        self._embedder: Embedder | None = None
        self._lock = threading.RLock()
        self._published: dict[tuple[str, str], int] = {}
        self._mark: object = None
        self._looked = 0.0

    @property
    def answer_threshold(self) -> float:
        """From this confidence on an answer is given."""
        return self._settings.answer_threshold

    def build(
        self,
        progress: Callable[[Progress], None] = _ignore,
        cancelled: Callable[[], bool] = _never,
    ) -> Generation:
        """Return the new live generation, built beside the old one, which answers meanwhile.

        AlreadyBuilding if another process or thread builds; BuildCancelled, VerificationFailed
        and every other error leave the live generation as it was.
        """
        generation = f"g{self._now():%Y%m%d%H%M%S}-{uuid.uuid4().hex[:6]}"
        lease = Lease(self._store, self._settings.builder_lease)
        lease.take(generation, self._now())
        try:
            return self._build(generation, lease, progress, cancelled)
        finally:
            lease.release()

    def rollback(self, generation: str | None = None) -> Generation:
        """Return the finished generation that answers from now on; NothingToRollBack if none."""
        target = self._store.read(lambda tx: generations.rollback_target(tx, generation))
        loaded = self._open(target.id)  # a broken one is never switched to
        self._store.write(lambda tx: generations.switch(tx, target.id, self._now()))
        self._use(loaded)
        return self._one(target.id)

    def generations(self) -> list[Generation]:
        """Return all generations, the newest first."""
        return self._store.read(generations.listing)

    def pending(self) -> int:
        """Return how many articles changed since the live generation."""
        return self._store.read(generations.pending)

    def refresh(self) -> bool:
        """Look what SQL says now; True if another generation was loaded. Call after changes."""
        self._recheck(at_once=True)
        live = self._store.read(generations.live)
        with self._lock:
            if live is None or (self._loaded is not None and self._loaded.id == live.id):
                return False
            self._use(self._open(live.id))
            return True

    def close(self) -> None:
        """Give the files back; nothing can be searched afterwards."""
        with self._lock:
            closing = [one for one in (self._before, self._loaded) if one is not None]
            self._before = self._loaded = None
        for one in closing:
            one.vectors.close()

    def warm_up(self) -> None:
        """Load model and live generation now, so that the first customer need not wait."""
        self._model().embed_query("ready")
        self.refresh()

    def search(
        self,
        text: str,
        *,
        hint: str | None = None,
        previous: str | None = None,
        context: tuple[str, ...] = (),
        limit: int | None = None,
        audience: str = "public",
    ) -> Evidence:
        """Return the evidence for a question, all from one generation; NoIndex before the first.

        `hint` is the page's language, `previous` that of the customer's last message, `context`
        the earlier messages, oldest first. Audience `public` sees public articles only; every
        other one sees its own as well. `limit` passages at most, the setting `top` if None.
        """
        loaded = self._live()
        return loaded.search.ask(
            text, self._allowed(audience),
            hint=hint, previous=previous, context=context, limit=limit or self._settings.top,
        )  # fmt: skip

    def rank(
        self, text: str, *, hint: str | None = None, limit: int = 10, mode: Mode = "hybrid"
    ) -> list[tuple[str, float]]:
        """Return the best articles (id, score), as the search behind every answer orders them.

        `mode` leaves out meaning (`keywords`) or words (`dense`), for measuring only.
        """
        return self._live().search.rank(
            text, self._allowed("public"), hint=hint, limit=limit, mode=mode
        )

    def suggest(self, text: str, locale: str, limit: int = 5) -> list[Passage]:
        """Return passages of fitting articles while somebody types; fast, words only."""
        return self._live().search.suggest(text, locale, self._allowed("public"), limit)

    def passage(self, passage_id: str) -> Passage:
        """Return a passage of the live generation; UnknownArticle if it is not there or pulled."""
        found = self._live().passage(passage_id)
        if not self._allowed(found.audience)(found.article_id, [found]):
            return self._live().passage("")
        return found

    def _build(
        self,
        generation: str,
        lease: Lease,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> Generation:
        started = time.monotonic()
        embedder = self._model()
        self._store.write(
            lambda tx: generations.start(
                tx, generation, model=embedder.name, analysis=analysis.VERSION, now=self._now()
            )
        )
        self._collect()
        folder = folder_of(self._home, generation)
        report = Reporter(generation, progress, cancelled, lambda: lease.renew(self._now()))
        loaded: Loaded | None = None
        try:
            folder.mkdir(parents=True)
            loaded = self._make(generation, folder, embedder, report)
            report.stage("switch", 1)
            self._switch(generation, lease, time.monotonic() - started)
        except BaseException as error:
            if loaded is not None:
                loaded.vectors.close()
            self._give_up(generation, folder, error, time.monotonic() - started)
            raise
        self._use(loaded)
        self._collect()
        done = self._one(generation)
        progress(Progress(generation, "done", done.passages, done.passages))
        return done

    def _make(self, generation: str, folder: Path, embedder: Embedder, report: Reporter) -> Loaded:
        report.stage("read", 1)
        read = self._store.read(articles.published)
        draft = building.read(read, self._settings, report)
        live = self._store.read(generations.live)
        same = live is not None and live.model == embedder.name
        known = building.load_texts(folder_of(self._home, live.id)) if live and same else {}
        building.embed(draft, known, embedder, self._settings.embed_batch, report)
        building.save_texts(folder, draft)
        for start in range(0, len(draft.items), _BATCH):
            some = draft.items[start : start + _BATCH]
            self._store.write(_storing(generation, start, some))
        figures = {
            "articles": len(read),
            "passages": len(draft.items),
            "embedded": draft.embedded,
            "reused": draft.reused,
        }
        self._store.write(lambda tx: generations.finish(tx, generation, **figures))
        return building.index(folder, generation, draft, embedder, self._settings, report)

    def _switch(self, generation: str, lease: Lease, seconds: float) -> None:
        def work(tx: Connection) -> None:
            lease.check(tx)
            generations.finish(tx, generation, seconds=seconds)
            generations.switch(tx, generation, self._now())

        self._store.write(work)

    def _give_up(self, generation: str, folder: Path, error: BaseException, seconds: float) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        state = "cancelled" if isinstance(error, BuildCancelled) else "failed"
        told = (
            str(error) if isinstance(error, RetrievalError) else f"{type(error).__name__}: {error}"
        )
        values = {"state": state, "error": told, "seconds": seconds}

        def work(tx: Connection) -> None:
            generations.finish(tx, generation, **values)
            generations.forget(tx, [generation])

        self._store.write(work)

    def _collect(self) -> None:
        """Remove the files of dead builds and of generations too old to return to."""
        gone = self._store.read(
            lambda tx: generations.outdated(tx, self._settings.keep_generations)
        )
        known = {g.id for g in self.generations()}
        root = self._home / "index"
        if root.is_dir():
            strangers = [p.name for p in root.iterdir() if p.is_dir() and p.name not in known]
            for name in (*gone, *strangers):
                shutil.rmtree(root / name, ignore_errors=True)
        self._store.write(lambda tx: generations.forget(tx, gone))

    def _live(self) -> Loaded:
        loaded = self._loaded
        if loaded is None:
            self.refresh()
            loaded = self._loaded
        if loaded is None:
            raise NoIndex
        return loaded

    def _open(self, generation: str) -> Loaded:
        passages = self._store.read(lambda tx: generations.load_passages(tx, generation))
        folder = folder_of(self._home, generation)
        return open_generation(folder, generation, passages, self._model(), self._settings)

    def _use(self, loaded: Loaded) -> None:
        """Put a generation in place; queries under way keep the one they began with.

        So the one before stays open until the next switch; only the one before that is closed.
        """
        with self._lock:
            closing, self._before, self._loaded = self._before, self._loaded, loaded
        if closing is not None:
            closing.vectors.close()
        self._recheck(at_once=True)

    def _model(self) -> Embedder:
        with self._lock:
            if self._embedder is None:
                batch = self._settings.embed_batch
                self._embedder = load(self._settings.model, self._home, batch)
            return self._embedder

    def _one(self, generation: str) -> Generation:
        return next(g for g in self.generations() if g.id == generation)

    def _allowed(self, audience: str) -> Allowed:
        self._recheck()
        published = self._published

        def may(article: str, own: Sequence[Passage]) -> bool:
            passage = own[0]
            seen = passage.audience in ("public", audience)
            return seen and (article, passage.locale) in published

        return may

    def _recheck(self, *, at_once: bool = False) -> None:
        """Learn which articles are published still: one that was pulled must not be quoted."""
        now = time.monotonic()
        if not at_once and now - self._looked < self._settings.recheck.total_seconds():
            return
        mark = self._store.read(articles.published_mark)
        if at_once or mark != self._mark:
            self._published = self._store.read(articles.published_keys)
            self._mark = mark
        self._looked = now


def _storing(
    generation: str, first: int, items: Sequence[tuple[articles.Article, Passage]]
) -> Callable[[Connection], None]:
    def work(tx: Connection) -> None:
        generations.store_passages(tx, generation, first, items)

    return work
