"""A log as long as it is after years: old conversations of twenty events each."""

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Connection as Tx

from bot.conversation import events as e
from bot.storage.opening import open_database
from tests.bench.load.seeding import Seeded

CHUNK = 500
"""Conversations written at once."""
EACH = 20
"""Events of a conversation."""
_SAID = json.dumps({"text": "How much luggage can I take on the late ferry to the island?"})
_ANSWERED = json.dumps({"text": "A bag of up to 20 kg travels with you. " * 6, "answers": [1]})
_EVENT = """
    INSERT INTO events (conversation_id, position, kind, at, epoch, sender, client_id, data)
    VALUES (?, ?, ?, ?, 0, ?, ?, ?)
"""
_OUTCOME = """
    INSERT INTO outcomes (conversation_id, position, outcome, decided_by, attempts)
    VALUES (?, ?, 'answered', ?, 0)
"""
_CONVERSATION = """
    INSERT INTO conversations (id, started_at, updated_at, visitor_id, channel, status, holder,
        epoch, head, episode_start, last_customer, unanswered, failed_in_a_row, preview, urgent,
        ended)
    VALUES (?, ?, ?, 'old', 'widget', 'resolved', 'bot', 1, 20, 1, 19, 0, 0, 'Luggage', false,
        false)
"""
_SERVER = (
    """
    INSERT INTO conversations (id, started_at, updated_at, visitor_id, channel, status, holder,
        epoch, head, episode_start, last_customer, unanswered, failed_in_a_row, preview, urgent,
        ended)
    SELECT md5('old' || c), CAST(:at AS timestamptz), CAST(:at AS timestamptz), 'old', 'widget',
        'resolved', 'bot', 1, 20, 1, 19, 0, 0, 'Luggage', false, false
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) c
    """,
    """
    INSERT INTO events (conversation_id, position, kind, at, epoch, sender, client_id, data)
    SELECT md5('old' || c), p,
        CASE p % 2 WHEN 1 THEN 'customer.said' ELSE 'bot.answered' END,
        CAST(:at AS timestamptz), 0, CASE p % 2 WHEN 1 THEN 'customer' ELSE 'bot' END,
        CASE p % 2 WHEN 1 THEN 'old-' || p END,
        CASE p % 2 WHEN 1 THEN CAST(:said AS json) ELSE CAST(:answered AS json) END
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) c, generate_series(1, 20) p
    """,
    """
    INSERT INTO outcomes (conversation_id, position, outcome, decided_by, attempts)
    SELECT md5('old' || c), p, 'answered', p + 1, 0
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) c, generate_series(1, 20, 2) p
    """,
    "ANALYZE",
)


def lengthen(made: Seeded, events: int) -> int:
    """Fill the log up to about so many events; gives how many there are."""
    if made.url is None:
        return _in_file(made.home / "handrail.db", events)
    database = open_database(made.url)
    try:
        return database.sync.write(lambda tx: _on_server(tx, events))
    finally:
        database.close()


def _on_server(tx: Tx, events: int) -> int:
    count = text("SELECT count(*) FROM events")
    present: int = tx.execute(count).scalar_one()
    known = {
        "first": present // EACH, "last": max(events, present) // EACH - 1,
        "at": datetime.now(UTC) - timedelta(days=30), "said": _SAID, "answered": _ANSWERED,
    }  # fmt: skip
    for statement in _SERVER:
        tx.execute(text(statement), {n: one for n, one in known.items() if f":{n}" in statement})
    return int(tx.execute(count).scalar_one())


def _in_file(path: Path, events: int) -> int:
    file = sqlite3.connect(path, isolation_level=None)
    try:
        file.execute("PRAGMA synchronous=OFF")
        present: int = file.execute("SELECT count(*) FROM events").fetchone()[0]
        at = (datetime.now(UTC) - timedelta(days=30)).isoformat(sep=" ")[:26]
        names: Iterator[str] = (secrets.token_hex(12) for _ in range((events - present) // EACH))
        while chunk := list(islice(names, CHUNK)):
            file.execute("BEGIN")
            file.executemany(_CONVERSATION, [(name, at, at) for name in chunk])
            file.executemany(_EVENT, _events(chunk, at))
            odd = range(1, EACH, 2)
            file.executemany(_OUTCOME, [(name, p, p + 1) for name in chunk for p in odd])
            file.execute("COMMIT")
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        total: int = file.execute("SELECT count(*) FROM events").fetchone()[0]
        return total
    finally:
        file.close()


def _events(names: list[str], at: str) -> Iterable[tuple[object, ...]]:
    for name in names:
        for place in range(1, EACH + 1):
            if place % 2:
                yield name, place, e.CUSTOMER_SAID, at, e.CUSTOMER, f"old-{place}", _SAID
            else:
                yield name, place, e.BOT_ANSWERED, at, e.BOT, None, _ANSWERED
