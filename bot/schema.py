"""The schema: bring a database up to date, and say when it is not."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import MetaData, inspect, text
from sqlalchemy.engine import Connection

from bot.attachments.tables import metadata as attachment_tables
from bot.audit import metadata as audit_tables
from bot.canned import metadata as canned_tables
from bot.conversation import log
from bot.conversation.tables import metadata as conversation_tables
from bot.errors import SetupError, Unavailable
from bot.similar_tables import metadata as similar_tables
from bot.storage.choices import metadata as choice_tables
from bot.storage.engine import sqlite_engine
from bot.storage.opening import open_database, shown
from bot.tally import metadata as tally_tables
from bot.web.tables import metadata as session_tables
from handoff.tables import metadata as handoff_tables
from retrieval.incidents import staff_notes  # noqa: F401 - its table is one of retrieval's
from retrieval.tables import metadata as retrieval_tables

if TYPE_CHECKING:  # Alembic loads slowly, and only `migrate` needs it
    from alembic.config import Config

T = TypeVar("T")

OLDEST_POSTGRES = 14
"""The oldest PostgreSQL that can say what became of a transaction, and is still maintained."""

_MIGRATIONS = Path(__file__).parent / "storage" / "migrations"


def metadatas() -> list[MetaData]:
    """Every table of the product, package by package."""
    return [
        conversation_tables, attachment_tables, choice_tables, session_tables, handoff_tables,
        retrieval_tables, audit_tables, tally_tables, similar_tables, canned_tables,
    ]  # fmt: skip


def config(connection: Connection | None = None) -> "Config":
    """Alembic's configuration; there is no file to edit."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(_MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def migrate(where: Path | str) -> None:
    """Make the database, or bring it up to date; running it again changes nothing.

    On PostgreSQL the database itself must be there; its tables are made.
    """
    from alembic import command

    def upgrade(connection: Connection) -> None:
        command.upgrade(config(connection), "head")
        log.make_identity(connection, now=datetime.now(UTC))

    if isinstance(where, str):
        _on_server(where, upgrade)
        return
    where.parent.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(where, writer=True)
    try:
        with engine.begin() as connection:
            upgrade(connection)
    finally:
        engine.dispose()


def check(where: Path | str) -> None:
    """Raises SetupError when there is no database, or one of another version."""
    found = _on_server(where, _version) if isinstance(where, str) else _of_file(where)
    expected = newest()
    if found is None and isinstance(where, str):
        raise SetupError(f"The database at {shown(where)} is empty. Run `handrail init` first.")
    if found != expected:
        raise SetupError(
            f"The database at {shown(where)} is at version {found}, this program needs "
            f"{expected}. Run `handrail migrate`."
        )


def _of_file(path: Path) -> str | None:
    if not path.is_file():
        raise SetupError(f"There is no database at {path}. Run `handrail init` first.")
    engine = sqlite_engine(path, writer=False)
    try:
        with engine.connect() as connection:
            return _version(connection)
    finally:
        engine.dispose()


def _on_server(url: str, work: Callable[[Connection], T]) -> T:
    """Run `work` in a transaction on PostgreSQL; SetupError when it cannot be reached."""
    database = open_database(url)
    try:
        number = int(database.sync.read(_server_version))
        if number < OLDEST_POSTGRES * 10_000:
            raise SetupError(
                f"The server at {shown(url)} is PostgreSQL {number // 10_000}; Handrail needs "
                f"{OLDEST_POSTGRES} or newer."
            )
        return database.sync.write(work)
    except Unavailable as error:
        raise SetupError(f"The database at {shown(url)} cannot be used: {error}") from error
    finally:
        database.close()


def _server_version(connection: Connection) -> str:
    return str(connection.execute(text("SHOW server_version_num")).scalar())


def newest() -> str:
    """The version that this program needs: its migrations' files begin with their numbers."""
    return max(file.name.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _version(connection: Connection) -> str | None:
    """The version that Alembic wrote down, None in a database that it never saw."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
