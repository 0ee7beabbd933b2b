"""Tables of staff sessions: only hashes of what proves somebody are kept."""

from sqlalchemy import Column, MetaData, String, Table

from handoff.tables import UtcDateTime

metadata = MetaData()

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("agent_id", String(40), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

socket_tickets = Table(
    "socket_tickets",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("session_hash", String(64), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
