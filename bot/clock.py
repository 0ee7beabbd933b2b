"""Time passes: unfinished turns, agents who went away, idle conversations, incident updates."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection as Tx

from bot import desk_naps, desk_undo, telling, together
from bot.attachments import store
from bot.company import Company
from bot.conversation import events as e
from bot.conversation import log, outcomes
from bot.conversation.events import NewEvent
from bot.conversation.tables import conversations, follows
from bot.desk import requeue
from bot.desk_acts import Circumstances
from bot.errors import BotError, Unavailable
from bot.leases import Leases
from bot.settings import Settings
from bot.storage.engine import Database
from bot.turn import Turns
from handoff import leases, queue
from handoff.errors import HandoffError
from handoff.statements import Statement
from retrieval.incidents import feeds, ledger, reminders, sensor_proposals
from retrieval.incidents.board import Board
from retrieval.incidents.incident import Incident, Update
from retrieval.incidents.sensor_proposals import Proposal
from retrieval.tables import incident_updates as updates

logger = structlog.get_logger()


class Row(NamedTuple):
    """An update that a conversation has not been told."""

    conversation_id: str
    since: datetime
    incident_id: str
    id: str
    stored_at: datetime


TICK = timedelta(seconds=1)
AT_ONCE = 100
"""Conversations one tick touches of each kind; the rest follow a second later."""

# Every tick runs these.
_UNTOLD = Statement(
    select(
        follows.c.conversation_id,
        follows.c.since,
        updates.c.incident_id,
        updates.c.id,
        updates.c.stored_at,
    )
    .join_from(follows, updates, updates.c.incident_id == follows.c.incident_id)
    .where(updates.c.stored_at > follows.c.since)
    .order_by(updates.c.stored_at, follows.c.conversation_id)
    .limit(AT_ONCE)
)
_IDLE = Statement(
    select(conversations.c.id)
    .where(
        conversations.c.status == "open",
        conversations.c.holder == "bot",
        conversations.c.updated_at < bindparam("before"),
    )
    .limit(AT_ONCE)
)


class Clock:
    """Does what nobody asks for. Every step may be repeated and does no more the second time."""

    def __init__(
        self,
        database: Database,
        turns: Turns,
        board: Board,
        company: Company,
        settings: Settings,
        now: Callable[[], datetime],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """`steady` gives seconds that pass with `now`, except when the wall clock is set."""
        self._db = database
        self._turns = turns
        self._board = board
        self._company = company
        self._settings = settings
        self._now = now
        self._leases = Leases(now, steady)
        self.on_incidents: Callable[[], None] = lambda: None
        self.on_reminders: Callable[[], None] = lambda: None
        self.on_proposals: Callable[[], None] = lambda: None
        self.proposals: list[Proposal] = []
        """What may be an incident and waits for an admin, as of the last tick."""
        self._reminded: dict[str, int] = {}

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await self.tick()
            await asyncio.sleep(TICK.total_seconds())

    async def tick(self) -> None:
        """One look at everything that time does."""
        for step in (
            self.cap_leases,
            self.take_again,
            self.settle_acts,
            self.wake_due,
            self.requeue_overdue,
            self.watch_incidents,
            self.watch_proposals,
            self.tell_incidents,
            self.tell_groups,
            self.end_idle,
            self.remove_unsent,
        ):
            try:
                await step()
            except BotError as error:
                logger.warning("clock_step_failed", step=step.__name__, code=error.code)

    async def cap_leases(self) -> None:
        """Shorten leases that lie ahead since the clock was set back: the living renew theirs."""
        now, turn = self._leases.look(), self._settings.turn.lease

        def ahead(tx: Tx) -> bool:
            return leases.ahead(tx, now) or outcomes.endless(tx, now=now, lease=turn)

        def work(tx: Tx) -> None:
            leases.cap(tx, now)
            outcomes.cap(tx, now=now, lease=turn)

        if await self._db.read(ahead):
            await self._db.write(work)

    async def take_again(self) -> None:
        """Give turns that died to a living one: to the process that leads, so to one only."""
        now = self._leases.judged_at(self._settings.turn.lease)
        if now is None or not await self._db.leads():
            return
        for conversation_id in await self._db.read(lambda tx: outcomes.overdue(tx, now=now)):
            self._turns.start(conversation_id)

    async def settle_acts(self) -> None:
        """Do what agents decided and did not take back, each in a transaction of its own."""
        at = Circumstances(self._now(), self._settings.handoff.claim_lease)
        for one in await self._db.read(lambda tx: desk_undo.due(tx, at.now)):
            try:
                await self._db.write(partial(desk_undo.settle, conversation_id=one, at=at))
            except (BotError, HandoffError) as error:
                if isinstance(error, Unavailable):
                    raise
                failed = partial(desk_undo.failed, conversation_id=one, code=error.code)
                await self._db.write(failed)
        if await self._db.read(lambda tx: desk_undo.stale(tx, at.now)):
            await self._db.write(lambda tx: desk_undo.sweep(tx, at.now))

    async def wake_due(self) -> None:
        """Bring back what was put off: its time has come, or the customer has written."""
        now = self._now()
        if await self._db.read(lambda tx: desk_naps.over(tx, now)):
            await self._db.write(lambda tx: desk_naps.end(tx, now))

    async def requeue_overdue(self) -> None:
        """Give back to the queue what is with an agent who went away, and say so once."""
        lease = self._settings.handoff.claim_lease
        now = self._leases.judged_at(lease)
        if now is None:
            return

        def work(tx: Tx) -> None:
            for conversation_id, _ in queue.overdue(tx, now, lease)[:AT_ONCE]:
                requeue(tx, conversation_id, now)

        if await self._db.read(lambda tx: queue.overdue(tx, now, lease)):
            await self._db.write(work)

    async def watch_incidents(self) -> None:
        """Mark what its status page no longer confirms; remind admins of late updates."""
        now, said = self._now(), self._settings.incidents
        ongoing = self._board.active()
        if any(one.language is not None and one.unconfirmed_since is None for one in ongoing):
            limit = said.unconfirmed_after
            if await self._db.read(lambda tx: feeds.silent(tx, now, limit)):
                await self._db.write(lambda tx: feeds.mark_unconfirmed(tx, now, limit))
        late = {one.incident.id: one.times for one in reminders.late(ongoing, now, said.cadence)}
        if late != self._reminded:
            self._reminded = late
            self.on_reminders()

    async def watch_proposals(self) -> None:
        """Say when there is a proposal, a report, or a decision that was not there before."""
        found = await self._db.read(
            lambda tx: sensor_proposals.listing(tx, state=sensor_proposals.OPEN)
        )
        before = [(one.id, len(one.notes)) for one in self.proposals]
        self.proposals = found
        if before != [(one.id, len(one.notes)) for one in found]:
            self.on_proposals()

    async def tell_incidents(self) -> None:
        """Tell every conversation that follows an incident each update once, in its language."""
        if await asyncio.to_thread(self._board.refresh):
            self.on_incidents()
        while await self._db.read(self._untold):
            if await self._db.write(self._tell) == 0:
                return

    async def tell_groups(self) -> None:
        """Finish messages to groups that somebody who was interrupted has begun."""
        await together.tell_all(self._db, self._now)

    def _untold(self, tx: Tx) -> list[tuple[Row, Incident, Update]]:
        """What is still to be told, oldest first: of a conversation, an incident, an update.

        What counts is when we stored an update: a status page may date it before the question.
        """
        rows = [Row._make(row) for row in _UNTOLD.rows(tx, {})]
        incidents = {name: ledger.get(tx, name) for name in {row.incident_id for row in rows}}
        return [
            (row, incident, update)
            for row in rows
            for incident in [incidents[row.incident_id]]
            for update in incident.updates
            if update.id == row.id
        ]

    def _tell(self, tx: Tx) -> int:
        """Append the updates and move each follower's mark, in one transaction; gives how many."""
        web, now = self._settings.web, self._now()
        origins = (*web.allowed_origins, web.public_url)
        untold = self._untold(tx)
        for row, incident, update in untold:
            mark = follows.update().where(
                follows.c.conversation_id == row.conversation_id,
                follows.c.incident_id == incident.id,
            )
            tx.execute(mark.values(since=row.stored_at))
            state = log.load(tx, row.conversation_id)
            event = telling.told(
                tx,
                state,
                incident,
                update,
                since=row.since,
                now=now,
                zone=self._company.zone,
                origins=origins,
            )
            if event is not None:
                log.append(tx, state, [event], now=now)
        return len(untold)

    async def remove_unsent(self) -> None:
        """Remove uploads that no message has carried away in time."""
        before = self._now() - self._settings.attachments.keep_unsent
        if await self._db.read(lambda tx: store.unsent(tx, before=before)):
            await self._db.write(lambda tx: store.remove_unsent(tx, before=before))

    async def end_idle(self) -> None:
        """End conversations with the bot that nobody has touched for days."""
        before = self._now() - timedelta(hours=self._settings.turn.idle_hours)

        def idle(tx: Tx) -> list[str]:
            return [row[0] for row in _IDLE.rows(tx, {"before": before})]

        def work(tx: Tx) -> None:
            for conversation_id in idle(tx):
                state = log.load(tx, conversation_id)
                if not outcomes.pending(tx, conversation_id):
                    ended = NewEvent(e.RESOLVED, e.SYSTEM, {"by": None, "reason": "idle"})
                    log.append(tx, state, [ended], now=self._now())

        if await self._db.read(idle):
            await self._db.write(work)
