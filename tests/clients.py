"""Clients of both sockets, written from docs/protocol.md; they keep all they saw."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from handoff.agents import Agent
from tests.faults.history import Recorder

Frame = dict[str, Any]
WAIT = 120.0
"""Seconds a test waits for what should come at once: a slow, busy machine is no failure."""


class SocketClient:
    """One socket, and everything that came over it in order."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.frames: list[Frame] = []
        self.events: dict[str, dict[int, Frame]] = {}
        self.closed: int | None = None
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()
        self._count = 0
        self.log: str | None = None
        """The log that what was seen is of."""
        self.began_anew = 0
        """How often the server had another one."""
        self.recorder: Recorder | None = None
        """Writes down every frame, for the history checker."""

    async def open(self, hello: Frame, **options: Any) -> Frame:
        """Connect and say hello; gives the welcome, or the error frame or close code as a frame."""
        self.closed = None
        seen = len(self.frames)
        if self.recorder is not None:
            self.recorder.opened()
        self._socket = await connect(
            self._url,
            compression=None,
            max_size=None,
            proxy=None,
            open_timeout=WAIT,
            ping_interval=None,  # a server that has no time for a pong is still there
            **options,
        )
        self._reader = asyncio.create_task(self._read(self._socket))
        with suppress(ConnectionClosed):  # refused before hello: the close frame says why
            await self.send(hello)
        return await self.wait(lambda f: f["type"] in ("welcome", "closed"), since=seen)

    async def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await asyncio.gather(self._reader, return_exceptions=True)

    async def cut(self) -> None:
        """Lose the connection without a word, as a train in a tunnel does."""
        assert self._socket is not None
        self._socket.transport.abort()
        if self._reader is not None:
            await asyncio.gather(self._reader, return_exceptions=True)

    async def send(self, frame: Frame | str | bytes) -> None:
        """Send one frame, or raw text or bytes."""
        assert self._socket is not None
        raw = json.dumps(frame) if isinstance(frame, dict) else frame
        if self.recorder is not None and isinstance(frame, dict):
            self.recorder.sent(frame)
        await self._socket.send(raw)

    async def wait(
        self, matches: Callable[[Frame], bool], *, since: int = 0, seconds: float = WAIT
    ) -> Frame:
        """The first frame from number `since` on that matches; AssertionError when none comes."""
        try:
            async with asyncio.timeout(seconds), self._news:
                while True:
                    for frame in self.frames[since:]:
                        if matches(frame):
                            return frame
                    await self._news.wait()
        except TimeoutError:
            last = self.frames[-5:]
            raise AssertionError(f"What was waited for did not come. Last frames: {last}") from None

    async def answer_to(self, frame: Frame) -> Frame:
        """Send a frame with an id and give what answers it."""
        seen = len(self.frames)
        await self.send(frame)
        return await self.wait(
            lambda f: (
                f["type"] in ("ack", "ok", "error", "closed")
                and f.get("id") in (frame.get("id"), None)
            ),
            since=seen,
        )

    def next_id(self) -> str:
        """An id this client has not used."""
        self._count += 1
        return f"{id(self):x}-{self._count}"

    def log_of(self, conversation: str) -> list[Frame]:
        """The conversation's events as this client has them, in order."""
        seen = self.events.get(conversation, {})
        return [seen[position] for position in sorted(seen)]

    async def event(
        self, kind: str, *, after: int = 0, seconds: float = WAIT, **data: Any
    ) -> Frame:
        """The first event of this kind behind position `after` whose data has these values."""

        def matching() -> Frame | None:
            for events in self.events.values():
                for position in sorted(events):
                    event = events[position]
                    if (
                        event["kind"] == kind
                        and position > after
                        and all(event["data"].get(k) == v for k, v in data.items())
                    ):
                        return event
            return None

        try:
            async with asyncio.timeout(seconds), self._news:
                while (found := matching()) is None:
                    await self._news.wait()
                return found
        except TimeoutError:
            kinds = [f"{e['position']}:{e['kind']}" for c in self.events for e in self.log_of(c)]
            raise AssertionError(f"No {kind} {data} came; there are {kinds}.") from None

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for raw in socket:
                await self._take(json.loads(raw))
        except ConnectionClosed:
            pass
        code = socket.close_code
        self.closed = code
        await self._take({"type": "closed", "code": code, "reason": socket.close_reason})

    async def _take(self, frame: Frame) -> None:
        async with self._news:
            self.frames.append(frame)
            if self.recorder is not None:
                self.recorder.got(frame)
            if frame["type"] == "welcome":
                if self.log not in (None, frame["log"]):
                    self.began_anew += 1
                    self.events.clear()
                self.log = frame["log"]
            if frame["type"] == "events":
                seen = self.events.setdefault(frame["conversation"], {})
                for event in frame["items"]:
                    assert seen.get(event["position"], event) == event, "an event changed"
                    seen[event["position"]] = event
            self._news.notify_all()


