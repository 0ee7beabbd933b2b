"""What an agent decides about a conversation: resolve, give back, transfer, put off.

Each is a value, so that it can be done at once or, for those who may change their mind, a moment
later (`desk_undo`); both ways run the same lines here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy.engine import Connection as Tx

from bot.conversation import events as e
from bot.conversation import log, text
from bot.conversation.events import NewEvent, instant
from bot.conversation.state import State
from bot.errors import BadTime, NotHolder
from handoff import agents, queue, teams
from handoff.agents import Agent

Why = Literal["solved", "no_answer", "duplicate", "not_support", "elsewhere"]
"""Why an agent ended a conversation."""
LONGEST = timedelta(days=90)
"""A conversation is put off for so long at most: later nobody remembers why."""


class _Act(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    note: str = ""
    """For colleagues; the customer never sees it."""


class Resolve(_Act):
    """The matter is over for this reason; None where none was said."""

    kind: Literal["resolve"] = "resolve"
    why: Why | None = None


class GiveBack(_Act):
    """The bot answers again from the customer's next message on."""

    kind: Literal["give_back"] = "give_back"


class Transfer(_Act):
    """To an agent, to a team, or with neither to whoever takes it from the queue."""

    kind: Literal["transfer"] = "transfer"
    to: str | None = None
    team: str | None = None


class Snooze(_Act):
    """Put off until then, or with None until the customer writes; they keep it."""

    kind: Literal["snooze"] = "snooze"
    until: AwareDatetime | None = None


Act = Annotated[Resolve | GiveBack | Transfer | Snooze, Field(discriminator="kind")]
acts: TypeAdapter[Act] = TypeAdapter(Act)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When an act is done, and after how long without a sign an agent counts as gone."""

    now: datetime
    lease: timedelta


def badge(agent: Agent) -> dict[str, str]:
    """An agent as events name one."""
    return {"id": agent.id, "name": agent.name}


def require_holder(state: State, agent: Agent) -> None:
    """Raises NotHolder unless the agent has this open conversation."""
    if state.status != "open" or state.holder != "agent" or state.agent_id != agent.id:
        who = f"{state.agent_name} has it" if state.holder == "agent" else "it is not yours"
        raise NotHolder(f"You do not have this conversation: {who}.")


def check(tx: Tx, state: State, agent: Agent, act: Act, at: Circumstances) -> None:
    """Raises what stands against doing it now: NotHolder, BadTime, BadText, AgentUnavailable,
    UnknownAgent, UnknownTeam. Only the holder may; an admin may transfer what another has."""
    if not isinstance(act, Transfer):
        require_holder(state, agent)
    elif state.holder != "agent" or state.status != "open":
        raise NotHolder("Nobody has this conversation, so it cannot be transferred.")
    elif agent.role != "admin":
        require_holder(state, agent)
    _cleaned(act.note)
    if isinstance(act, Transfer) and act.to is not None and act.to != state.agent_id:
        queue.require_room(tx, act.to, at.now, at.lease)
    if isinstance(act, Transfer) and act.team is not None:
        teams.get(tx, act.team)
    if isinstance(act, Snooze) and act.until is not None:
        _require_soon(act.until, at.now)


def do(tx: Tx, state: State, agent: Agent, act: Act, at: Circumstances) -> State:
    """Do it: what changed and its events are in this transaction. Raises what `check` raises."""
    check(tx, state, agent, act, at)
    if isinstance(act, Transfer):
        return _transfer(tx, state, agent, act, at)
    note = _cleaned(act.note)
    if isinstance(act, Snooze):
        return _snooze(tx, state, agent, act, at)
    queue.leave(tx, state.id)
    if isinstance(act, GiveBack):
        returned = NewEvent(e.RETURNED, e.agent_sender(agent.id), {"agent": badge(agent)})
        return _append(tx, state, agent, returned, note, at)
    data = {"by": badge(agent), "reason": "resolved"}
    staff = {"why": act.why, "note": note} if act.why or note else None
    resolved = NewEvent(e.RESOLVED, e.agent_sender(agent.id), data, staff=staff)
    return _append(tx, state, agent, resolved, "", at)


def _transfer(tx: Tx, state: State, agent: Agent, act: Transfer, at: Circumstances) -> State:
    target = agents.get(tx, act.to) if act.to is not None else None
    team = teams.get(tx, act.team) if act.team is not None and target is None else None
    queue.transfer(tx, state.id, act.to, at.now, lease=at.lease)
    queue.set_team(tx, state.id, None if team is None else team.id)
    data = {"from": badge(agent), "to": badge(target) if target else None}
    staff = {"team": {"id": team.id, "name": team.name}} if team is not None else None
    moved = NewEvent(e.TRANSFERRED, e.agent_sender(agent.id), data, staff=staff)
    return _append(tx, state, agent, moved, _cleaned(act.note), at)


def _require_soon(until: datetime, now: datetime) -> None:
    if not now < until <= now + LONGEST:
        raise BadTime(
            f"A conversation is put off until a time within the next {LONGEST.days} days, "
            f"and {until.isoformat(timespec='minutes')} is not."
        )


def _snooze(tx: Tx, state: State, agent: Agent, act: Snooze, at: Circumstances) -> State:
    note = _cleaned(act.note)
    until = instant(act.until)
    nap = {"note": note, "seen": state.last_customer, "since": instant(at.now)}
    queue.snooze(tx, state.id, act.until, nap)
    data: dict[str, Any] = {"agent": badge(agent), "until": until, "note": note}
    return _append(tx, state, agent, NewEvent(e.SNOOZED, e.agent_sender(agent.id), data), "", at)


def _append(
    tx: Tx, state: State, agent: Agent, event: NewEvent, note: str, at: Circumstances
) -> State:
    new = [event]
    if note:
        data = {"text": note, "client_id": None, "agent": badge(agent)}
        new.append(NewEvent(e.NOTE_WRITTEN, e.agent_sender(agent.id), data))
    return log.append(tx, state, new, now=at.now)


def _cleaned(note: str) -> str:
    return text.message(note) if note.strip() else ""
