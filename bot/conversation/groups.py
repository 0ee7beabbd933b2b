"""Who waits together: customers in the queue whose only problem is one incident.

A conversation is in a group from the call for a person until its customer writes again, somebody
takes it, or it ends. It keeps its place in the queue all the while.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.engine import Connection as Tx

from bot.conversation.state import State
from bot.conversation.tables import conversations, group_copies, group_members, group_messages
from handoff.statements import Statement
from handoff.tables import insert_once

TOGETHER = 2
"""Customers who make a group; one alone stands among the others who wait."""
_WAITS = (conversations.c.status == "open") & (conversations.c.holder == "queue")
_OF_IT = conversations.c.id == group_members.c.conversation_id


@dataclass(frozen=True, slots=True)
class Group:
    """Who waits because of one incident, as the console shows it."""

    incident: str
    languages: dict[str, int]
    """Language → customers."""
    unanswered: int
    """Of them: those that no message to the group has reached yet."""
    waiting_since: datetime | None
    """Of the one who waits longest."""

    @property
    def count(self) -> int:
        """How many wait."""
        return sum(self.languages.values())


@dataclass(frozen=True, slots=True)
class Message:
    """What an agent said to a group: language → text."""

    agent_id: str
    client_id: str
    agent_name: str
    incident_id: str
    texts: dict[str, str]
    recipients: int
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """One message that one conversation must still be told."""

    agent_id: str
    client_id: str
    conversation_id: str


class _Row(NamedTuple):
    """Who waits in one group in one language."""

    incident_id: str
    language: str
    n: int
    answered: int
    since: datetime | None


# Every message to a person runs this: see `log`.
_LEAVE = Statement(delete(group_members).where(group_members.c.conversation_id == bindparam("of")))


# Every look at the queue runs this. A literal: PostgreSQL takes two parameters of the same value
# for two expressions.
_english: ColumnElement[str] = literal_column("'en'")
_language = func.coalesce(conversations.c.language, conversations.c.locale, _english)
_LISTING = Statement(
    select(
        group_members.c.incident_id,
        _language.label("language"),
        func.count().label("n"),
        func.count(group_members.c.answered_at).label("answered"),
        func.min(conversations.c.waiting_since).label("since"),
    )
    .join_from(group_members, conversations, _OF_IT)
    .where(_WAITS)
    .group_by(group_members.c.incident_id, _language)
    .order_by(group_members.c.incident_id, func.count().desc(), _language)
)


# Every tick of the clock runs this.
_DUE = Statement(
    select(group_copies.c.agent_id, group_copies.c.client_id, group_copies.c.conversation_id)
    .order_by(group_copies.c.sent_at, group_copies.c.client_id, group_copies.c.conversation_id)
    .limit(bindparam("most"))
)


def join(tx: Tx, conversation_id: str, incident_id: str, now: datetime) -> None:
    """The conversation has just come into the queue, and the incident is all that it is about."""
    row = {"conversation_id": conversation_id, "incident_id": incident_id, "joined_at": now}
    insert_once(tx, group_members, row)


def leave(tx: Tx, conversation_id: str) -> None:
    """The conversation stands for itself from here on; nothing when it did before."""
    _LEAVE.run(tx, {"of": conversation_id})


def listing(tx: Tx) -> list[Group]:
    """The groups, the one who waits longest first."""
    rows: dict[str, list[_Row]] = {}
    for row in map(_Row._make, _LISTING.rows(tx, {})):
        rows.setdefault(row.incident_id, []).append(row)
    found = [_group(incident, each) for incident, each in rows.items()]
    together = [one for one in found if one.count >= TOGETHER]
    return sorted(together, key=lambda one: (str(one.waiting_since), one.incident))


def members(tx: Tx, incident_id: str, *, only_new: bool = False) -> list[str]:
    """Who waits in the group, longest first; `only_new`: whom no message to it has reached."""
    query = (
        select(group_members.c.conversation_id)
        .join_from(group_members, conversations, _OF_IT)
        .where(group_members.c.incident_id == incident_id, _WAITS)
        .order_by(conversations.c.waiting_since, conversations.c.id)
    )
    if only_new:
        query = query.where(group_members.c.answered_at.is_(None))
    return list(tx.execute(query).scalars())


def message(tx: Tx, agent_id: str, client_id: str) -> Message | None:
    """What this agent has sent under this id, or None."""
    query = select(group_messages).where(
        group_messages.c.agent_id == agent_id, group_messages.c.client_id == client_id
    )
    row = tx.execute(query).mappings().first()
    return None if row is None else Message(**row)


def send(tx: Tx, sent: Message, to: list[str]) -> None:
    """Keep the message, and that each of these conversations must still be told it."""
    row = {name: getattr(sent, name) for name in Message.__slots__}
    tx.execute(insert(group_messages).values(row))
    key = {"agent_id": sent.agent_id, "client_id": sent.client_id, "sent_at": sent.sent_at}
    tx.execute(insert(group_copies), [key | {"conversation_id": one} for one in to])


def due(tx: Tx, limit: int) -> list[Copy]:
    """What is still to be told, oldest message first."""
    return [Copy(*row) for row in _DUE.rows(tx, {"most": limit})]


def settle(tx: Tx, state: State, copy: Copy, now: datetime) -> Message | None:
    """Take the copy off the list; gives the message if the conversation is to be told it now.

    None where another process was faster, or the conversation has left the group meanwhile: who
    wrote again has something else to say, and who is with an agent is answered by that agent.
    """
    mine = (
        (group_copies.c.agent_id == copy.agent_id)
        & (group_copies.c.client_id == copy.client_id)
        & (group_copies.c.conversation_id == copy.conversation_id)
    )
    if tx.execute(delete(group_copies).where(mine)).rowcount == 0:
        return None
    sent = message(tx, copy.agent_id, copy.client_id)
    if sent is None or state.holder != "queue" or state.status != "open":
        return None
    still = (group_members.c.conversation_id == state.id) & (
        group_members.c.incident_id == sent.incident_id
    )
    told = tx.execute(update(group_members).where(still).values(answered_at=now))
    return sent if told.rowcount == 1 else None


def _group(incident: str, rows: list[_Row]) -> Group:
    languages: Mapping[str, int] = {row.language: row.n for row in rows}
    since = [row.since for row in rows if row.since is not None]
    return Group(
        incident=incident,
        languages=dict(languages),
        unanswered=sum(row.n - row.answered for row in rows),
        waiting_since=min(since, default=None),
    )
