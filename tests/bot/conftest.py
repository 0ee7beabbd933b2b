"""A help desk without a server: the real log and ledger, in a database of a test's own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import schema
from bot.storage.engine import Database
from tests.bot.incident_day import Day


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which nothing has happened yet."""
    path = tmp_path_factory.mktemp("empty") / "handrail.sqlite"
    schema.migrate(path)
    return path


@pytest.fixture
def day(empty: Path, tmp_path: Path) -> Iterator[Day]:
    """A help desk on which nothing has happened yet."""
    path = tmp_path / empty.name
    shutil.copy(empty, path)
    database = Database(path)
    yield Day(database)
    database.close()
