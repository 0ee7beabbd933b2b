"""Builds of the index inside the server: one at a time, watched and cancelled from outside."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.engine import Connection as Tx

from bot import audit
from bot.audit import Actor, Facts
from retrieval import generations, memory
from retrieval.errors import AlreadyBuilding, RetrievalError
from retrieval.generations import Generation
from retrieval.index import Index, Progress
from retrieval.store import Transactions

logger = structlog.get_logger()

LOOK = 0.5
"""Seconds between looks whether another process has switched the index."""


class Indexing:
    """Runs `Index.build` in a thread, so that customers are served meanwhile."""

    def __init__(self, index: Index, store: Transactions, now: Callable[[], datetime]) -> None:
        self._index, self._store, self._now = index, store, now
        self._cancel = threading.Event()
        self._task: asyncio.Task[Generation] | None = None
        self.progress: Progress | None = None
        self.on_switch: Callable[[], None] = lambda: None

    @property
    def building(self) -> bool:
        """Whether a build is running in this process."""
        return self._task is not None and not self._task.done()

    def start(self, *, whole: bool = False, hold: bool = False, by: Actor = audit.SERVER) -> None:
        """Begin a build; raises AlreadyBuilding.

        `whole` makes all of it anew; `hold` leaves the switch to somebody who looks first.
        """
        if self.building:
            raise AlreadyBuilding(self.progress.generation if self.progress else None)
        self._cancel.clear()
        self.progress = None
        self._task = asyncio.create_task(
            self._build(by, whole=whole, hold=hold), name="index-build"
        )
        self._task.add_done_callback(_swallow)

    def cancel(self) -> None:
        """Ask the running build to stop; the live index is not touched."""
        self._cancel.set()

    async def wait(self) -> Generation:
        """The generation of the running build when it is done; raises what stopped it."""
        if self._task is None:
            raise RuntimeError("No build was started.")
        return await asyncio.shield(self._task)

    async def close(self) -> None:
        """Stop a running build and wait until its thread has let go."""
        self.cancel()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def run(self) -> None:
        """Follow switches made by another process, until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self._index.refresh)
            except RetrievalError as error:
                logger.warning("index_refresh_failed", code=error.code)
            await asyncio.sleep(LOOK)

    async def _build(self, by: Actor, *, whole: bool, hold: bool) -> Generation:
        try:
            generation = await asyncio.to_thread(self._run, by, whole=whole, hold=hold)
            await asyncio.to_thread(self._index.refresh)
        finally:
            await asyncio.to_thread(memory.trim)
        self.on_switch()
        return generation

    def _run(self, by: Actor, *, whole: bool, hold: bool) -> Generation:
        """Build and switch; what came of it stands in the audit trail."""

        def tell(action: str, subject: str, before: Facts, after: Facts) -> None:
            def work(tx: Tx) -> None:
                now = self._now()
                audit.record(tx, by, action, subject, now=now, before=before, after=after)

            self._store.write(work)

        old = self._store.read(generations.live)
        before: Facts = {"live": old.id if old is not None else None}
        try:
            made = self._index.build(self._note, self._cancel.is_set, whole=whole, hold=hold)
        except Exception as error:
            code = getattr(error, "code", type(error).__name__)
            tell("index.failed", "", before, {"error": code})
            raise
        counts = {"articles": made.articles, "passages": made.passages}
        if hold:
            tell("index.ready", made.id, {}, counts)
        else:
            tell("index.switched", made.id, before, {"live": made.id, **counts})
        return made

    def _note(self, progress: Progress) -> None:
        self.progress = progress

    def wire(self) -> dict[str, Any] | None:
        """The running build's progress, or None when nothing is being built."""
        if not self.building or self.progress is None:
            return None
        return asdict(self.progress)


def _swallow(task: asyncio.Task[Generation]) -> None:
    """A build's failure stands in its generation's row; here it only must not go unnoticed."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.warning("index_build_ended", error=str(error))
