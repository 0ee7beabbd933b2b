"""Processes that share Redis count together; without it each serves on by its own count."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.errors import RateLimited
from bot.limits import Limits, make_limits
from bot.settings import Settings, load
from tests.contracts.services import RedisServer
from tests.product import WAIT

MINUTE = 4


@pytest.fixture
def settings(redis: RedisServer, tmp_path: Path) -> Settings:
    """Few messages and bytes, counted in a Redis that was started for the tests."""
    return load(
        tmp_path,
        live={"redis_url": redis.url},
        web={"messages_per_minute": MINUTE},
        attachments={"megabytes_per_hour": 1, "address_megabytes_per_hour": 2},
    )


@asynccontextmanager
async def processes(settings: Settings, *names: str) -> AsyncIterator[list[Limits]]:
    """What each process of an installation counts with."""
    made = [make_limits(settings, name) for name in names]
    try:
        yield made
    finally:
        for one in made:
            await one.close()


async def test_all_processes_of_an_installation_count_together(settings: Settings) -> None:
    async with processes(settings, "ours", "ours", "theirs") as (one, other, theirs):
        for limits in (one, other) * (MINUTE // 2):
            await limits.message("visitor")
        for limits in (one, other):
            with pytest.raises(RateLimited) as refused:
                await limits.message("visitor")
            assert 0 < refused.value.retry_after <= 60
        await other.message("another visitor")
        await theirs.message("visitor")

        await one.attached("sender", "address", 600_000)
        with pytest.raises(RateLimited, match="many large files"):
            await other.attached("sender", "address", 600_000)


async def test_without_redis_every_process_serves_on_by_its_own_count(
    settings: Settings, redis: RedisServer
) -> None:
    async with processes(settings, "away", "away") as (one, other):
        await one.message("warm")
        redis.end()
        try:
            with capture_logs() as logged:
                for limits in (one, other):
                    for _ in range(MINUTE):
                        await limits.message("visitor")
                    with pytest.raises(RateLimited):
                        await limits.message("visitor")
            assert [entry["event"] for entry in logged] == ["limits_not_shared"] * 2
        finally:
            redis.start()
        for limits in (one, other):
            await _back(limits)
        for _ in range(MINUTE // 2):
            await one.message("together")
            await other.message("together")
        with pytest.raises(RateLimited):
            await other.message("together")


async def test_a_redis_that_hangs_refuses_nobody(settings: Settings, redis: RedisServer) -> None:
    assert redis.process is not None
    async with processes(settings, "hung") as (limits,):
        await limits.message("warm")
        redis.process.send_signal(signal.SIGSTOP)
        try:
            with capture_logs() as logged:
                await asyncio.gather(*(limits.message(f"visitor {n}") for n in range(40)))
                await limits.message("visitor 1")
        finally:
            redis.process.send_signal(signal.SIGCONT)
        assert {entry["event"] for entry in logged} == {"limits_not_shared"}
        await _back(limits)


async def _back(limits: Limits) -> None:
    """Count other visitors until Redis is asked again."""
    numbers = count()
    with capture_logs() as logged:
        async with asyncio.timeout(WAIT):
            while not logged:
                await limits.message(f"somebody else {next(numbers)}")
                await asyncio.sleep(0.02)
    assert [entry["event"] for entry in logged] == ["limits_shared_again"]
