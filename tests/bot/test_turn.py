"""A finished answer is stored only if nothing has changed hands meanwhile."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot import schema
from bot.app import utc_now
from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import NewEvent
from bot.reply import Reply
from bot.settings import TurnSettings
from bot.storage.engine import Database
from bot.turn import Turns


async def test_an_answer_of_an_older_epoch_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "handrail.db"
    schema.migrate(path)
    database = Database(path)
    turns = Turns(database, None, TurnSettings(quiet=timedelta(0)), utc_now)  # type: ignore[arg-type]
    turns.closing = True  # nobody answers by itself here
    said = await turns.take(
        visitor_id="v", channel="widget", client_id="1", said="hello", locale="en"
    )
    task = await database.write(lambda tx: turns._prepare(tx, said.conversation_id))
    assert task is not None

    def change_hands(tx: Any) -> None:
        state = log.load(tx, said.conversation_id)
        returned = NewEvent(e.RETURNED, "agent:a", {"agent": {"id": "a", "name": "A"}})
        log.append(tx, state, [returned], now=utc_now())

    await database.write(change_hands)
    answer = Reply("answer", "en", "too late")
    assert not await database.write(lambda tx: turns._commit(tx, task, answer))
    again = await database.write(lambda tx: turns._prepare(tx, said.conversation_id))
    assert again is not None, "the message still waits for its outcome"
    assert await database.write(lambda tx: turns._commit(tx, again, answer))
    kinds = [one.kind for one in await database.read(lambda tx: log.read(tx, task.state.id))]
    assert kinds.count(e.BOT_ANSWERED) == 1
    database.close()
