"""Tables of articles, index generations and incidents."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

metadata = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: goes in aware, comes out aware and in UTC, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        read: datetime = value
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


articles = Table(
    "articles",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("locale", String(16), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("published_version", Integer),  # null: a draft, or pulled
    Column("changed_at", UtcDateTime, nullable=False, index=True),
)

article_versions = Table(
    "article_versions",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("locale", String(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("category", String(128), nullable=False),
    Column("subcategory", String(128), nullable=False),
    Column("components", JSON, nullable=False),
    Column("questions", JSON, nullable=False),
    Column("body", Text, nullable=False),
    Column("updated", Date, nullable=False),
    Column("audience", String(32), nullable=False),
    Column("published", Boolean, nullable=False),  # as it was saved; `articles` has the present
    Column("author", String(128), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)

generations = Table(
    "generations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(16), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("switched_at", UtcDateTime),
    Column("articles", Integer, nullable=False, default=0),
    Column("passages", Integer, nullable=False, default=0),
    Column("embedded", Integer, nullable=False, default=0),
    Column("reused", Integer, nullable=False, default=0),
    Column("model", String(200), nullable=False),
    Column("analysis", String(32), nullable=False),
    Column("seconds", Float, nullable=False, default=0.0),
    Column("error", Text),
)

passages = Table(
    "passages",
    metadata,
    Column("generation", String(64), primary_key=True),
    Column("id", String(300), primary_key=True),
    Column("position", Integer, nullable=False),  # order in the whole generation
    Column("article_id", String(128), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("heading", Text, nullable=False),
    Column("anchor", String(160), nullable=False),
    Column("text", Text, nullable=False),
    Column("category", String(128), nullable=False),
    Column("components", JSON, nullable=False),
    Column("questions", JSON, nullable=False),  # the article's; only on its first passage
    Column("updated", Date, nullable=False),
    Column("audience", String(32), nullable=False),
    Column("content_hash", String(64), nullable=False),
)

builder_leases = Table(
    "builder_leases",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("holder", String(64)),
    Column("generation", String(64)),
    Column("expires_at", UtcDateTime, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("title", JSON, nullable=False),
    Column("components", JSON, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("active", Boolean, nullable=False),  # false: a template until it is declared
    Column("source", String(64), nullable=False),
    Column("workaround", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("resolved_at", UtcDateTime),
    Column("next_update_at", UtcDateTime),
)

incident_updates = Table(
    "incident_updates",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("incident_id", String(128), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text", JSON, nullable=False),
    Index("ix_incident_updates_incident", "incident_id", "ordinal", unique=True),
)
