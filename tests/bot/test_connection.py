"""A socket is sent what it last asked for, whatever was being read for it meanwhile."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from bot.conversation import events as e
from bot.conversation.events import Event
from bot.live.connection import Connection, Slow

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class _Sent:
    def __init__(self) -> None:
        self.positions: list[int] = []
        self.all = asyncio.Event()

    async def send_text(self, data: str) -> None:
        self.positions += [item["position"] for item in json.loads(data)["items"]]
        if self.positions[-1] == 3:
            self.all.set()


async def test_a_position_asked_for_during_a_read_counts() -> None:
    log = [Event("c", n, e.CUSTOMER_SAID, NOW, 0, e.CUSTOMER, {"text": "q"}) for n in (1, 2, 3)]
    reading, go_on = asyncio.Event(), asyncio.Event()

    async def read(_: str, after: int) -> tuple[list[Event], int]:
        reading.set()
        await go_on.wait()
        return [event for event in log if event.position > after], 3

    sent = _Sent()
    connection = Connection(sent, read, e.for_agent)
    connection.follow("c", 2)
    running = asyncio.create_task(connection.run())
    async with asyncio.timeout(60):
        await reading.wait()
        connection.follow("c", 0)
        go_on.set()
        await sent.all.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert sent.positions == [1, 2, 3]


async def test_what_was_just_stored_is_sent_without_being_read_and_a_gap_is_read() -> None:
    log = [Event("c", n, e.CUSTOMER_SAID, NOW, 0, e.CUSTOMER, {"text": "q"}) for n in (1, 2, 3)]
    reads: list[int] = []

    async def read(_: str, after: int) -> tuple[list[Event], int]:
        reads.append(after)
        return [event for event in log if event.position > after], 3

    for fresh, read_after in (
        ([log[0], log[1], log[2]], []),
        ([log[0], log[0], log[1], log[2]], []),  # told twice
        ([log[0], log[2]], [1]),  # the second was told to nobody
        ([log[2], log[0], log[1]], [2]),  # told in another order than stored
        ([log[1], log[2]], [0]),
    ):
        reads.clear()
        sent = _Sent()
        connection = Connection(sent, read, e.for_agent)
        connection.positions["c"] = 0
        for event in fresh:
            connection.look("c", [event])
        running = asyncio.create_task(connection.run())
        async with asyncio.timeout(60):
            await sent.all.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert sent.positions == [1, 2, 3]
        assert reads == read_after


async def test_a_client_that_takes_no_frame_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.live.connection.SEND_SECONDS", 0.2)

    class Stopped:
        async def send_text(self, _: str) -> None:
            await asyncio.Event().wait()

    connection = Connection(Stopped(), _nothing, e.for_agent)
    connection.send({"type": "pong"})
    with pytest.raises(Slow):
        async with asyncio.timeout(60):
            await connection.run()


async def test_a_client_that_is_sent_nothing_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.live.connection.SEND_SECONDS", 0.05)

    class Taking:
        async def send_text(self, _: str) -> None:
            pass

    connection = Connection(Taking(), _nothing, e.for_agent)
    connection.send({"type": "pong"})
    running = asyncio.create_task(connection.run())
    done, _ = await asyncio.wait([running], timeout=0.3)
    assert not done
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def _nothing(_: str, after: int) -> tuple[list[Event], int]:
    return [], after
