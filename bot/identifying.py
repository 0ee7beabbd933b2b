"""A customer is identified: whose conversations become theirs, and which one of two goes on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection as Tx

from bot.conversation import contacts, groups, log, outcomes
from bot.conversation import events as e
from bot.conversation.contacts import Contact, Told
from bot.conversation.events import NewEvent
from bot.conversation.state import State
from bot.errors import IdentityExpired, IdentityRefused
from bot.identity import LEEWAY, Claims, Identity
from bot.identity_settings import IdentitySettings
from bot.storage.engine import Database
from bot.turn import Turns
from handoff import queue

_RANK = {"bot": 0, "queue": 1, "agent": 2}
_QUOTED = 5
"""Messages without an answer that are named where the conversation goes on."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Who is at the other end, for certain, and until when that need not be shown again."""

    contact: Contact
    until: datetime
    session: str | None = None
    """The token of a new session: only its holder ever sees it."""


class Identifying:
    """Takes signed tokens, and the sessions that begin with them."""

    def __init__(
        self,
        database: Database,
        settings: IdentitySettings,
        turns: Turns,
        now: Callable[[], datetime],
    ) -> None:
        self._db = database
        self._identity = Identity(settings, now)
        self._turns = turns
        self._now = now

    @property
    def required(self) -> bool:
        """Whether only identified customers may write."""
        return self._identity.required

    async def prove(self, token: str, *, device: str | None, visitor: str | None) -> Proof:
        """Believe a signed token, and begin a session; raises IdentityRefused, IdentityExpired.

        `device` is a secret of the browser: a token works on the first device that shows it and
        on no other; without one it works once. What the `visitor` with this token did so far in
        this browser becomes the contact's.
        """
        claims, lasts = self._identity.read(token), self._identity.lasts
        key = device or log.new_id()

        def work(tx: Tx) -> tuple[Proof, list[str]]:
            return arrive(tx, claims, device=key, visitor=visitor, now=self._now(), lasts=lasts)

        proof, over = await self._db.write(work)
        for conversation in over:
            self._turns.stop(conversation)
        return proof

    async def resume(self, session: str) -> Proof:
        """Go on in a session; raises IdentityExpired when there is none, or none any more."""
        now = self._now()
        found = await self._db.read(lambda tx: contacts.in_session(tx, session, now))
        if found is None:
            raise IdentityExpired("The session has ended: identify the customer again.")
        return Proof(*found)

    async def forget(self, session: str) -> None:
        """The customer has signed out: the session's token is worth nothing from here on."""
        await self._db.write(lambda tx: contacts.close_session(tx, session))


def arrive(
    tx: Tx, claims: Claims, *, device: str, visitor: str | None, now: datetime, lasts: timedelta
) -> tuple[Proof, list[str]]:
    """The proof, and the conversations that ended because another one goes on; IdentityRefused."""
    if not contacts.use(tx, claims.token, device, claims.expires_at + LEEWAY):
        raise IdentityRefused("The token was used on another device, or twice without one.")
    contact = contacts.meet(tx, _told(claims), now)
    over: list[str] = []
    if visitor is not None and (found := contacts.unproved(tx, visitor)) is not None:
        over = _join(tx, found, contact, now)
    until = now + lasts
    session = contacts.open_session(tx, contact.id, now=now, until=until)
    return Proof(contact, until, session), over


def _told(claims: Claims) -> Told:
    said = (claims.name, claims.email, claims.attributes)
    return Told(claims.subject, *said, at=claims.issued_at)


def _join(tx: Tx, visitor_id: str, contact: Contact, now: datetime) -> list[str]:
    """Give the contact what the visitor has; the conversations that ended because of it."""
    # Locked first: whoever writes to one of them at this moment must not write the old owner back.
    mine = [log.load(tx, one) for one in contacts.ids_of(tx, visitor_id)]
    theirs = [log.load(tx, one) for one in contacts.ids_of(tx, contact.id, only_open=True)]
    over: dict[str, list[str]] = {}
    for one in (state for state in mine if state.status == "open"):
        for other in theirs:
            if other.channel == one.channel:
                stays, ends = sorted((other, one), key=_weight, reverse=True)
                over.setdefault(stays.id, []).append(ends.id)
                _end(tx, ends, now)
    contacts.belongs(tx, visitor_id, contact.id)
    for one in mine:
        _note(tx, one.id, contact, over.get(one.id, []), now)
    for elsewhere in over.keys() - {one.id for one in mine}:
        _note(tx, elsewhere, contact, over[elsewhere], now)
    return [one for ended in over.values() for one in ended]


def _weight(state: State) -> tuple[int, datetime]:
    """What must not be lost weighs more: a person at work, then a place in the queue."""
    return _RANK[state.holder], state.updated_at


def _end(tx: Tx, state: State, now: datetime) -> None:
    """As when the customer starts over: the other conversation is the one that goes on."""
    resolved = NewEvent(e.RESOLVED, e.SYSTEM, {"by": None, "reason": "merged"})
    state = log.append(tx, state, [resolved], now=now)
    queue.leave(tx, state.id)
    groups.leave(tx, state.id)
    outcomes.decide(tx, state.id, "withdrawn", state.head)


def _note(tx: Tx, conversation: str, contact: Contact, merged: list[str], now: datetime) -> None:
    """Say in the log who it is; and what waited for an answer in the one that ended."""
    data: dict[str, Any] = {
        "contact": contact.id,
        "name": contact.name or contact.email or contact.external_id,
        "merged": [{"conversation": one, "said": _unanswered(tx, one)} for one in merged],
    }
    state = log.load(tx, conversation)
    log.append(tx, state, [NewEvent(e.IDENTIFIED, e.SYSTEM, data)], now=now)


def _unanswered(tx: Tx, conversation: str) -> list[str]:
    """The customer's last messages that nobody had answered when the conversation ended."""
    said: list[str] = []
    state = log.load(tx, conversation)
    for event in log.read(tx, conversation, after=max(0, state.episode_start - 1)):
        if event.kind == e.CUSTOMER_SAID:
            said.append(event.data["text"])
        elif event.kind in (e.BOT_ANSWERED, e.AGENT_SAID):
            said.clear()
    return said[-_QUOTED:]
