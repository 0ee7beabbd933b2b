"""A prepared statement stores, reads and refuses what SQLAlchemy would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    Executable,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from handoff.statements import NEW, Statement
from handoff.tables import UtcDateTime

_METADATA = MetaData()
_THINGS = Table(
    "statement_things",
    _METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(20), nullable=False),
    Column("at", UtcDateTime),
    Column("done", Boolean, nullable=False),
    Column("data", JSON),
    Column("made", Integer, default=lambda: 7),
)
_NAMES = ("id", "name", "at", "done", "data", "made")
_EAST = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Thing:
    """A row."""

    id: int
    name: str
    at: datetime | None
    done: bool
    data: Any
    made: int | None = None


ROWS = [
    Thing(1, "plain", datetime(2026, 11, 22, 8, 0, 1, 250, tzinfo=_EAST), True, {"a": [1, "中"]}),
    Thing(2, "empty", None, False, None),
    Thing(3, "O'Hara; --", datetime(1999, 1, 1, tzinfo=UTC), True, {}, 5),
]
PUT = Statement(insert(_THINGS), names=_NAMES)
BY_NAME = select(*_THINGS.c).where(_THINGS.c.name == bindparam("called"), _THINGS.c.id > 0)
CHANGE = (
    update(_THINGS)
    .where(_THINGS.c.id == bindparam(f"{NEW}id"))
    .values({name: bindparam(f"{NEW}{name}") for name in _NAMES if name != "id"})
)


@pytest.fixture
def things(engine: Engine) -> Engine:
    """A database with the table, empty."""
    _METADATA.drop_all(engine)
    _METADATA.create_all(engine)
    return engine


def test_it_stores_and_reads_what_sqlalchemy_does(things: Engine) -> None:
    with things.begin() as tx:
        for row in ROWS:
            PUT.put(tx, row)
    with things.begin() as tx:
        core = [tuple(row) for row in tx.execute(select(*_THINGS.c).order_by(_THINGS.c.id))]
        assert core == [tuple(getattr(row, name) for name in _NAMES) for row in ROWS]
        for row in ROWS:
            again = tx.execute(BY_NAME, {"called": row.name}).one()
            assert Statement(BY_NAME).first(tx, {"called": row.name}) == tuple(again)
            assert again.at is None or again.at.tzinfo is UTC


def test_a_row_is_changed_by_a_record(things: Engine) -> None:
    change = Statement(CHANGE)
    with things.begin() as tx:
        assert PUT.run(tx, {name: getattr(ROWS[0], name) for name in _NAMES}) == 1
        other = Thing(1, "other", None, False, ["x"], 9)
        assert change.put(tx, other) == 1
        assert change.put(tx, Thing(8, "nobody", None, False, None)) == 0, "there is none"
        assert Statement(BY_NAME).scalar(tx, {"called": "other"}) == 1
        assert Statement(BY_NAME).first(tx, {"called": "plain"}) is None


def test_a_broken_constraint_is_what_sqlalchemy_raises(things: Engine) -> None:
    with things.begin() as tx:
        PUT.put(tx, ROWS[0])
        nested = tx.begin_nested()
        with pytest.raises(IntegrityError):
            PUT.put(tx, ROWS[0])
        nested.rollback()
        PUT.put(tx, ROWS[1])
        assert len(tx.execute(select(_THINGS.c.id)).all()) == 2


def test_a_missing_parameter_and_a_naive_instant_are_refused(things: Engine) -> None:
    with things.begin() as tx:
        with pytest.raises(Exception, match="called"):
            Statement(BY_NAME).rows(tx, {})
        with pytest.raises(Exception, match="time zone"):
            PUT.put(tx, Thing(1, "naive", datetime(2026, 1, 1), True, None))  # noqa: DTZ001


@pytest.mark.parametrize(
    "core",
    [insert(_THINGS).values(id=bindparam("id")), select(_THINGS.c.id).where(_THINGS.c.id.in_([1]))],
    ids=["a default that Python computes", "a list"],
)
def test_what_is_put_together_each_time_is_refused(things: Engine, core: Executable) -> None:
    with things.begin() as tx:
        if tx.dialect.name != "sqlite":
            pytest.skip("SQLAlchemy runs it here, and can")
        with pytest.raises(TypeError, match="each time"):
            Statement(core).run(tx, {"id": 1})


def test_nothing_is_stored_outside_a_transaction(things: Engine) -> None:
    """Straight to SQLite it would be committed at once."""
    connection: Connection
    with things.connect() as connection:
        PUT.put(connection, ROWS[0])
        connection.rollback()
        assert connection.execute(select(_THINGS.c.id)).first() is None
