"""Clients that read nothing: they cost the server little, the others nothing, and come back."""

import asyncio
import json
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bot.conversation import events as e
from tests.bench.load import servers, swarm
from tests.bench.load.seeding import Seeded
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
MESSAGES = 400
CALM = 40
LONGEST = 120.0
"""Seconds after which a socket that reads nothing is to be gone: 30 for a frame, and some."""


async def readers(ground: Ground, count: int) -> Figure:
    """So many sockets read nothing while each is sent megabytes; then they read on."""
    server, home = await ground.crowd(count + 1)
    consoles = [await swarm.console(server, one) for one in home.agents]
    hearing = [asyncio.create_task(_hear(one)) for one in consoles]
    sockets = [await _deaf(server, pair.token) for pair in home.pairs[:count]]
    beside = _Beside(home, server)
    await beside.open()
    calm = await beside.measured(CALM)
    before = servers.resident_kib(server)
    flood = [asyncio.create_task(_flood(home, consoles, number)) for number in range(count)]
    loaded = await beside.measured(CALM)
    await asyncio.gather(*flood)
    grown = (servers.resident_kib(server) - before) / 1024
    closed = await asyncio.gather(
        *(
            _catch_up(server, one, pair.token)
            for one, pair in zip(sockets, home.pairs, strict=False)
        )
    )
    await beside.close()
    for task in hearing:
        task.cancel()
    await asyncio.gather(*hearing, return_exceptions=True)
    for one in (*consoles, *sockets):
        one.transport.abort()
    codes = sorted({code for code in closed if code is not None})
    assert set(codes) <= {TOO_SLOW, RESET}, codes
    return Figure(
        "F32",
        f"{count} sockets that do not read, {MESSAGES} messages of {len(TEXT)} characters each",
        f"{grown:.1f} MiB more memory, others' p99 {calm * 1000:.0f} then {loaded * 1000:.0f} ms, "
        f"{count} of {count} recover ({sum(code is not None for code in closed)} were closed)",
        f"{GROWTH_MIB:.0f} MiB, all recover",
        met=grown <= GROWTH_MIB,
    )


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


async def _flood(home: Seeded, consoles: list[ClientConnection], number: int) -> None:
    """Tell one conversation more than its socket's buffers hold."""
    pair = home.pairs[number]
    console = consoles[pair.agent]
    for count in range(MESSAGES):
        say = {"type": "say", "id": f"flood-{number}-{count}", "conversation": pair.conversation}
        await console.send(json.dumps(say | {"text": TEXT}))
        await asyncio.sleep(0)


async def _catch_up(server: ServerProcess, deaf: ClientConnection, token: str) -> int | None:
    """Read on; where the server has hung up, come back. Gives the close code, if it came."""
    deaf.transport.resume_reading()
    position, code = 0, None
    wanted = f"{MESSAGES - 1}"
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
    await asyncio.gather(*(_flood(home, consoles, number) for number in range(count)))
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
