"""Sockets without a network: frames take their time, connections break without a word."""

import asyncio
import json
import random
from collections import deque
from types import SimpleNamespace
from typing import Any

from starlette.websockets import WebSocket

from tests.simulate.loop import Loop, Pipe

Frame = dict[str, Any]


class Gone(Exception):
    """The connection is broken, as far as this side knows."""


class Link:
    """One WebSocket between a client and a server, both ends."""

    def __init__(self, loop: Loop, chance: random.Random) -> None:
        self._loop = loop
        self._chance = chance
        self._up, self._down = Pipe(loop), Pipe(loop)
        self._slow = chance.random() * (0.5 if chance.random() < 0.2 else 0.03)
        self._to_server: deque[dict[str, Any]] = deque([{"type": "websocket.connect"}])
        self._to_client: deque[Frame] = deque()
        self._server_wakes, self._client_wakes = asyncio.Event(), asyncio.Event()
        self._server_wakes.set()
        self._cut = self._client_lost = self._server_lost = False

    def websocket(self, parts: Any) -> WebSocket:
        """The server's end, as the server's framework would hand it to a door."""
        scope = {
            "type": "websocket",
            "path": "/",
            "query_string": b"",
            "headers": [],
            "scheme": "ws",
            "client": ("203.0.113.1", 1),
            "server": ("help.example.com", 80),
            "app": SimpleNamespace(state=SimpleNamespace(parts=parts)),
        }
        return WebSocket(scope, self._receive, self._send)

    # the client's end

    def send(self, frame: Frame) -> None:
        """Send a frame; it may be lost. Raises Gone once the client knows that it would be."""
        if self._client_lost:
            raise Gone
        message = {"type": "websocket.receive", "text": json.dumps(frame)}
        self._up.put(self._delay(), self._arrive_up, message)

    async def next(self) -> Frame:
        """The next frame; raises Gone when there will be none."""
        while not self._to_client:
            if self._client_lost:
                raise Gone
            self._client_wakes.clear()
            await self._client_wakes.wait()
        return self._to_client.popleft()

    def cut(self) -> None:
        """Break it: what is under way is lost, and each side notices when it does."""
        self._cut = True
        self._loop.call_later(self._notices(), self._lose_client)
        self._loop.call_later(self._notices(), self.lose_server)

    def lose_server(self) -> None:
        """From here on the server's end is broken."""
        self._cut = self._server_lost = True
        self._server_wakes.set()

    @property
    def over(self) -> bool:
        """Whether both ends know that it is broken."""
        return self._client_lost and self._server_lost

    # the server's end

    async def _receive(self) -> dict[str, Any]:
        while not self._to_server:
            if self._server_lost:
                return {"type": "websocket.disconnect", "code": 1006}
            self._server_wakes.clear()
            await self._server_wakes.wait()
        return self._to_server.popleft()

    async def _send(self, message: Any) -> None:
        if self._server_lost:
            raise OSError("The connection is broken.")
        if message["type"] == "websocket.send":
            self._down.put(self._delay(), self._arrive_down, json.loads(message["text"]))
        elif message["type"] == "websocket.close":
            self._down.put(self._delay(), self._lose_client)

    def _delay(self) -> float:
        return self._slow * self._chance.random()

    def _notices(self) -> float:
        return self._chance.random() * (0.1 if self._chance.random() < 0.7 else 6)

    def _arrive_up(self, message: dict[str, Any]) -> None:
        if not self._cut:
            self._to_server.append(message)
            self._server_wakes.set()

    def _arrive_down(self, frame: Frame) -> None:
        if not self._cut:
            self._to_client.append(frame)
            self._client_wakes.set()

    def _lose_client(self) -> None:
        self._cut = self._client_lost = True
        self._client_wakes.set()
