"""The schema: bring a database up to date, and say when it is not."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, inspect, text
from sqlalchemy.engine import Connection

from bot.conversation import log
from bot.conversation.tables import metadata as conversation_tables
from bot.errors import SetupError
from bot.storage.choices import metadata as choice_tables
from bot.storage.engine import sqlite_engine
from bot.web.tables import metadata as session_tables
from handoff.tables import metadata as handoff_tables
from retrieval.incidents import staff_notes  # noqa: F401 - its table is one of retrieval's
from retrieval.tables import metadata as retrieval_tables

if TYPE_CHECKING:  # Alembic loads slowly, and only `migrate` needs it
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "storage" / "migrations"


def metadatas() -> list[MetaData]:
    """Every table of the product, package by package."""
    return [
        conversation_tables, choice_tables, session_tables, handoff_tables, retrieval_tables,
    ]  # fmt: skip


def config(connection: Connection | None = None) -> "Config":
    """Alembic's configuration; there is no file to edit."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(_MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def migrate(path: Path) -> None:
    """Make the database, or bring it up to date; running it again changes nothing."""
    from alembic import command

    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(path, writer=True)
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection), "head")
            log.make_identity(connection, now=datetime.now(UTC))
    finally:
        engine.dispose()


def check(path: Path) -> None:
    """Raises SetupError when there is no database, or one of another version."""
    if not path.is_file():
        raise SetupError(f"There is no database at {path}. Run `handrail init` first.")
    engine = sqlite_engine(path, writer=False)
    try:
        with engine.connect() as connection:
            found = _version(connection)
    finally:
        engine.dispose()
    expected = newest()
    if found != expected:
        raise SetupError(
            f"The database at {path} is at version {found}, this program needs {expected}. "
            "Run `handrail migrate`."
        )


def newest() -> str:
    """The version that this program needs: its migrations' files begin with their numbers."""
    return max(file.name.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _version(connection: Connection) -> str | None:
    """The version that Alembic wrote down, None in a file that it never saw."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
