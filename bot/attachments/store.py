"""Attachments in the database: kept part by part, sent once, read by who may, removed unsent."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection as Tx

from bot.attachments.errors import NoAttachment
from bot.attachments.tables import attachment_parts as parts
from bot.attachments.tables import attachments
from bot.conversation import conversations
from bot.errors import NotFound
from handoff.statements import Statement

Kind = Literal["content", "preview"]
PART = 256 * 1024
"""Bytes of one part: a write of this size never holds up the messages of others."""
MOST = 5
"""Attachments one message may carry."""
AT_ONCE = 20
"""Uploads one look removes at most; the rest follow with the next."""

# Every tick of the clock runs this.
_UNSENT = Statement(
    select(attachments.c.id)
    .where(attachments.c.sent_at.is_(None), attachments.c.made_at < bindparam("before"))
    .order_by(attachments.c.made_at)
    .limit(AT_ONCE)
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is known of an attachment without its content; `size` in bytes."""

    id: str
    name: str
    type: str
    """A MIME type, found in the content."""
    size: int
    width: int | None
    height: int | None
    """Pixels of an image; None for a PDF."""

    def wire(self) -> dict[str, Any]:
        """As it stands in an event and in answers."""
        return asdict(self)


_COLUMNS = [attachments.c[one.name] for one in fields(Attachment)]


def customer(visitor_id: str) -> str:
    """The owner of what this visitor uploads."""
    return f"customer:{visitor_id}"


def begin(tx: Tx, owner: str, told: Attachment, *, now: datetime) -> None:
    """Make room for an upload; it can be neither read nor sent before it is whole."""
    row = told.wire() | {"owner": owner, "whole": False, "made_at": now}
    tx.execute(insert(attachments).values(**row))


def new_id() -> str:
    """An id nobody can guess; it proves nothing about who may read."""
    return secrets.token_hex(16)


def add_part(tx: Tx, attachment_id: str, kind: Kind, number: int, content: bytes) -> None:
    """Keep one part; parts are numbered from 0."""
    row = {"attachment_id": attachment_id, "kind": kind, "number": number, "bytes": content}
    tx.execute(insert(parts).values(**row))


def finish(tx: Tx, attachment_id: str) -> None:
    """Every part is there; NotFound when it was removed meanwhile."""
    done = tx.execute(
        update(attachments).where(attachments.c.id == attachment_id).values(whole=True)
    )
    if done.rowcount != 1:
        raise NotFound("The upload was removed before it was whole. Send the file again.")


def send(
    tx: Tx, owner: str, ids: Sequence[str], conversation_id: str, *, now: datetime
) -> dict[str, Any]:
    """Give the owner's uploads to a conversation, in this order; what its event says of them.

    In the transaction that appends the event, so that each is sent once. Raises NoAttachment.
    """
    sent = []
    for one in ids:
        mine = and_(
            attachments.c.id == one,
            attachments.c.owner == owner,
            attachments.c.whole.is_(True),
            attachments.c.sent_at.is_(None),
        )
        given = update(attachments).where(mine)
        if tx.execute(given.values(conversation_id=conversation_id, sent_at=now)).rowcount != 1:
            raise NoAttachment(one)
        row = tx.execute(select(*_COLUMNS).where(attachments.c.id == one)).one()
        sent.append(Attachment(*row).wire())
    return {"attachments": sent} if sent else {}


def for_customer(tx: Tx, visitor_id: str, attachment_id: str) -> Attachment:
    """The attachment, if it is in a conversation of this visitor or still unsent by them.

    NotFound else, whether there is such an attachment or not.
    """
    conversation = _sent_in(tx, attachment_id)
    if conversation is None:
        return _unsent(tx, customer(visitor_id), attachment_id)
    try:
        conversations.of_visitor(tx, visitor_id, conversation)
    except NotFound as error:
        raise _missing() from error
    return _get(tx, attachment_id)


def for_agent(tx: Tx, sender: str, attachment_id: str) -> Attachment:
    """The attachment, if it was sent in any conversation, or is this agent's own; NotFound."""
    if _sent_in(tx, attachment_id) is None:
        return _unsent(tx, sender, attachment_id)
    return _get(tx, attachment_id)


def part(tx: Tx, attachment_id: str, kind: Kind, number: int) -> bytes | None:
    """One part of the content, or None behind the last one."""
    query = select(parts.c.bytes).where(
        parts.c.attachment_id == attachment_id, parts.c.kind == kind, parts.c.number == number
    )
    found: bytes | None = tx.execute(query).scalar()
    return found


def remove(tx: Tx, owner: str, attachment_id: str) -> None:
    """Remove an upload that its owner has not sent; NotFound when there is none."""
    _unsent(tx, owner, attachment_id)
    _delete(tx, [attachment_id])


def unsent(tx: Tx, *, before: datetime) -> list[str]:
    """Uploads made before this instant that no message carries, the oldest first."""
    return [row[0] for row in _UNSENT.rows(tx, {"before": before})]


def remove_unsent(tx: Tx, *, before: datetime) -> int:
    """Remove them; gives how many."""
    found = unsent(tx, before=before)
    return _delete(tx, found) if found else 0


def _delete(tx: Tx, ids: Sequence[str]) -> int:
    """One that is sent in this moment stays: only what is unsent goes, and its parts with it."""
    gone = delete(attachments).where(attachments.c.id.in_(ids), attachments.c.sent_at.is_(None))
    removed = list(tx.execute(gone.returning(attachments.c.id)).scalars())
    tx.execute(delete(parts).where(parts.c.attachment_id.in_(removed)))
    return len(removed)


def _sent_in(tx: Tx, attachment_id: str) -> str | None:
    query = select(attachments.c.conversation_id).where(attachments.c.id == attachment_id)
    found: str | None = tx.execute(query).scalar()
    return found


def _get(tx: Tx, attachment_id: str) -> Attachment:
    return Attachment(*tx.execute(select(*_COLUMNS).where(attachments.c.id == attachment_id)).one())


def _unsent(tx: Tx, owner: str, attachment_id: str) -> Attachment:
    query = select(*_COLUMNS).where(
        attachments.c.id == attachment_id,
        attachments.c.owner == owner,
        attachments.c.whole.is_(True),
        attachments.c.sent_at.is_(None),
    )
    row = tx.execute(query).first()
    if row is None:
        raise _missing()
    return Attachment(*row)


def _missing() -> NotFound:
    return NotFound("There is no such attachment.")
