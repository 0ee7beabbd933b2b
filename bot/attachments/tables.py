"""Tables of attachments: what lists read stands apart from the content."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from handoff.tables import UtcDateTime

metadata = MetaData()

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("owner", String(60), nullable=False),
    Column("name", String(200), nullable=False),
    Column("type", String(40), nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("whole", Boolean, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    # Null until it is sent with a message: from then on the conversation says who may read it.
    Column("conversation_id", String(40)),
    Column("sent_at", UtcDateTime),
    Index("ix_attachments_unsent", "sent_at", "made_at"),
    Index("ix_attachments_conversation", "conversation_id"),
)

attachment_parts = Table(
    "attachment_parts",
    metadata,
    Column("attachment_id", String(40), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("bytes", LargeBinary, nullable=False),
)
