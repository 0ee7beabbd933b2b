"""What admins chose while the server runs: one value per name, with who chose it and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, MetaData, String, Table, delete, insert, select
from sqlalchemy.engine import Connection

from handoff.tables import UtcDateTime

metadata = MetaData()

choices = Table(
    "choices",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("author", String(128), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice as it stands; `value` None was chosen, too: the settings decide again."""

    value: Any
    author: str
    changed_at: datetime


def get(tx: Connection, name: str) -> Choice | None:
    """The choice of this name; None if nobody ever made one."""
    row = tx.execute(select(choices).where(choices.c.name == name)).one_or_none()
    return None if row is None else Choice(row.value, row.author, row.changed_at)


def some(tx: Connection, names: Sequence[str]) -> dict[str, Choice]:
    """Those of these choices that somebody made, by name."""
    rows = tx.execute(select(choices).where(choices.c.name.in_(names)))
    return {row.name: Choice(row.value, row.author, row.changed_at) for row in rows}


def put(tx: Connection, name: str, choice: Choice) -> None:
    """Store the choice in place of the one before."""
    tx.execute(delete(choices).where(choices.c.name == name))
    tx.execute(
        insert(choices).values(
            name=name, value=choice.value, author=choice.author, changed_at=choice.changed_at
        )
    )
