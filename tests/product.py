"""A running Handrail for tests: the real application on a real port, with the sample company."""

import asyncio
import os
import random
import shutil
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from bot import setup
from bot.answering.answer import Answerer
from bot.app import create_app
from bot.batching import Protocol
from bot.conversation import log
from bot.conversation.events import Event
from bot.parts import Parts
from bot.serving import MAX_FRAME, listen
from bot.settings import Settings, load
from bot.storage.engine import Database
from bot.web import sessions
from handoff import agents
from handoff.agents import Agent
from retrieval.index import Index, Progress
from tests.clients import WAIT, AgentClient, CustomerClient
from tests.faults.history import Breach, History, check

QUICK: dict[str, Any] = {
    "turn": {"quiet": "PT0.02S"},
    "web": {
        "messages_per_minute": 10_000,
        "visitors_per_minute": 10_000,
        "hello_seconds": 300,
        "ping_seconds": 600,
    },
}
"""Settings that make a test quick, and patient with a machine that is busy: clients here do not
ping, so the real limits would close a socket in the middle of a slow test."""

QUICK_BUILD: dict[str, Any] = {"retrieval": {"calibration_questions": 20}}
"""A build then takes seconds, for tests that do not look at how sure the bot is."""


class FakeClock:
    """Real time plus whatever a test adds."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        """Changed alone it is a clock that somebody sets."""
        self._passed = 0.0
        self._stopped: datetime | None = None
        self._held: float | None = None

    def __call__(self) -> datetime:
        """Now, as the product under test sees it."""
        return (self._stopped or datetime.now(UTC)) + self.ahead

    def pass_(self, **span: float) -> None:
        """Let time pass: `clock.pass_(seconds=90)`."""
        self.ahead += timedelta(**span)
        self._passed += timedelta(**span).total_seconds()

    def steady(self) -> float:
        """Seconds that pass with it, whatever it is set to."""
        return (time.monotonic() if self._held is None else self._held) + self._passed

    def stop(self, at: datetime | None = None) -> None:
        """From here on only `pass_` moves it: however long the test takes, it is still `at`."""
        self._stopped, self._held = at or datetime.now(UTC), time.monotonic()


def make_sample_home(home: Path, model_home: Path) -> None:
    """The sample company, imported and indexed: slow, so once per session."""
    copy_home(model_home / "models", home / "models")
    settings = load(home)
    setup.prepare(settings, sample=True, say=lambda _: None)
    database = Database(settings.database_path)
    try:
        index = Index(database.sync, home, settings.retrieval, lambda: datetime.now(UTC))
        index.build()
    finally:
        database.close()


def copy_home(source: Path, target: Path) -> Path:
    """A home of a test's own; what nobody changes is linked, not copied."""

    def link_or_copy(one: str, other: str) -> str:
        if one.endswith((".onnx", ".safetensors", ".bin", "tokenizer.json")):
            os.link(one, other)
        else:
            shutil.copy2(one, other)
        return other

    shutil.copytree(source, target, copy_function=link_or_copy)
    return target


