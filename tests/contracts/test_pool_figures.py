"""What PostgreSQL's connections tell of themselves."""

import asyncio
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY

from bot import schema
from bot.observability import metrics
from bot.storage.lane import CONNECTIONS, Lane
from bot.storage.opening import open_database
from tests.contracts.services import Postgres


@pytest.fixture
def lane() -> Iterator[Lane]:
    """A lane that never connects."""
    metrics.begin()
    made = Lane("postgresql://nobody@127.0.0.1/nothing", "figures")
    yield made
    made.close()


def pool(state: str) -> float | None:
    return REGISTRY.get_sample_value("handrail_pool", {"of": "figures", "state": state})


async def test_transactions_beyond_the_connections_are_shown_as_waiting(lane: Lane) -> None:
    opened = asyncio.Event()  # used on the lane's loop alone
    started = lane.submit(lambda: asyncio.sleep(0))
    await asyncio.wrap_future(started)

    waiting = [lane.submit(opened.wait) for _ in range(CONNECTIONS + 3)]
    await asyncio.wrap_future(lane.submit(lambda: asyncio.sleep(0)))  # all before it have begun
    assert (pool("used"), pool("waiting")) == (CONNECTIONS, 3)

    async def let_go() -> None:
        opened.set()

    await asyncio.wrap_future(lane.submit(let_go))
    await asyncio.gather(*(asyncio.wrap_future(one) for one in waiting))
    await asyncio.wrap_future(lane.submit(lambda: asyncio.sleep(0)))
    assert pool("waiting") == 0


def test_a_committed_write_is_timed(postgres: Postgres) -> None:
    metrics.begin()
    count = "handrail_transaction_seconds_count"
    url = postgres.make("figures")
    schema.migrate(url)
    database = open_database(url)
    try:
        before = REGISTRY.get_sample_value(count) or 0
        assert database.sync.write(lambda _: 7) == 7
        database.sync.read(lambda _: None)
        assert REGISTRY.get_sample_value(count) == before + 1
    finally:
        database.close()
