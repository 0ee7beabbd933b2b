"""Visitors: whoever asks, known by a token that only they hold."""

import hashlib
import secrets
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy.engine import Connection

from bot.conversation import contacts
from bot.conversation.log import new_id
from bot.conversation.state import State
from bot.conversation.tables import conversations, visitors

_RETURNING = (
    select(visitors.c.id, visitors.c.locale, *(conversations.c[one.name] for one in fields(State)))
    .outerjoin_from(
        visitors,
        conversations,
        and_(
            conversations.c.visitor_id == visitors.c.id,
            conversations.c.channel == bindparam("through"),
        ),
    )
    .where(visitors.c.token_hash == bindparam("hash"), visitors.c.contact_id.is_(None))
    .order_by(conversations.c.status, conversations.c.started_at.desc())  # "open" sorts first
    .limit(1)
)


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


def by_token(tx: Connection, token: str, now: datetime | None = None) -> Visitor | None:
    """The visitor this token belongs to, or the contact whose session it proves; None for nobody.

    A visitor who was proved to be a contact is nobody any more.
    """
    if token.startswith(contacts.SESSION):
        proved = contacts.in_session(tx, token, now or datetime.now(UTC))
        return None if proved is None else Visitor(proved[0].id, proved[0].locale)
    query = select(visitors.c.id, visitors.c.locale).where(
        visitors.c.token_hash == _hash(token), visitors.c.contact_id.is_(None)
    )
    row = tx.execute(query).first()
    return None if row is None else Visitor(row.id, row.locale)


def returning(tx: Connection, token: str, channel: str) -> tuple[Visitor, State | None] | None:
    """Whom this token belongs to and their open conversation, or the last one; None for nobody.

    One query: after a restart everybody comes back at once.
    """
    row = tx.execute(_RETURNING, {"hash": _hash(token), "through": channel}).first()
    if row is None:
        return None
    visitor_id, locale, *state = row
    return Visitor(visitor_id, locale), State(*state) if state[0] is not None else None


def speak(tx: Connection, visitor_id: str, locale: str) -> None:
    """Remember the language the visitor chose."""
    tx.execute(update(visitors).where(visitors.c.id == visitor_id).values(locale=locale))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
