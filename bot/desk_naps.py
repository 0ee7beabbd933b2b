"""Conversations that their agent has put off come back: on time, or when the customer writes.

Why one came back stands in its row until the agent has written to the customer.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.engine import Connection as Tx

from bot.conversation import conversations, log
from bot.conversation import events as e
from bot.conversation.events import NewEvent, instant
from bot.conversation.state import State
from bot.conversation.tables import events
from handoff import queue
from handoff.queue import Entry

Why = Literal["time", "customer", "agent"]


def wake(tx: Tx, state: State, sender: str, why: Why, now: datetime) -> State:
    """Back among the agent's conversations; nothing where it was not put off."""
    entry = queue.get(tx, state.id)
    if entry is None or not entry.asleep:
        return state
    note = (entry.nap or {}).get("note", "")
    woken = NewEvent(e.WOKEN, sender, {"why": why, "note": note})
    state = log.append(tx, state, [woken], now=now)
    nap = {"why": why, "note": note, "since": instant(now), "position": state.head}
    queue.wake(tx, state.id, None if why == "agent" else nap)
    return state


def over(tx: Tx, now: datetime) -> bool:
    """Whether there is something for `end` to do."""
    return next(_ended(tx, now), None) is not None


def end(tx: Tx, now: datetime) -> None:
    """Wake what is to come back, and forget why others did once the agent has written."""
    for entry, why in list(_ended(tx, now)):
        if why is None:
            queue.wake(tx, entry.conversation_id, None)
        else:
            wake(tx, log.load(tx, entry.conversation_id), e.SYSTEM, why, now)


def _ended(tx: Tx, now: datetime) -> Iterator[tuple[Entry, Why | None]]:
    """What is over and why; None where an agent has written since it came back."""
    naps = queue.napping(tx)
    states = conversations.many(tx, [one.conversation_id for one in naps])
    for entry in naps:
        state, nap = states[entry.conversation_id], entry.nap or {}
        if not entry.asleep:
            if _answered(tx, state.id, int(nap["position"])):
                yield entry, None
        elif state.last_customer > int(nap["seen"]):
            yield entry, "customer"
        elif entry.wakes_at is not None and entry.wakes_at <= now:
            yield entry, "time"


def _answered(tx: Tx, conversation_id: str, position: int) -> bool:
    query = select(events.c.position).where(
        events.c.conversation_id == conversation_id,
        events.c.position > position,
        events.c.kind == e.AGENT_SAID,
    )
    return tx.execute(query.limit(1)).first() is not None
