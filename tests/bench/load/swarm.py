"""Clients under load: as little work as a client can do, so that the server is what is measured."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from bot.conversation import events as e
from tests.bench.load.seeding import Seeded, Staff
from tests.faults.server import ServerProcess

WAIT = 300.0
_NUMBERS = itertools.count(1)
Took = Callable[[str, float], None]
"""(what, seconds)."""


async def open_socket(url: str) -> ClientConnection:
    """A socket without compression, pings or limits."""
    return await connect(
        url, compression=None, max_size=None, proxy=None, open_timeout=WAIT, ping_interval=None
    )


async def customer(server: ServerProcess, token: str | None, position: int = 0) -> ClientConnection:
    """A widget that has said hello and been welcomed."""
    socket = await open_socket(f"{server.ws}/ws/customer")
    hello = {
        "type": "hello", "protocol": 1, "token": token, "conversation": None,
        "position": position, "locale": "en", "page": None,
    }  # fmt: skip
    await socket.send(json.dumps(hello))
    await until(socket, lambda frame: frame["type"] == "welcome")
    return socket


async def console(server: ServerProcess, staff: Staff) -> ClientConnection:
    """An agent's console that has said hello and been welcomed."""
    async with httpx.AsyncClient(
        base_url=server.url, cookies={"handrail_session": staff.secret}, trust_env=False,
        timeout=WAIT,
    ) as http:  # fmt: skip
        ticket = await http.post("/api/session/ticket", headers={"X-Handrail-CSRF": staff.csrf})
        ticket.raise_for_status()
    socket = await open_socket(f"{server.ws}/ws/agent")
    await socket.send(json.dumps({"type": "hello", "protocol": 1, "token": ticket.json()["token"]}))
    await until(socket, lambda frame: frame["type"] == "welcome")
    return socket


async def until(
    socket: ClientConnection, matches: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The first frame that matches; what comes before it is thrown away."""
    async with asyncio.timeout(WAIT):
        while True:
            frame: dict[str, Any] = json.loads(await socket.recv())
            if matches(frame):
                return frame


class Talk:
    """Pairs that talk: every message is acknowledged to its sender and shown to the other side."""

    def __init__(self, seeded: Seeded) -> None:
        self._seeded = seeded
        self._acked: dict[str, asyncio.Future[float]] = {}
        self._shown: dict[str, asyncio.Future[float]] = {}
        self._customers: list[ClientConnection] = []
        self._consoles: list[ClientConnection] = []
        self._readers: list[asyncio.Task[None]] = []

    async def open(self, server: ServerProcess) -> None:
        """Connect everybody; agents follow the conversations they have."""
        self._consoles = [await console(server, one) for one in self._seeded.agents]
        for pair in self._seeded.pairs:
            follow = {"type": "follow", "conversation": pair.conversation, "position": 0}
            await self._consoles[pair.agent].send(json.dumps(follow))
        self._readers += [
            asyncio.create_task(self._read(socket, e.CUSTOMER_SAID)) for socket in self._consoles
        ]
        for first in range(0, len(self._seeded.pairs), 50):
            self._customers += await asyncio.gather(
                *(customer(server, p.token) for p in self._seeded.pairs[first : first + 50])
            )
        self._readers += [
            asyncio.create_task(self._read(socket, e.AGENT_SAID)) for socket in self._customers
        ]

    async def close(self) -> None:
        """Hang up."""
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        for socket in (*self._customers, *self._consoles):
            socket.transport.abort()

    async def exchange(self, number: int, took: Took) -> None:
        """One message of the customer of this pair, then one of its agent."""
        pair = self._seeded.pairs[number]
        await self._say(self._customers[number], {"type": "say"}, took)
        answer = {"type": "say", "conversation": pair.conversation}
        await self._say(self._consoles[pair.agent], answer, took)

    async def _say(self, socket: ClientConnection, frame: dict[str, Any], took: Took) -> None:
        client_id = f"load-{next(_NUMBERS)}"
        loop = asyncio.get_running_loop()
        acked = self._acked[client_id] = loop.create_future()
        shown = self._shown[client_id] = loop.create_future()
        text = "The late ferry did not wait for us; what can we do about tonight's hotel?"
        started = time.perf_counter()
        await socket.send(json.dumps(frame | {"id": client_id, "text": text}))
        async with asyncio.timeout(WAIT):
            took("ack", await acked - started)
            took("delivered", await shown - started)
        del self._acked[client_id], self._shown[client_id]

    async def _read(self, socket: ClientConnection, kind: str) -> None:
        async for raw in socket:
            now = time.perf_counter()
            frame = json.loads(raw)
            if frame["type"] == "events":
                for event in frame["items"]:
                    if event["kind"] == kind:
                        _settle(self._shown, event["data"].get("client_id"), now)
            elif frame["type"] in ("ack", "ok"):
                _settle(self._acked, frame.get("id"), now)
            elif frame["type"] == "error":
                raise AssertionError(f"The server refused: {frame}")


def _settle(waiting: dict[str, asyncio.Future[float]], client_id: Any, now: float) -> None:
    future = waiting.get(client_id)
    if future is not None and not future.done():
        future.set_result(now)
