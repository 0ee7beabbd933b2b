"""Imports a source: one result for each document, nothing twice, nothing lost silently."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from retrieval import sources
from retrieval.drafting import cleaned, locale_of, slug
from retrieval.errors import ImportRefused
from retrieval.importers.document import Document
from retrieval.importers.refusals import Incomplete, NotOffered
from retrieval.sources import Held
from retrieval.store import Transactions
from retrieval.taking import Later, Origin, Outcome, Result, Taking
from retrieval.texts import Texts

__all__ = ["Origin", "Outcome", "Progress", "Report", "Result", "run"]


class Unchanged(Protocol):
    """A document that its source says is as it was when it was imported last."""

    @property
    def source_id(self) -> str:
        """What names it at its source."""


Item = tuple[str, Document | ImportRefused | Unchanged]
BEAT = 10.0
"""Seconds between two signs of life of an import."""
PROBLEMS = 500
"""Results that are kept to be read later: those that somebody should look at."""
LONGEST_ID = 700
"""Characters of a `source_id` that the database keeps."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; how many documents there will be is not known before."""

    source: str
    done: int
    counts: dict[str, int]
    latest: Result


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. `missing` waits for somebody to confirm or decline its removal."""

    source: str
    results: tuple[Result, ...]
    missing: tuple[Held, ...] = ()
    warning: str | None = None
    cancelled: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Outcome → how many."""
        return dict(Counter(str(one.outcome) for one in self.results))


def _ignore(progress: Progress) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


def run(
    store: Transactions,
    items: Iterable[Item],
    *,
    source: Origin,
    author: str,
    now: Callable[[], datetime],
    cancelled: Callable[[], bool] = _never,
    progress: Callable[[Progress], None] = _ignore,
) -> Report:
    """Import a source and return what became of each of its documents.

    Each document is a short transaction of its own, so customers are served meanwhile and what
    was taken over stays when the import dies. Only an import that ran to its end says what has
    disappeared, and even then only proposes its removal. AlreadyImporting while the same source
    is being imported; an error of `items` ends the import and is raised.
    """
    name, at = source.name, now()
    store.write(
        lambda tx: sources.begin(tx, name, source.kind, source.address, source.defaults, at)
    )
    work: _Run | None = None
    try:
        work = _Run(store, source, author, now, progress)
        work.take_all(items, cancelled)
        report = work.end(stopped=cancelled())
    except BaseException as error:
        stopped = isinstance(error, KeyboardInterrupt)
        _finish(
            store, name, "cancelled" if stopped else "failed", now(),
            counts=dict(work.counts) if work is not None else {},
            problems=_problems(work.results if work is not None else []),
            error=None if stopped else str(error) or type(error).__name__,
        )  # fmt: skip
        raise
    outcome = "cancelled" if report.cancelled else "done"
    _finish(
        store, name, outcome, now(), counts=report.counts, warning=report.warning,
        problems=_problems(report.results),
    )  # fmt: skip
    return report


def _finish(store: Transactions, name: str, outcome: str, at: datetime, **said: Any) -> None:
    store.write(lambda tx: sources.finish(tx, name, outcome, at, **said))


def _problems(results: Iterable[Result]) -> list[dict[str, str]]:
    """What somebody should read, as the database keeps it."""
    told = [one for one in results if one.outcome in ("refused", "kept", "skipped")]
    told.sort(key=lambda one: one.outcome == "skipped")
    return [
        {"name": one.name, "result": one.outcome, "reason": one.reason or ""}
        for one in told[:PROBLEMS]
    ]


