"""Visitors: whoever asks, known by a token that only they hold."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.conversation.log import new_id
from bot.conversation.tables import visitors


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visitor as the server knows them."""

    id: str
    locale: str | None


def welcome(tx: Connection, *, locale: str | None, now: datetime) -> tuple[Visitor, str]:
    """A new visitor and the token that proves it; only the token's hash is kept."""
    visitor = Visitor(new_id(), locale)
    token = secrets.token_urlsafe(32)
    tx.execute(
        insert(visitors).values(
            id=visitor.id, token_hash=_hash(token), locale=locale, created_at=now
        )
    )
    return visitor, token


def by_token(tx: Connection, token: str) -> Visitor | None:
    """The visitor this token belongs to, or None."""
    query = select(visitors.c.id, visitors.c.locale).where(visitors.c.token_hash == _hash(token))
    row = tx.execute(query).first()
    return None if row is None else Visitor(row.id, row.locale)


def speak(tx: Connection, visitor_id: str, locale: str) -> None:
    """Remember the language the visitor chose."""
    tx.execute(update(visitors).where(visitors.c.id == visitor_id).values(locale=locale))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
