"""Calls of the database that nobody waits for any more: nobody is given another's answer."""

import asyncio
import random
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection as Tx

from bot.conversation import visitors
from bot.storage.engine import Database
from tests.faults.figures import Figure
from tests.faults.ground import Ground, staff_of

SEED = 5
TOGETHER = 50
_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_ECHO = select(bindparam("token"))


async def calls(ground: Ground, count: int) -> Figure:
    """Cancel calls at random moments; every answer that does come carries its own token."""
    home = ground.home()
    staff_of(home)  # brings the schema up to date
    database = Database(home / "handrail.db")
    chance = random.Random(SEED)
    foreign = cancelled = 0
    try:
        for first in range(0, count, TOGETHER):
            tokens = [f"token-{number}" for number in range(first, first + TOGETHER)]
            found = await asyncio.gather(*(_call(database, one, chance) for one in tokens))
            cancelled += found.count(None)
            foreign += sum(
                got is not None and got != token for got, token in zip(found, tokens, strict=True)
            )
        assert await database.read(lambda tx: _echo(tx, "last")) == "last", "a reader was lost"
        assert await database.write(lambda tx: _echo(tx, "last")) == "last", "the writer was lost"
    finally:
        database.close()
    assert cancelled, "no call was cancelled in time"
    what = f"{count} calls, {cancelled} of them cancelled"
    return Figure("F25", what, f"{foreign} foreign answers", "0", met=foreign == 0)


async def _call(database: Database, token: str, chance: random.Random) -> str | None:
    """What came of one call; None when it was cancelled."""
    write, steps = chance.random() < 0.3, chance.randrange(12)
    call = database.write if write else database.read
    task: asyncio.Task[Any] = asyncio.create_task(_answer(call, token, write=write))
    for _ in range(steps):
        await asyncio.sleep(0)
    if chance.random() < 0.7:
        task.cancel()
    try:
        answer: str = await task
    except asyncio.CancelledError:
        return None
    return answer


async def _answer(call: Any, token: str, *, write: bool) -> str:
    def work(tx: Tx) -> str:
        if write:
            visitors.welcome(tx, locale=None, now=_NOW)
        return _echo(tx, token)

    answer: str = await call(work)
    return answer


def _echo(tx: Tx, token: str) -> str:
    return str(tx.execute(_ECHO, {"token": token}).scalar_one())
