"""Everybody comes back after a restart, and one who was away for long catches up.

`python -m tests.bench.load.returning HOME [SOCKETS]`
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop
from sqlalchemy import event

from bot.conversation import conversations, log
from bot.conversation import events as e
from bot.conversation.events import NewEvent
from bot.conversation.visitors import by_token
from bot.storage.engine import Database
from tests.bench.load import servers
from tests.bench.load.seeding import widgets
from tests.bench.load.swarm import customer, until
from tests.product import Product, running

SOCKETS = 3000
MISSED = 10_000
GOALS = {"back_s": 60, "queries_per_resume": 2, "missed_events_s": 3}


def measured(home: Path, place: Path, sockets: int = SOCKETS) -> dict[str, Any]:
    """Seconds until all are back and have what they missed; queries for each of them."""
    tokens = widgets(home, place / "returning", sockets)
    back = uvloop.run(_back(place / "returning", tokens))
    missed = uvloop.run(_missed(place / "returning", tokens[0]))
    queries = asyncio.run(_queries(place / "returning", tokens[1:301]))
    return {
        f"{sockets} sockets: back_s": back,
        "queries_per_resume": queries,
        "missed_events_s": missed,
    }


async def _back(home: Path, tokens: list[str]) -> float:
    async with servers.ours(home) as server:
        opened = []
        for first in range(0, len(tokens), 100):
            opened += await asyncio.gather(
                *(customer(server, one) for one in tokens[first : first + 100])
            )
        await server.kill()
        for socket in opened:
            socket.transport.abort()
        await server.start()
        started = time.perf_counter()

        async def again(token: str) -> None:
            socket = await customer(server, token)
            await until(socket, lambda frame: frame["type"] == "events")
            socket.transport.abort()

        await asyncio.gather(*(again(token) for token in tokens))
        return time.perf_counter() - started


async def _missed(home: Path, token: str) -> float:
    """From the connection to the last of the events that somebody missed."""
    database = Database(home / "handrail.db")
    now = datetime.now(UTC)

    def fill(tx: Any) -> int:
        visitor = by_token(tx, token)
        assert visitor is not None
        state = conversations.latest_of(tx, visitor.id, "widget")
        assert state is not None
        data = {"text": "The work goes on.", "client_id": None, "agent": {"id": "a", "name": "A"}}
        told = [NewEvent(e.AGENT_SAID, e.agent_sender("a"), data) for _ in range(MISSED)]
        return log.append(tx, state, told, now=now).head

    try:
        head = database.sync.write(fill)
    finally:
        database.close()
    async with servers.ours(home) as server:
        started = time.perf_counter()
        socket = await customer(server, token)
        await until(
            socket,
            lambda frame: frame["type"] == "events" and frame["items"][-1]["position"] >= head,
        )
        spent = time.perf_counter() - started
        socket.transport.abort()
        return spent


async def _queries(home: Path, tokens: list[str]) -> float:
    """Statements for each of many who return at once, with the looks at the queue in between."""
    async with running(home) as product:
        with _counted(product.parts.database) as statements:
            await asyncio.gather(*(_return(product, token) for token in tokens))
        return len(statements) / len(tokens)


async def _return(product: Product, token: str) -> None:
    async with product.customer(token=token) as one:
        await one.wait(lambda frame: frame["type"] == "events")


@contextmanager
def _counted(database: Database) -> Iterator[list[str]]:
    """Every statement that SQLite runs meanwhile, but for the edges of transactions."""
    found: list[str] = []

    def one(statement: str) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            found.append(statement)

    def listen(raw: Any, *_: Any) -> None:
        raw.set_trace_callback(one)

    pool = database._readers.pool  # customers who return only read
    event.listen(pool, "checkout", listen)
    try:
        yield found
    finally:
        event.remove(pool, "checkout", listen)


def main() -> None:
    """Print one JSON object."""
    sockets = int(sys.argv[2]) if len(sys.argv) > 2 else SOCKETS
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        print(json.dumps(measured(Path(sys.argv[1]), Path(made), sockets), indent=2))


if __name__ == "__main__":
    main()
