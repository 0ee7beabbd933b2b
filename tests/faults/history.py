"""The history checker: what clients saw, held against the final database.

Clients write down what they sent and what was acknowledged; this reads the log afterwards and says
which promise was broken. Promises checked (by their short names in the docs):

- every acknowledged message is in the log, at the position that was acknowledged;
- positions are 1..n without gap or repeat; one client message is one event;
- what a client saw is what the log holds;
- every customer message has exactly one outcome;
- the bot says nothing between a call for a person and the return to the bot;
- epochs never go down.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.conversation import events as e
from bot.conversation.events import Event
from bot.conversation.state import State, apply
from bot.conversation.tables import conversations, events, outcomes
from bot.storage.engine import sqlite_engine


@dataclass(frozen=True, slots=True)
class Acked:
    """A message the server acknowledged."""

    conversation: str
    position: int
    client_id: str
    text: str


@dataclass(slots=True)
class History:
    """What the clients of one run did and saw."""

    acked: list[Acked] = field(default_factory=list)
    seen: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)


def check(path: Path, history: History, *, finished: bool = True) -> list[str]:
    """Every broken promise, as a sentence; `finished`: every message must have its outcome."""
    logs, decided, states = _read(path)
    broken = list(_acked(history.acked, logs))
    broken += _seen(history, logs)
    for conversation, log in logs.items():
        broken += _order(conversation, log)
        broken += _once(conversation, log)
        broken += _silence(conversation, log)
        broken += _outcomes(conversation, log, decided[conversation], finished=finished)
        broken += _fold(conversation, log, states[conversation])
    return broken


def _read(
    path: Path,
) -> tuple[dict[str, list[Event]], dict[str, dict[int, str | None]], dict[str, State]]:
    engine = sqlite_engine(path, writer=False)
    logs: dict[str, list[Event]] = defaultdict(list)
    decided: dict[str, dict[int, str | None]] = defaultdict(dict)
    with engine.connect() as tx:
        rows = tx.execute(select(events).order_by(events.c.conversation_id, events.c.position))
        for row in rows.mappings():
            logs[row["conversation_id"]].append(Event(**row))
        for row in tx.execute(select(outcomes)):
            decided[row.conversation_id][row.position] = row.outcome
        states = {row["id"]: State(**row) for row in tx.execute(select(conversations)).mappings()}
    engine.dispose()
    return logs, decided, states


def _acked(acked: Iterable[Acked], logs: dict[str, list[Event]]) -> Iterable[str]:
    for one in acked:
        log = {event.position: event for event in logs.get(one.conversation, [])}
        event = log.get(one.position)
        if event is None:
            yield f"lost: {one.client_id} was acknowledged at {one.conversation}:{one.position}"
        elif event.client_id != one.client_id or event.data.get("text") != one.text:
            yield f"changed: {one.conversation}:{one.position} is not what {one.client_id} sent"


def _seen(history: History, logs: dict[str, list[Event]]) -> Iterable[str]:
    for conversation, seen in history.seen.items():
        log = {event.position: e.for_customer(event) for event in logs.get(conversation, [])}
        for position, event in seen.items():
            if log.get(position) != event:
                yield f"phantom: a client saw {conversation}:{position}, the log has another"


def _order(conversation: str, log: Sequence[Event]) -> Iterable[str]:
    positions = [event.position for event in log]
    if positions != list(range(1, len(log) + 1)):
        yield f"gap: {conversation} has positions {positions}"
    epochs = [event.epoch for event in log]
    if epochs != sorted(epochs):
        yield f"epoch: {conversation} goes back in {epochs}"


def _once(conversation: str, log: Sequence[Event]) -> Iterable[str]:
    sent = Counter((event.sender, event.client_id) for event in log if event.client_id)
    for (sender, client_id), times in sent.items():
        if times > 1:
            yield f"twice: {conversation} has {client_id} of {sender} {times} times"


def _silence(conversation: str, log: Sequence[Event]) -> Iterable[str]:
    with_bot = True
    for event in log:
        if event.kind in (e.PERSON_CALLED, e.AGENT_JOINED):
            with_bot = False
        elif event.kind in (e.RETURNED, e.REOPENED):
            with_bot = True
        elif event.sender == e.BOT and not with_bot:
            yield f"talked over: the bot spoke at {conversation}:{event.position}"


def _outcomes(
    conversation: str, log: Sequence[Event], decided: dict[int, str | None], *, finished: bool
) -> Iterable[str]:
    said = {event.position for event in log if event.kind == e.CUSTOMER_SAID}
    if said != set(decided):
        yield f"outcome: {conversation} has messages {said} and outcomes for {set(decided)}"
    answered = Counter(position for event in log for position in event.data.get("answers", ()))
    for position, times in answered.items():
        if times > 1:
            yield f"answered twice: {conversation}:{position} was answered {times} times"
    for position, outcome in decided.items():
        if outcome is None and finished:
            yield f"no outcome: {conversation}:{position}"
        silent = outcome in ("answered", "degraded", "queued") and answered[position] == 0
        if silent and not _with_person(log, position):
            yield f"no event: {conversation}:{position} is {outcome}, but no event answers it"


def _with_person(log: Sequence[Event], position: int) -> bool:
    """Whether a person had the conversation, or it waited for one, when this was said."""
    with_bot = True
    for event in log:
        if event.position >= position:
            return not with_bot
        if event.kind in (e.PERSON_CALLED, e.AGENT_JOINED):
            with_bot = False
        elif event.kind in (e.RETURNED, e.REOPENED):
            with_bot = True
    return not with_bot


def _fold(conversation: str, log: Sequence[Event], stored: State) -> Iterable[str]:
    state = State(
        stored.id,
        stored.visitor_id,
        stored.channel,
        started_at=stored.started_at,
        updated_at=stored.started_at,
    )
    for event in log:
        state = apply(state, event)
    if state != stored:
        yield f"projection: {conversation} is stored as {stored}, its log says {state}"
