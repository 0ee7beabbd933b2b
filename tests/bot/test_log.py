"""Whatever people do in whatever order: every promise of the log holds."""

import asyncio
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot import schema
from bot.app import utc_now
from bot.conversation import log
from bot.conversation.tables import conversations
from bot.desk import Desk
from bot.errors import BotError
from bot.observing import Asked
from bot.reply import Reply
from bot.settings import HandoffSettings, TurnSettings
from bot.storage.engine import Database
from bot.turn import Turns
from handoff import agents, presence
from handoff.errors import HandoffError
from handoff.policy import Escalation, Reason
from tests.faults.history import History, check

SEEDS = range(12)
STEPS = 60


class _Mood:
    """A responder that answers, calls a person or breaks, as chance has it."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.settings = HandoffSettings()
        self.company = type("C", (), {"hours": None})()

    def incident_title(self, *_: object) -> None:
        return None

    async def respond(self, asked: Asked, _: object) -> Reply:
        await asyncio.sleep(self._chance.uniform(0, 0.004))
        choice = self._chance.random()
        if choice < 0.1:
            raise RuntimeError("a model went mad")
        if choice < 0.3 or asked.wants_person:
            return Reply("handoff", "en", escalation=Escalation(Reason.ASKED))
        decision = "unsure" if choice < 0.5 else "answer"
        return Reply(decision, "en", "text")


@pytest.mark.parametrize("seed", SEEDS)
async def test_random_conversations_keep_every_promise(tmp_path: Path, seed: int) -> None:
    print("seed", seed)
    chance = random.Random(seed)
    path = tmp_path / "handrail.db"
    schema.migrate(path)
    database = Database(path)
    settings = TurnSettings(quiet=timedelta(0))
    turns = Turns(database, _Mood(chance), settings, utc_now)  # type: ignore[arg-type]
    desk = Desk(database, utc_now, timedelta(minutes=1))
    people = [await _hire(database, name) for name in ("Aina", "Wei")]
    tasks = []
    for step in range(STEPS):
        tasks.append(asyncio.create_task(_act(chance, step, turns, desk, people, database)))
        await asyncio.sleep(chance.uniform(0, 0.003))
    await asyncio.gather(*tasks)
    await _drain(database, turns)
    await turns.close()
    database.close()
    assert check(path, History()) == []


async def _hire(database: Database, name: str) -> Any:
    def work(tx: Any) -> Any:
        agent = agents.add(tx, name, "admin", ["en"], utc_now())
        presence.set_status(tx, agent.id, "online", utc_now(), 20)
        return agent

    return await database.write(work)


async def _act(
    chance: random.Random,
    step: int,
    turns: Turns,
    desk: Desk,
    people: list[Any],
    database: Database,
) -> None:
    visitor = f"visitor-{chance.randrange(3)}"
    agent = chance.choice(people)
    known = await database.read(lambda tx: tx.execute(conversations.select()).all())
    target = chance.choice(known).id if known else None
    action = chance.choice(
        ("say", "say", "say", "claim", "answer", "back", "resolve", "over", "move")
    )
    try:
        if action == "say" or target is None:
            client_id = f"m{step if chance.random() < 0.8 else step // 2}"
            await turns.take(
                visitor_id=visitor, channel="widget", client_id=client_id, said="hello", locale="en"
            )
        elif action == "claim":
            await desk.claim(agent, target)
            turns.stop(target)
        elif action == "answer":
            await desk.say(agent, target, f"a{step}", "yes")
        elif action == "back":
            await desk.give_back(agent, target)
        elif action == "resolve":
            await desk.resolve(agent, target)
        elif action == "move":
            await desk.transfer(agent, target, chance.choice([None, people[0].id, people[1].id]))
        else:
            await desk.wishes.start_over(visitor, target)
    except (BotError, HandoffError):
        pass


async def _drain(database: Database, turns: Turns) -> None:
    from bot.conversation import outcomes

    far = utc_now() + timedelta(days=1)
    async with asyncio.timeout(120):
        while waiting := await database.read(lambda tx: outcomes.overdue(tx, now=far)):
            for conversation in waiting:
                turns.start(conversation)
            await asyncio.sleep(0.02)


async def test_one_open_conversation_per_visitor_is_enforced_by_the_database(
    tmp_path: Path,
) -> None:
    path = tmp_path / "handrail.db"
    schema.migrate(path)
    database = Database(path)

    def start(tx: Any) -> None:
        log.start(tx, visitor_id="v", channel="widget", locale=None, page=None, now=utc_now())

    await database.write(start)
    with pytest.raises(IntegrityError):
        await database.write(start)
    database.close()
