"""Clients that read nothing: they cost the server little, the others nothing, and come back."""

import asyncio
import json
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import NewEvent
from bot.desk_acts import badge
from bot.storage.engine import Database
from tests.bench.load import servers, swarm
from tests.bench.load.seeding import Pair, Seeded, seeded
from tests.faults.figures import Figure, at
from tests.faults.ground import Ground
from tests.faults.server import ServerProcess

SMALL = 4096
"""Bytes the client's kernel keeps: what is more has to wait with the server."""
TEXT = "渡" * 4000
GROWTH_MIB = 40.0
SLOWER = 1.2
TOO_SLOW = 4413
RESET = 1006
KEPT = 700
"""Messages that a customer who comes back has not seen: 8 MB, twice what a system buffers."""
LIVE = 20
"""Messages that come while the socket is full."""
MESSAGES = 400
CALM = 40
LONGEST = 120.0
"""Seconds after which a socket that reads nothing is to be gone: 30 for a frame, and some."""


async def readers(ground: Ground, count: int) -> Figure:
    """So many sockets read nothing while megabytes wait for each; then they read on."""
    home = seeded(ground.sample, ground.place / f"deaf-{count}", pairs=count + 1)
    _kept(home, count)
    async with servers.ours(home.home) as server:
        return await _done(server, home, count)


async def _done(server: ServerProcess, home: Seeded, count: int) -> Figure:
    consoles = [await swarm.console(server, one) for one in home.agents]
    hearing = [asyncio.create_task(_hear(one)) for one in consoles]
    await _read_once(server, home.pairs[0].token)  # its own stores are full: what grows is theirs
    beside = _Beside(home, server)
    await beside.open()
    calm = await beside.measured(CALM)
    before = servers.resident_kib(server)
    highest = _Highest(server)
    sockets = [await _deaf(server, pair.token) for pair in home.pairs[:count]]
    flood = [asyncio.create_task(_flood(home, consoles, number, LIVE)) for number in range(count)]
    loaded = await beside.measured(CALM)
    await asyncio.gather(*flood)
    grown = (await highest.seen() - before) / 1024
    deaf = zip(sockets, home.pairs, strict=False)
    closed = await asyncio.gather(*(_catch_up(server, one, pair.token) for one, pair in deaf))
    await beside.close()
    for task in hearing:
        task.cancel()
    await asyncio.gather(*hearing, return_exceptions=True)
    for one in (*consoles, *sockets):
        one.transport.abort()
    codes = sorted({code for code in closed if code is not None})
    assert set(codes) <= {TOO_SLOW, RESET}, codes
    each = (KEPT + LIVE) * len(TEXT.encode()) / 1_000_000
    return Figure(
        "F32",
        f"{count} sockets that do not read, {each:.1f} MB for each",
        f"{grown:.1f} MiB more memory, others' p99 {calm * 1000:.0f} then {loaded * 1000:.0f} ms, "
        f"{count} of {count} recover ({sum(code is not None for code in closed)} were closed)",
        f"{GROWTH_MIB:.0f} MiB, {SLOWER:.1f} times, all recover",
        met=grown <= GROWTH_MIB and loaded <= calm * SLOWER,
        timed=grown <= GROWTH_MIB,
    )


def _kept(home: Seeded, count: int) -> None:
    """What was said to these customers while they were away."""
    database = Database(home.home / "handrail.db")
    now = datetime.now(UTC)

    def work(tx: Any, pair: Pair) -> None:
        agent = home.agents[pair.agent].agent
        said = {"text": TEXT, "agent": badge(agent)}
        state = log.load(tx, pair.conversation)
        news = [NewEvent(e.AGENT_SAID, e.agent_sender(agent.id), said) for _ in range(KEPT)]
        log.append(tx, state, news, now=now)

    try:
        for pair in home.pairs[:count]:
            database.sync.write(partial(work, pair=pair))
    finally:
        database.close()


async def _read_once(server: ServerProcess, token: str) -> None:
    """Be told everything, and hang up."""
    reader, seen = await swarm.customer(server, token), 0
    while seen < KEPT:
        frame = json.loads(await asyncio.wait_for(reader.recv(), swarm.WAIT))
        seen += len(frame["items"]) if frame["type"] == "events" else 0
    reader.transport.abort()


class _Highest:
    """The most memory a server held, looked at all the time."""

    def __init__(self, server: ServerProcess) -> None:
        self._server = server
        self._most = 0.0
        self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        while True:
            self._most = max(self._most, servers.resident_kib(self._server))
            await asyncio.sleep(0.1)

    async def seen(self) -> float:
        """KiB, up to now."""
        self._looking.cancel()
        await asyncio.gather(self._looking, return_exceptions=True)
        return max(self._most, servers.resident_kib(self._server))


