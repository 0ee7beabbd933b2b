"""What a question costs while an incident runs: prepared answers beside ordinary ones.

`python -m tests.bench.incidents HOME` prints one JSON object; HOME has an index.
"""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.answering.guarding import Guard
from bot.app import make_parts
from bot.observing import Asked
from bot.parts import Parts
from bot.settings import load
from bot.storage.engine import Database
from handoff.signals import Turn
from retrieval.incidents import ledger
from retrieval.metrics import percentile

ROUNDS = 200
INCIDENTS = 5
_TITLES = (
    "Card payments are failing", "The Android app closes by itself", "Search shows no results",
    "Confirmation e-mails are late", "Tickets cannot be scanned at the jetty",
)  # fmt: skip
_PAYING = ("my card payment keeps failing", "why can't I pay by card", "card declined again")
_OTHER = ("how much luggage can I take", "how long does a refund take", "can I change the date")
_DRAFT = "Your bag may weigh 20 kg [1]. A second one costs MYR 30 [1]. Pack liquids apart."


def measured(home: Path, place: Path) -> dict[str, Any]:
    """Milliseconds per reply and per decision with five ongoing incidents; `home` is indexed."""
    copy = place / "surge"
    shutil.copytree(home, copy)
    settings = load(copy)
    database = Database(settings.database_path)
    try:
        parts = make_parts(settings, database)
        parts.index.refresh()
        ordinary = asyncio.run(_replies(parts, _OTHER))
        _declare(database)
        parts.board.refresh()
        prepared = asyncio.run(_replies(parts, _PAYING))
        beside = asyncio.run(_replies(parts, _OTHER))
        guard = Guard(parts.board.active)
        decided = _timed(lambda n: parts.board.about(f"{(_PAYING + _OTHER)[n % 6]} {n}", "en"))
        guarded = _timed(lambda _: guard.breaches(_DRAFT))
        asyncio.run(parts.responder.answerer.close())
        parts.index.close()
    finally:
        database.close()
    return {
        "incidents": INCIDENTS,
        **_shares("ordinary_reply", ordinary),
        **_shares("prepared_reply", prepared),
        **_shares("ordinary_reply_beside_incidents", beside),
        **_shares("decision", decided),
        **_shares("guard_of_three_sentences", guarded),
    }


def _declare(database: Database) -> None:
    now = datetime.now(UTC)
    for number, title in enumerate(_TITLES):
        at = now - timedelta(minutes=number)
        text = {"en": f"{title}. We are looking for the cause."}
        database.sync.write(
            lambda tx, title=title, at=at, text=text: ledger.create(  # type: ignore[misc]
                tx, title={"en": title}, components=[], severity="major",
                status="investigating", now=at, text=text,
            )
        )  # fmt: skip


async def _replies(parts: Parts, questions: tuple[str, ...]) -> list[float]:
    spent = []
    for number in range(ROUNDS + len(questions)):
        # Nobody asks in quite the same words: an ordinary question is searched every time.
        text = f"{questions[number % len(questions)]} {number}"
        started = time.perf_counter()
        await parts.responder.respond(Asked(text, (Turn(text),), hint="en"))
        spent.append((time.perf_counter() - started) * 1000)
    return spent[len(questions) :]


def _timed(run: Any) -> list[float]:
    spent = []
    for number in range(ROUNDS + 6):
        started = time.perf_counter()
        run(number)
        spent.append((time.perf_counter() - started) * 1000)
    return spent[6:]


def _shares(name: str, spent: list[float]) -> dict[str, float]:
    return {f"{name}_ms_p50": percentile(spent, 0.5), f"{name}_ms_p99": percentile(spent, 0.99)}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        print(json.dumps(measured(Path(sys.argv[1]), Path(made)), indent=2))
