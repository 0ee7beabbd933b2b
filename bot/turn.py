"""A customer writes: the log first, then evidence, an answer or a person, and one outcome."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.engine import Connection as Tx

from bot import following, reply_wire, unseen
from bot.attachments import store as uploads
from bot.conversation import conversations, groups, log, outcomes, text
from bot.conversation import events as e
from bot.conversation.events import NewEvent
from bot.conversation.state import State
from bot.conversation.tables import follows
from bot.errors import BotError
from bot.following import FollowUp
from bot.handing_over import call_person
from bot.observability import stages
from bot.observing import Asked
from bot.question import just_returned, question, vouched
from bot.reply import Reply, Responder
from bot.settings import TurnSettings
from bot.storage.engine import Database
from handoff.policy import Escalation, Reason
from handoff.tables import insert_once
from retrieval import pulls

logger = structlog.get_logger()

EPISODE = 2000
"""Events of an episode the bot looks at; what is older than that no longer helps it."""

Drafts = Callable[[str, int, str | None], None]
"""(conversation, position answered, text so far; None takes the draft back)."""
Noticed = Callable[[Tx, str, int, Reply], None]
"""(transaction that stores the reply, conversation, position of the question, reply)."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A customer's message is on disk at this position."""

    conversation_id: str
    position: int
    new: bool


@dataclass(frozen=True, slots=True)
class _Task:
    """What one turn has to work on, read in one moment."""

    state: State
    pending: tuple[int, ...]
    asked: Asked
    pulls: int
    """The last pull of an article then: an answer must not quote what was pulled since."""
    follow_up: FollowUp | None
    """What the customer says about an incident that they were told of."""


