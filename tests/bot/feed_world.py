"""A status page, a database and a clock that stands still, for tests of what a poll takes over."""

import json
from datetime import UTC, datetime

from bot.company import Company
from bot.feeds import Feeds
from bot.storage.engine import Database
from retrieval.incidents import feeds as states
from retrieval.incidents import ledger
from retrieval.incidents.incident import Component, Incident
from retrieval.incidents.settings import IncidentSettings
from tests.product import FakeClock
from tests.retrieval.incidents import status_server as s
from tests.retrieval.incidents.shapes import Pages, Shape
from tests.retrieval.incidents.status_server import Answer, StatusServer

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PATIENT = 120.0
COMPANY = Company(
    components=(
        Component("payments", {"en": "Payments"}, {"en": ("card", "payment", "payments")}),
        Component("app", {"en": "App"}, {"en": ("app",)}),
    )
)


class World:
    """A status page, a database and a clock that stands still."""

    def __init__(self, server: StatusServer, database: Database, shape: Shape) -> None:
        self.server, self.database, self.shape = server, database, shape
        self.clock = FakeClock()
        self.clock.stop(NOON)
        self.settings = IncidentSettings(
            sources=f"{shape.kind}={server.url},name=acme,zone=Asia/Kuala_Lumpur"
        )
        self.feeds = Feeds(database, COMPANY, self.settings, self.clock, seconds=PATIENT)

    async def see(self, pages: Pages) -> list[Incident]:
        """Show these pages, poll, and return what the ledger has."""
        self.server.pages = {path: s.body(content) for path, content in pages.items()}
        return await self.poll()

    async def fail(self, answer: Answer) -> list[Incident]:
        """Answer everything so, poll, and return what the ledger has."""
        self.server.pages = dict.fromkeys(self.shape.quiet(), answer)
        return await self.poll()

    async def poll(self) -> list[Incident]:
        """Poll a minute later."""
        self.clock.pass_(seconds=60)
        await self.feeds.poll("acme")
        return self.all()

    def all(self) -> list[Incident]:
        """Everything in the ledger."""
        return self.database.sync.read(ledger.listing)

    def state(self) -> states.FeedState:
        """How the page was read last."""
        found = self.database.sync.read(lambda tx: states.state(tx, "acme"))
        assert found is not None
        return found


def edited(pages: Pages, path: str, **changes: tuple[str, str]) -> Pages:
    """The pages with texts replaced."""
    content = pages[path].decode()
    for old, new in changes.values():
        assert json.dumps(old)[1:-1] in content, old
        content = content.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1])
    return pages | {path: content.encode()}
