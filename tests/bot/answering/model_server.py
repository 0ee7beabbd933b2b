"""A scripted server that speaks like OpenAI, Anthropic and Ollama, and fails like them."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

Play = Callable[["Reply"], Awaitable[None]]


class Reply:
    """One answer on one connection; a play writes it as it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def head(self, status: int = 200, **headers: str) -> None:
        """Start a reply without a length: it ends with the connection."""
        lines = [f"HTTP/1.1 {status} Whatever", "connection: close"]
        shown = {"content_type": "text/event-stream", **headers}
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in shown.items()]
        await self.raw("\r\n".join([*lines, "", ""]).encode())

    async def raw(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def event(self, data: Any) -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        await self.raw(f"data: {text}\n\n".encode())

    async def delta(self, ending: str | None = None, **delta: Any) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": ending}
        await self.event(
            {
                "id": "c",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": "m",
                "choices": [choice],
            }
        )

    async def end(self, ending: str = "stop") -> None:
        await self.delta(ending)
        await self.event("[DONE]")

    async def silence(self) -> None:
        """Say nothing until the other side hangs up."""
        while await self._reader.read(1000):
            pass

    def reset(self) -> None:
        """Cut the connection with RST instead of FIN."""
        raw: socket.socket = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


class ModelServer:
    """Plays one play after another, the last one for ever."""

    def __init__(self) -> None:
        self.plays: list[Play] = []
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.open = 0
        self.most_open = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._heard = asyncio.Condition()
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def asked(self, times: int) -> None:
        """Wait until so many requests have come in."""
        async with asyncio.timeout(30), self._heard:
            await self._heard.wait_for(lambda: len(self.requests) >= times)

    async def stop(self) -> None:
        """Listen no longer, so that the next connection is refused."""
        self._server.close()
        await asyncio.sleep(0)

    @property
    def tasks(self) -> set[asyncio.Task[None]]:
        """The server's own tasks, which are nobody's leak."""
        return set(self._connections)

    async def hung_up(self) -> None:
        """Wait until nobody is connected any more."""
        async with asyncio.timeout(30):
            await self._idle.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        self.open += 1
        self._idle.clear()
        self.most_open = max(self.open, self.most_open)
        try:
            await self._play(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            if not self.open:
                self._idle.set()
            self._connections.discard(task)
            writer.close()

    async def _play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.paths.append(first.split(" ")[1])
        async with self._heard:
            self.requests.append(json.loads(body or b"{}"))
            self._heard.notify_all()
        play = self.plays.pop(0) if len(self.plays) > 1 else self.plays[0]
        await play(Reply(reader, writer))


def says(*pieces: str, pause: float = 0.0, ending: str = "stop") -> Play:
    """Streams the pieces, as OpenAI does."""

    async def play(reply: Reply) -> None:
        await reply.head()
        await reply.delta(role="assistant", content="")
        for piece in pieces:
            await reply.delta(content=piece)
            await asyncio.sleep(pause)
        await reply.end(ending)

    return play


def fails(status: int, body: Any = None, **headers: str) -> Play:
    """Answers with an error."""

    async def play(reply: Reply) -> None:
        await reply.head(status, **{"content_type": "application/json", **headers})
        await reply.raw(json.dumps(body or {"error": {"message": "no", "code": "x"}}).encode())

    return play


def sends(*data: bytes | str, status: int = 200, **headers: str) -> Play:
    """Answers with exactly these bytes, each text as an event."""

    async def play(reply: Reply) -> None:
        await reply.head(status, **headers)
        for part in data:
            await (reply.event(part) if isinstance(part, str) else reply.raw(part))

    return play


def breaks(*pieces: str, how: str) -> Play:
    """Streams the pieces, then falls silent, resets or just ends the connection."""

    async def play(reply: Reply) -> None:
        await reply.head()
        await reply.delta(role="assistant", content="")
        for piece in pieces:
            await reply.delta(content=piece)
        await asyncio.sleep(0.02)
        if how == "silence":
            await reply.silence()
        if how == "reset":
            reply.reset()

    return play


def speaks_anthropic(pieces: Sequence[str]) -> Play:
    """Streams the pieces, as Anthropic does."""
    message = {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": []}
    usage = {"input_tokens": 1, "output_tokens": 1}
    start = {**message, "stop_reason": None, "stop_sequence": None, "usage": usage}

    async def play(reply: Reply) -> None:
        async def event(kind: str, **data: Any) -> None:
            await reply.raw(
                f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n".encode()
            )

        await reply.head()
        await event("message_start", message=start)
        await event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for piece in pieces:
            await event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
        await event("content_block_stop", index=0)
        stop = {"stop_reason": "end_turn", "stop_sequence": None}
        await event("message_delta", delta=stop, usage=usage)
        await event("message_stop")

    return play


def speaks_ollama(pieces: Sequence[str]) -> Play:
    """Streams the pieces, as Ollama does."""

    async def play(reply: Reply) -> None:
        await reply.head(content_type="application/x-ndjson")
        for piece in [*pieces, ""]:
            line = {
                "model": "m",
                "created_at": "2026-11-22T00:00:00Z",
                "message": {"role": "assistant", "content": piece},
                "done": not piece,
            }
            ending = {} if piece else {"done_reason": "stop"}
            await reply.raw(json.dumps(line | ending).encode() + b"\n")

    return play


async def never_answers(reply: Reply) -> None:
    """Takes the request and says nothing."""
    await reply.silence()


async def resets_at_once(reply: Reply) -> None:
    """Takes the request and cuts the connection."""
    reply.reset()
