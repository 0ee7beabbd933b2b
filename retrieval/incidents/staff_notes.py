"""What the team notes about an incident for itself: nothing that speaks to customers imports it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Column, Index, Integer, String, Table, Text, insert, select
from sqlalchemy.engine import Connection

from retrieval.incidents import ledger
from retrieval.tables import UtcDateTime, metadata

Kind = Literal["finding", "owner", "channel", "note"]
KINDS: tuple[Kind, ...] = ("finding", "owner", "channel", "note")
"""A first finding · who leads · where the team talks about it · anything else."""

table = Table(
    "incident_staff_notes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("incident_id", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_incident_staff_notes_incident", "incident_id", "number"),
)


@dataclass(frozen=True, slots=True)
class StaffNote:
    """One note of a member of staff; never changed, so that the review can rest on it."""

    number: int
    kind: Kind
    author: str
    at: datetime
    text: str


def add(
    tx: Connection, incident_id: str, *, kind: Kind, author: str, text: str, now: datetime
) -> StaffNote:
    """Return the new note; UnknownIncident if there is no such incident."""
    if kind not in KINDS:
        raise ValueError(f"Unknown kind of note {kind!r}; one of {', '.join(KINDS)}.")
    ledger.get(tx, incident_id)
    values = {"incident_id": incident_id, "kind": kind, "author": author, "at": now, "text": text}
    done = tx.execute(insert(table).values(**values))
    number = done.inserted_primary_key
    assert number is not None  # noqa: S101 - an insert of one row has a key
    return StaffNote(number[0], kind, author, now, text)


def listing(tx: Connection, incident_id: str) -> list[StaffNote]:
    """Return the notes of an incident, oldest first."""
    query = select(table).where(table.c.incident_id == incident_id).order_by(table.c.number)
    return [
        StaffNote(row.number, row.kind, row.author, row.at, row.text) for row in tx.execute(query)
    ]
