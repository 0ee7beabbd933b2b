"""Two hundred customers in an outage's group, and a message to them that a SIGKILL interrupts."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx
from sqlalchemy import Connection, select

from bot.company import LANGUAGES
from bot.conversation import events as e
from bot.conversation import groups, log
from bot.conversation.events import NewEvent
from bot.conversation.tables import events
from bot.storage.engine import Database
from handoff import queue
from tests.clients import WAIT

WAITING = 200
TEXTS = {"en": "It takes longer than we hoped.", "zh-Hans": "这比我们预想的要久。"}
BODY = {"id": "told-in-the-outage", "texts": TEXTS}


class Story(Protocol):
    """What the outage offers: the database from outside, and its incident."""

    database: Database
    incident: str


async def gather(story: Story) -> list[str]:
    """Customers for whom a person was called because the incident was all they needed one for."""
    now = datetime.now(UTC)

    def one(tx: Connection, number: int) -> str:
        locale = LANGUAGES[number % 4]
        visitor = f"together-{number}"
        state = log.start(
            tx, visitor_id=visitor, channel="widget", locale=locale, page=None, now=now
        )
        queue.join(
            tx, state.id, reason="frustrated", urgent=False, language=locale,
            waiting_since=now, now=now,
        )  # fmt: skip
        data = {"reason": "frustrated", "text": "", "language": locale, "answers": []}
        staff = {"incident": story.incident}
        log.append(tx, state, [NewEvent(e.PERSON_CALLED, e.SYSTEM, data, staff=staff)], now=now)
        groups.join(tx, state.id, story.incident, now)
        return state.id

    return await story.database.write(lambda tx: [one(tx, number) for number in range(WAITING)])


async def begin(story: Story, rest: httpx.AsyncClient) -> asyncio.Task[Any]:
    """Answer the group; returns as soon as the first of them has a copy."""
    sending = asyncio.create_task(_send(story, rest))
    await _until(story, 1)
    return sending


async def finish(story: Story, rest: httpx.AsyncClient, waiting: list[str]) -> None:
    """Send it again after the interruption: everybody has it once, in their language."""
    again = await _send(story, rest)
    assert again.json() == {"incident": story.incident, "recipients": WAITING}, again.text
    await _until(story, WAITING)
    told = await story.database.read(_copies)
    assert Counter(one.conversation_id for one in told) == Counter(waiting)
    languages = Counter((one.data["language"], one.data["text_language"]) for one in told)
    own = ("en", "zh-Hans", "zh-Hant")
    assert languages == {(one, one): WAITING // 4 for one in own} | {("ms", "en"): WAITING // 4}


async def _send(story: Story, rest: httpx.AsyncClient) -> httpx.Response:
    return await rest.post(f"/api/console/incidents/{story.incident}/group", json=BODY)


def _copies(tx: Connection) -> list[Any]:
    query = select(events.c.conversation_id, events.c.data).where(events.c.kind == e.GROUP_SAID)
    return list(tx.execute(query))


async def _until(story: Story, many: int) -> None:
    async with asyncio.timeout(WAIT):
        while len(await story.database.read(_copies)) < many:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.01)
