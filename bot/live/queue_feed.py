"""The queue as it is now: rows for the consoles, a place for each customer who waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection as Tx

from bot.conversation import contacts, conversations, handling, pending
from bot.conversation.events import instant
from bot.conversation.pending import Pending
from bot.conversation.state import State
from bot.conversation.tables import conversations as table
from bot.live import group_feed
from handoff import presence, queue, teams
from handoff.assignment import offer
from handoff.hours import Hours
from handoff.teams import Team

SHOWN = 200
"""Waiting rows a console gets; the total says how many there are."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The queue at one moment."""

    waiting: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    held: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    agents: list[dict[str, Any]] = field(default_factory=list)
    teams: list[dict[str, Any]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    recent: Sequence[float] = ()
    """Seconds that the last conversations took."""
    total: int = 0
    staffed: int = 0
    open_now: bool = True

    def frame(self, version: int, agent_id: str) -> dict[str, Any]:
        """What one agent's console is sent."""
        return {
            "type": "queue",
            "version": version,
            "waiting": self.waiting,
            "groups": self.groups,
            "mine": [row for row in self.held.get(agent_id, []) if not _asleep(row)],
            "snoozed": [row for row in self.held.get(agent_id, []) if _asleep(row)],
            "agents": self.agents,
            "teams": self.teams,
            "waiting_total": self.total,
        }

    def place(self, conversation_id: str, usual: float | None) -> dict[str, Any] | None:
        """What a waiting customer is sent, or None when the conversation does not wait.

        `usual` are the minutes a conversation is assumed to take while too few were handled.
        """
        place = self.places.get(conversation_id)
        if place is None:
            return None
        seconds = None if usual is None else usual * 60
        minutes = queue.estimate(place, self.staffed, self.recent, usual=seconds)
        return {
            "type": "place",
            "conversation": conversation_id,
            "place": place,
            "waiting": self.total,
            "minutes": list(minutes) if minutes is not None else None,
            "staffed": self.staffed > 0 and self.open_now,
        }


def take(tx: Tx, *, now: datetime, lease: timedelta, hours: Hours | None) -> Snapshot:
    """Read the queue, the agents and the rows in one moment."""
    places = dict(queue.places(tx))
    grouped = group_feed.take(tx)
    entries = group_feed.singly(queue.waiting(tx, SHOWN + len(grouped.everybody)), grouped)[:SHOWN]
    everyone = presence.everyone(tx, now, lease)
    held = queue.held(tx)
    ids = [entry.conversation_id for entry in entries]
    ids += [entry.conversation_id for first in grouped.first.values() for entry in first]
    states = conversations.held(tx) | conversations.many(tx, ids)
    names = contacts.names_of(tx, [state.visitor_id for state in states.values()])
    here = [agent for agent in everyone if agent.status == "online"]
    known = teams.listing(tx)
    members = {team.id: frozenset(team.members) for team in known}
    offers = {one.conversation_id: one.agent_id for one in offer(entries, here, members)}
    decided = pending.listing(tx)

    def rows(some: list[queue.Entry]) -> list[dict[str, Any]]:
        found = [(e, states[e.conversation_id]) for e in some if e.conversation_id in states]
        return [
            _row(entry, state, names.get(state.visitor_id), decided.get(state.id))
            for entry, state in found
        ]

    return Snapshot(
        waiting=[row | {"offered_to": offers.get(row["conversation"])} for row in rows(entries)],
        groups=[
            group_feed.shown(tx, one, rows(grouped.first[one.incident])) for one in grouped.groups
        ],
        held={agent_id: rows(mine) for agent_id, mine in held.items()},
        agents=[_agent(one) for one in everyone],
        teams=[_team(one) for one in known],
        places=places,
        recent=handling.recent(tx) if places else (),
        total=len(places),
        staffed=len(here),
        open_now=hours is None or hours.is_open(now),
    )


def open_conversations(tx: Tx) -> int:
    """How many conversations are open, whoever has them."""
    query = select(func.count()).select_from(table).where(table.c.status == "open")
    return tx.execute(query).scalar_one()


def _team(team: Team) -> dict[str, Any]:
    return {
        "id": team.id,
        "name": team.name,
        "languages": list(team.languages),
        "members": list(team.members),
    }


def _asleep(row: dict[str, Any]) -> bool:
    return bool(row["nap"] and row["nap"]["asleep"])


def _nap(entry: queue.Entry) -> dict[str, Any] | None:
    """Until when and why it is put off, or why it came back; None when neither."""
    if entry.nap is None:
        return None
    return {
        "asleep": entry.asleep,
        "until": instant(entry.wakes_at),
        "why": entry.nap.get("why"),
        "note": entry.nap["note"],
    }


def _agent(agent: presence.PresentAgent) -> dict[str, Any]:
    return {
        "id": agent.id,
        "name": agent.name,
        "languages": list(agent.languages),
        "status": agent.status,
        "capacity": agent.capacity,
        "load": agent.load,
    }


def _row(
    entry: queue.Entry, state: State, name: str | None, decided: Pending | None
) -> dict[str, Any]:
    agent = None
    if state.agent_id is not None:
        agent = {"id": state.agent_id, "name": state.agent_name}
    return {
        "conversation": state.id,
        "reason": entry.reason,
        "urgent": entry.urgent,
        "language": entry.language,
        "preview": state.preview,
        "visitor": name or state.visitor_id[:6],
        "waiting_since": instant(state.waiting_since),
        "agent": agent,
        "unread": state.unanswered if entry.agent_id else 0,
        "incident": state.incident,
        "team": entry.team,
        "nap": _nap(entry),
        "pending": decided.wire() if decided is not None and decided.stands(state) else None,
    }
