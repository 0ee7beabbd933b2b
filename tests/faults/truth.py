"""What a database holds in the end, read at one moment: what every history is held against."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.conversation.events import Event
from bot.conversation.state import State
from bot.conversation.tables import conversations, events, log_identity, outcomes
from bot.storage.engine import sqlite_engine
from handoff.tables import queue


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one customer message."""

    outcome: str | None
    decided_by: int | None


@dataclass(slots=True)
class Truth:
    """The log, and everything that can be computed from it but is stored beside it."""

    log_id: str | None = None
    logs: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    states: dict[str, State] = field(default_factory=dict)
    outcomes: dict[str, dict[int, Decided]] = field(default_factory=lambda: defaultdict(dict))
    queue: dict[str, str | None] = field(default_factory=dict)
    """Conversations in the queue's table, with the agent who has each."""

    def at(self, conversation: str, position: int) -> Event | None:
        """The event there, None where there is none."""
        return next((e for e in self.logs.get(conversation, ()) if e.position == position), None)


def read(path: Path) -> Truth:
    """The truth of a database file, also of one that a server is using."""
    engine = sqlite_engine(path, writer=False)
    try:
        with engine.connect() as tx, tx.begin():
            return read_rows(tx)
    finally:
        engine.dispose()


def read_rows(tx: Connection) -> Truth:
    """The truth as one transaction sees it."""
    found = Truth(log_id=tx.execute(select(log_identity.c.id)).scalar())
    ordered = select(events).order_by(events.c.conversation_id, events.c.position)
    for row in tx.execute(ordered).mappings():
        found.logs[row["conversation_id"]].append(Event(**row))
    for row in tx.execute(select(outcomes)):
        found.outcomes[row.conversation_id][row.position] = Decided(row.outcome, row.decided_by)
    for row in tx.execute(select(conversations)).mappings():
        found.states[row["id"]] = State(**row)
    for row in tx.execute(select(queue.c.conversation_id, queue.c.agent_id)):
        found.queue[row.conversation_id] = row.agent_id
    return found


def shown(event: Event) -> dict[str, Any]:
    """An event as a breach shows it: enough to find it, without its texts."""
    return {
        "conversation": event.conversation_id,
        "position": event.position,
        "kind": event.kind,
        "sender": event.sender,
        "epoch": event.epoch,
        "client_id": event.client_id,
        "answers": event.data.get("answers"),
    }
