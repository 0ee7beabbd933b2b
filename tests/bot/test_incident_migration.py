"""Incidents of an earlier version keep their notes, and nobody is told of them again."""

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from sqlalchemy import select, text

from bot import schema
from bot.storage.engine import Database, sqlite_engine
from retrieval.incidents import ledger
from retrieval.tables import incident_updates

NOON = "2026-11-20 12:00:00.000000"


def test_an_incident_is_taken_along(tmp_path: Path) -> None:
    path = tmp_path / "handrail.db"
    engine = sqlite_engine(path, writer=True)
    with engine.begin() as tx:
        command.upgrade(schema.config(tx), "0004")
        tx.execute(
            text(
                "INSERT INTO incidents VALUES ('i', '{\"en\": \"Cards fail\"}', '[\"payments\"]',"
                " 'major', 'identified', 1, 'manual', '{}', :at, :at, NULL, NULL)"
            ),
            {"at": NOON},
        )
        tx.execute(
            text(
                "INSERT INTO incident_updates VALUES ('u', 'i', 1, 'identified', :at,"
                ' \'{"en": "A bank is down."}\')'
            ),
            {"at": NOON},
        )
    engine.dispose()
    schema.migrate(path)
    database = Database(path)
    try:
        [one] = database.sync.read(lambda tx: ledger.listing(tx, ongoing=True))
        stored = database.sync.read(lambda tx: tx.execute(select(incident_updates)).one())
    finally:
        database.close()
    assert (one.title, one.updates[0].text) == ({"en": "Cards fail"}, {"en": "A bank is down."})
    assert (one.language, one.expected_at, one.unconfirmed_since) == (None, None, None)
    assert stored.stored_at == stored.at == datetime(2026, 11, 20, 12, tzinfo=UTC)
