"""Where faults happen: homes of their own, a server they share, people who are at hand."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from bot import schema
from bot.storage.engine import Database
from bot.web import sessions
from handoff import agents
from handoff.agents import Agent
from tests.bench.load import servers
from tests.bench.load.seeding import Seeded, seeded
from tests.clients import AgentClient, CustomerClient
from tests.faults.figures import Figure
from tests.faults.history import History, check
from tests.faults.server import ServerProcess
from tests.product import Product, copy_home, running

T = TypeVar("T")

LEAST = 160
"""Customers that a crowd has at least, so that one is enough for all short runs."""
QUICK = {
    "HANDRAIL_TURN__QUIET": "PT0.02S",
    "HANDRAIL_WEB__MESSAGES_PER_MINUTE": "10000000",
    "HANDRAIL_WEB__VISITORS_PER_MINUTE": "10000000",
}

MANY = {"web": {"messages_per_minute": 10_000_000, "visitors_per_minute": 10_000_000}}
"""One address stands for everybody."""


class Console(AgentClient):
    """A console whose tickets come straight from the database: signing in is no fault's matter."""

    def __init__(self, product: Product, ws: str, agent: Agent, secret: str) -> None:
        super().__init__(product.url, ws, agent, secret, "")
        self._product = product

    async def ticket(self) -> str:
        """A ticket for the first frame."""
        now, hashed = self._product.clock(), sessions.hash_of(self._secret)

        def work(tx: Any) -> str:
            return sessions.ticket(tx, sessions.find(tx, hashed, now=now), now=now)

        return await self._product.parts.database.write(work)


@dataclass
class Ground:
    """Where one run of the matrix takes place; `place` is a folder that it may fill."""

    sample: Path
    place: Path
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _shared: Product | None = None
    _crowd: tuple[ServerProcess, Seeded] | None = None
    _asking: Any = None
    _homes: int = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def home(self) -> Path:
        """A home of a fault's own."""
        self._homes += 1
        return copy_home(self.sample, self.place / f"home-{self._homes}")

    async def product(self) -> Product:
        """One running server for the faults that leave it whole."""
        if self._shared is None:
            self._shared = await self._stack.enter_async_context(
                running(self.home(), settings=MANY)
            )
        return self._shared

    async def asking(
        self, make: Callable[[Path], AbstractAsyncContextManager[tuple[Product, T]]]
    ) -> tuple[Product, T]:
        """What `make` opens on a home of its own, once for all that ask for it."""
        if self._asking is None:
            self._asking = await self._stack.enter_async_context(make(self.home()))
        return self._asking

    async def crowd(self, pairs: int) -> tuple[ServerProcess, Seeded]:
        """A server process, and at least so many customers who each have an agent.

        It is shared: a fault that stops it starts it again. Agents answer there, so the bot's
        work is no part of what is measured.
        """
        pairs = max(pairs, LEAST)
        if self._crowd is None or len(self._crowd[1].pairs) < pairs:
            self._homes += 1
            home = seeded(self.sample, self.place / f"crowd-{self._homes}", pairs=pairs)
            server = await self._stack.enter_async_context(servers.ours(home.home))
            self._crowd = server, home
        return self._crowd

    @asynccontextmanager
    async def server(self, home: Path, **environment: str) -> AsyncIterator[ServerProcess]:
        """`handrail serve` on this home in a process of its own, killed at the end."""
        server = ServerProcess(home, **QUICK | environment)
        await server.start()
        try:
            yield server
        finally:
            await server.kill()


Run = Callable[[Ground, int], Awaitable[Figure]]
"""Does a fault so many times and gives its figure; raises AssertionError where a promise broke."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the matrix, with how often it happens in `make test` and in `make faults`."""

    name: str
    sentence: str
    run: Run
    short: int
    """0: it takes too long for every change, so it is done by `make faults` alone."""
    long: int


@asynccontextmanager
async def console(
    product: Product, name: str = "Aina", *, ws: str | None = None, capacity: int = 20
) -> AsyncIterator[Console]:
    """An agent at work; `ws` is another way to the server."""
    who, secret = await _signed_in(product, name)
    client = Console(product, ws or product.ws, who, secret)
    client.recorder = product.history.join(name)
    await client.connect()
    await client.act("presence", status="online", capacity=capacity)
    try:
        yield client
    finally:
        await client.close()


async def _signed_in(product: Product, name: str) -> tuple[Agent, str]:
    """An agent and a session that outlasts any jump of the clock."""
    now = product.clock()

    def work(tx: Any) -> tuple[Agent, str]:
        agent = agents.by_name(tx, name)
        assert agent is not None, name
        return agent, sessions.open_session(tx, agent, now=now, lasts=timedelta(days=30))[1]

    return await product.parts.database.write(work)


async def waiting(product: Product, text: str | None = None) -> tuple[CustomerClient, str]:
    """A customer who waits for a person, and the conversation. Close the customer."""
    customer = CustomerClient(product.ws)
    customer.recorder = product.history.join("customer")
    await customer.connect()
    await customer.person()
    await customer.event("person.called")
    if text is not None:
        await customer.say(text)
    return customer, customer.conversation or ""


def staff_of(home: Path, name: str = "Aina") -> tuple[Agent, str, str]:
    """An agent of a home that nobody serves now: account, session cookie and its CSRF value."""
    path = home / "handrail.db"
    schema.migrate(path)
    database = Database(path)
    now = datetime.now(UTC)

    def work(tx: Any) -> tuple[Agent, str, str]:
        agent = agents.by_name(tx, name)
        assert agent is not None, name
        session, secret = sessions.open_session(tx, agent, now=now, lasts=timedelta(hours=8))
        return agent, secret, session.csrf

    try:
        return database.sync.write(work)
    finally:
        database.close()


def sound(home: Path, history: History, *, finished: bool = True) -> None:
    """AssertionError with every broken promise of what happened on this home."""
    breaches = check(home / "handrail.db", history, finished=finished)
    assert breaches == [], breaches


def still_sound(product: Product) -> None:
    """As `sound`, for a server that runs in this process."""
    breaches = product.breaches(finished=False)
    assert breaches == [], breaches
