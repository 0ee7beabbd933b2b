"""Contacts: customers whom their site vouched for, the same person on every device."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection as Tx

from bot.conversation.log import new_id
from bot.conversation.state import State
from bot.conversation.tables import (
    contact_sessions,
    contacts,
    conversations,
    identity_uses,
    visitors,
)
from handoff.tables import insert_once

SESSION = "c."
"""A session's token begins so: a look at it says that it is none of a visitor."""
EARLIER = 5
"""Earlier conversations that are named."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Who the site says a customer is; the id is also the owner in `conversations.visitor_id`."""

    id: str
    external_id: str
    name: str | None
    email: str | None
    attributes: dict[str, Any]
    locale: str | None
    told_at: datetime
    """When the token was made that said this."""
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What one token says of a contact; None where it says nothing."""

    external_id: str
    name: str | None
    email: str | None
    attributes: dict[str, Any] | None
    at: datetime


def meet(tx: Tx, told: Told, now: datetime) -> Contact:
    """The contact as the token says, made if new; an older token than the last changes nothing."""
    row: dict[str, Any] = {
        "id": new_id(), "external_id": told.external_id, "name": told.name, "email": told.email,
        "attributes": told.attributes or {}, "locale": None, "told_at": told.at,
        "first_seen_at": now, "last_seen_at": now,
    }  # fmt: skip
    query = select(contacts).where(contacts.c.external_id == told.external_id)
    found = tx.execute(query.with_for_update()).mappings().first()
    if found is None:
        # By the name that the site gave it: two devices may come at once.
        if insert_once(tx, contacts, row):
            return Contact(**row)
        found = tx.execute(query.with_for_update()).mappings().one()
    changed: dict[str, Any] = {"last_seen_at": now}
    if told.at >= found["told_at"]:
        said = {"name": told.name, "email": told.email, "attributes": told.attributes}
        changed |= {name: value for name, value in said.items() if value is not None}
        changed["told_at"] = told.at
    tx.execute(update(contacts).where(contacts.c.id == found["id"]).values(changed))
    return Contact(**(dict(found) | changed))


def by_id(tx: Tx, owner: str) -> Contact | None:
    """The contact with this id; None for a visitor's."""
    row = tx.execute(select(contacts).where(contacts.c.id == owner)).mappings().first()
    return None if row is None else Contact(**row)


def attributes_of(tx: Tx, owners: list[str]) -> dict[str, dict[str, Any]]:
    """Owner → attributes, of those that are contacts."""
    if not owners:
        return {}
    query = select(contacts.c.id, contacts.c.attributes).where(contacts.c.id.in_(owners))
    return {row.id: row.attributes for row in tx.execute(query)}


def names_of(tx: Tx, owners: list[str]) -> dict[str, str]:
    """Owner → name, or else address, of those that are contacts with one."""
    if not owners:
        return {}
    query = select(contacts.c.id, contacts.c.name, contacts.c.email).where(
        contacts.c.id.in_(owners)
    )
    found = {row.id: row.name or row.email for row in tx.execute(query)}
    return {owner: name for owner, name in found.items() if name}


def speak(tx: Tx, contact_id: str, locale: str) -> None:
    """Remember the language the contact chose."""
    tx.execute(update(contacts).where(contacts.c.id == contact_id).values(locale=locale))


def use(tx: Tx, token: str, device: str, until: datetime) -> bool:
    """Whether the token is this device's: it belongs to the first that came with it."""
    row = {"token_hash": _hash(token), "device_hash": _hash(device), "expires_at": until}
    if insert_once(tx, identity_uses, row):
        return True
    query = select(identity_uses.c.device_hash).where(identity_uses.c.token_hash == _hash(token))
    return tx.execute(query).scalar() == _hash(device)


def open_session(tx: Tx, contact_id: str, *, now: datetime, until: datetime) -> str:
    """A token that proves the contact until then; those that have ended are gone with it."""
    for table in (contact_sessions, identity_uses):
        tx.execute(delete(table).where(table.c.expires_at <= now))
    token = SESSION + secrets.token_urlsafe(32)
    row = {"token_hash": _hash(token), "contact_id": contact_id, "expires_at": until}
    tx.execute(insert(contact_sessions).values(row))
    return token


def in_session(tx: Tx, token: str, now: datetime) -> tuple[Contact, datetime] | None:
    """Whom the session's token proves, and until when; None for none, or one that has ended."""
    query = (
        select(contacts, contact_sessions.c.expires_at)
        .join(contact_sessions, contact_sessions.c.contact_id == contacts.c.id)
        .where(contact_sessions.c.token_hash == _hash(token), contact_sessions.c.expires_at > now)
    )
    row = tx.execute(query).mappings().first()
    if row is None:
        return None
    fields = dict(row)
    until: datetime = fields.pop("expires_at")
    return Contact(**fields), until


def close_session(tx: Tx, token: str) -> None:
    """The customer signed out on this device; nothing where the session is gone already."""
    tx.execute(delete(contact_sessions).where(contact_sessions.c.token_hash == _hash(token)))


def unproved(tx: Tx, token: str) -> str | None:
    """The visitor with this token, unless it was proved to be a contact before; locks the row."""
    query = select(visitors.c.id).where(
        visitors.c.token_hash == _hash(token), visitors.c.contact_id.is_(None)
    )
    return tx.execute(query.with_for_update()).scalar()


def belongs(tx: Tx, visitor_id: str, contact_id: str) -> None:
    """The visitor is the contact: whatever is theirs is the contact's, and their token is over.

    At most one open conversation per channel may be left between the two.
    """
    mine = conversations.c.visitor_id == visitor_id
    tx.execute(update(conversations).where(mine).values(visitor_id=contact_id))
    this = visitors.c.id == visitor_id
    tx.execute(update(visitors).where(this).values(contact_id=contact_id))


def ids_of(tx: Tx, owner: str, *, only_open: bool = False) -> list[str]:
    """The conversations of a visitor or contact, oldest first."""
    query = select(conversations.c.id).where(conversations.c.visitor_id == owner)
    if only_open:
        query = query.where(conversations.c.status == "open")
    return list(tx.execute(query.order_by(conversations.c.started_at)).scalars())


def earlier(tx: Tx, owner: str, but: str) -> list[State]:
    """The newest conversations of a visitor or contact beside this one."""
    query = (
        select(conversations)
        .where(conversations.c.visitor_id == owner, conversations.c.id != but)
        .order_by(conversations.c.started_at.desc())
        .limit(EARLIER)
    )
    return [State(**row) for row in tx.execute(query).mappings()]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
