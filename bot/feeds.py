"""Reads the status pages: each on its own schedule, beside everything else that time does."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot import extensions
from bot.company import LANGUAGES, Company
from bot.errors import BotError, SetupError
from bot.storage.engine import Database
from retrieval.errors import SourceUnavailable
from retrieval.incidents import feeds, fetching, polling, taking
from retrieval.incidents.fetching import PageReader
from retrieval.incidents.naming import ComponentNames
from retrieval.incidents.picture import IncidentSource, SourceOptions
from retrieval.incidents.settings import IncidentSettings, parse

logger = structlog.get_logger()

FOLLOWING = timedelta(seconds=2)
"""How often a process that does not lead looks whether it does now."""


class Feeds:
    """Polls the status pages of the settings, in the one process that leads.

    A second one would do no harm (each note is stored once), but ask each page twice.
    """

    def __init__(
        self,
        database: Database,
        company: Company,
        settings: IncidentSettings,
        now: Callable[[], datetime],
        *,
        seconds: float = fetching.SECONDS,
    ) -> None:
        self._db = database
        self._names = ComponentNames(company.components)
        self._settings = settings
        self._now = now
        named = parse(settings.sources)
        self._http = fetching.client() if named else None
        self._sources = [
            (one, _built(one, PageReader(self._http, seconds=seconds)))
            for one in named
            if self._http
        ]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the status pages that are read."""
        return tuple(options.name for options, _ in self._sources)

    async def run(self) -> None:
        """Poll until cancelled; a page that is slow or broken delays nothing but itself."""
        try:
            async with asyncio.TaskGroup() as group:
                for options, _ in self._sources:
                    group.create_task(self._follow(options.name), name=f"feed-{options.name}")
        finally:
            if self._http is not None:
                await self._http.aclose()

    async def poll(self, name: str) -> timedelta:
        """Read one status page now; return how long to leave it alone."""
        options, source = next(one for one in self._sources if one[0].name == name)
        waits = None
        try:
            open_ids = await self._db.read(lambda tx: taking.ongoing_ids(tx, name))
            picture, found = await polling.look(source, options.url, open_ids)
            now = self._now()
            await self._db.write(
                lambda tx: polling.store(tx, options, self._names, picture, found, now)
            )
            failures = 0
        except SourceUnavailable as error:
            waits, said = error.retry_after, str(error)
            failures = await self._db.write(
                lambda tx: feeds.note_failure(tx, options, now=self._now(), error=said)
            )
            logger.warning("feed_unreadable", feed=name, failures=failures, error=said)
        wait = polling.pause(self._settings, failures, waits)
        until = self._now() + wait
        await self._db.write(lambda tx: feeds.note_next(tx, options, until))
        return wait

    async def unconfirmed_since(self) -> datetime | None:
        """Since when not every status page was read; None while nothing speaks against calm."""
        if not self._sources:
            return None
        now, limit = self._now(), self._settings.unconfirmed_after
        return await self._db.read(lambda tx: feeds.unconfirmed(tx, self.names, now, limit))

    async def _follow(self, name: str) -> None:
        while True:
            wait = self._settings.every
            try:
                wait = await self.poll(name) if await self._db.leads() else FOLLOWING
            except BotError as error:  # the database cannot be written now
                logger.warning("feed_not_stored", feed=name, code=error.code)
            except Exception:
                # A page can be wrong in ways that nobody has met: the others must go on, and so
                # must this one when it is mended.
                logger.exception("feed_failed", feed=name)
            await asyncio.sleep(wait.total_seconds())


def _built(options: SourceOptions, pages: PageReader) -> IncidentSource:
    if options.language not in LANGUAGES:
        raise SetupError(
            f"HANDRAIL_INCIDENTS__SOURCES: {options.language!r} of {options.name} is no "
            f"language of Handrail. There are {', '.join(LANGUAGES)}."
        )
    made: IncidentSource = extensions.find("sources", options.kind).build(options, pages)
    return made
