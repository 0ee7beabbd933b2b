"""SIGKILL under load: nothing acknowledged is lost, nothing is doubled, every message ends once."""

import os
import random
from pathlib import Path

from tests.faults import killing
from tests.faults.forked import ForkedServer
from tests.faults.ground import QUICK

ROUNDS = int(os.environ.get("HANDRAIL_TEST_ROUNDS", "20"))
CONVERSATIONS = 200
SEED = int(os.environ.get("HANDRAIL_TEST_SEED", random.randrange(10**6)))


async def test_sigkill_under_load_loses_nothing(home: Path) -> None:
    print(f"seed {SEED}, {ROUNDS} rounds, {CONVERSATIONS} conversations at once")
    server = ForkedServer(home, **QUICK)
    try:
        kills = await killing.on_home(home, server, ROUNDS, SEED, talkers=CONVERSATIONS)
    finally:
        await server.leave()
    print(kills.line())
    assert kills.breaches == []
    assert kills.acknowledged > CONVERSATIONS
