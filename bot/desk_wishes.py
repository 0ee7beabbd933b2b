"""A CUSTOMER ACTS BESIDE WRITING: rates, wants no more updates, has finished, starts over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection as Tx

from bot import following
from bot.conversation import conversations, groups, log, outcomes, text
from bot.conversation import events as e
from bot.conversation.events import NewEvent
from bot.conversation.state import State
from bot.errors import AlreadyRated, Closed, NotFound
from bot.storage.engine import Database
from handoff import queue


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did is on disk: where it stands, or None when nothing was stored."""

    conversation_id: str
    position: int | None


class Wishes:
    """What customers do with their conversation. Every check and its event stand together."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._db = database
        self._now = now

    async def rate(
        self, visitor_id: str, conversation_id: str, client_id: str, score: int, comment: str
    ) -> Done:
        """Keep the customer's rating of a resolved conversation; raises AlreadyRated, Closed."""
        data = {"score": score, "comment": text.comment(comment)}

        def rated(tx: Tx, state: State) -> NewEvent:
            if state.rated is not None:
                raise AlreadyRated("This conversation is rated already.")
            if state.status != "resolved":
                raise Closed("A conversation can be rated when it is resolved.")
            return NewEvent(e.RATED, e.CUSTOMER, data, client_id=client_id)

        return await self._once(visitor_id, conversation_id, client_id, rated)

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
        data = {"position": position, "helpful": helpful, "comment": text.comment(comment)}

        def thumb(tx: Tx, state: State) -> NewEvent:
            answer = log.read(tx, state.id, after=position - 1, limit=1)
            if not answer or answer[0].kind != e.BOT_ANSWERED:
                raise NotFound(f"There is no answer at position {position}.")
            return NewEvent(e.ANSWER_RATED, e.CUSTOMER, data, client_id=client_id)

        return await self._once(visitor_id, conversation_id, client_id, thumb)

    async def mute(
        self, visitor_id: str, conversation_id: str, client_id: str, incident_id: str
    ) -> Done:
        """Tell the conversation no more updates of the incident; asking again follows it again.

        NotFound when there is no such incident, or the conversation does not follow it.
        """

        def muted(tx: Tx, state: State) -> NewEvent:
            if not following.follows_it(tx, state.id, incident_id):
                raise NotFound(f"This conversation is told no updates of {incident_id!r}.")
            event = following.muted(tx, state, incident_id, client_id)
            following.unfollow(tx, state.id, [incident_id])
            return event

        return await self._once(visitor_id, conversation_id, client_id, muted)

    async def complete(
        self, visitor_id: str, conversation_id: str, client_id: str, page: str | None
    ) -> Done:
        """Keep that the customer has finished what they were at: `page`, or with None all of it.

        The same again is stored once until they have written again. NotFound if not theirs.
        """

        def completed(tx: Tx, state: State) -> NewEvent | int:
            position = following.completed_at(tx, state, page)
            if position is not None:
                return position
            return NewEvent(e.TASK_COMPLETED, e.CUSTOMER, {"page": page}, client_id=client_id)

        return await self._once(visitor_id, conversation_id, client_id, completed, alone=False)

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

    async def _once(
        self,
        visitor_id: str,
        conversation_id: str,
        client_id: str,
        wish: Callable[[Tx, State], NewEvent | int],
        *,
        alone: bool = True,
    ) -> Done:
        """Append the event that `wish` makes, or give the position it names instead.

        Only of the visitor's own conversation, else NotFound; the same `client_id` is stored once.
        """

        def work(tx: Tx) -> Done:
            conversations.of_visitor(tx, visitor_id, conversation_id)
            seen = conversations.stored(tx, visitor_id, client_id)
            if seen is not None:
                return Done(*seen)
            state = log.load(tx, conversation_id)
            event = wish(tx, state)
            if isinstance(event, int):
                return Done(state.id, event)
            return Done(state.id, log.append(tx, state, [event], now=self._now()).head)

        return await self._db.write(work, alone=alone)
