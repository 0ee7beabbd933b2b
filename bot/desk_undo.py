"""What an agent decided may be taken back for ten seconds.

The decision waits in `pending_acts` and is done when it is due, by the clock. The other way, doing
it at once and an opposite event on undo, would show the customer that it is over and then that it
is not, and a rating form between: what was shown cannot be taken back. So nobody is told anything
until the ten seconds are over, and an undo leaves no trace in the log.

The conversation is the agent's all the while: its epoch does not move, nobody else can claim it.
It waits on the server, so closing the browser or a restart loses nothing: the clock of whichever
process runs next does it. Whether it is still wanted is asked when it is due: not if somebody else
has the conversation by then, and, but for a transfer, not if the customer has written meanwhile.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection as Tx

from bot.conversation import log
from bot.conversation.pending import Pending
from bot.conversation.state import State
from bot.conversation.tables import pending_acts as table
from bot.desk_acts import Act, Circumstances, acts, check, do
from bot.errors import TooLate
from handoff import agents
from handoff.agents import Agent
from handoff.statements import Statement

PATIENCE = timedelta(seconds=10)
"""How long a decision may be taken back."""
KEPT = timedelta(minutes=5)
"""How long it is shown that a decision could not be done."""
AT_ONCE = 100

# Every tick of the clock runs the first two.
_DUE = Statement(
    select(table.c.conversation_id)
    .where(table.c.failed.is_(None), table.c.due_at <= bindparam("now"))
    .order_by(table.c.due_at)
    .limit(AT_ONCE)
)
_SHOWN_LONG = (table.c.failed.is_not(None), table.c.due_at < bindparam("before"))
_STALE = Statement(select(table.c.conversation_id).where(*_SHOWN_LONG).limit(1))
_SWEEP = Statement(delete(table).where(*_SHOWN_LONG))


def postpone(tx: Tx, state: State, agent: Agent, act: Act, at: Circumstances) -> None:
    """Keep the decision until it is due; an earlier one about the conversation is forgotten.

    Raises what stands against it now. What only shows when it is done, such as a colleague who
    went home meanwhile, is kept in `failed` then.
    """
    check(tx, state, agent, act, at)
    forget(tx, state.id)
    row = {
        "conversation_id": state.id,
        "agent_id": agent.id,
        "act": acts.dump_python(act, mode="json"),
        "epoch": state.epoch,
        "seen": state.last_customer,
        "due_at": at.now + PATIENCE,
    }
    tx.execute(insert(table).values(row))


def take_back(tx: Tx, agent: Agent, conversation_id: str) -> None:
    """Forget what the agent decided; raises TooLate when it is done, or there was nothing."""
    mine = (table.c.conversation_id == conversation_id) & (table.c.agent_id == agent.id)
    if tx.execute(delete(table).where(mine)).rowcount == 0:
        raise TooLate("There is nothing to take back any more: it is done.")


def forget(tx: Tx, conversation_id: str) -> None:
    """Something else was decided about the conversation."""
    tx.execute(delete(table).where(table.c.conversation_id == conversation_id))


def due(tx: Tx, now: datetime) -> list[str]:
    """Conversations whose decision is due, the earliest first."""
    return [row[0] for row in _DUE.rows(tx, {"now": now})]


def settle(tx: Tx, conversation_id: str, at: Circumstances) -> bool:
    """Do what is due, or forget it if it is not wanted any more; True when it was done.

    Raises what the act raises; nothing of it is stored then.
    """
    state = log.load(tx, conversation_id)
    mine = (table.c.conversation_id == conversation_id) & (table.c.due_at <= at.now)
    row = tx.execute(delete(table).where(mine, table.c.failed.is_(None)).returning(table)).first()
    if row is None:
        return False
    one = Pending(**row._asdict())
    if not one.stands(state):
        return False
    do(tx, state, agents.get(tx, one.agent_id), acts.validate_python(one.act), at)
    return True


def failed(tx: Tx, conversation_id: str, code: str) -> None:
    """It could not be done: the agent keeps the conversation and is shown why."""
    mine = table.c.conversation_id == conversation_id
    tx.execute(update(table).where(mine).values(failed=code))


def stale(tx: Tx, now: datetime) -> bool:
    """Whether there is something to sweep."""
    return _STALE.first(tx, {"before": now - KEPT}) is not None


def sweep(tx: Tx, now: datetime) -> None:
    """Forget failures that were shown for long enough."""
    _SWEEP.run(tx, {"before": now - KEPT})
