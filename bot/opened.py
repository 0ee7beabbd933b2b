"""The database for a command: opened, checked, closed."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot import schema
from bot.settings import Settings
from bot.storage.engine import Database
from bot.storage.opening import open_database


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database of these settings; raises SetupError when it is missing or too old."""
    schema.check(settings.database_at)
    database = open_database(settings.database_at)
    try:
        yield database
    finally:
        database.close()
