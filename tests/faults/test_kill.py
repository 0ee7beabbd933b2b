"""SIGKILL under load: nothing acknowledged is lost, nothing is doubled, every message ends once."""

import asyncio
import os
import random
from pathlib import Path

from websockets.exceptions import WebSocketException

from tests.clients import CustomerClient
from tests.faults.history import History, check
from tests.faults.server import ServerProcess
from tests.product import until

ROUNDS = int(os.environ.get("HANDRAIL_TEST_ROUNDS", "20"))
CONVERSATIONS = 200
LOAD = 20
"""Messages a new server acknowledges before it is killed: it then has turns under way."""
SEED = int(os.environ.get("HANDRAIL_TEST_SEED", random.randrange(10**6)))
SAYS = (
    "the payment went through twice",
    "how long does a refund take",
    "退款多久能到账",
    "我要找客服",
    "tak boleh log masuk",
    "what is the weather on the moon",
)
QUICK = {
    "HANDRAIL_TURN__QUIET": "PT0.05S",
    "HANDRAIL_WEB__MESSAGES_PER_MINUTE": "100000",
    "HANDRAIL_WEB__VISITORS_PER_MINUTE": "100000",
}


class _Talker:
    """A customer who keeps writing, and sends again what was not acknowledged."""

    def __init__(self, number: int, seed: int, history: History) -> None:
        self.number = number
        self._random = random.Random(f"{seed}-{number}")
        self._recorder = history.recorder(f"customer {number}")
        self._client: CustomerClient | None = None
        self._unacked: tuple[str, str] | None = None
        self._sent = 0

    async def talk(self, ws: str, until: asyncio.Event) -> None:
        """Write until told to stop, whatever happens to the server."""
        while not until.is_set():
            try:
                await self._connect(ws)
                while not until.is_set():
                    await self._say()
                    await asyncio.sleep(self._random.uniform(0.05, 1.0))
            except (OSError, AssertionError, TimeoutError, WebSocketException):
                await asyncio.sleep(self._random.uniform(0.05, 0.5))
        await self.leave()

    async def settle(self, ws: str) -> None:
        """Send again what is still open, and read the whole log once more."""
        await self._connect(ws)
        if self._unacked is not None:
            await self._say()
        await self.leave()

    async def leave(self) -> None:
        """Hang up."""
        if self._client is not None:
            await self._client.close()

    async def _connect(self, ws: str) -> None:
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

    async def _say(self) -> None:
        assert self._client is not None
        if self._unacked is None:
            self._sent += 1
            self._unacked = (f"{self.number}-{self._sent}", self._random.choice(SAYS))
        client_id, text = self._unacked
        answer = await self._client.say(text, client_id)
        assert answer["type"] == "ack", answer
        self._unacked = None


async def test_sigkill_under_load_loses_nothing(home: Path) -> None:
    print(f"seed {SEED}, {ROUNDS} rounds, {CONVERSATIONS} conversations")
    chance = random.Random(SEED)
    history = History()
    server = ServerProcess(home, **QUICK)
    await server.start()
    talkers = [_Talker(number, SEED, history) for number in range(CONVERSATIONS)]
    done = asyncio.Event()
    tasks = [asyncio.create_task(talker.talk(server.ws, done)) for talker in talkers]
    try:
        for _ in range(ROUNDS):
            await _under_load(history)
            await asyncio.sleep(chance.uniform(0.0, 0.7))
            await server.kill()
            await server.start()
        await _under_load(history)
        done.set()
        await asyncio.gather(*tasks)
        await asyncio.gather(*(talker.settle(server.ws) for talker in talkers))
        await _until_decided(server.home)
    finally:
        await server.kill()
    breaches = check(home / "handrail.db", history)
    print(f"{history.acknowledged} messages acknowledged, {len(breaches)} breaches")
    assert breaches == []
    assert history.acknowledged > CONVERSATIONS


async def _under_load(history: History) -> None:
    """Wait until the server is at work again, however long that takes on this machine."""
    before = history.acknowledged
    await until(lambda: history.acknowledged >= before + LOAD, seconds=300)


async def _until_decided(home: Path) -> None:
    """Wait until every message has its outcome."""
    from sqlalchemy import func, select

    from bot.conversation.tables import outcomes
    from bot.storage.engine import sqlite_engine

    engine = sqlite_engine(home / "handrail.db", writer=False)
    open_ones = select(func.count()).select_from(outcomes).where(outcomes.c.outcome.is_(None))
    try:
        async with asyncio.timeout(600):
            while True:
                with engine.connect() as tx:
                    if tx.execute(open_ones).scalar_one() == 0:
                        return
                await asyncio.sleep(0.2)
    finally:
        engine.dispose()
