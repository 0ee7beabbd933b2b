"""Incidents, the components they hit, and where they come from."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
    on_status_pages: tuple[str, ...] = ()
    """Its ids or names on the status pages that are read."""


@dataclass(frozen=True, slots=True)
class Update:
    """One dated note about an incident."""

    id: str
    incident_id: str
    status: str
    at: datetime
    text: Texts
    corrected_at: datetime | None = None
    """When its text was replaced by one that says something else."""
    corrections: int = 0
    from_status_page: bool = False


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
    """`manual`, `sample`, or the name of the status page it was read from."""
    expected_at: datetime | None = None
    """When the team hopes that it is over; None: nobody may promise a time."""
    cadence: timedelta | None = None
    """How long it may go without a public update; None: as the setting says."""
    url: str | None = None
    """Its page on the status page."""
    language: str | None = None
    """The locale that the status page writes in; None: declared by the team."""
    left_feed_at: datetime | None = None
    """Since when the status page shows it no more, without having said that it is over."""
    unconfirmed_since: datetime | None = None
    """The status page last confirmed it then, and has been silent for too long; None: it is
    current. Whoever tells of the incident says so."""

    @property
    def ongoing(self) -> bool:
        """Whether customers are hit now: declared, and not resolved."""
        return self.active and self.status != "resolved"
