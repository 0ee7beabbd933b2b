"""A SUPERVISOR ACTS: whisper to the agent who has a conversation, or take it over."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection as Tx

from bot.conversation import events as e
from bot.conversation import groups, log, outcomes, text
from bot.conversation.events import NewEvent
from bot.conversation.state import State
from bot.desk_acts import badge
from bot.desk_wishes import Done
from bot.errors import NotHolder, NotWaiting
from bot.storage.engine import Database
from handoff import queue
from handoff.agents import Agent
from handoff.errors import AlreadyClaimed

Badge = dict[str, str]


def topic(agent_id: str) -> str:
    """Under what an agent's consoles hear what is meant for them alone."""
    return f"agent:{agent_id}"


class Supervision:
    """What supervisors do with conversations that agents have. Whether they may is asked before."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._db = database
        self._now = now

    async def whisper(
        self, supervisor: Agent, conversation_id: str, client_id: str, said: str
    ) -> tuple[Done, Badge]:
        """Write a note for the agent who has the conversation; gives them, too.

        The same `client_id` is stored once. Raises NotHolder where no agent has it, BadText.
        """
        cleaned = text.message(said)

        def work(tx: Tx) -> tuple[Done, Badge]:
            state = log.load(tx, conversation_id)
            to = _holder(state)
            seen = log.position_of(tx, state.id, e.agent_sender(supervisor.id), client_id)
            if seen is not None:
                return Done(state.id, seen), to
            data: dict[str, Any] = {
                "text": cleaned,
                "client_id": client_id,
                "agent": badge(supervisor),
                "whisper_to": to,
            }
            sender = e.agent_sender(supervisor.id)
            note = NewEvent(e.NOTE_WRITTEN, sender, data, client_id=client_id)
            return Done(state.id, log.append(tx, state, [note], now=self._now()).head), to

        return await self._db.write(work)

    async def take_over(
        self, supervisor: Agent, conversation_id: str, epoch: int
    ) -> tuple[Done, Badge | None]:
        """Give the supervisor what an agent has; gives that agent, None if it was the supervisor.

        `epoch` is the one the supervisor saw: raises AlreadyClaimed where somebody else has it by
        now, NotWaiting where nobody has.
        """

        def work(tx: Tx) -> tuple[Done, Badge | None]:
            state = log.load(tx, conversation_id)
            if state.status != "open" or state.holder != "agent":
                raise NotWaiting("No agent has this conversation any more: look at it again.")
            before = _holder(state)
            if before["id"] == supervisor.id:
                return Done(state.id, None), None
            if state.epoch != epoch:
                raise AlreadyClaimed(state.id, before["id"], before["name"])
            now = self._now()
            queue.take_over(tx, state.id, supervisor.id, now)
            groups.leave(tx, state.id)
            data = {"from": before, "to": badge(supervisor), "taken_over": True}
            moved = NewEvent(e.TRANSFERRED, e.agent_sender(supervisor.id), data)
            state = log.append(tx, state, [moved], now=now)
            outcomes.decide(tx, state.id, "agent", state.head)
            return Done(state.id, state.head), before

        return await self._db.write(work)


def _holder(state: State) -> Badge:
    if state.status != "open" or state.holder != "agent" or state.agent_id is None:
        raise NotHolder("No agent has this conversation: write a note instead.")
    return {"id": state.agent_id, "name": state.agent_name or ""}
