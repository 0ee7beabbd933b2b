"""What agents decided about conversations and the clock has not done yet (`bot/desk_undo.py`)."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection as Tx

from bot.conversation.events import instant
from bot.conversation.state import State
from bot.conversation.tables import pending_acts as table
from handoff.statements import Statement


@dataclass(frozen=True, slots=True)
class Pending:
    """A decision that is not done yet."""

    conversation_id: str
    agent_id: str
    act: dict[str, Any]
    """As `bot/desk_acts.py` writes it."""
    epoch: int
    seen: int
    """Position of the customer's last message then."""
    due_at: datetime
    failed: str | None
    """Code of the error that it met when it was due; the conversation stayed with the agent."""

    def stands(self, state: State) -> bool:
        """Whether it is still wanted: same holder, and nothing new from the customer.

        A colleague reads what the customer wrote as well, so a transfer stands all the same.
        """
        quiet = self.act["kind"] == "transfer" or state.last_customer == self.seen
        return state.epoch == self.epoch and quiet

    def wire(self) -> dict[str, Any]:
        """As a row of the queue shows it."""
        return {"act": self.act["kind"], "due_at": instant(self.due_at), "failed": self.failed}


# Every look at the queue runs this.
_ALL = Statement(select(*(table.c[one.name] for one in fields(Pending))))


def listing(tx: Tx) -> dict[str, Pending]:
    """All of them by conversation: few, for each lasts seconds."""
    return {one.conversation_id: one for one in (Pending(*row) for row in _ALL.rows(tx, {}))}
