"""Incidents that the team declares in the admin console."""

import asyncio

from retrieval.incidents import ledger
from retrieval.incidents.incident import Incident, IncidentSource
from retrieval.store import Transactions


class ManualSource:
    """Reads the ledger; a database that does not answer raises, it never looks like "none"."""

    def __init__(self, store: Transactions) -> None:
        self._store = store

    async def current(self) -> list[Incident]:
        """Return the ongoing incidents of the ledger."""
        return await asyncio.to_thread(
            self._store.read, lambda tx: ledger.listing(tx, ongoing=True)
        )


def build(store: Transactions) -> IncidentSource:
    """Return the source over this database."""
    return ManualSource(store)
