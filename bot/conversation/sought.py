"""Finding ended conversations again: by who it was, and by what anybody said in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.engine import Connection as Tx

from bot.conversation import events as e
from bot.conversation.state import State
from bot.conversation.tables import contacts, conversations, events

LOOK_BACK = 2000
"""Ended conversations that are looked through, the newest first: a search costs no more later."""
MOST_WORDS = 6
"""Words beyond these do not count."""
SHOWN = 160
"""Characters of the message that the words stand in."""
_SAID = (e.CUSTOMER_SAID, e.BOT_ANSWERED, e.AGENT_SAID, e.GROUP_SAID)
_TEXT = events.c.data["text"].as_string()


@dataclass(frozen=True, slots=True)
class Sought:
    """One conversation that was found."""

    state: State
    name: str | None
    """Who it was, where the customer's site says so."""
    found: str | None
    """The newest message with one of the words, cut around it; None where only who it was fits."""


def ended(tx: Tx, words: str, *, limit: int = 10, before: datetime | None = None) -> list[Sought]:
    """Ended conversations with all of these words, in any order, newest change first.

    A word counts when it stands in the customer's name or address, or in any message of theirs,
    the bot's or an agent's. Without words nothing is found.
    """
    terms = words.split()[:MOST_WORDS]
    if not terms:
        return []
    rows = tx.execute(_query(terms, limit, before)).mappings().all()
    said = _said(tx, [row["id"] for row in rows], terms)
    return [_sought(dict(row), said, terms) for row in rows]


def _query(terms: list[str], limit: int, before: datetime | None) -> Select[Any]:
    newest = select(conversations).where(conversations.c.status == "resolved")
    if before is not None:
        newest = newest.where(conversations.c.updated_at < before)
    past = newest.order_by(conversations.c.updated_at.desc()).limit(LOOK_BACK).subquery()
    return (
        select(past, contacts.c.name, contacts.c.email)
        .select_from(past.outerjoin(contacts, contacts.c.id == past.c.visitor_id))
        .where(and_(*(_has(past.c.id, term) for term in terms)))
        .order_by(past.c.updated_at.desc())
        .limit(limit)
    )


def _has(conversation: ColumnElement[str], term: str) -> ColumnElement[bool]:
    spoken = select(events.c.position).where(
        events.c.conversation_id == conversation,
        events.c.kind.in_(_SAID),
        _TEXT.icontains(term, autoescape=True),
    )
    return or_(
        contacts.c.name.icontains(term, autoescape=True),
        contacts.c.email.icontains(term, autoescape=True),
        spoken.exists(),
    )


def _said(tx: Tx, ids: list[str], terms: list[str]) -> dict[str, str]:
    """The newest message of each that has one of the words."""
    rows = tx.execute(_messages(ids, terms)) if ids else ()
    return {row.conversation_id: row.text for row in rows if row.kind in _SAID}


def _messages(ids: list[str], terms: list[str]) -> Select[Any]:
    # Asked for the kind, SQLite reads every message there ever was by the index of kinds.
    return (
        select(events.c.conversation_id, events.c.kind, _TEXT.label("text"))
        .where(
            events.c.conversation_id.in_(ids),
            or_(*(_TEXT.icontains(term, autoescape=True) for term in terms)),
        )
        .order_by(events.c.position)
    )


def _sought(row: dict[str, Any], said: dict[str, str], terms: list[str]) -> Sought:
    name, email = row.pop("name"), row.pop("email")
    text = said.get(row["id"])
    found = None if text is None else _around(" ".join(text.split()), terms)
    return Sought(State(**row), name or email, found)


def _around(text: str, terms: list[str]) -> str:
    """The part of a message that shows the first of the words in it."""
    places = (text.lower().find(term.lower()) for term in terms)
    at = min((place for place in places if place >= 0), default=0)
    start = 0 if at < SHOWN // 2 else at - SHOWN // 4
    part = text[start : start + SHOWN]
    return ("…" if start else "") + part + ("…" if start + SHOWN < len(text) else "")
