"""Open widgets that do nothing: memory each, and how fast they connect, beside the bare echo.

`python -m tests.bench.load.idle HOME [COUNT…]`
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop
from websockets.asyncio.client import ClientConnection

from tests.bench.load import servers
from tests.bench.load.seeding import widgets
from tests.bench.load.swarm import customer, open_socket
from tests.faults.server import ServerProcess

COUNTS = (1000, 5000)
AT_ONCE = 100
"""Connections that are being opened at the same time."""


def measured(home: Path, place: Path, counts: tuple[int, ...] = COUNTS) -> dict[str, Any]:
    """KiB a widget and connections a second at so many open widgets, ours and the echo's."""
    found: dict[str, Any] = {}
    for count in counts:
        tokens = widgets(home, place / f"idle-{count}", count)
        mine = uvloop.run(_ours(place / f"idle-{count}", tokens))
        echo = uvloop.run(_bare(home, count))
        figures = {
            "kib_per_widget": mine[0],
            "echo_kib_per_socket": echo[0],
            "kib_ratio": mine[0] / echo[0],
            "connections_per_s": mine[1],
            "echo_connections_per_s": echo[1],
            "connections_ratio": mine[1] / echo[1],
        }
        found |= {f"{count} widgets: {key}": value for key, value in figures.items()}
    return found


async def _ours(home: Path, tokens: list[str]) -> tuple[float, float]:
    async with servers.ours(home) as server:
        warm = [await customer(server, token) for token in tokens[:20]]

        async def one(number: int) -> ClientConnection:
            return await customer(server, tokens[number])

        found = await _opened(server, len(tokens), one)
        for socket in warm:
            socket.transport.abort()
        return found


async def _bare(home: Path, count: int) -> tuple[float, float]:
    async with servers.bare(home) as server:
        frame = json.dumps({"type": "hello", "protocol": 1})

        async def one(_: int) -> ClientConnection:
            socket = await open_socket(f"{server.ws}/ws/customer")
            await socket.send(frame)
            await socket.recv()
            return socket

        return await _opened(server, count, one)


async def _opened(server: ServerProcess, count: int, one: Any) -> tuple[float, float]:
    """(KiB each, connections a second); every socket has said hello and was answered."""
    before, started = servers.resident_kib(server), time.perf_counter()
    opened: list[ClientConnection] = []
    for first in range(0, count, AT_ONCE):
        last = min(first + AT_ONCE, count)
        opened += await asyncio.gather(*(one(number) for number in range(first, last)))
    spent = time.perf_counter() - started
    await asyncio.sleep(2)
    held = (servers.resident_kib(server) - before) / count
    for socket in opened:
        socket.transport.abort()
    return held, count / spent


def main() -> None:
    """Print one JSON object."""
    counts = tuple(int(one) for one in sys.argv[2:]) or COUNTS
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        print(json.dumps(measured(Path(sys.argv[1]), Path(made), counts), indent=2))


if __name__ == "__main__":
    main()
