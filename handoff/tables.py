"""Tables of agents, presence, the queue and the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    false,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, always read back in UTC; refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        moment = value.astimezone(UTC)
        # SQLite keeps text and would write the offset for some rows only: store all as UTC.
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def bind_processor(self, dialect: Dialect) -> Any:
        """For SQLite the text itself: SQLAlchemy's own way there takes three times as long."""
        if dialect.name == "sqlite":
            return _as_text
        return super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """As `bind_processor`, the other way."""
        if dialect.name == "sqlite":
            return _from_text
        return super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    """UTC, with microseconds, as SQLAlchemy stores instants in SQLite."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _from_text(value: str | None) -> datetime | None:
    # The zone in the text costs a seventh of a replace(), and a look at the queue reads thousands.
    return None if value is None else datetime.fromisoformat(value + "+00:00")


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

agents = Table(
    "agents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("name_key", String(240), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("languages", JSON, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("password_hash", String(255)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("agent_id", String(64), ForeignKey("agents.id"), nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

presence = Table(
    "presence",
    metadata,
    Column("agent_id", String(64), ForeignKey("agents.id"), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("capacity", Integer),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("since", UtcDateTime),
)

queue = Table(
    "queue",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("waiting_since", UtcDateTime, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("language", String(16), nullable=False),
    Column("preferred_agent", String(64), ForeignKey("agents.id")),
    Column("agent_id", String(64), ForeignKey("agents.id"), index=True),
    Column("claimed_at", UtcDateTime),
    Column("epoch", Integer, nullable=False),
    Column("asleep", Boolean, nullable=False, default=False, server_default=false()),
    Column("wakes_at", UtcDateTime),
    Column("nap", JSON(none_as_null=True)),
    Column("team", String(40)),
    Index("ix_queue_order", "agent_id", "urgent", "waiting_since", "conversation_id"),
)

teams = Table(
    "teams",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("name_key", String(240), nullable=False, unique=True),
    Column("languages", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

team_members = Table(
    "team_members",
    metadata,
    Column("team_id", String(40), ForeignKey("teams.id"), primary_key=True),
    Column("agent_id", String(64), ForeignKey("agents.id"), primary_key=True),
)

rules = Table(
    "rules",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("rule", JSON, nullable=False),
)


def insert_once(tx: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert the row unless its key is taken; True when it was inserted.

    The check is the database's own, so two transactions at once cannot both succeed, and the
    loser's transaction stays usable (on PostgreSQL an integrity error would end it).
    """
    key = next(iter(table.primary_key.columns))
    insert = _insert(tx, table).values(**values).on_conflict_do_nothing().returning(key)
    return tx.execute(insert).first() is not None


def _insert(tx: Connection, table: Table) -> Any:
    if tx.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # loads slowly

        return postgresql.insert(table)
    return sqlite.insert(table)
