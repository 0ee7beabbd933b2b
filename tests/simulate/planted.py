"""Faults that the product does not have, planted to see how soon the simulator finds them.

`python -m tests.simulate.planted` breaks one safeguard after another, in this process only, and
says after how many schedules a broken promise was seen. A simulator that finds nothing in sound
code says something only if it finds these.
"""

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import bindparam, select

from bot import turn
from bot.conversation import events as e
from bot.conversation import log, outcomes
from bot.conversation.events import NewEvent
from bot.conversation.tables import outcomes as table
from bot.desk import Desk, Done
from bot.desk_acts import badge
from bot.storage.engine import Database
from bot.turn import Turns, _answered
from handoff import queue
from handoff.agents import Agent
from handoff.statements import Statement
from tests.simulate import world

STARTS = (1, 10_001, 20_001)
"""Seeds to begin at: three searches for each fault, for one may be lucky."""
LIMIT = 2_000
"""Schedules after which a search ends without having found anything."""

_claim = Desk.claim
_commit = Turns._commit
_attempt = Database._attempt


@dataclass(frozen=True, slots=True)
class Planted:
    """A safeguard that is taken away: what then may happen, and what is put in whose place."""

    what: str
    changes: tuple[tuple[Any, str, Any], ...]


def _whoever_has_it(turns: Turns, tx: Any, task: Any, reply: Any) -> bool:
    """Store the answer though the conversation has changed hands meanwhile."""
    state = log.load(tx, task.state.id)
    if state.epoch == task.state.epoch or reply.escalation is not None:
        return _commit(turns, tx, task, reply)
    log.append(tx, state, [_answered(reply, task.pending)], now=turns._now())
    return True


async def _whoever_had_it(desk: Desk, agent: Agent, conversation_id: str) -> Done:
    """Take what a colleague has."""

    def work(tx: Any) -> Done | None:
        seen = log.load(tx, conversation_id)
        if seen.holder != "agent" or seen.agent_id == agent.id:
            return None
        now = desk._now()
        queue.take_over(tx, conversation_id, agent.id, now)
        joined = NewEvent(e.AGENT_JOINED, e.agent_sender(agent.id), {"agent": badge(agent)})
        state = log.append(tx, seen, [joined], now=now)
        outcomes.decide(tx, state.id, "agent", state.head)
        return Done(state.id, state.head)

    return await desk._db.write(work) or await _claim(desk, agent, conversation_id)


def _as_if_stored(database: Database, group: Any, *, guarded: bool = True) -> bool | None:
    """Say that it is on disk though the commit failed."""
    done = _attempt(database, group, guarded=guarded)
    if done is False:
        for work in group:
            work.error = None
    return True if done is False else done


def _without_the_clients_id(kind: str, *said: Any) -> NewEvent:
    """An event that nobody can know again when its client sends it again."""
    return NewEvent(kind, *said[:3])


_EVERY_MESSAGE = Statement(
    select(table.c.position)
    .where(table.c.conversation_id == bindparam("of"))
    .order_by(table.c.position)
)

FAULTS = {
    "speaks": Planted(
        "the bot answers although a person has taken the conversation",
        ((Turns, "_commit", _whoever_has_it),),
    ),
    "claims": Planted(
        "a claim takes a conversation that a colleague has",
        ((Desk, "claim", _whoever_had_it),),
    ),
    "unstored": Planted(
        "a message is acknowledged although its commit failed",
        ((Database, "_attempt", _as_if_stored),),
    ),
    "answered": Planted(
        "a message that has its outcome gets a second one",
        ((outcomes, "_PENDING", _EVERY_MESSAGE),),
    ),
    "doubled": Planted(
        "a message that was sent again is stored again",
        ((turn, "NewEvent", _without_the_clients_id),),
    ),
}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Take the safeguard away for a while."""
    changes = FAULTS[name].changes
    before = [(owner, attribute, getattr(owner, attribute)) for owner, attribute, _ in changes]
    try:
        for owner, attribute, broken in changes:
            setattr(owner, attribute, broken)
        yield
    finally:
        for owner, attribute, sound in before:
            setattr(owner, attribute, sound)


def found_after(
    stage: world.Stage, name: str, *, first: int, limit: int = LIMIT
) -> tuple[int, world.Outcome] | None:
    """How many schedules from seed `first` on it took, and the one that showed the fault."""
    with planted(name):
        for done in range(1, limit + 1):
            outcome = world.run(stage, first + done - 1)
            if outcome.breaches:
                return done, outcome
    return None


def main() -> int:
    """Search for each fault; 1 when one was not found."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulate.planted", description=__doc__)
    parser.add_argument("faults", nargs="*", metavar="fault", help=f"of {', '.join(FAULTS)}")
    parser.add_argument("--limit", type=int, default=LIMIT, help="schedules to search at most")
    wanted = parser.parse_args()
    if unknown := sorted(set(wanted.faults) - FAULTS.keys()):
        parser.error(f"There is no fault {', '.join(unknown)}; one of {', '.join(FAULTS)}.")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    missed = 0
    with world.stage() as stage:
        for name in wanted.faults or FAULTS:
            print(f"{name}: {FAULTS[name].what}", flush=True)
            for first in STARTS:
                search = found_after(stage, name, first=first, limit=wanted.limit)
                missed += search is None
                print("  ", _told(search, wanted.limit), flush=True)
    return 1 if missed else 0


def _told(search: tuple[int, world.Outcome] | None, limit: int) -> str:
    if search is None:
        return f"not found in {limit} schedules"
    done, outcome = search
    broken = sorted({one.invariant for one in outcome.breaches})
    return f"found by schedule {done} (seed {outcome.seed}): {', '.join(broken)}"


if __name__ == "__main__":
    sys.exit(main())
