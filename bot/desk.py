"""AN AGENT ACTS: claim, say, note, transfer, put off, give back, resolve."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection as Tx

from bot import desk_acts, desk_naps, desk_undo, together
from bot.attachments import store
from bot.conversation import events as e
from bot.conversation import groups, log, outcomes, text
from bot.conversation.events import Event, NewEvent
from bot.conversation.state import State
from bot.desk_acts import Act, Circumstances, GiveBack, Resolve, Transfer, badge, require_holder
from bot.desk_wishes import Done, Wishes
from bot.errors import NotFound, NotWaiting
from bot.storage.engine import Database
from handoff import presence, queue, words
from handoff.agents import Agent
from handoff.errors import AlreadyClaimed

ANY_OPEN = frozenset({"bot", "queue"})
"""Holders a claim can take a conversation from."""
LOOK_BACK = 500
"""Events in which the handover that an agent judges is looked for."""


def requeue(tx: Tx, conversation_id: str, now: datetime) -> None:
    """The agent is gone: the conversation returns to its old place and the customer is told."""
    state = log.load(tx, conversation_id)
    queue.release(tx, state.id, now)
    language = state.language or state.locale or "en"
    data = {"reason": "agent_away", "text": words.requeued_text(language), "language": language}
    log.append(tx, state, [NewEvent(e.REQUEUED, e.SYSTEM, data)], now=now)


def requeue_all(tx: Tx, agent_id: str, now: datetime) -> None:
    """Everything the agent holds returns to the queue."""
    for entry in queue.held_by(tx, agent_id):
        requeue(tx, entry.conversation_id, now)


class Desk:
    """What people at the desk do. Every check and its event stand in one transaction."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], claim_lease: timedelta
    ) -> None:
        self._db = database
        self._now = now
        self._lease = claim_lease
        self.wishes = Wishes(database, now)
        """What customers do with their conversations."""

    async def claim(self, agent: Agent, conversation_id: str) -> Done:
        """Give the conversation to the agent, from the queue or from the bot.

        Raises AlreadyClaimed with the winner, NotWaiting when it is over, NotFound.
        """

        def work(tx: Tx) -> Done:
            state = log.load(tx, conversation_id)
            if state.holder == "agent" and state.status == "open":
                return _claimed_before(state, agent)
            if state.status != "open" or state.holder not in ANY_OPEN:
                raise NotWaiting("The conversation is over; it can be claimed when it is reopened.")
            now = self._now()
            if state.holder == "bot":
                _take_from_bot(tx, state, now)
            queue.claim(tx, conversation_id, agent.id, now)
            groups.leave(tx, conversation_id)
            joined = NewEvent(e.AGENT_JOINED, e.agent_sender(agent.id), {"agent": badge(agent)})
            state = log.append(tx, state, [joined], now=now)
            outcomes.decide(tx, state.id, "agent", state.head)
            return Done(state.id, state.head)

        return await self._db.write(work)

    async def say(
        self, agent: Agent, conversation_id: str, client_id: str, said: str,
        attachments: Sequence[str] = (),
    ) -> Done:  # fmt: skip
        """Send the customer a message; only the holder may. The same `client_id` is stored once."""
        cleaned = text.message(said) if said.strip() or not attachments else ""

        def work(tx: Tx) -> Done:
            state, seen = _with_client_id(tx, conversation_id, agent, client_id)
            if seen is not None:
                return Done(state.id, seen)
            require_holder(state, agent)
            data, sender = _said(agent, cleaned, client_id), e.agent_sender(agent.id)
            data |= store.send(tx, sender, attachments, state.id, now=self._now())
            return self._append(tx, state, agent, e.AGENT_SAID, data, client_id)

        return await self._db.write(work, alone=False)

    async def say_to_group(
        self,
        agent: Agent,
        incident_id: str,
        client_id: str,
        texts: Mapping[str, str],
        *,
        only_new: bool = False,
    ) -> int:
        """Tell everybody who waits because of the incident; gives how many that were.

        `texts`: language → text, at least one. Who waits stays where they are, and a copy that
        cannot be written now is written by the clock. The same `client_id` is sent once. Raises
        NobodyWaits, BadText.
        """
        cleaned = {language: text.message(said) for language, said in texts.items()}
        sent = await self._db.write(
            lambda tx: together.send(
                tx, agent, incident_id, client_id, cleaned, only_new=only_new, now=self._now()
            )
        )
        await together.tell_all(self._db, self._now)
        return sent.recipients

    async def note(self, agent: Agent, conversation_id: str, client_id: str, said: str) -> Done:
        """Write a note that only agents see; anybody on the team may."""
        cleaned = text.message(said)

        def work(tx: Tx) -> Done:
            state, seen = _with_client_id(tx, conversation_id, agent, client_id)
            if seen is not None:
                return Done(state.id, seen)
            data = _said(agent, cleaned, client_id)
            return self._append(tx, state, agent, e.NOTE_WRITTEN, data, client_id)

        return await self._db.write(work, alone=False)

    async def judge(self, agent: Agent, conversation_id: str, *, needed: bool) -> Done:
        """Keep what an agent says of the last handover: a person was needed, or the bot would do.

        Anybody on the team may; the last word counts. Raises NotFound where nobody was called.
        """

        def work(tx: Tx) -> Done:
            state = log.load(tx, conversation_id)
            after = max(0, state.head - LOOK_BACK)
            known = log.read(tx, state.id, after=after, limit=LOOK_BACK)
            called = _last(known, e.PERSON_CALLED)
            if called is None:
                raise NotFound("The bot called nobody in this conversation, so nothing is judged.")
            said = _last(known, e.HANDOVER_JUDGED)
            data = {"position": called.position, "needed": needed, "agent": badge(agent)}
            if said is not None and said.data == data:
                return Done(state.id, None)
            return self._append(tx, state, agent, e.HANDOVER_JUDGED, data, None)

        return await self._db.write(work)

    async def act(
        self, agent: Agent, conversation_id: str, act: Act, *, undo: bool = False
    ) -> Done:
        """Resolve, give back, transfer or put off the conversation.

        With `undo` it can be taken back for ten seconds and `position` is None: the clock does it
        then. Raises what `desk_acts.check` raises.
        """

        def work(tx: Tx) -> Done:
            state = log.load(tx, conversation_id)
            at = Circumstances(self._now(), self._lease)
            if undo and state.agent_id == agent.id:
                desk_undo.postpone(tx, state, agent, act, at)
                return Done(state.id, None)
            state = desk_acts.do(tx, state, agent, act, at)
            desk_undo.forget(tx, state.id)
            return Done(state.id, state.head)

        return await self._db.write(work)

    async def take_back(self, agent: Agent, conversation_id: str) -> Done:
        """Undo what the agent decided a moment ago, or a failure of it; raises TooLate."""
        await self._db.write(lambda tx: desk_undo.take_back(tx, agent, conversation_id))
        return Done(conversation_id, None)

    async def wake(self, agent: Agent, conversation_id: str) -> Done:
        """Put the conversation off no longer; only its agent may."""

        def work(tx: Tx) -> Done:
            state = log.load(tx, conversation_id)
            require_holder(state, agent)
            sender = e.agent_sender(agent.id)
            return Done(state.id, desk_naps.wake(tx, state, sender, "agent", self._now()).head)

        return await self._db.write(work)

    async def transfer(
        self, agent: Agent, conversation_id: str, to: str | None, note: str = ""
    ) -> Done:
        """Hand the conversation to another agent, or with None back to the queue, at once."""
        return await self.act(agent, conversation_id, Transfer(to=to, note=note))

    async def give_back(self, agent: Agent, conversation_id: str) -> Done:
        """Let the bot answer again from the customer's next message on, at once."""
        return await self.act(agent, conversation_id, GiveBack())

    async def resolve(self, agent: Agent, conversation_id: str) -> Done:
        """The matter is settled; the customer may rate it, and reopens it by writing again."""
        return await self.act(agent, conversation_id, Resolve())

    async def presence(self, agent: Agent, status: presence.Status, capacity: int) -> Done:
        """Take whether the agent is here, and with room for how many."""
        now = self._now()
        await self._db.write(lambda tx: presence.set_status(tx, agent.id, status, now, capacity))
        return Done("", None)

    def _append(
        self,
        tx: Tx,
        state: State,
        agent: Agent,
        kind: str,
        data: dict[str, Any],
        client_id: str | None,
    ) -> Done:
        event = NewEvent(kind, e.agent_sender(agent.id), data, client_id=client_id)
        return Done(state.id, log.append(tx, state, [event], now=self._now()).head)


def _last(known: Sequence[Event], kind: str) -> Event | None:
    return next((one for one in reversed(known) if one.kind == kind), None)


def _claimed_before(state: State, agent: Agent) -> Done:
    if state.agent_id == agent.id:
        return Done(state.id, None)
    raise AlreadyClaimed(state.id, state.agent_id or "", state.agent_name or "another agent")


def _take_from_bot(tx: Tx, state: State, now: datetime) -> None:
    queue.join(
        tx,
        state.id,
        reason="agent",
        urgent=False,
        language=state.language or state.locale or "en",
        waiting_since=state.waiting_since or now,
        now=now,
    )


def _with_client_id(
    tx: Tx, conversation_id: str, agent: Agent, client_id: str
) -> tuple[State, int | None]:
    state = log.load(tx, conversation_id)
    return state, log.position_of(tx, state.id, e.agent_sender(agent.id), client_id)


def _said(agent: Agent, cleaned: str, client_id: str) -> dict[str, Any]:
    return {"text": cleaned, "client_id": client_id, "agent": badge(agent)}
