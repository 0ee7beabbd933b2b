"""Imports inside the server: one at a time, in a thread, watched and stopped from outside."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from bot import audit
from bot.audit import Actor
from retrieval import importing, reading, sources
from retrieval.errors import AlreadyImporting, RetrievalError
from retrieval.importing import Item, Origin, Progress, Report
from retrieval.reading import ImportSettings, Reading
from retrieval.store import Transactions

logger = structlog.get_logger()

Read = Callable[[Callable[[], bool]], Iterable[Item]]
"""Begins to read a source; it is asked again and again whether to stop."""


@dataclass(slots=True)
class Running:
    """An import under way."""

    name: str
    done: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    document: str = ""
    stopping: bool = False


class Importing:
    """Runs imports in a thread, so that customers are served meanwhile."""

    def __init__(
        self, store: Transactions, settings: ImportSettings, now: Callable[[], datetime]
    ) -> None:
        self._store, self._settings, self._now = store, settings, now
        self._stop = threading.Event()
        self._task: asyncio.Task[Report] | None = None
        self._uploads = asyncio.Lock()
        self._closing = False
        self.running: Running | None = None

    def start(self, origin: Origin, by: Actor, token: str | None = None) -> None:
        """Begin to import a source that has an address; AlreadyImporting while another runs."""
        if self._task is not None and not self._task.done():
            raise AlreadyImporting(self.running.name if self.running else origin.name)
        self._stop.clear()
        self.running = Running(origin.name)
        self._task = asyncio.create_task(
            asyncio.to_thread(self._run, origin, by, token), name="import"
        )
        self._task.add_done_callback(self._done)

    async def upload(self, read: Read, origin: Origin, by: Actor) -> Report:
        """Import files that somebody sent; several at once wait for one another."""

        def work() -> Report:
            return importing.run(
                self._store,
                read(self._is_closing),
                source=origin,
                author=by.name,
                now=self._now,
                cancelled=self._is_closing,
            )

        async with self._uploads:
            return await asyncio.to_thread(self._told, origin, by, work)

    def cancel(self) -> None:
        """Ask the running import to stop; what was taken over stays, nothing is proposed."""
        self._stop.set()
        if self.running is not None:
            self.running.stopping = True

    async def close(self) -> None:
        """Stop what runs and wait until its thread has let go."""
        self._closing = True
        self.cancel()
        if self._task is not None:
            with suppress(Exception):
                await self._task
        async with self._uploads:
            pass

    async def wait(self) -> Report:
        """The report of the running import when it is done; raises what ended it."""
        if self._task is None:
            raise RuntimeError("No import was started.")
        return await asyncio.shield(self._task)

    def _is_closing(self) -> bool:
        return self._closing

    def _run(self, origin: Origin, by: Actor, token: str | None) -> Report:
        etags = self._store.read(lambda tx: sources.etags(tx, origin.name, origin.defaults))
        what = Reading(origin.kind, origin.address, self._settings, etags, token)
        return self._told(
            origin,
            by,
            lambda: importing.run(
                self._store,
                reading.read(what, self._stop.is_set),
                source=origin,
                author=by.name,
                now=self._now,
                cancelled=self._stop.is_set,
                progress=self._note,
            ),
        )

    def _told(self, origin: Origin, by: Actor, work: Callable[[], Report]) -> Report:
        """Do it, and note in the audit trail what came of it, or what ended it."""

        def note(action: str, facts: audit.Facts) -> None:
            self._store.write(
                lambda tx: audit.record(tx, by, action, origin.name, now=self._now(), after=facts)
            )

        try:
            report = work()
        except Exception as error:
            note("import.failed", {"error": type(error).__name__})
            raise
        note("import.finished", report.counts)
        return report

    def _note(self, progress: Progress) -> None:
        if self.running is not None:
            self.running.done = progress.done
            self.running.counts = progress.counts
            self.running.document = progress.latest.name

    def _done(self, task: asyncio.Task[Report]) -> None:
        """A failure stands with its source; here it only must not go unnoticed."""
        self.running = None
        if task.cancelled() or (error := task.exception()) is None:
            return
        said: dict[str, Any] = {"error": str(error), "kind": type(error).__name__}
        if isinstance(error, RetrievalError):
            logger.warning("import_ended", **said)
        else:
            logger.error("import_ended", exc_info=error, **said)
