"""News between processes, over Redis (or Valkey) pub/sub. Losing all of it loses nothing."""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import SetupError
from bot.live.broker import ANYTHING, Listener, Passing
from bot.storage.engine import News

logger = structlog.get_logger()

TROUBLE = (RedisError, OSError, TimeoutError)
SECONDS = 2.0
"""A call that takes longer has failed; its connection is thrown away, never used again."""
SLOWEST_RETRY = 1.0
"""Seconds between two attempts to reach Redis at most."""
MAX_NEWS = 10_000
"""Conversations whose news waits for Redis to come back; of more only that something moved."""
MAX_PASSING = 200
"""Typing and drafts that may wait to be sent; older ones are dropped."""


class RedisBroker:
    """Sends on one connection and listens on another, each used by one task alone.

    A call is never cancelled but with its connection: what a half-read one would answer next
    belongs to somebody else.
    """

    lossy = True

    def __init__(self, url: str, channel: str) -> None:
        """`channel` names this installation: several may share one Redis."""
        self._url = url
        self._channel = f"handrail:{channel}"
        self._me = secrets.token_hex(6)
        self._listeners: list[Listener] = []
        self._passing_listeners: list[Callable[[Passing], None]] = []
        self._news: dict[str, int] = {}
        self._passing: deque[Passing] = deque(maxlen=MAX_PASSING)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self.connected = False
        try:
            self._client()
        except ValueError as error:
            raise SetupError(
                f"HANDRAIL_LIVE__REDIS_URL cannot be used: {error}. It is "
                "`redis://[user:password@]host:6379/0`, `rediss://` with TLS, or `unix://path`."
            ) from error

    def publish(self, news: Sequence[News]) -> None:
        """Tell the listeners here at once, and every other process soon."""
        for listener in self._listeners:
            listener(news)
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._queue, list(news))

    def listen(self, listener: Listener) -> None:
        """Add a listener; it must be quick and must not raise."""
        self._listeners.append(listener)

    def pass_on(self, passing: Passing) -> None:
        """Send it if Redis is there."""
        if self.connected:
            self._passing.append(passing)
            self._wake.set()

    def listen_passing(self, listener: Callable[[Passing], None]) -> None:
        """Add a listener; it must be quick and must not raise."""
        self._passing_listeners.append(listener)

    async def run(self) -> None:
        """Send and listen until cancelled, through every absence of Redis."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._persist(self._listen), name="redis-listen")
            group.create_task(self._persist(self._send), name="redis-send")

    def _client(self) -> Any:
        given: dict[str, Any] = {"socket_timeout": None, "socket_connect_timeout": SECONDS}
        if not self._url.startswith("unix:"):
            given["socket_keepalive"] = True
        return Redis.from_url(self._url, **given)

    def _queue(self, news: Sequence[News]) -> None:
        for conversation_id, position in news:
            self._news[conversation_id] = max(position, self._news.get(conversation_id, 0))
        if len(self._news) > MAX_NEWS:
            self._news = dict([ANYTHING])
        self._wake.set()

    async def _persist(self, work: Callable[[Any], Any]) -> None:
        pause = 0.05
        while True:
            client = self._client()
            started = asyncio.get_running_loop().time()
            try:
                await work(client)
            except TROUBLE as error:
                if self.connected:
                    logger.warning("redis_away", error=type(error).__name__)
                self.connected = False
            finally:
                await _discard(client)
            if asyncio.get_running_loop().time() - started > SLOWEST_RETRY:
                pause = 0.05
            await asyncio.sleep(pause)
            pause = min(SLOWEST_RETRY, pause * 2)

    async def _send(self, client: Any) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._news or self._passing:
                await self._send_waiting(client)

    async def _send_waiting(self, client: Any) -> None:
        """Send what waits; news that did not get away waits on, the rest is dropped."""
        news, self._news = self._news, {}
        passing = [(one.conversation_id, one.frame, one.to) for one in self._passing]
        self._passing.clear()
        message = {"from": self._me, "news": list(news.items()), "passing": passing}
        sent = False
        try:
            async with asyncio.timeout(SECONDS):
                await client.publish(self._channel, json.dumps(message, ensure_ascii=False))
            sent = True
        finally:
            if not sent:
                self._queue(list(news.items()))

    async def _listen(self, client: Any) -> None:
        subscription = client.pubsub()
        async with asyncio.timeout(SECONDS):
            await subscription.subscribe(self._channel)
        async for message in subscription.listen():
            if message["type"] == "subscribe":
                self.connected = True
                self._tell([ANYTHING])  # what was told before is missed
            elif message["type"] == "message":
                self._take(message["data"])
        raise OSError("The subscription has ended.")

    def _take(self, data: bytes) -> None:
        try:
            message = json.loads(data)
            if message["from"] == self._me:
                return
            news = [(str(conversation), int(at)) for conversation, at in message["news"]]
            passing = [Passing(str(one), frame, tuple(to)) for one, frame, to in message["passing"]]
        except (ValueError, KeyError, TypeError):
            logger.warning("redis_message_not_understood", bytes=len(data))
            return
        if news:
            self._tell(news)
        for one in passing:
            for listener in self._passing_listeners:
                listener(one)

    def _tell(self, news: Sequence[News]) -> None:
        for listener in self._listeners:
            listener(news)


async def _discard(client: Any) -> None:
    try:
        async with asyncio.timeout(SECONDS):
            await client.aclose()
    except TROUBLE:
        pass  # it is gone, which is what was wanted
