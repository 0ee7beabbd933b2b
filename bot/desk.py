"""AN AGENT ACTS: claim, say, note, transfer, give back, resolve. And a customer's verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection as Tx

from bot import following, together
from bot.conversation import conversations, groups, log, outcomes, text
from bot.conversation import events as e
from bot.conversation.events import Event, NewEvent
from bot.conversation.state import State
from bot.errors import AlreadyRated, Closed, NotFound, NotHolder, NotWaiting
from bot.storage.engine import Database
from handoff import agents, presence, queue, words
from handoff.agents import Agent
from handoff.errors import AlreadyClaimed

ANY_OPEN = frozenset({"bot", "queue"})
"""Holders a claim can take a conversation from."""
LOOK_BACK = 500
"""Events in which the handover that an agent judges is looked for."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an agent did is on disk: where it stands, or None when there was nothing to store."""

    conversation_id: str
    position: int | None


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


def badge(agent: Agent) -> dict[str, str]:
    """An agent as events name one."""
    return {"id": agent.id, "name": agent.name}


class Desk:
    """What people at the desk do. Every check and its event stand in one transaction."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], claim_lease: timedelta
    ) -> None:
        self._db = database
        self._now = now
        self._lease = claim_lease

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

    async def say(self, agent: Agent, conversation_id: str, client_id: str, said: str) -> Done:
        """Send the customer a message; only the holder may. The same `client_id` is stored once."""
        cleaned = text.message(said)

        def work(tx: Tx) -> Done:
            state, seen = _with_client_id(tx, conversation_id, agent, client_id)
            if seen is not None:
                return Done(state.id, seen)
            _require_holder(state, agent)
            return self._append(
                tx, state, agent, e.AGENT_SAID, _said(agent, cleaned, client_id), client_id
            )

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

    async def transfer(
        self, agent: Agent, conversation_id: str, to: str | None, note: str = ""
    ) -> Done:
        """Hand the conversation to another agent, or with None back to the queue.

        The holder may, and an admin. Raises NotHolder, AgentUnavailable.
        """
        about = text.message(note) if note.strip() else ""

        def work(tx: Tx) -> Done:
            state = log.load(tx, conversation_id)
            if state.holder != "agent" or state.status != "open":
                raise NotHolder("Nobody has this conversation, so it cannot be transferred.")
            if agent.role != "admin":
                _require_holder(state, agent)
            now = self._now()
            target = agents.get(tx, to) if to is not None else None
            queue.transfer(tx, state.id, to, now, lease=self._lease)
            new = [
                NewEvent(
                    e.TRANSFERRED,
                    e.agent_sender(agent.id),
                    {"from": badge(agent), "to": badge(target) if target else None},
                )
            ]
            if about:
                new.append(_note(agent, about))
            return Done(state.id, log.append(tx, state, new, now=now).head)

        return await self._db.write(work)

    async def give_back(self, agent: Agent, conversation_id: str) -> Done:
        """Let the bot answer again from the customer's next message on."""
        return await self._end_stretch(agent, conversation_id, e.RETURNED, {"agent": badge(agent)})

    async def resolve(self, agent: Agent, conversation_id: str) -> Done:
        """The matter is settled; the customer may rate it, and reopens it by writing again."""
        return await self._end_stretch(
            agent, conversation_id, e.RESOLVED, {"by": badge(agent), "reason": "resolved"}
        )

    async def rate(
        self, visitor_id: str, conversation_id: str, client_id: str, score: int, comment: str
    ) -> Done:
        """Keep the customer's rating of a resolved conversation; raises AlreadyRated, Closed."""
        cleaned = text.comment(comment)

        def work(tx: Tx) -> Done:
            conversations.of_visitor(tx, visitor_id, conversation_id)
            seen = conversations.stored(tx, visitor_id, client_id)
            if seen is not None:
                return Done(*seen)
            state = log.load(tx, conversation_id)
            if state.rated is not None:
                raise AlreadyRated("This conversation is rated already.")
            if state.status != "resolved":
                raise Closed("A conversation can be rated when it is resolved.")
            event = NewEvent(
                e.RATED, e.CUSTOMER, {"score": score, "comment": cleaned}, client_id=client_id
            )
            return Done(state.id, log.append(tx, state, [event], now=self._now()).head)

        return await self._db.write(work)

    async def rate_answer(
        self,
        visitor_id: str,
        conversation_id: str,
        client_id: str,
        *,
        position: int,
        helpful: bool,
        comment: str,
    ) -> Done:
        """Keep the thumb for one answer of the bot; NotFound when there is no answer there."""
        cleaned = text.comment(comment)

        def work(tx: Tx) -> Done:
            conversations.of_visitor(tx, visitor_id, conversation_id)
            seen = conversations.stored(tx, visitor_id, client_id)
            if seen is not None:
                return Done(*seen)
            state = log.load(tx, conversation_id)
            answer = log.read(tx, state.id, after=position - 1, limit=1)
            if not answer or answer[0].kind != e.BOT_ANSWERED:
                raise NotFound(f"There is no answer at position {position}.")
            data = {"position": position, "helpful": helpful, "comment": cleaned}
            event = NewEvent(e.ANSWER_RATED, e.CUSTOMER, data, client_id=client_id)
            return Done(state.id, log.append(tx, state, [event], now=self._now()).head)

        return await self._db.write(work)

    async def mute(
        self, visitor_id: str, conversation_id: str, client_id: str, incident_id: str
    ) -> Done:
        """Tell the conversation no more updates of the incident; asking again follows it again.

        NotFound when there is no such incident, or the conversation does not follow it.
        """

        def work(tx: Tx) -> Done:
            conversations.of_visitor(tx, visitor_id, conversation_id)
            seen = conversations.stored(tx, visitor_id, client_id)
            if seen is not None:
                return Done(*seen)
            state = log.load(tx, conversation_id)
            if not following.follows_it(tx, state.id, incident_id):
                raise NotFound(f"This conversation is told no updates of {incident_id!r}.")
            event = following.muted(tx, state, incident_id, client_id)
            following.unfollow(tx, state.id, [incident_id])
            return Done(state.id, log.append(tx, state, [event], now=self._now()).head)

        return await self._db.write(work)

    async def complete(
        self, visitor_id: str, conversation_id: str, client_id: str, page: str | None
    ) -> Done:
        """Keep that the customer has finished what they were at: `page`, or with None all of it.

        The same again is stored once until they have written again. NotFound if not theirs.
        """

        def work(tx: Tx) -> Done:
            conversations.of_visitor(tx, visitor_id, conversation_id)
            seen = conversations.stored(tx, visitor_id, client_id)
            if seen is not None:
                return Done(*seen)
            state = log.load(tx, conversation_id)
            if (position := following.completed_at(tx, state, page)) is not None:
                return Done(state.id, position)
            event = NewEvent(e.TASK_COMPLETED, e.CUSTOMER, {"page": page}, client_id=client_id)
            return Done(state.id, log.append(tx, state, [event], now=self._now()).head)

        return await self._db.write(work, alone=False)

    async def start_over(
        self, visitor_id: str, conversation_id: str | None, client_id: str | None = None
    ) -> Done:
        """End the customer's conversation at their wish; the next message starts another.

        The same `client_id` again ends nothing more: by then the customer may be in the next one.
        """

        def work(tx: Tx) -> Done:
            seen = conversations.stored(tx, visitor_id, client_id) if client_id else None
            if seen is not None:
                return Done(*seen)
            if conversation_id is None:
                raise NotFound("You have no conversation yet.")
            conversations.of_visitor(tx, visitor_id, conversation_id)
            state = log.load(tx, conversation_id)
            if state.ended:
                return Done(state.id, state.head)
            now = self._now()
            data = {"by": None, "reason": "customer"}
            resolved = NewEvent(e.RESOLVED, e.CUSTOMER, data, client_id=client_id)
            state = log.append(tx, state, [resolved], now=now)
            queue.leave(tx, state.id)
            groups.leave(tx, state.id)
            outcomes.decide(tx, state.id, "withdrawn", state.head)
            return Done(state.id, state.head)

        return await self._db.write(work)

    async def presence(self, agent: Agent, status: presence.Status, capacity: int) -> Done:
        """Take whether the agent is here, and with room for how many."""
        now = self._now()
        await self._db.write(lambda tx: presence.set_status(tx, agent.id, status, now, capacity))
        return Done("", None)

    async def _end_stretch(
        self, agent: Agent, conversation_id: str, kind: str, data: dict[str, Any]
    ) -> Done:
        def work(tx: Tx) -> Done:
            state = log.load(tx, conversation_id)
            _require_holder(state, agent)
            queue.leave(tx, state.id)
            return self._append(tx, state, agent, kind, data, None)

        return await self._db.write(work)

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


def _require_holder(state: State, agent: Agent) -> None:
    if state.status != "open" or state.holder != "agent" or state.agent_id != agent.id:
        who = f"{state.agent_name} has it" if state.holder == "agent" else "it is not yours"
        raise NotHolder(f"You do not have this conversation: {who}.")


def _with_client_id(
    tx: Tx, conversation_id: str, agent: Agent, client_id: str
) -> tuple[State, int | None]:
    state = log.load(tx, conversation_id)
    return state, log.position_of(tx, state.id, e.agent_sender(agent.id), client_id)


def _said(agent: Agent, cleaned: str, client_id: str) -> dict[str, Any]:
    return {"text": cleaned, "client_id": client_id, "agent": badge(agent)}


def _note(agent: Agent, about: str) -> NewEvent:
    return NewEvent(
        e.NOTE_WRITTEN,
        e.agent_sender(agent.id),
        {"text": about, "client_id": None, "agent": badge(agent)},
    )
