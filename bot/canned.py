"""Ready replies: texts that agents insert, in several languages, with values filled in.

A value stands as `{name}`. The console fills in what it knows of the conversation; what it does
not know the agent must write before the reply can be sent.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import JSON, Column, MetaData, Row, String, Table, delete, insert, select, update
from sqlalchemy.engine import Connection as Tx

from bot.errors import BadText, NotFound
from handoff.facts.reading import Kind
from handoff.tables import UtcDateTime

VARIABLES = ("customer", "agent", "company", "incident", *get_args(Kind))
"""What may stand in braces: who writes to whom, and what the customer said already."""
_NAMED = re.compile(r"\{([^{}\n]{0,40})\}")

metadata = MetaData()

canned_replies = Table(
    "canned_replies",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("category", String(80), nullable=False),
    Column("name", String(120), nullable=False),
    Column("texts", JSON, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Canned:
    """A ready reply; `texts` is language → text."""

    id: str
    category: str
    name: str
    texts: dict[str, str]
    updated_at: datetime


def save(
    tx: Tx,
    *,
    category: str,
    name: str,
    texts: Mapping[str, str],
    now: datetime,
    reply_id: str | None = None,
) -> Canned:
    """A new reply, or with `reply_id` that one changed; raises BadText, NotFound."""
    for language, text in texts.items():
        _require_known(language, text)
    values: dict[str, Any] = {
        "category": category, "name": name, "texts": dict(texts), "updated_at": now,
    }  # fmt: skip
    if reply_id is None:
        reply_id = secrets.token_hex(8)
        tx.execute(insert(canned_replies).values(id=reply_id, **values))
    else:
        mine = canned_replies.c.id == reply_id
        if tx.execute(update(canned_replies).where(mine).values(**values)).rowcount == 0:
            raise NotFound(f"There is no ready reply {reply_id!r}.")
    return Canned(reply_id, **values)


def remove(tx: Tx, reply_id: str) -> None:
    """No such reply any more; raises NotFound."""
    gone = tx.execute(delete(canned_replies).where(canned_replies.c.id == reply_id))
    if gone.rowcount == 0:
        raise NotFound(f"There is no ready reply {reply_id!r}.")


def listing(tx: Tx) -> list[Canned]:
    """All replies, category by category."""
    query = select(canned_replies).order_by(canned_replies.c.category, canned_replies.c.name)
    return [_canned(row) for row in tx.execute(query)]


def _require_known(language: str, text: str) -> None:
    unknown = next((name for name in _NAMED.findall(text) if name not in VARIABLES), None)
    if unknown is not None:
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        raise BadText(
            "unknown_variable",
            f"The text in {language} asks for {{{unknown}}}, which nothing fills in. "
            f"Known: {known}.",
        )


def _canned(row: Row[Any]) -> Canned:
    return Canned(**row._asdict())
