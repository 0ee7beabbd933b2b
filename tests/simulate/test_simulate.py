"""Some schedules of every run of the tests; `make simulate` runs many more."""

import asyncio
import os
import random
import re
import subprocess
import sys
from pathlib import Path

from tests.simulate.loop import Loop

SCHEDULES = 40
ROOT = Path(__file__).parents[2]


def simulate(*arguments: str) -> str:
    """What the command says; it must have found no broken promise."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulate", *arguments],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=1800,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_no_schedule_breaks_a_promise() -> None:
    said = simulate("--schedules", str(SCHEDULES))
    print(said)
    done, events = map(
        int, re.findall(r"^(\d+) schedules, (\d+) events, 0 with", said, re.MULTILINE)[0]
    )
    assert done == SCHEDULES
    assert events > 5 * SCHEDULES, "people wrote, and were answered"


def test_every_planted_fault_is_found() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulate.planted", "--limit", "300"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"},
        capture_output=True, text=True, check=False, timeout=1800,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("found by schedule") == 15, done.stdout


def test_a_seed_is_the_same_run_wherever_it_is_run() -> None:
    among_others = dict(re.findall(r"^(\d+) ([0-9a-f]{16})$", simulate(
        "--schedules", "4", "--first", "7", "--digests"), re.MULTILINE))  # fmt: skip
    assert len(among_others) == 4
    alone = simulate("--seed", "9")
    assert f"digest {among_others['9']}" in alone
    assert len(set(among_others.values())) == 4, "other seeds are other runs"


def test_time_jumps_and_threads_answer_in_their_own_time() -> None:
    loop = Loop(random.Random(1))

    async def story() -> list[float]:
        started = loop.time()
        await asyncio.sleep(3600)
        woken = loop.time()
        assert await asyncio.to_thread(lambda: "done") == "done"
        return [started, woken]

    try:
        assert loop.run_until_complete(story()) == [0.0, 3600.0]
    finally:
        loop.close()
