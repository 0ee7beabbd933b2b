"""The database for a command: opened, checked, closed."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot import schema
from bot.settings import Settings
from bot.storage.engine import Database


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database of these settings; raises SetupError when it is missing or too old."""
    schema.check(settings.database_path)
    database = Database(settings.database_path)
    try:
        yield database
    finally:
        database.close()