@dataclass
class Product:
    """A running server, and clients for it."""

    settings: Settings
    app: FastAPI
    url: str
    clock: FakeClock
    history: History = field(default_factory=History)
    """What every client of `customer` and `agent` did and saw."""

    @property
    def parts(self) -> Parts:
        """The server's own parts, for looking at the truth behind the sockets."""
        parts: Parts = self.app.state.parts
        return parts

    @property
    def ws(self) -> str:
        """The address of the sockets."""
        return self.url.replace("http", "ws", 1)

    @asynccontextmanager
    async def customer(self, locale: str = "en", **hello: Any) -> AsyncIterator[CustomerClient]:
        """A customer who has said hello."""
        client = CustomerClient(self.ws, locale=locale)
        client.recorder = self.history.join("customer")
        await client.connect(**hello)
        try:
            yield client
        finally:
            await client.close()

    async def log_of(self, conversation: str) -> list[Event]:
        """The conversation as it is on disk, which a client may not have heard yet."""

        def work(tx: Any) -> list[Event]:
            found: list[Event] = []
            while more := log.read(tx, conversation, after=len(found)):
                found += more
            return found

        return await self.parts.database.read(work)

    def breaches(self, *, finished: bool = True) -> list[Breach]:
        """The promises broken so far; `finished`: no message waits for its outcome any more."""
        return check(self.settings.database_path, self.history, finished=finished)

    async def staff(self, name: str) -> tuple[Agent, str, str]:
        """An agent of the sample, a session cookie and its CSRF value."""
        now = self.clock()

        def work(tx: Any) -> tuple[Agent, str, str]:
            agent = agents.by_name(tx, name)
            assert agent is not None, name
            session, secret = sessions.open_session(tx, agent, now=now, lasts=timedelta(hours=1))
            return agent, secret, session.csrf

        return await self.parts.database.write(work)

    @asynccontextmanager
    async def agent(self, name: str = "Aina", *, online: bool = True) -> AsyncIterator[AgentClient]:
        """A signed-in agent whose console is open."""
        who, secret, csrf = await self.staff(name)
        client = AgentClient(self.url, self.ws, who, secret, csrf)
        client.recorder = self.history.join(name)
        await client.connect()
        try:
            if online:
                await client.act("presence", status="online", capacity=10)
            yield client
        finally:
            await client.close()

    @asynccontextmanager
    async def rest(self, name: str = "Admin") -> AsyncIterator[httpx.AsyncClient]:
        """An HTTP client that is signed in."""
        _, secret, csrf = await self.staff(name)
        async with httpx.AsyncClient(
            base_url=self.url,
            cookies={"handrail_session": secret},
            headers={"X-Handrail-CSRF": csrf},
            trust_env=False,
            timeout=WAIT,
        ) as client:
            yield client

    async def build(self, rest: httpx.AsyncClient) -> dict[str, Any]:
        """Build the index as an admin does; gives what the index page shows afterwards."""
        started = await rest.post("/api/admin/index/build")
        assert started.status_code == 200, started.text
        return await self.built(rest)

    async def built(self, rest: httpx.AsyncClient) -> dict[str, Any]:
        """What the index page shows once nothing is being built, and nothing is left to build."""
        await until(lambda: not self.parts.indexing.building, seconds=600)
        state: dict[str, Any] = (await rest.get("/api/admin/index")).json()
        assert (state["build"], state["pending"]) == (None, 0), state
        return state

    @contextmanager
    def build_held(self, stage: str) -> Iterator[None]:
        """A build stays at this stage until the block ends: however quick, it can be watched."""
        indexing, go = self.parts.indexing, threading.Event()
        note = indexing._note

        def hold(progress: Progress) -> None:
            note(progress)
            if progress.stage == stage:
                go.wait()

        indexing._note = hold  # type: ignore[method-assign]
        try:
            yield
        finally:
            go.set()
            indexing._note = note  # type: ignore[method-assign]


@asynccontextmanager
async def running(
    home: Path,
    *,
    answerer: Answerer | None = None,
    settings: dict[str, Any] | None = None,
    clock: FakeClock | None = None,
    port: int = 0,
) -> AsyncIterator[Product]:
    """Serve `home` on a free port of this machine until the block ends."""
    clock = clock or FakeClock()
    loaded = load(home, **_merged(QUICK, settings or {}))
    app = create_app(loaded, answerer=answerer, now=clock, steady=clock.steady)
    listening = listen("127.0.0.1", port)
    with listening:
        server = uvicorn.Server(_config(app))
        task = asyncio.create_task(_serve(server, listening))
        try:
            await until(lambda: server.started or task.done(), seconds=600)
            if not server.started:
                raise RuntimeError("The server did not start; what stopped it is in its log.")
            yield Product(loaded, app, f"http://127.0.0.1:{port_of(listening)}", clock)
        finally:
            server.should_exit = True
            await task


async def _serve(server: uvicorn.Server, listening: socket.socket) -> None:
    """Serve until told to stop; a start that fails ends this, and not the whole test run."""
    with suppress(SystemExit):
        await server.serve(sockets=[listening])


def port_of(listening: socket.socket) -> int:
    """The port the system gave."""
    return int(listening.getsockname()[1])


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        ws=Protocol,
        ws_max_size=MAX_FRAME,
        ws_per_message_deflate=False,
        log_level="error",
        timeout_graceful_shutdown=1,
        lifespan="on",
    )


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {
        key: {**one.get(key, {}), **other.get(key, {})}
        if isinstance(one.get(key, other.get(key)), dict)
        else other.get(key, one.get(key))
        for key in one.keys() | other.keys()
    }


async def until(true: Callable[[], bool], seconds: float = WAIT) -> None:
    """Wait for what no event tells of; AssertionError when it does not come."""
    try:
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - a flag of somebody else's, not an event
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError("What was waited for did not come.") from None


def lasting_port() -> int:
    """A free port that stays free between two servers on it.

    It lies below those that the system hands out for port 0 and for outgoing connections, so that
    no other test on this machine gets it while the server is away.
    """
    known = Path("/proc/sys/net/ipv4/ip_local_port_range")
    handed_out_from = int(known.read_text().split()[0]) if known.exists() else 32_768
    while True:
        port = random.randrange(10_000, max(handed_out_from, 20_000))
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
