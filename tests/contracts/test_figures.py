"""Waits, first answers, ratings and reasons by language and hour, alike in both databases."""

import math
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, true

from bot import schema
from bot.figure_splits import NONE, Pace, Spread, paces, spread
from bot.storage.engine import Database
from bot.storage.opening import open_database
from bot.tally import tallies
from tests.contracts.services import Postgres

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
REASONS = (None, "stuck", "frustrated", "asked_for_person")


def _tally(number: int, chance: random.Random) -> dict[str, Any]:
    def seconds() -> float | None:
        return chance.choice((None, 0.0, chance.random() * 9000, float(chance.randrange(5))))

    return {
        "conversation_id": f"c{number}", "head": 1, "counted": "", "visitor_id": "v",
        "started_at": NOON, "last_at": NOON, "day": "2026-11-22", "hour": chance.randrange(24),
        "language": chance.choice(("en", "ms", "zh-Hans")), "answered": True, "confirmed": False,
        "came_back": False, "resolved": False, "reason": chance.choice(REASONS),
        "wait_seconds": seconds(), "first_seconds": seconds(),
        "score": chance.choice((None, None, 1, 4, 5)), "topics": [], "again": False,
    }  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """An empty database."""
    place: Path | str = tmp_path_factory.mktemp("figures") / "handrail.db"
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        place = server.make("spreads")
    schema.migrate(place)
    made = open_database(place)
    yield made
    made.close()


def _spread(values: list[float]) -> Spread:
    if not values:
        return NONE
    ordered = sorted(values)
    half, most = (math.ceil(len(values) * percent / 100) for percent in (50, 95))
    return Spread(len(values), round(ordered[half - 1], 1), round(ordered[most - 1], 1))


def _pace(rows: list[dict[str, Any]]) -> Pace:
    def known(name: str) -> list[Any]:
        return [row[name] for row in rows if row[name] is not None]

    scores = known("score")
    mean = sum(scores) / len(scores) if scores else None
    return Pace(
        _spread(known("first_seconds")),
        _spread(known("wait_seconds")),
        len(scores),
        None if mean is None else pytest.approx(mean),
        dict(Counter(known("reason"))),
    )


def test_every_group_is_counted_as_by_hand(database: Database) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    rows = [_tally(number, chance) for number in range(chance.choice((3, 40, 400)))]

    def work(tx: Any) -> None:
        tx.execute(tallies.delete())
        tx.execute(insert(tallies), rows)

    database.sync.write(work)
    for name in ("language", "hour"):
        column = tallies.c[name]
        found = database.sync.read(lambda tx, by=column: paces(tx, by, true()))
        groups: dict[Any, list[dict[str, Any]]] = {}
        for row in rows:
            groups.setdefault(row[name], []).append(row)
        expected = {of: _pace(some) for of, some in groups.items()}
        silent = {of for of, pace in expected.items() if pace == Pace(NONE, NONE, 0, None, {})}
        assert found == {of: pace for of, pace in expected.items() if of not in silent}
    waits = [row["wait_seconds"] for row in rows if row["wait_seconds"] is not None]
    one = database.sync.read(lambda tx: spread(tx, tallies.c.wait_seconds, true()))
    assert one == _spread(waits)
