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
    Column("collection", String(128), nullable=False, server_default="main"),
    Column("source", String(128)),  # null: written here
)

article_pulls = Table(
    "article_pulls",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("article_id", String(128), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("version", Integer, nullable=False),  # the one that was published until then
    Column("author", String(128), nullable=False),
    Column("pulled_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", String(128)),  # where the article is gone; null: somebody pulled it
    Index("ix_article_pulls_article", "article_id", "locale", "version", unique=True),
)

article_moves = Table(
    "article_moves",
    metadata,
    Column("id", String(128), primary_key=True),  # the id it had
    Column("locale", String(16), primary_key=True),
    Column("moved_to", String(128), nullable=False),
)

category_names = Table(
    "category_names",
    metadata,
    Column("category", String(128), primary_key=True),
    Column("subcategory", String(128), primary_key=True),  # empty: the category itself
    Column("names", JSON, nullable=False),  # locale → name, as sources call it
)

sources = Table(
    "sources",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("address", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("outcome", String(16)),  # done, cancelled, failed; null: never finished
    Column("error", Text),
    Column("warning", Text),
    Column("counts", JSON, nullable=False),
    Column("problems", JSON, nullable=False),  # what was refused or left alone last time
    Column("busy_until", UtcDateTime),  # an import that died stops blocking then
    Column("runner", String(64)),
)

source_documents = Table(
    "source_documents",
    metadata,
    Column("source", String(128), primary_key=True),
    Column("source_id", String(700), primary_key=True),
    Column("locale", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("article_id", String(128), nullable=False),
    Column("version", Integer, nullable=False),  # the article's when it was last taken over
    Column("published", Boolean, nullable=False),  # as it was taken over
    Column("content_hash", String(64), nullable=False),
    Column("translation_key", String(300)),
    Column("etag", Text),
    Column("url", Text),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),  # present, missing, removed, kept
    Column(
        "proposed", JSON(none_as_null=True)
    ),  # what the source has now, where the article was edited here
    Index("ix_source_documents_article", "article_id", "locale"),
    Index("ix_source_documents_translation", "source", "translation_key"),
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
    Column("expected_at", UtcDateTime),  # when the team hopes it is over
    Column("cadence_minutes", Integer),  # null: the setting's
    Column("external_id", String(200)),  # on the status page; null: declared here
    Column("url", Text),
    Column("language", String(16)),  # of the status page's texts
    Column("left_feed_at", UtcDateTime),  # gone from the page, which did not say that it is over
    Column("unconfirmed_since", UtcDateTime),  # the status page last said so then
    Column("feed", JSON(none_as_null=True)),  # what the page said last, to see what it changes
    Column("kept", JSON, nullable=False, server_default="[]"),  # fields that a poll leaves alone
    Index("ix_incidents_external", "source", "external_id", unique=True),
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
    Column("stored_at", UtcDateTime, nullable=False),  # rises with every change to be told
    Column("external_id", String(200)),
    Column("corrected_at", UtcDateTime),
    Column("corrections", Integer, nullable=False, server_default="0"),
    Column("history", JSON, nullable=False, server_default="[]"),  # texts it had before
    Column("seen", JSON, nullable=False, server_default="[]"),  # hashes of the page's texts
    Column("edited_at", UtcDateTime),  # as the status page says
    Index("ix_incident_updates_incident", "incident_id", "ordinal", unique=True),
    Index("ix_incident_updates_stored", "incident_id", "stored_at"),
)

incident_feeds = Table(
    "incident_feeds",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("tried_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),  # the last good picture
    Column("failures", Integer, nullable=False),  # in a row
    Column("error", Text),
    Column("next_at", UtcDateTime),
    Column("colour", String(16)),
    Column("ongoing", Integer, nullable=False),
    Column("unmapped", JSON, nullable=False),  # the page's components that none of ours stands for
    Column("contradictions", JSON, nullable=False),
)

question_counts = Table(
    "question_counts",
    metadata,
    Column("component", String(128), primary_key=True),  # empty: all questions
    Column("bucket", Integer, primary_key=True),  # spans of five minutes since 1970, in UTC
    Column("questions", Integer, nullable=False),
    Index("ix_question_counts_bucket", "bucket"),
)

question_sightings = Table(
    "question_sightings",
    metadata,
    Column("component", String(128), primary_key=True),
    Column("conversation_id", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),  # a conversation counts once in an hour
    Index("ix_question_sightings_at", "at"),
)

incident_proposals = Table(
    "incident_proposals",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("component", String(128)),  # null: the reporter could not tell
    Column("also", JSON, nullable=False),  # components that the same customers asked about
    Column("origin", String(16), nullable=False),  # sensor, staff
    Column("state", String(16), nullable=False),  # open, passed, declared, dismissed
    Column("opened_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),  # the rise was there, or was reported, then
    Column("evidence", JSON(none_as_null=True)),  # null: only reported
    Column("examples", JSON, nullable=False),  # [conversation, position]: texts stay in the log
    Column("notes", JSON, nullable=False),  # what staff reported
    Column("decided_by", String(200)),
    Column("decided_at", UtcDateTime),
    Column("incident_id", String(128)),
    Index("ix_incident_proposals_state", "state", "opened_at"),
)
