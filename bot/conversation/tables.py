"""Tables of conversations: the log is the truth, the rest can be computed from it."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from handoff.tables import UtcDateTime

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("sender", String(60), nullable=False),
    Column("client_id", String(80)),
    Column("data", JSON, nullable=False),
    Column("staff", JSON),
    Index("ix_events_kind", "kind", "at"),
    # A client that sends again meets this constraint, never a second event.
    UniqueConstraint("conversation_id", "sender", "client_id", name="uq_events_client_id"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("visitor_id", String(40), nullable=False, index=True),
    Column("channel", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    Column("holder", String(20), nullable=False),
    Column("agent_id", String(40)),
    Column("agent_name", String(200)),
    Column("epoch", Integer, nullable=False),
    Column("head", Integer, nullable=False),
    Column("language", String(20)),
    Column("locale", String(20)),
    Column("page", Text),
    Column("episode_start", Integer, nullable=False),
    Column("last_customer", Integer, nullable=False),
    Column("unanswered", Integer, nullable=False),
    Column("failed_in_a_row", Integer, nullable=False),
    Column("preview", Text, nullable=False),
    Column("waiting_since", UtcDateTime),
    Column("reason", String(40)),
    Column("urgent", Boolean, nullable=False),
    Column("incident", String(80)),
    Column("rated", Integer),
    Column("ended", Boolean, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_conversations_updated", "status", "updated_at"),
    # One open conversation per visitor and channel, enforced by the database.
    Index(
        "uq_conversations_open",
        "visitor_id",
        "channel",
        unique=True,
        # The migration says the same to PostgreSQL; said here it would load that dialect always.
        sqlite_where=text("status = 'open'"),
    ),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("outcome", String(20)),
    Column("decided_by", Integer),
    Column("lease_until", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Index("ix_outcomes_open", "outcome", "lease_until"),
)

visitors = Table(
    "visitors",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("locale", String(20)),
    Column("created_at", UtcDateTime, nullable=False),
    # Once proved to be a contact: from then on the token is worth nothing.
    Column("contact_id", String(40)),
)

# The id of a contact stands in `conversations.visitor_id`: whoever owns one, a query says by it.
contacts = Table(
    "contacts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("external_id", String(200), nullable=False, unique=True),
    Column("name", String(200)),
    Column("email", String(254)),
    Column("attributes", JSON, nullable=False),
    Column("locale", String(20)),
    Column("told_at", UtcDateTime, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
)

contact_sessions = Table(
    "contact_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("contact_id", String(40), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("ix_contact_sessions_expires", "expires_at"),
)

identity_uses = Table(
    "identity_uses",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("device_hash", String(64), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("ix_identity_uses_expires", "expires_at"),
)

follows = Table(
    "incident_follows",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("incident_id", String(80), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Index("ix_follows_incident", "incident_id", "since"),
)

group_members = Table(
    "group_members",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("incident_id", String(80), nullable=False),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Index("ix_group_members_incident", "incident_id"),
)

group_messages = Table(
    "group_messages",
    metadata,
    Column("agent_id", String(40), primary_key=True),
    Column("client_id", String(64), primary_key=True),
    Column("agent_name", String(200), nullable=False),
    Column("incident_id", String(80), nullable=False),
    Column("texts", JSON, nullable=False),
    Column("recipients", Integer, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
)

# What is still to be told: a row goes in the transaction that tells it, so a crash loses nothing.
group_copies = Table(
    "group_copies",
    metadata,
    Column("agent_id", String(40), primary_key=True),
    Column("client_id", String(64), primary_key=True),
    Column("conversation_id", String(40), primary_key=True),
    Column("sent_at", UtcDateTime, nullable=False),
    Index("ix_group_copies_sent", "sent_at"),
)

# What an agent did a moment ago and may still take back: done when it is due, by the clock.
pending_acts = Table(
    "pending_acts",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("agent_id", String(64), nullable=False),
    Column("act", JSON, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("failed", String(40)),
    Index("ix_pending_acts_due", "failed", "due_at"),
)

log_identity = Table(
    "log_identity",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
)