@dataclass(slots=True)
class _Run:
    """One import under way."""

    store: Transactions
    origin: Origin
    author: str
    now: Callable[[], datetime]
    progress: Callable[[Progress], None]
    results: list[Result] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seen: set[tuple[str, str]] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    unseen: str | None = None
    later: list[tuple[Document, str]] = field(default_factory=list)
    before: dict[tuple[str, str], Held] = field(init=False)
    texts: Texts = field(init=False)
    beaten: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.texts = self.store.read(Texts)
        held = self.store.read(lambda tx: sources.documents(tx, self.origin.name))
        self.before = {one.key: one for one in held}

    def take_all(self, items: Iterable[Item], cancelled: Callable[[], bool]) -> None:
        """Take the documents one by one; what depends on the others comes last."""
        for name, item in items:
            if cancelled():
                return
            self._add(self._take(name, item))
        for document, locale in self.later:
            if cancelled():
                return
            self._add(self._attempt(document, locale, last=True))

    def end(self, *, stopped: bool) -> Report:
        """Say what disappeared, unless the import was stopped before it saw everything."""
        name, results = self.origin.name, tuple(self.results)
        if stopped or self.origin.kind == "upload":  # chosen files say nothing of the others
            return Report(name, results, cancelled=stopped)
        if self.unseen is not None:
            return Report(name, results, warning=f"{self.unseen} Nothing is proposed for removal.")
        expected = [one for one in self.before.values() if one.state in ("present", "missing")]
        gone = [one for one in expected if not self.came(one)]

        def propose(tx: Connection) -> tuple[Held, ...]:
            for one in gone:
                sources.set_state(tx, one, "missing")
            return tuple(d for d in sources.documents(tx, name) if d.state == "missing")

        missing = self.store.write(propose)
        return Report(name, results, missing, _warning(len(expected), len(gone)))

    def came(self, held: Held) -> bool:
        """Whether a document came this time; one that was refused is there, only broken."""
        named = held.name in self.refused or held.source_id in self.refused
        return held.key in self.seen or named

    def _take(self, name: str, item: Document | ImportRefused | Unchanged) -> Result | None:
        if isinstance(item, ImportRefused):
            return self._refused(name, item)
        if not isinstance(item, Document):
            return self._as_it_was(name, item.source_id)
        try:
            document = self._named(cleaned(item))
            locale = locale_of(document, self.origin.defaults.locale)
        except ImportRefused as refused:
            return Result(name, "refused", str(refused))
        return self._attempt(document, locale, last=False)

    def _refused(self, name: str, refused: ImportRefused) -> Result:
        if isinstance(refused, Incomplete):
            self.unseen = str(refused)
        if isinstance(refused, NotOffered):  # its source says itself that it is no page (any more)
            return Result(name, "skipped", str(refused))
        return Result(name, "refused", str(refused))

    def _as_it_was(self, name: str, source_id: str) -> Result:
        held = [one for one in self.before.values() if one.source_id == source_id]
        if not held:
            why = "is said to be unchanged, but was never taken over. Import it again."
            return Result(name, "refused", str(ImportRefused(name, None, why)))
        at = self.now()

        def confirm(tx: Connection) -> None:
            for one in held:
                state: sources.State = "present" if one.state == "kept" else one.state
                fresh = replace(one, state="present" if one.published else state, seen_at=at)
                sources.store(tx, fresh)

        self.store.write(confirm)
        self.seen.update(one.key for one in held)
        return Result(name, "unchanged", None, held[0].article_id, held[0].locale)

    def _named(self, document: Document) -> Document:
        """The document with an id that tells it from every other of its source."""
        named = document.source_id
        if self.origin.kind == "upload":  # files of the same name come from different folders
            named = f"{document.name}#{document.id or slug(document.title) or document.title}"
        if len(named) > LONGEST_ID:
            mark = hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:16]
            named = f"{named[: LONGEST_ID - 20]}…{mark}"
        return replace(document, source_id=named)

    def _attempt(self, document: Document, locale: str, *, last: bool) -> Result | None:
        key = (document.source_id, locale)
        taking = Taking(
            self.origin, document, locale, self.texts.first(locale, document),
            last, self.came, self.author, self.now(),
        )  # fmt: skip
        try:
            if key in self.seen:
                why = "comes twice from its source. Remove one."
                raise ImportRefused(document.name, None, why)
            result = self.store.write(taking.take)
        except Later:
            self.later.append((document, locale))
            return None
        except ImportRefused as refused:
            if not last and key not in self.seen:
                self.seen.add(key)  # it is there, only not taken
            return Result(document.name, "refused", str(refused), locale=locale)
        self.seen.add(key)
        if taking.moved_from is not None:
            self.before.pop(taking.moved_from.key, None)
        if taking.draft is not None:
            self.texts.now(taking.draft)
        return result

    def _add(self, result: Result | None) -> None:
        if result is None:
            return
        if result.outcome == "refused":
            self.refused.add(result.name)
        self.results.append(result)
        self.counts[result.outcome] += 1
        self.progress(Progress(self.origin.name, len(self.results), dict(self.counts), result))
        if time.monotonic() - self.beaten > BEAT:
            self.beaten = time.monotonic()
            at, counts = self.now(), dict(self.counts)
            self.store.write(lambda tx: sources.beat(tx, self.origin.name, counts, at))


def _warning(before: int, gone: int) -> str | None:
    """What somebody must read before they confirm any removal."""
    came = before - gone
    if gone == 0 or (came > 0 and came * 2 >= before):
        return None
    return (
        f"Only {came} of the {before} documents that were there before came this time. "
        "Is the source complete? Look before you confirm any removal."
    )
