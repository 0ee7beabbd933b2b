"""Why a person is called: the decision as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a person takes over; the value is what stands on the wire and in the queue."""

    ASKED = "asked_for_person"
    FRUSTRATED = "frustrated"
    STUCK = "stuck"
    UNSURE = "unsure"
    RULE = "rule"
    URGENT = "urgent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Escalation:
    """A person must take over, for this reason; `evidence` is what the agent is shown."""

    reason: Reason
    urgent: bool = False
    evidence: tuple[str, ...] = ()
    team: str | None = None
    """The id of the team it is for, when a rule chose one; None: anybody."""
