"""Incidents, the components they hit, and where they come from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

STATUSES = ("investigating", "identified", "monitoring", "resolved")
"""How far an incident is, in order; the last one ends it."""
SEVERITIES = ("minor", "major", "critical")

Texts = dict[str, str]
"""One text per locale."""


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the product that can break, and the words customers use for it."""

    id: str
    name: Texts
    aliases: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Update:
    """One dated note about an incident."""

    id: str
    incident_id: str
    status: str
    at: datetime
    text: Texts


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that is or was broken; updates are oldest first."""

    id: str
    title: Texts
    components: tuple[str, ...]
    severity: str
    status: str
    started_at: datetime | None
    resolved_at: datetime | None
    workaround: Texts
    next_update_at: datetime | None
    updates: tuple[Update, ...]
    active: bool
    source: str

    @property
    def ongoing(self) -> bool:
        """Whether customers are hit now: declared, and not resolved."""
        return self.active and self.status != "resolved"


class IncidentSource(Protocol):
    """A place that knows of incidents."""

    async def current(self) -> list[Incident]:
        """Return the ongoing incidents; raises when it cannot know, and never guesses "none"."""
