"""Assignment: whom to offer a waiting conversation to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from handoff.presence import PresentAgent
from handoff.queue import Entry

_FOREIGN = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion, shown as a highlight in the console: any agent may still take it."""

    conversation_id: str
    agent_id: str
    speaks: bool  # False: nobody who is here with room writes the customer's language


def offer(
    waiting: Sequence[Entry],
    online: Sequence[PresentAgent],
    teams: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> list[Offer]:
    """For each who waits, in order, the agent who suits best; none once all room is used up.

    The customer's own agent first, then the team it was handed to (`teams`: id → members), then
    the language, then the lowest load.
    """
    taken = {agent.id: 0 for agent in online}
    offers: list[Offer] = []
    for entry in waiting:
        free = [agent for agent in online if agent.room > taken[agent.id]]
        if not free:
            break
        team = teams.get(entry.team or "", frozenset())
        best = min(free, key=lambda agent: _cost(entry, agent, taken[agent.id], team))
        taken[best.id] += 1
        offers.append(Offer(entry.conversation_id, best.id, _distance(entry, best) < _FOREIGN))
    return offers


def _cost(
    entry: Entry, agent: PresentAgent, offered: int, team: frozenset[str]
) -> tuple[bool, bool, int, float, str]:
    load = (agent.load + offered) / agent.capacity
    own = agent.id == entry.preferred_agent
    return (not own, agent.id not in team, _distance(entry, agent), load, agent.name)


def _distance(entry: Entry, agent: PresentAgent) -> int:
    if entry.language in agent.languages:
        return 0
    # Whoever writes one Chinese script reads the other.
    family = entry.language.split("-")[0]
    return 1 if any(one.split("-")[0] == family for one in agent.languages) else _FOREIGN
