"""What a supervisor's console is sent of many conversations at once."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import utc_now
from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import NewEvent
from bot.live.broker import MemoryBroker
from bot.live.hub import Hub
from bot.storage.engine import Database
from bot.supervising import Supervising
from bot.web.wire import MAX_FRAME

MANY = 200


class Console:
    """Keeps what it is sent, and what a console makes of it."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    def send(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)


@pytest.fixture
def database(empty: Path, tmp_path: Path) -> Iterator[Database]:
    """A database in which nothing has happened yet."""
    path = tmp_path / "handrail.db"
    path.write_bytes(empty.read_bytes())
    opened = Database(path)
    yield opened
    opened.close()


async def test_many_long_rows_come_in_frames_that_may_be_sent(database: Database) -> None:
    now = utc_now()
    watch = Supervising(database, Hub(MemoryBroker()), timedelta(minutes=1), utc_now)

    def work(tx: Any) -> None:
        for n in range(MANY):
            state = log.start(
                tx, visitor_id=f"v{n}", channel="widget", locale="zh-Hans", page=None, now=now
            )
            said = {"text": "我" * 300, "client_id": "1"}
            log.append(tx, state, [NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, said)], now=now)

    console = Console()
    await database.write(work)
    watch.add(console)  # type: ignore[arg-type]  # all it needs is `send`
    await watch.look()
    first = list(console.frames)
    assert len({row["conversation"] for one in first for row in one["rows"]}) == MANY
    assert [one["anew"] for one in first] == [True] + [False] * (len(first) - 1)
    sizes = [len(json.dumps(one, ensure_ascii=False).encode()) for one in first]
    assert max(sizes) < MAX_FRAME * 0.6  # the agents' part grows with the team

    while await _news(watch, console):
        pass  # moods are read a few at a time
    moods = {row["conversation"]: row["mood"] for one in console.frames for row in one["rows"]}
    assert len(moods) == MANY
    assert all(moods.values())
    assert not await _news(watch, console)  # nothing changed, so nothing is sent


async def _news(watch: Supervising, console: Console) -> bool:
    before = len(console.frames)
    await watch.look()
    return len(console.frames) > before
