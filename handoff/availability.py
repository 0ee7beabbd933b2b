"""Whether a person can take over: now, after a wait, or only once somebody is back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.engine import Connection

from handoff import presence, queue
from handoff.hours import Hours
from handoff.settings import HandoffSettings

Kind = Literal["now", "queue", "message"]


@dataclass(frozen=True, slots=True)
class Availability:
    """What may honestly be offered to a customer.

    `now`: an agent is here with room, and nobody waits for that room. `queue`: agents are here,
    all of them busy. `message`: nobody is, or the desk is closed; it is answered later.
    """

    kind: Kind
    place: int = 1
    """The place in the queue somebody called now would get, urgent ones aside."""
    minutes: tuple[int, int] | None = None
    """The wait in the queue; None where nobody can know."""
    opens_at: datetime | None = None
    """When the desk opens; None while it is open, or if it never does."""


def availability(
    tx: Connection,
    now: datetime,
    hours: Hours | None,
    settings: HandoffSettings,
    recent: Sequence[float] = (),
) -> Availability:
    """What can be offered now; `recent` holds the last handling times in seconds."""
    if hours is not None and not hours.is_open(now):
        return Availability("message", opens_at=hours.next_open(now))
    here = presence.online(tx, now, settings.claim_lease)
    if not here:
        return Availability("message")
    place = queue.count(tx) + 1
    if place <= sum(agent.room for agent in here):
        return Availability("now", place)
    usual = settings.minutes_per_conversation
    minutes = queue.estimate(place, len(here), recent, usual=None if usual is None else usual * 60)
    return Availability("queue", place, minutes)
