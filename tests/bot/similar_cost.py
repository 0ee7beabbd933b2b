"""What finding similar solved conversations costs: `python -m tests.bot.similar_cost HOME [N]`."""

import asyncio
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np
from sqlalchemy import insert

from bot import schema
from bot.app import make_parts
from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import NewEvent
from bot.conversation.tables import conversations
from bot.settings import load
from bot.similar_tables import solved
from bot.storage.engine import Database
from tests.product import copy_home

WORDS = [
    "refund", "ticket", "seat", "luggage", "delay", "name", "change", "card", "payment",
    "gate", "voucher", "app", "login", "password", "receipt", "cancel", "child", "meal",
    "lounge", "upgrade", "invoice", "currency", "wallet", "booking", "date", "hotel",
]  # fmt: skip


async def _fill(database: Database, number: int, model: str) -> None:
    """So many solved conversations, made up."""
    now = datetime.now(UTC)
    chance = random.Random(7)
    rows, states = [], []
    for n in range(number):
        question = " ".join(chance.sample(WORDS, 7))
        vector = np.random.default_rng(n).normal(size=384)
        vector /= np.linalg.norm(vector)
        rows.append(
            {
                "conversation_id": f"s{n}", "position": 9, "visitor_id": f"v{n}",
                "agent_name": "A", "language": "en", "question": question,
                "answer": f"Do this: {question}.", "components": [], "solved_at": now,
                "learned_at": now + timedelta(milliseconds=n),
                "model": model,
                "vector": vector.astype(np.float16).tobytes(),
            }
        )  # fmt: skip
        states.append(
            {
                "id": f"s{n}", "visitor_id": f"v{n}", "channel": "widget", "holder": "bot",
                "status": "resolved", "epoch": 3, "head": 9, "episode_start": 1,
                "last_customer": 2, "unanswered": 0, "failed_in_a_row": 0, "preview": "",
                "urgent": False, "ended": False, "started_at": now, "updated_at": now,
            }
        )  # fmt: skip
    await database.write(lambda tx: tx.execute(insert(conversations), states))
    await database.write(lambda tx: tx.execute(insert(solved), rows))


async def main(home: Path, number: int) -> None:
    """Print how long a first and a later look take, with so many solved conversations."""
    with TemporaryDirectory() as folder:
        copied = copy_home(home, Path(folder) / "home")
        settings = load(copied)
        schema.migrate(settings.database_path)
        database = Database(settings.database_path)
        parts = make_parts(settings, database)
        await asyncio.to_thread(parts.index.refresh)
        await _fill(database, number, settings.retrieval.model)
        now, chance = datetime.now(UTC), random.Random(8)

        async def ask(n: int) -> str:
            def work(tx):  # type: ignore[no-untyped-def]
                state = log.start(
                    tx, visitor_id=f"q{n}", channel="widget", locale="en", page=None, now=now
                )
                text = (
                    f"How do I get a {chance.choice(WORDS)} for my {chance.choice(WORDS)}, no {n}?"
                )
                said = NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": text}, client_id="1")
                return log.append(tx, state, [said], now=now).id

            return str(await database.write(work))

        ids = [await ask(n) for n in range(60)]
        spent, cpu = [], []
        for one in ids:
            started, used = perf_counter(), process_time()
            await parts.solved.find(one)
            spent.append((perf_counter() - started) * 1000)
            cpu.append((process_time() - used) * 1000)
        later = sorted(spent[1:])
        sys.stdout.write(
            f"{number} solved: first {spent[0]:.0f} ms, then median {median(later):.1f} ms, "
            f"p95 {later[int(len(later) * 0.95)]:.1f} ms; "
            f"CPU first {cpu[0]:.0f} ms, then median {median(cpu[1:]):.1f} ms\n"
        )
        database.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000))
