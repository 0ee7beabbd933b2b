"""What every broker promises; and that a conversation arrives when the broker is not there."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from redis.asyncio import Redis

from bot import schema
from bot.conversation import events as e
from bot.conversation import log, visitors
from bot.conversation.events import NewEvent
from bot.errors import SetupError
from bot.live.broker import ANYTHING, Broker, MemoryBroker, Passing
from bot.live.brokers import make_broker
from bot.live.catching_up import CatchingUp
from bot.live.connection import Connection
from bot.live.hub import Hub
from bot.live.redis import MAX_NEWS, RedisBroker
from bot.storage.engine import Database, News
from tests.contracts.services import RedisServer
from tests.product import WAIT, until

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Heard:
    """What one process was told."""

    def __init__(self, broker: Broker) -> None:
        self.news: list[News] = []
        self.passing: list[Passing] = []
        broker.listen(self.news.extend)
        broker.listen_passing(self.passing.append)


@asynccontextmanager
async def carrying(*brokers: Broker) -> AsyncIterator[None]:
    """The brokers at work, as they are in a server."""
    tasks = [asyncio.create_task(one.run()) for one in brokers]
    try:
        await until(lambda: all(one.connected for one in brokers), seconds=30)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("kind", ["memory", "redis"])
async def test_every_listener_of_a_process_hears_news(
    kind: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("redis").url if kind == "redis" else ""
    broker = make_broker(url, "alone")
    one, other = Heard(broker), Heard(broker)
    async with carrying(broker):
        await asyncio.to_thread(broker.publish, [("c", 3)])
        for heard in (one, other):
            assert [news for news in heard.news if news != ANYTHING] == [("c", 3)]


async def test_news_and_typing_reach_other_processes_of_the_same_installation(
    redis: RedisServer,
) -> None:
    here, there = (RedisBroker(redis.url, "ours") for _ in range(2))
    stranger = RedisBroker(redis.url, "theirs")
    heard, elsewhere, own = Heard(there), Heard(stranger), Heard(here)
    async with carrying(here, there, stranger):
        here.publish([("c", 3)])
        here.publish([("c", 4), ("d", 1)])
        await until(lambda: ("c", 4) in heard.news and ("d", 1) in heard.news)
        typing = Passing("c", {"type": "typing", "on": True}, ("agent",))
        here.pass_on(typing)
        await until(lambda: heard.passing == [typing])
        there.publish([("e", 1)])
        await until(lambda: ("e", 1) in own.news)
    assert own.passing == []
    assert [one for one in own.news if one[0] in ("c", "d")] == [("c", 3), ("c", 4), ("d", 1)], (
        "once"
    )
    assert [one for one in elsewhere.news if one != ANYTHING] == []


async def test_what_another_program_sends_breaks_nothing(redis: RedisServer) -> None:
    here, there = (RedisBroker(redis.url, "noise") for _ in range(2))
    heard = Heard(there)
    async with carrying(here, there), Redis.from_url(redis.url) as client:
        for noise in (b"\xff", "[]", "{}", json.dumps({"from": "x", "news": 3, "passing": []})):
            await client.publish("handrail:noise", noise)
        here.publish([("c", 1)])
        await until(lambda: ("c", 1) in heard.news)


async def test_news_waits_for_redis_and_typing_does_not(redis: RedisServer) -> None:
    here, there = (RedisBroker(redis.url, "wait") for _ in range(2))
    heard = Heard(there)
    async with carrying(here, there):
        await asyncio.to_thread(redis.end)
        await until(lambda: not (here.connected or there.connected))
        here.pass_on(Passing("c", {"type": "typing"}, ("agent",)))
        here.publish([(f"c{n}", 1) for n in range(50)])
        here.publish([("c7", 2)])
        await until(lambda: here._news.get("c7") == 2)
        heard.news.clear()
        await asyncio.to_thread(redis.start)
        await until(lambda: here.connected and there.connected and not here._news)
        # Whoever came back later than the news has missed it, and is told to look at everything.
        assert ANYTHING in heard.news
        here.publish([("late", 1)])
        await until(lambda: ("late", 1) in heard.news)
        assert heard.passing == []


async def test_too_much_news_becomes_look_at_everything(redis: RedisServer) -> None:
    broker = RedisBroker(redis.url, "much")
    broker._queue([(f"c{n}", 1) for n in range(MAX_NEWS + 1)])
    assert broker._news == dict([ANYTHING])


async def test_an_address_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(SetupError, match="redis://"):
        make_broker("localhost:6379", "x")
    assert isinstance(make_broker("", "x"), MemoryBroker)


class Screen:
    """A client that reads everything."""

    def __init__(self) -> None:
        self.positions: list[int] = []

    async def send_text(self, data: str) -> None:
        frame = json.loads(data)
        self.positions += [item["position"] for item in frame.get("items", ())]


@asynccontextmanager
async def watching(database: Database, broker: Broker) -> AsyncIterator[Callable[..., Any]]:
    """A process's sockets; gives what lets a screen follow a conversation."""
    hub = Hub(broker)
    hub.start()
    tasks = [asyncio.create_task(CatchingUp(database, hub, broker).run())]

    def follow(conversation: str) -> Screen:
        async def read(one: str, after: int) -> Any:
            return await database.read(lambda tx: log.tail(tx, one, after))

        screen = Screen()
        connection = Connection(screen, read, e.for_customer)
        hub.add(connection, "customer")
        hub.follow(connection, conversation, 0)
        tasks.append(asyncio.create_task(connection.run()))
        return screen

    try:
        yield follow
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)


async def test_without_redis_a_conversation_arrives_within_two_seconds(
    redis: RedisServer, tmp_path: Path
) -> None:
    """Redis dies, comes back and forgets; whatever is stored is shown, in order, once."""
    schema.migrate(tmp_path / "x.db")
    database = Database(tmp_path / "x.db")

    def begin(tx: Any) -> str:
        who, _ = visitors.welcome(tx, locale="en", now=NOW)
        return log.start(
            tx, visitor_id=who.id, channel="widget", locale="en", page=None, now=NOW
        ).id

    def say(tx: Any) -> int:
        said = NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": "hello", "client_id": log.new_id()})
        return log.append(tx, log.load(tx, conversation), [said], now=NOW).head

    here, there = (RedisBroker(redis.url, "story") for _ in range(2))
    database.on_news(here.publish)
    waits = []
    try:
        conversation = await database.write(begin)
        async with carrying(here, there), watching(database, there) as follow:
            screen = follow(conversation)
            for disturb in (None, redis.end, redis.start, redis.end):
                if disturb is not None:
                    await asyncio.to_thread(disturb)
                head = await database.write(say)
                started = monotonic()
                await until(lambda head=head: screen.positions[-1:] == [head], WAIT)  # type: ignore[misc]
                waits.append(monotonic() - started)
        assert screen.positions == list(range(1, len(screen.positions) + 1))
        print("seconds until shown:", [round(one, 2) for one in waits])
    finally:
        database.close()
