"""The audit trail only grows, in PostgreSQL as in SQLite."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from bot import audit, schema
from bot.audit import Actor, Broken, audit_head, audit_lines
from bot.errors import Unavailable
from bot.storage.engine import Database
from bot.storage.opening import open_database
from tests.contracts.services import Postgres

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADMIN = Actor("admin", "Mei Chen", "a1")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database with three lines in its trail."""
    place: Path | str = tmp_path_factory.mktemp("audit") / "handrail.db"
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        place = server.make("audit")
    schema.migrate(place)
    made = open_database(place)
    for number in range(3):
        facts = {"title": "Katzen 🐈", "version": number}
        made.sync.write(
            lambda tx, facts=facts: audit.record(
                tx, ADMIN, "article.saved", "pets", now=NOON, after=facts
            )
        )
    yield made
    made.close()


@pytest.mark.parametrize("what", ["update", "delete", "all"])
def test_no_line_is_changed_or_removed(database: Database, what: str) -> None:
    dialect = database.sync.read(lambda tx: tx.dialect.name)
    statement = {
        "update": update(audit_lines).where(audit_lines.c.number == 2).values(name="Aina"),
        "delete": delete(audit_lines).where(audit_lines.c.number == 2),
        "all": text(f"{'DELETE FROM' if dialect == 'sqlite' else 'TRUNCATE'} audit_lines"),
    }[what]  # fmt: skip
    with pytest.raises((DBAPIError, Unavailable), match="only grows"):
        database.sync.write(lambda tx: tx.execute(statement))
    verified = database.sync.read(audit.verify)
    assert (verified.lines, verified.broken) == (3, None)


def test_a_line_put_in_behind_its_back_is_found(database: Database) -> None:
    def forge(tx: Connection) -> Broken | None:
        last = tx.execute(select(audit_lines).order_by(audit_lines.c.number.desc()).limit(1)).one()
        forged = dict(last._mapping) | {"number": last.number + 1, "name": "Aina"}
        tx.execute(insert(audit_lines).values(forged))
        tx.execute(update(audit_head).values(number=forged["number"]))
        found = audit.verify(tx).broken
        raise _Seen(found)

    with pytest.raises(_Seen) as seen:
        database.sync.write(forge)
    assert seen.value.broken is not None
    assert seen.value.broken.number == 4


class _Seen(Exception):
    """Carries what was found out of a transaction that is rolled back."""

    def __init__(self, broken: Broken | None) -> None:
        super().__init__()
        self.broken = broken