class Turns:
    """Takes customers' messages and sees that each meets exactly one outcome."""

    def __init__(
        self,
        database: Database,
        responder: Responder,
        settings: TurnSettings,
        now: Callable[[], datetime],
        drafts: Drafts = lambda *_: None,
        noticed: Noticed = lambda *_: None,
    ) -> None:
        self._db = database
        self._responder = responder
        self._settings = settings
        self._now = now
        self._drafts = drafts
        self._noticed = noticed
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._typing: dict[str, datetime] = {}
        self._places = asyncio.Semaphore(settings.at_once)
        self.closing = False

    @stages.accepting
    async def take(
        self,
        *,
        visitor_id: str,
        channel: str,
        client_id: str,
        said: str,
        locale: str | None,
        page: str | None = None,
        page_title: str | None = None,
        conversation_id: str | None = None,
        wants_person: bool = False,
        attachments: Sequence[str] = (),
        verified: bool = False,
    ) -> Accepted:
        """Store the message and give its position once it is on disk; the answer comes later.

        The same `client_id` again gives the same position and stores nothing. `attachments` are
        uploads of the visitor; with one of them there may be no text. `page_title`: given only
        while the log does not have it for this page. Raises BadText, NoAttachment,
        and NotFound when `conversation_id` is not this visitor's. `verified`: the visitor is a
        contact whom the site vouches for, now.
        """
        cleaned = text.message(said) if said.strip() or not attachments else ""
        data = {"text": cleaned, "client_id": client_id}
        if wants_person:
            data["wants_person"] = "button"

        def store(tx: Tx) -> tuple[Accepted, State | None]:
            state = _conversation(tx, visitor_id, channel, conversation_id)
            seen = conversations.stored(tx, visitor_id, client_id)
            if seen is not None:
                return Accepted(*seen, new=False), state
            now = self._now()
            state = self._open(tx, state, visitor_id, channel, locale, page, now)
            moved = _moved(state, page, page_title)
            owner = uploads.customer(visitor_id)
            moved |= uploads.send(tx, owner, attachments, state.id, now=now)
            staff = {"verified": True} if verified else None
            said_event = NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, data | moved, staff, client_id)
            state = log.append(tx, state, [said_event], now=now)
            self._expect(tx, state, now)
            return Accepted(state.id, state.head, new=True), state

        accepted, state = await self._db.write(store, alone=False)
        if accepted.new and state is not None and state.holder == "bot":
            self.start(accepted.conversation_id)
        return accepted

    def typing(self, conversation_id: str, *, on: bool) -> None:
        """The customer is writing on: the answer waits a little for the next message."""
        if on:
            self._typing[conversation_id] = self._now()
        else:
            self._typing.pop(conversation_id, None)

    def start(self, conversation_id: str) -> None:
        """Work on the conversation's open messages, unless somebody here already does."""
        if self.closing:
            return
        if conversation_id in self._running:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._work(conversation_id), name=f"turn-{conversation_id}")
        self._running[conversation_id] = task
        task.add_done_callback(lambda _: self._finished(conversation_id))

    @property
    def in_flight(self) -> int:
        """Turns worked on now."""
        return len(self._running)

    def stop(self, conversation_id: str) -> None:
        """A person has the conversation: what is being written for it is not wanted any more."""
        task = self._running.get(conversation_id)
        if task is not None:
            task.cancel()

    def working_on(self, conversation_ids: set[str]) -> set[str]:
        """Those of the conversations that are being answered here now."""
        return conversation_ids & self._running.keys()

    async def close(self) -> None:
        """Stop working; open messages are taken again by whoever starts next."""
        self.closing = True
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _finished(self, conversation_id: str) -> None:
        self._running.pop(conversation_id, None)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.start(conversation_id)

    @stages.turn
    async def _work(self, conversation_id: str) -> None:
        try:
            await self._settle(conversation_id)
            async with self._places:
                while await self._turn(conversation_id):
                    pass
        except BotError as error:
            # The messages keep their place and are taken again when their lease ends.
            logger.warning("turn_postponed", conversation=conversation_id, code=error.code)

    async def _settle(self, conversation_id: str) -> None:
        """Wait for the rest of a burst: a little always, longer while the customer is typing."""
        await asyncio.sleep(self._settings.quiet.total_seconds())
        step = 0.1
        waited = timedelta(0)
        while waited < self._settings.typing_wait:
            typed = self._typing.get(conversation_id)
            if typed is None or self._now() - typed > timedelta(seconds=2):
                return
            await asyncio.sleep(step)
            waited += timedelta(seconds=step)

    async def _turn(self, conversation_id: str) -> bool:
        """One attempt; True when what came meanwhile makes another one necessary."""
        task = await self._db.write(lambda tx: self._prepare(tx, conversation_id), alone=False)
        if task is None:
            return False
        last = task.pending[-1]
        stored = False
        try:
            reply = await self._respond(task, last)
            alone = reply.escalation is not None  # the queue is looked at as a whole
            with stages.stage("write"):
                stored = await self._db.write(lambda tx: self._commit(tx, task, reply), alone=alone)
            if stored:
                stages.settled(reply, self._now() - task.state.updated_at)
        finally:
            if not stored:
                self._drafts(conversation_id, last, None)
        return not stored

    async def _respond(self, task: _Task, last: int) -> Reply:
        def draft(so_far: str) -> None:
            self._drafts(task.state.id, last, so_far)

        if task.follow_up is not None:
            return following.reply(task.follow_up, task.asked)
        if unseen.is_wordless(task.asked):
            return await asyncio.to_thread(unseen.reply, task.asked, self._responder)
        deadline = self._settings.deadline.total_seconds()
        try:
            async with asyncio.timeout(deadline), self._leased(task.state.id):
                return await self._responder.respond(task.asked, draft)
        except Exception as error:
            logger.exception("turn_failed", conversation=task.state.id, error=type(error).__name__)
            language = task.asked.previous or task.asked.hint or "en"
            return Reply("handoff", language, escalation=Escalation(Reason.FAILED))

    @asynccontextmanager
    async def _leased(self, conversation_id: str) -> AsyncIterator[None]:
        """Keep the lease of the open messages while an answer is being written."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(self._settings.lease.total_seconds() / 3)
                until = self._now() + self._settings.lease
                await self._db.write(
                    partial(outcomes.renew, conversation_id=conversation_id, until=until),
                    alone=False,
                )

        renewing = asyncio.create_task(renew())
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)

    def _prepare(self, tx: Tx, conversation_id: str) -> _Task | None:
        state = log.load(tx, conversation_id)
        pending = outcomes.pending(tx, conversation_id)
        if not pending or state.holder != "bot" or state.status != "open":
            return None
        until = self._now() + self._settings.lease
        attempts = outcomes.lease(tx, conversation_id, until=until)
        episode = log.read(tx, state.id, after=state.episode_start - 1, limit=EPISODE)
        asked = question(
            state,
            episode,
            pending,
            broken=attempts > self._settings.attempts,
            returned=just_returned(tx, state.id),
            attributes=vouched(tx, state, episode, pending),
        )
        said = following.follow_up(tx, state, asked, pending[0]) if asked.text else None
        return _Task(state, tuple(pending), asked, pulls.last(tx), said)

    def _commit(self, tx: Tx, task: _Task, reply: Reply) -> bool:
        """Store the outcome, unless a person, a newer message or a pull came first."""
        state = log.load(tx, task.state.id)
        if state.epoch != task.state.epoch or state.last_customer != task.state.last_customer:
            return False
        positions = outcomes.pending(tx, state.id)
        if not positions:
            return True
        quoted = {(one.article, one.locale) for one in reply.citations}
        if pulls.any_since(tx, task.pulls, quoted):
            return False
        now = self._now()
        self._noticed(tx, state.id, positions[-1], reply)
        if reply.incident is not None:
            follow = {"conversation_id": state.id, "incident_id": reply.incident, "since": now}
            insert_once(tx, follows, follow)
        if reply.escalation is not None:
            call_person(tx, state, reply, reply.escalation, positions, self._responder, now=now)
            return True
        state = log.append(tx, state, [_answered(reply, positions)], now=now)
        outcome: outcomes.Outcome = "degraded" if reply.degraded else "answered"
        outcomes.decide(tx, state.id, outcome, state.head)
        if task.follow_up is not None and (more := following.settle(tx, state, task.follow_up)):
            log.append(tx, state, more, now=now)
        return True

    def _open(
        self,
        tx: Tx,
        state: State | None,
        visitor_id: str,
        channel: str,
        locale: str | None,
        page: str | None,
        now: datetime,
    ) -> State:
        if state is None:
            return log.start(
                tx, visitor_id=visitor_id, channel=channel, locale=locale, page=page, now=now
            )
        if state.status == "resolved":
            return log.append(tx, state, [NewEvent(e.REOPENED, e.SYSTEM)], now=now)
        return state

    def _expect(self, tx: Tx, state: State, now: datetime) -> None:
        if state.holder == "bot":
            outcomes.expect(tx, state.id, state.head, now=now, lease=self._settings.lease)
        else:
            groups.leave(tx, state.id)  # whoever writes again has something of their own to say
            with_whom: outcomes.Outcome = "agent" if state.holder == "agent" else "queued"
            outcomes.decided(tx, state.id, state.head, with_whom, state.head)


def _moved(state: State, page: str | None, title: str | None) -> dict[str, Any]:
    """Where the customer is by now, if that is news; a title is told with its page alone."""
    if page is None or (page == state.page and title is None):
        return {}
    return {"page": page} | ({} if title is None else {"page_title": title})


def _conversation(
    tx: Tx, visitor_id: str, channel: str, conversation_id: str | None
) -> State | None:
    if conversation_id is not None:
        conversations.of_visitor(tx, visitor_id, conversation_id)
    latest = conversations.latest_of(tx, visitor_id, channel, lock=True)
    return None if latest is None or latest.ended else latest


def _answered(reply: Reply, positions: Sequence[int]) -> NewEvent:
    data = {
        "text": reply.text,
        "decision": reply.decision,
        "language": reply.language,
        "confidence": round(reply.confidence, 3),
        "citations": [citation.wire() for citation in reply.citations],
        "options": list(reply.options),
        "incident": reply.incident,
        "offer_person": reply.offer_person,
        "person": reply_wire.person(reply.person),
        "degraded": reply.degraded,
        "answers": list(positions),
        "missing_language": reply.missing_language,
    }
    return NewEvent(e.BOT_ANSWERED, e.BOT, data, staff=reply.staff)
