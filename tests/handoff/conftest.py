"""A database of the handoff package alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, event

from handoff import tables


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """SQLite in a file, or the empty database that HANDRAIL_TEST_DATABASE names."""
    url = os.environ.get("HANDRAIL_TEST_DATABASE", f"sqlite:///{tmp_path / 'handoff.db'}")
    made = create_engine(url)
    if made.dialect.name == "sqlite":
        _as_served(made)
    tables.metadata.drop_all(made)
    tables.metadata.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def tx(engine: Engine) -> Iterator[Connection]:
    """One open transaction."""
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def now() -> datetime:
    """An instant to count from."""
    return datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def _as_served(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]
        connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]
        connection.execute("PRAGMA busy_timeout=60000")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def immediate(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
