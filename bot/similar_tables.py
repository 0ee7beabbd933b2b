"""The table of what agents solved: a question and its answer, without personal data."""

from sqlalchemy import JSON, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

from handoff.tables import UtcDateTime

metadata = MetaData()

# Can be computed from the log at any time; a row without a vector says "read, nothing to learn".
solved = Table(
    "solved_questions",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("visitor_id", String(40), nullable=False),
    Column("agent_name", String(200), nullable=False),
    Column("language", String(20), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("components", JSON, nullable=False),
    Column("solved_at", UtcDateTime, nullable=False),
    Column("learned_at", UtcDateTime, nullable=False),
    Column("model", String(120), nullable=False),
    Column("vector", LargeBinary),
    Index("ix_solved_questions_learned", "learned_at"),
)
