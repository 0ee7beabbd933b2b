"""SIGKILL under load: nothing acknowledged is lost, nothing is doubled, every message ends once."""

import asyncio
import os
import random
from pathlib import Path

from tests.faults.history import History, check
from tests.faults.server import ServerProcess
from tests.faults.talkers import Talker, until_decided
from tests.product import until

ROUNDS = int(os.environ.get("HANDRAIL_TEST_ROUNDS", "20"))
CONVERSATIONS = 200
LOAD = 20
"""Messages a new server acknowledges before it is killed: it then has turns under way."""
SEED = int(os.environ.get("HANDRAIL_TEST_SEED", random.randrange(10**6)))
QUICK = {
    "HANDRAIL_TURN__QUIET": "PT0.05S",
    "HANDRAIL_WEB__MESSAGES_PER_MINUTE": "100000",
    "HANDRAIL_WEB__VISITORS_PER_MINUTE": "100000",
}


async def test_sigkill_under_load_loses_nothing(home: Path) -> None:
    print(f"seed {SEED}, {ROUNDS} rounds, {CONVERSATIONS} conversations")
    chance = random.Random(SEED)
    history = History()
    server = ServerProcess(home, **QUICK)
    await server.start()
    talkers = [Talker(number, SEED, history) for number in range(CONVERSATIONS)]
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
        await until_decided(server.home)
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