class CustomerClient(SocketClient):
    """A customer's widget."""

    def __init__(self, ws: str, *, locale: str | None = "en") -> None:
        super().__init__(f"{ws}/ws/customer")
        self.locale = locale
        self.token: str | None = None
        self.conversation: str | None = None

    async def connect(self, **hello: Any) -> Frame:
        """Say hello with the token known so far, from the last position seen."""
        position = max(self.events.get(self.conversation or "", {0: {}}), default=0)
        frame = {
            "type": "hello",
            "protocol": 1,
            "token": self.token,
            "conversation": self.conversation,
            "position": position,
            "log": self.log,
            "locale": self.locale,
            "page": None,
        }
        welcome = await self.open(frame | hello)
        if welcome["type"] == "welcome":
            self.token = welcome.get("token", self.token)
            if welcome["conversation"] is not None:
                self.conversation = welcome["conversation"]["id"]
        return welcome

    async def say(self, text: str, client_id: str | None = None) -> Frame:
        """Send a message and give the ack (or error)."""
        answer = await self.answer_to(
            {"type": "say", "id": client_id or self.next_id(), "text": text}
        )
        if answer["type"] == "ack":
            self.conversation = answer["conversation"]
        return answer

    async def ask(self, text: str) -> Frame:
        """Send a message and give the event that is its outcome."""
        ack = await self.say(text)
        assert ack["type"] == "ack", ack
        return await self.outcome(ack["position"])

    async def outcome(self, position: int) -> Frame:
        """The event that answers the message at this position."""

        def found() -> Frame | None:
            return next(
                (
                    event
                    for event in self.log_of(self.conversation or "")
                    if position in event["data"].get("answers", ())
                ),
                None,
            )

        try:
            async with asyncio.timeout(WAIT), self._news:
                while (event := found()) is None:
                    await self._news.wait()
                return event
        except TimeoutError:
            kinds = [f"{e['position']}:{e['kind']}" for e in self.log_of(self.conversation or "")]
            raise AssertionError(f"Nothing answers {position}; there are {kinds}.") from None

    async def person(self) -> Frame:
        """Press the button "talk to a person"."""
        answer = await self.answer_to({"type": "person", "id": self.next_id()})
        if answer["type"] == "ack":
            self.conversation = answer["conversation"]
        return answer


class AgentClient(SocketClient):
    """An agent's console."""

    def __init__(self, url: str, ws: str, agent: Agent, secret: str, csrf: str) -> None:
        super().__init__(f"{ws}/ws/agent")
        self._http = url
        self.agent = agent
        self._secret = secret
        self._csrf = csrf

    async def ticket(self) -> str:
        """A ticket for the first frame."""
        async with httpx.AsyncClient(
            base_url=self._http,
            cookies={"handrail_session": self._secret},
            trust_env=False,
            timeout=WAIT,
        ) as http:
            answer = await http.post("/api/session/ticket", headers={"X-Handrail-CSRF": self._csrf})
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["token"]
        return token

    async def connect(self, **hello: Any) -> Frame:
        """Say hello with a fresh ticket."""
        frame = {"type": "hello", "protocol": 1, "token": await self.ticket()}
        return await self.open(frame | hello)

    async def act(self, type_: str, **fields: Any) -> Frame:
        """Do something; gives the `ok` or `error` frame."""
        return await self.answer_to({"type": type_, "id": self.next_id(), **fields})

    async def follow(self, conversation: str, position: int = 0) -> Frame:
        """Look at a conversation; gives the dossier."""
        seen = len(self.frames)
        await self.send({"type": "follow", "conversation": conversation, "position": position})
        return await self.wait(
            lambda f: (
                f["type"] in ("dossier", "error")
                and f.get("conversation", conversation) == conversation
            ),
            since=seen,
        )

    async def queue(self, matches: Callable[[Frame], bool] = lambda _: True) -> Frame:
        """The queue once it looks like this."""
        return await self.wait(lambda f: f["type"] == "queue" and matches(f))

    def last_queue(self) -> Frame:
        """The queue as last seen."""
        return next(f for f in reversed(self.frames) if f["type"] == "queue")


def row(queue: Frame, conversation: str, part: str = "waiting") -> Frame | None:
    """The row of a conversation in a queue frame."""
    return next((r for r in queue[part] if r["conversation"] == conversation), None)
