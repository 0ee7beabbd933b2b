"""Customers who keep writing whatever happens to the server, and see that nothing is lost."""

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import Connection
from websockets.exceptions import WebSocketException

from bot.conversation.events import PERSON_CALLED
from bot.conversation.tables import outcomes
from bot.storage.engine import sqlite_engine
from tests.clients import CustomerClient
from tests.faults.history import History

SAYS = (
    "the payment went through twice",
    "how long does a refund take",
    "退款多久能到账",
    "我要找客服",
    "tak boleh log masuk",
    "what is the weather on the moon",
)

AFTERWARDS = 3
"""Events behind the call for a person after which somebody else comes."""


class Talker:
    """A customer who keeps writing, and sends again what was not acknowledged."""

    def __init__(self, number: int, seed: int, history: History) -> None:
        self.number = number
        self._random = random.Random(f"{seed}-{number}")
        self._history = history
        self._visits = 0
        self._recorder = history.recorder(f"customer {number}")
        self._client: CustomerClient | None = None
        self._unacked: tuple[str, str] | None = None
        self._sent = 0

    async def talk(self, where: Sequence[str], until: asyncio.Event) -> None:
        """Write until told to stop, to any of these servers, whatever happens to them."""
        while not until.is_set():
            try:
                await self.connect(self._random.choice(where))
                while not until.is_set() and not self._served():
                    await self.say()
                    await asyncio.sleep(self._random.uniform(0.05, 1.0))
                if self._served():
                    await self._next_visitor()
            except (OSError, AssertionError, TimeoutError, WebSocketException):
                await asyncio.sleep(self._random.uniform(0.05, 0.5))
        await self.leave()

    def _served(self) -> bool:
        """A person is to answer, and has been written to some more: the bot has no turn left."""
        client = self._client
        if client is None or self._unacked is not None:
            return False
        log = client.log_of(client.conversation or "")
        called = [event["position"] for event in log if event["kind"] == PERSON_CALLED]
        return bool(called) and log[-1]["position"] > called[0] + AFTERWARDS

    async def _next_visitor(self) -> None:
        """Somebody else comes, so that there are turns of the bot again."""
        await self.leave()
        self._client = None
        self._visits += 1
        self._recorder = self._history.recorder(f"customer {self.number}, visit {self._visits}")

    async def settle(self, ws: str) -> None:
        """Send again what is still open, and read the whole log once more."""
        await self.connect(ws)
        if self._unacked is not None:
            await self.say()
        await self.leave()

    async def leave(self) -> None:
        """Hang up."""
        if self._client is not None:
            await self._client.close()

    async def connect(self, ws: str) -> None:
        """Come, or come back as the same visitor."""
        old = self._client
        client = CustomerClient(ws)
        client.recorder = self._recorder
        if old is not None:
            await old.close()
            client.token, client.conversation, client.events = (
                old.token,
                old.conversation,
                old.events,
            )
        self._client = client
        welcome = await client.connect()
        assert welcome["type"] == "welcome", welcome

    async def say(self) -> None:
        """Write the next message, or the last one again where nothing acknowledged it."""
        assert self._client is not None
        if self._unacked is None:
            self._sent += 1
            self._unacked = (f"{self.number}-{self._sent}", self._random.choice(SAYS))
        client_id, text = self._unacked
        answer = await self._client.say(text, client_id)
        assert answer["type"] == "ack", answer
        self._unacked = None


def open_ones(tx: Connection) -> int:
    """How many messages have no outcome yet."""
    query = select(func.count()).select_from(outcomes).where(outcomes.c.outcome.is_(None))
    return int(tx.execute(query).scalar_one())


def undecided(home: Path) -> int:
    """How many messages on this home have no outcome yet."""
    engine = sqlite_engine(home / "handrail.db", writer=False)
    try:
        with engine.connect() as tx:
            return open_ones(tx)
    finally:
        engine.dispose()


async def until_decided(look: Callable[[], int], seconds: float = 600) -> None:
    """Wait until every message has its outcome; `look` says how many have none."""
    async with asyncio.timeout(seconds):
        while await asyncio.to_thread(look):  # noqa: ASYNC110 - another process has no event
            await asyncio.sleep(0.2)
