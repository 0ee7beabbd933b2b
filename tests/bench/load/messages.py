"""Messages: sent, on disk, acknowledged, and shown to the other side, beside two floors.

`python -m tests.bench.load.messages HOME [PAIRS…]`; HOME is any home with the sample company.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop

from retrieval.metrics import percentile
from tests.bench.load import servers
from tests.bench.load.seeding import Seeded, seeded
from tests.bench.load.swarm import Talk, open_socket
from tests.faults.server import ServerProcess

SECONDS = 8.0
RATE = 1000
"""Messages a second at which the latency goal is stated."""
PAIRS = (1, 100, 1000)
_TEXT = "The late ferry did not wait for us; what can we do about tonight's hotel?"


def measured(home: Path, place: Path, pairs: tuple[int, ...] = PAIRS) -> dict[str, Any]:
    """Messages a second and latencies at so many pairs, with the shares of both floors."""
    found: dict[str, Any] = {"commits_per_s": commits(place / "commits.db")}
    for count in pairs:
        made = seeded(home, place / f"pairs-{count}", pairs=count)
        figures = uvloop.run(talking(made))
        figures["echo_per_s"] = uvloop.run(echoed(home, count))
        figures["share_of_echo"] = figures["messages_per_s"] / figures["echo_per_s"]
        figures["share_of_commits"] = figures["messages_per_s"] / found["commits_per_s"]
        found |= {f"{count} pairs: {key}": value for key, value in figures.items()}
    return found


async def talking(made: Seeded, *, seconds: float = SECONDS) -> dict[str, float]:
    """As fast as they can, then at a steady rate if they can more than that."""
    async with servers.ours(made.home, **made.environment) as server:
        talk = Talk(made)
        await talk.open(server)
        try:
            await _closed_loop(talk, len(made.pairs), 1.0)
            used = servers.cpu_seconds(server)
            spent = await _closed_loop(talk, len(made.pairs), seconds)
            used = servers.cpu_seconds(server) - used
            figures = {
                "messages_per_s": len(spent["delivered"]) / seconds,
                "server_cpu_us_per_message": 1e6 * used / max(1, len(spent["delivered"])),
                **_shares(spent),
            }
            if figures["messages_per_s"] > RATE and len(made.pairs) > 1:
                steady = await _steady(talk, len(made.pairs), seconds)
                figures |= {f"at {RATE}/s {k}": v for k, v in _shares(steady).items()}
            return figures
        finally:
            await talk.close()


async def echoed(home: Path, sockets: int, *, seconds: float = SECONDS / 2) -> float:
    """Echoes a second of the bare server with as many sockets talking."""
    async with servers.bare(home) as server:
        return await _echoing(server, sockets, seconds)


def commits(path: Path, *, seconds: float = 2.0) -> float:
    """Single commits a second of the same rows, `synchronous=FULL`, in plain `sqlite3`."""
    path.unlink(missing_ok=True)
    file = sqlite3.connect(path, isolation_level=None)
    file.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE events (conversation_id TEXT, position INT, client_id TEXT, data TEXT,"
        " PRIMARY KEY (conversation_id, position), UNIQUE (conversation_id, client_id));"
        "CREATE TABLE conversations (id TEXT PRIMARY KEY, head INT);"
        "INSERT INTO conversations VALUES ('c', 0)"
    )
    data = json.dumps({"text": _TEXT, "client_id": "load-1"})
    number, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        number += 1
        file.execute("BEGIN IMMEDIATE")
        file.execute("UPDATE conversations SET head = ? WHERE id = 'c'", (number,))
        file.execute("INSERT INTO events VALUES ('c', ?, ?, ?)", (number, f"load-{number}", data))
        file.execute("COMMIT")
    file.close()
    return number / (time.perf_counter() - started)


async def _closed_loop(talk: Talk, pairs: int, seconds: float) -> dict[str, list[float]]:
    spent: dict[str, list[float]] = {"ack": [], "delivered": []}
    end = time.perf_counter() + seconds

    async def one(number: int) -> None:
        while time.perf_counter() < end:
            await talk.exchange(number, lambda what, took: spent[what].append(took))

    await asyncio.gather(*(one(number) for number in range(pairs)))
    return spent


async def _steady(talk: Talk, pairs: int, seconds: float) -> dict[str, list[float]]:
    """`RATE` messages a second, whatever the server makes of it: an exchange has two."""
    spent: dict[str, list[float]] = {"ack": [], "delivered": []}
    started, running = time.perf_counter(), set()
    for number in range(int(RATE * seconds / 2)):
        await asyncio.sleep(max(0.0, started + number * 2 / RATE - time.perf_counter()))
        exchange = talk.exchange(number % pairs, lambda what, took: spent[what].append(took))
        task = asyncio.create_task(exchange)
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    return spent


async def _echoing(server: ServerProcess, sockets: int, seconds: float) -> float:
    opened = [await open_socket(f"{server.ws}/ws/customer") for _ in range(sockets)]
    frame = json.dumps({"type": "say", "id": "load-1000", "text": _TEXT})
    counts = [0] * sockets
    end = time.perf_counter() + seconds

    async def one(number: int) -> None:
        while time.perf_counter() < end:
            await opened[number].send(frame)
            await opened[number].recv()
            counts[number] += 1

    await asyncio.gather(*(one(number) for number in range(sockets)))
    for socket in opened:
        socket.transport.abort()
    return sum(counts) / seconds


def _shares(spent: dict[str, list[float]]) -> dict[str, float]:
    return {
        f"{what}_ms_p{round(share * 100)}": 1000 * percentile(took, share)
        for what, took in spent.items()
        for share in (0.5, 0.99)
    }


def main() -> None:
    """Print one JSON object."""
    pairs = tuple(int(one) for one in sys.argv[2:]) or PAIRS
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        print(json.dumps(measured(Path(sys.argv[1]), Path(made), pairs), indent=2))


if __name__ == "__main__":
    main()
