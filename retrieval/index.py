"""The index as the application sees it: build, switch, roll back, search."""

import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from retrieval import articles, contents, differences, generations, pulls
from retrieval.builder import Builder, collect
from retrieval.calibration import Calibration, Shown
from retrieval.contents import Key
from retrieval.differences import Differences
from retrieval.draft import Progress
from retrieval.embedding import Embedder, load
from retrieval.errors import NoIndex
from retrieval.generations import Generation, Lease
from retrieval.loaded import Loaded
from retrieval.opening import open_generation
from retrieval.passages import Passage
from retrieval.pulls import Answerable
from retrieval.ranking import Mode
from retrieval.search import LONGEST, Allowed, Evidence
from retrieval.settings import RetrievalSettings
from retrieval.store import Transactions
from retrieval.updating import between
from retrieval.verifying import Checks

__all__ = ["Generation", "Index", "Progress"]


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
        embedder: Embedder | None = None,
    ) -> None:
        """Without `embedder` the model that the settings name is loaded when it is needed."""
        self._store, self._home, self._settings, self._now = store, home, settings, now
        self._root = home / "index"
        self._bases: dict[str, str | None] = {}
        self._loaded: Loaded | None = None
        self._before: Loaded | None = None
        self._shown: tuple[str, Mapping[str, Shown]] | None = None  # of the generation named
        self._embedder = embedder
        self._lock = threading.RLock()
        self._answerable: dict[tuple[str, str], Answerable] = {}
        self._answerable_number = 0  # grows whenever `_answerable` is another
        self._mark: object = None
        self._looked = 0.0

    @property
    def answer_threshold(self) -> float:
        """From this confidence on an answer is given."""
        return self._settings.answer_threshold

    @property
    def usable(self) -> bool:
        """Whether a generation is open, so that questions find something."""
        return self._loaded is not None

    def build(
        self,
        progress: Callable[[Progress], None] = _ignore,
        cancelled: Callable[[], bool] = _never,
        *,
        whole: bool = False,
        hold: bool = False,
    ) -> Generation:
        """Return the new live generation, built beside the old one, which answers meanwhile.

        A few changed articles are put beside the live generation's, which takes a moment; many,
        or `whole`, make an index of their own. When small builds have added up, the whole one
        follows at once, while the small one answers already. With `hold` the new one is finished
        and checked, and answers once `rollback` names it.
        AlreadyBuilding if another process or thread builds; BuildCancelled, VerificationFailed
        and every other error leave the live generation as it was.
        """
        generation = self._name()
        lease = Lease(self._store, self._settings.builder_lease)
        lease.take(generation, self._now())
        try:
            live = self._building().build(
                generation, lease, progress, cancelled, whole=whole, hold=hold
            )
            self._settle(live, switched=not hold)
            if not hold and live.contents.base != live.id and self._heavy(live):
                generation = self._name()
                lease.rename(generation)
                live = self._building().build(generation, lease, progress, cancelled, whole=True)
                self._settle(live)
        finally:
            lease.release()
        done = self._one(live.id)
        at = Progress(done.id, "done", done.passages, done.passages)
        progress(replace(at, embedded=done.embedded, reused=done.reused))
        return done

    def rollback(self, generation: str | None = None) -> Generation:
        """Return the finished generation that answers from now on; NothingToRollBack if none."""
        target = self._store.read(lambda tx: generations.rollback_target(tx, generation))
        loaded = self._open(target.id)  # a broken one is never switched to
        self._store.write(lambda tx: generations.switch(tx, target.id, self._now()))
        self._use(loaded)
        return self._one(target.id)

    def generations(self) -> list[Generation]:
        """Return all generations, the newest first."""
        found = self._store.read(generations.listing)
        for one in found:
            if one.id not in self._bases and one.state in generations.FINISHED:
                base = contents.base_of(self._root, one.id)
                self._bases[one.id] = None if base == one.id else base
        return [replace(one, base=self._bases.get(one.id)) for one in found]

    def pending(self) -> int:
        """Return how many articles were published, changed or pulled since the live generation."""
        now = self._store.read(generations.published_marks)
        live = self._store.read(generations.live)
        if live is None:
            return len(now)
        loaded = self._loaded
        if loaded is not None and loaded.id == live.id:
            return len(between(loaded.contents.marks, now))
        held = contents.load(self._root, live.id)
        return len(between({} if held is None else held.marks, now))

    def differences(self, generation: str) -> Differences:
        """Return what this one has otherwise than the live one; GenerationGone."""
        live = self._store.read(generations.live)
        before = live.id if live is not None else None
        return differences.differences(self._store, self._root, before, generation)

    def checks(self, generation: str) -> Checks | None:
        """Return what was found before this one was switched to; None if it came not so far."""
        return differences.load(self._root, generation)

    def stopped(self) -> Generation | None:
        """Return the build that was cancelled, failed or killed after all others; None if none."""

        def work(tx: Connection) -> Generation | None:
            last = next(iter(generations.listing(tx)), None)
            if last is None or generations.building(tx, self._now()) is not None:
                return None
            return last if last.state in ("building", "cancelled", "failed") else None

        return self._store.read(work)

    def refresh(self) -> bool:
        """Look what SQL says now; True if another generation was loaded. Call after changes."""
        self._recheck(at_once=True)
        live = self._store.read(generations.live)
        with self._lock:
            if live is None or (self._loaded is not None and self._loaded.id == live.id):
                return False
            try:
                opened = self._open(live.id)
            except NoIndex:  # its files are gone or another version's: there is nothing to ask
                return False
            self._use(opened)
            return True

    def close(self) -> None:
        """Give the files back; nothing can be searched afterwards."""
        with self._lock:
            closing = [one for one in (self._before, self._loaded) if one is not None]
            self._before = self._loaded = None
        for vectors in {id(one.base.vectors): one.base.vectors for one in closing}.values():
            vectors.close()

    def warm_up(self) -> None:
        """Load model and live generation now, so that the first customer need not wait."""
        self._model().embed_query("ready")
        self.refresh()

    def confidence(self) -> Mapping[str, Shown]:
        """Return per locale how far the live generation's confidence can be trusted.

        Empty before the first build; without the locales that nothing could be asked in.
        """
        if self._loaded is None:
            self.refresh()
        loaded = self._loaded
        if loaded is None:
            return {}
        known = self._shown
        if known is None or known[0] != loaded.id:
            known = loaded.id, Calibration.from_json(loaded.contents.calibration).shown
            self._shown = known
        return known[1]

    def search(
        self,
        text: str,
        *,
        hint: str | None = None,
        previous: str | None = None,
        context: tuple[str, ...] = (),
        limit: int | None = None,
        audience: str = "public",
        answered: str = "",
    ) -> Evidence:
        """Return the evidence for a question, all from one generation; NoIndex before the first.

        `hint` is the page's language, `previous` that of the customer's last message, `context`
        the earlier messages, oldest first, `answered` the title and heading of the passage that
        was quoted last. Audience `public` sees public articles only; every
        other one sees its own as well. `limit` passages at most, the setting `top` if None.
        """
        loaded = self._live()

        def ask() -> Evidence:
            return loaded.search.ask(
                text, self._allowed(loaded, audience),
                hint=hint, previous=previous, context=context, limit=limit or self._settings.top,
                answered=answered,
            )  # fmt: skip

        evidence = ask()
        while self._withdrawn(loaded, audience, _passages(evidence)):
            evidence = ask()
        return evidence

    def rank(
        self, text: str, *, hint: str | None = None, limit: int = 10, mode: Mode = "hybrid"
    ) -> list[tuple[str, float]]:
        """Return the best articles (id, score), as the search behind every answer orders them.

        `mode` leaves out meaning (`keywords`) or words (`dense`), for measuring only.
        """
        loaded = self._live()
        return loaded.search.rank(
            text, self._allowed(loaded, "public"), hint=hint, limit=limit, mode=mode
        )

    def suggest(self, text: str, locale: str, limit: int = 5) -> list[Passage]:
        """Return passages of fitting articles while somebody types; fast, words only."""
        loaded = self._live()

        def suggest() -> list[Passage]:
            return loaded.search.suggest(text, locale, self._allowed(loaded, "public"), limit)

        found = suggest()
        while self._withdrawn(loaded, "public", found):
            found = suggest()
        return found

    def meaning(self, text: str) -> list[float]:
        """Return a text's vector by the model that searches; the last questions cost nothing."""
        return self._model().embed_query(text.strip()[:LONGEST])

    def passage(self, passage_id: str) -> Passage:
        """Return a passage of the live generation; UnknownArticle if it is not there or pulled."""
        loaded = self._live()
        found = loaded.passage(passage_id)
        if self._withdrawn(loaded, found.audience, [found]):
            return loaded.passage("")
        return found

    def _building(self) -> Builder:
        return Builder(
            self._store, self._root, self._settings, self._now, self._model(), self._current
        )

    def _name(self) -> str:
        return f"g{self._now():%Y%m%d%H%M%S}-{uuid.uuid4().hex[:6]}"

    def _settle(self, loaded: Loaded, *, switched: bool = True) -> None:
        if switched:
            self._use(loaded)
        elif self._loaded is None or loaded.base is not self._loaded.base:
            loaded.base.vectors.close()  # nobody asks it before somebody switches
        collect(self._store, self._root, self._settings)

    def _heavy(self, live: Loaded) -> bool:
        """Whether so much stands beside the base that a whole build is due."""
        number = len(live.contents.changed | live.contents.removed)
        return number > self._settings.small_build * len(live.contents.marks)

    def _current(self) -> Loaded | None:
        """The live generation, opened if need be; None if there is none that can be opened."""
        self.refresh()
        return self._loaded

    def _live(self) -> Loaded:
        loaded = self._loaded
        if loaded is None:
            self.refresh()
            loaded = self._loaded
        if loaded is None:
            raise NoIndex
        return loaded

    def _open(self, generation: str) -> Loaded:
        return open_generation(
            self._root, generation, self._loaded, self._store, self._model(), self._settings
        )

    def _use(self, loaded: Loaded) -> None:
        """Put a generation in place; queries under way keep the one they began with.

        So the one before stays open until the next switch; only the one before that is closed.
        """
        with self._lock:
            gone, self._before, self._loaded = self._before, self._loaded, loaded
            kept = {id(one.base.vectors) for one in (self._before, loaded) if one is not None}
        if gone is not None and id(gone.base.vectors) not in kept:
            gone.base.vectors.close()
        self._recheck(anew=True)

    def _model(self) -> Embedder:
        with self._lock:
            if self._embedder is None:
                batch = self._settings.embed_batch
                self._embedder = load(self._settings.model, self._home, batch)
            return self._embedder

    def _one(self, generation: str) -> Generation:
        return next(g for g in self.generations() if g.id == generation)

    def _allowed(self, loaded: Loaded, audience: str) -> Allowed:
        self._recheck()
        return Allowed(
            (audience, self._answerable_number), _may(loaded, audience, self._answerable)
        )

    def _withdrawn(self, loaded: Loaded, audience: str, shown: Sequence[Passage]) -> bool:
        """Whether one of these passages may not be shown any more: asked of SQL at this moment.

        If so everything is learned anew. Another process may have pulled the article just now,
        and nobody may read it for as long as this one would take to notice by itself.
        """
        if not shown:
            return False
        ids = {one.article_id for one in shown}
        may = _may(loaded, audience, self._store.read(lambda tx: pulls.answerable(tx, ids)))
        if all(may(one.article_id, one) for one in shown):
            return False
        self._recheck(anew=True)
        return True

    def _recheck(self, *, at_once: bool = False, anew: bool = False) -> None:
        """Learn which articles may be answered from still, so that search looks for no others.

        `at_once` looks now whether anything changed, twice a second in a server: all articles
        are read again only then, or when it must be `anew`.
        """
        now = time.monotonic()
        often = self._settings.recheck.total_seconds()
        if not (at_once or anew) and now - self._looked < often:
            return
        mark = self._store.read(_mark)
        if anew or mark != self._mark:
            self._answerable = self._store.read(pulls.answerable)
            self._answerable_number += 1
            self._mark = mark
        self._looked = now


def _mark(tx: Connection) -> object:
    """A value that changes whenever another version is published, unpublished or pulled."""
    return articles.published_mark(tx), pulls.last(tx)


def _passages(evidence: Evidence) -> list[Passage]:
    return [one.passage for one in (*evidence.found, *evidence.alternatives)]


def _may(
    loaded: Loaded, audience: str, answerable: Mapping[Key, Answerable]
) -> Callable[[str, Passage], bool]:
    """Return what says whether a reader may be shown a passage that a generation holds."""

    def may(article: str, passage: Passage) -> bool:
        key = article, passage.locale
        now = answerable.get(key)
        if now is None or loaded.contents.version(key) <= now.newer_than:
            return False
        allowed = (passage.audience, now.audience)
        return all(articles.may_read(audience, one) for one in allowed)

    return may
