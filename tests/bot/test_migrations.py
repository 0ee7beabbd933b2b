"""A home made by an earlier version is brought up to date, and keeps everything."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from bot import schema
from bot.errors import SetupError
from bot.storage.engine import Database, sqlite_engine
from retrieval import articles, sources

NOON = "2026-11-20 12:00:00.000000"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of the first version with an article in two versions, the later one a draft."""
    path = tmp_path / "handrail.db"
    engine = sqlite_engine(path, writer=True)
    with engine.begin() as tx:
        command.upgrade(schema.config(tx), "0001")
        tx.execute(
            text("INSERT INTO articles VALUES (:id, :locale, 2, 1, :at)"),
            {"id": "pets", "locale": "ms", "at": NOON},
        )
        for version, title in ((1, "Haiwan"), (2, "Haiwan peliharaan")):
            tx.execute(
                text(
                    "INSERT INTO article_versions VALUES ('pets', 'ms', :version, :title,"
                    " 'travel', '', '[\"app\"]', '[]', 'Teks.', '2026-11-20', 'internal', :first,"
                    " 'Aina', :at)"
                ),
                {"version": version, "title": title, "first": version == 1, "at": NOON},
            )
    engine.dispose()
    return path


def test_an_old_database_is_refused_until_it_is_brought_up_to_date(old: Path) -> None:
    with pytest.raises(SetupError, match="handrail migrate"):
        schema.check(old)
    schema.migrate(old)
    schema.check(old)
    database = Database(old)
    try:
        published = database.sync.read(articles.published)
        latest = database.sync.read(lambda tx: articles.get(tx, "pets", "ms"))
        known = database.sync.read(lambda tx: sources.listing(tx, datetime.now(UTC)))
    finally:
        database.close()
    assert [(one.title, one.version, one.audience) for one in published] == [
        ("Haiwan", 1, "internal")
    ]
    assert (latest.title, latest.components, latest.author) == (
        "Haiwan peliharaan", ("app",), "Aina",
    )  # fmt: skip
    assert (latest.collection, latest.source, known) == ("main", None, [])


def test_the_migrations_make_what_the_tables_say(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    path = tmp_path / "handrail.db"
    schema.migrate(path)
    engine = sqlite_engine(path, writer=True)
    with engine.connect() as tx:
        made = MigrationContext.configure(tx, opts={"compare_type": True})
        assert compare_metadata(made, schema.metadatas()) == []
    engine.dispose()


def test_the_newest_version_is_the_one_alembic_ends_at(tmp_path: Path) -> None:
    from alembic.script import ScriptDirectory

    assert schema.newest() == ScriptDirectory.from_config(schema.config()).get_current_head()
    path = tmp_path / "handrail.db"
    engine = sqlite_engine(path, writer=True)
    with engine.begin() as tx:
        tx.execute(text("CREATE TABLE someone_elses (id INTEGER)"))
    engine.dispose()
    with pytest.raises(SetupError, match="at version None"):
        schema.check(path)
