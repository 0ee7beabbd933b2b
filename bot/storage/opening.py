"""Opens the database that the settings name."""

from pathlib import Path

from bot.storage.engine import Database


def open_database(where: Path | str) -> Database:
    """The database at `where`: a SQLite file's path, or PostgreSQL's address.

    Raises SetupError when the address cannot be read, or its driver is not installed.
    """
    if isinstance(where, Path):
        return Database(where)
    from bot.storage.driver import require

    require()
    from bot.storage.postgres import PostgresDatabase  # needs the extra `scale`

    return PostgresDatabase(where)


def shown(where: Path | str) -> str:
    """The database's place for people to read, without a password."""
    if isinstance(where, Path):
        return str(where)
    from bot.storage.driver import require

    require()
    from bot.storage.lane import address_of

    return address_of(where).set(drivername="postgresql").render_as_string(hide_password=True)