async def _deaf(server: ServerProcess, token: str) -> ClientConnection:
    """A customer's socket that has said hello and reads nothing more."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    raw.connect(("127.0.0.1", server.port))
    raw.setblocking(False)
    opened = await connect(
        f"{server.ws}/ws/customer", sock=raw, compression=None, max_size=None, proxy=None,
        ping_interval=None, open_timeout=swarm.WAIT, max_queue=None, close_timeout=1,
    )  # fmt: skip
    hello = {"type": "hello", "protocol": 1, "token": token, "position": 0, "locale": "en"}
    await opened.send(json.dumps(hello | {"conversation": None, "page": None}))
    await swarm.until(opened, lambda frame: frame["type"] == "welcome")
    opened.transport.pause_reading()
    return opened


async def _hear(console: ClientConnection) -> None:
    """Read what comes to a console; AssertionError when the server refuses something."""
    async for raw in console:
        frame = json.loads(raw)
        assert frame["type"] != "error", frame


async def _flood(
    home: Seeded, consoles: list[ClientConnection], number: int, messages: int
) -> None:
    """Tell one conversation so many long messages."""
    pair = home.pairs[number]
    console = consoles[pair.agent]
    for count in range(messages):
        say = {"type": "say", "id": f"flood-{number}-{count}", "conversation": pair.conversation}
        await console.send(json.dumps(say | {"text": TEXT}))
        await asyncio.sleep(0)


async def _catch_up(server: ServerProcess, deaf: ClientConnection, token: str) -> int | None:
    """Read on; where the server has hung up, come back. Gives the close code, if it came."""
    deaf.transport.resume_reading()
    position, code = 0, None
    wanted = f"{LIVE - 1}"
    current = deaf
    while True:
        try:
            frame = json.loads(await asyncio.wait_for(current.recv(), swarm.WAIT))
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd is not None else 1006
            current = await swarm.customer(server, token, position)
            continue
        if frame["type"] != "events":
            continue
        for event in frame["items"]:
            assert event["position"] == position + 1, "an event was left out"
            position += 1
            said = str(event["data"].get("client_id", ""))
            if event["kind"] == e.AGENT_SAID and said.endswith(f"-{wanted}"):
                if current is not deaf:
                    current.transport.abort()
                return code


class _Beside:
    """A pair that talks beside the deaf ones."""

    def __init__(self, home: Seeded, server: ServerProcess) -> None:
        self._pair = home.pairs[-1]
        self._server = server
        self._socket: Any = None
        self._count = 0

    async def open(self) -> None:
        """Connect the customer."""
        self._socket = await swarm.customer(self._server, self._pair.token)

    async def measured(self, times: int) -> float:
        """Seconds from sending to the acknowledgement that 99 of 100 messages do not exceed."""
        spent = []
        for _ in range(times):
            self._count += 1
            say = {"type": "say", "id": f"beside-{self._count}", "text": "And then?"}
            started = time.perf_counter()
            await self._socket.send(json.dumps(say))
            await swarm.until(self._socket, lambda f: f["type"] == "ack" and f["id"] == say["id"])  # noqa: B023
            spent.append(time.perf_counter() - started)
            await asyncio.sleep(0.01)
        return at(0.99, spent)

    async def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            await self._socket.close()


async def freed(ground: Ground, count: int) -> Figure:
    """So many sockets never read again; the server lets go of each, sent or not."""
    server, home = await ground.crowd(count)
    consoles = [await swarm.console(server, one) for one in home.agents]
    hearing = [asyncio.create_task(_hear(one)) for one in consoles]
    before = _open_sockets(server)
    sockets = [await _deaf(server, pair.token) for pair in home.pairs[:count]]
    await asyncio.gather(*(_flood(home, consoles, number, MESSAGES) for number in range(count)))
    held, started = _open_sockets(server) - before, time.perf_counter()
    while _open_sockets(server) > before and time.perf_counter() - started < LONGEST:  # noqa: ASYNC110
        await asyncio.sleep(1)
    left = max(0, _open_sockets(server) - before)
    for task in hearing:
        task.cancel()
    await asyncio.gather(*hearing, return_exceptions=True)
    for one in (*consoles, *sockets):
        one.transport.abort()
    return Figure(
        "F32",
        f"{count} sockets that never read again ({held} open)",
        f"{left} still held after {time.perf_counter() - started:.0f} s",
        f"0 after {LONGEST:.0f} s",
        met=left == 0,
    )


def _open_sockets(server: ServerProcess) -> int:
    """Sockets that the process has open."""
    files = Path(f"/proc/{servers.pid(server)}/fd").iterdir()
    return sum(str(one.readlink()).startswith("socket:") for one in files if one.is_symlink())
