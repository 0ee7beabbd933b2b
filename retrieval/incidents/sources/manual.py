"""Incidents that the team declares itself, as one more source."""

import asyncio
from collections.abc import Collection

from retrieval.incidents import ledger
from retrieval.incidents.incident import Incident
from retrieval.incidents.picture import (
    FeedComponent,
    FeedIncident,
    FeedUpdate,
    IncidentSource,
    Picture,
)
from retrieval.store import Transactions


class ManualSource:
    """Reads the ledger; a database that does not answer raises, it never looks like "none"."""

    def __init__(self, store: Transactions, language: str = "en") -> None:
        self._store = store
        self._language = language

    async def current(self) -> Picture:
        """Return the ongoing incidents of the ledger."""
        found = await asyncio.to_thread(
            self._store.read, lambda tx: ledger.listing(tx, ongoing=True)
        )
        return Picture(tuple(self._told(one) for one in found if one.language is None))

    async def look_up(self, external_ids: Collection[str]) -> dict[str, FeedIncident]:
        """Return those of them that the ledger has, ended ones too."""
        found = await asyncio.to_thread(self._store.read, ledger.listing)
        return {one.id: self._told(one) for one in found if one.id in external_ids}

    def _told(self, one: Incident) -> FeedIncident:
        return FeedIncident(
            external_id=one.id,
            title=self._in_language(one.title),
            status=one.status,
            severity=one.severity,
            started_at=one.started_at,
            url=None,
            components=tuple(FeedComponent(name, name) for name in one.components),
            updates=tuple(
                FeedUpdate(note.id, note.status, self._in_language(note.text), note.at)
                for note in one.updates
            ),
        )

    def _in_language(self, texts: dict[str, str]) -> str:
        return texts.get(self._language) or next(iter(texts.values()), "")


def build(store: Transactions, language: str = "en") -> IncidentSource:
    """Return the source over this database; texts are given in this language where they can be."""
    return ManualSource(store, language)
