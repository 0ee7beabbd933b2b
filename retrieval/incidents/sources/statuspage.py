"""Incidents from an Atlassian Statuspage (public API, version 2)."""

from collections.abc import Collection

from pydantic import AwareDatetime, BaseModel, ConfigDict

from retrieval.incidents.cleaning import text_of_html, title_of
from retrieval.incidents.fetching import PageReader
from retrieval.incidents.picture import (
    Colour,
    FeedComponent,
    FeedIncident,
    FeedUpdate,
    IncidentSource,
    Picture,
    SourceOptions,
)

_COLOURS: dict[str, Colour] = {
    "operational": "operational",
    "degraded_performance": "degraded",
    "partial_outage": "partial",
    "major_outage": "major",
    "under_maintenance": "maintenance",
}
_PAGE: dict[str, Colour] = {
    "none": "operational",
    "minor": "degraded",
    "major": "partial",
    "critical": "major",
    "maintenance": "maintenance",
}
_STATUSES = {
    "investigating": "investigating",
    "identified": "identified",
    "monitoring": "monitoring",
    "resolved": "resolved",
    "postmortem": "resolved",
    # Of planned work, which some pages list among their incidents.
    "in_progress": "identified",
    "verifying": "monitoring",
    "completed": "resolved",
}
_AHEAD = "scheduled"
"""Planned work that has not begun breaks nothing yet: it is no incident."""
_SEVERITIES = {"none": "minor", "minor": "minor", "major": "major", "critical": "critical"}


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Component(_Read):
    id: str
    name: str
    status: str = ""
    group: bool = False


class _Affected(_Read):
    code: str
    name: str
    new_status: str = ""


class _Update(_Read):
    id: str
    status: str
    body: str = ""
    created_at: AwareDatetime
    updated_at: AwareDatetime | None = None
    display_at: AwareDatetime | None = None
    affected_components: list[_Affected] | None = None


class _Incident(_Read):
    id: str
    name: str
    status: str
    impact: str = "none"
    shortlink: str | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime | None = None
    started_at: AwareDatetime | None = None
    incident_updates: list[_Update] = []
    components: list[_Component] | None = None


class _Status(_Read):
    indicator: str


class _Summary(_Read):
    status: _Status
    components: list[_Component]
    incidents: list[_Incident]


class _Incidents(_Read):
    incidents: list[_Incident]


class StatuspageSource:
    """Reads the summary, and the latest 50 incidents where one has left the summary."""

    def __init__(self, options: SourceOptions, pages: PageReader) -> None:
        self._url = options.url.removesuffix("/api/v2/summary.json")
        self._pages = pages

    async def current(self) -> Picture:
        """Return the unresolved incidents and the colours of all components."""
        page = await self._pages.read(f"{self._url}/api/v2/summary.json", _Summary)
        return Picture(
            tuple(_incident(one) for one in page.incidents if one.status != _AHEAD),
            tuple(_component(one) for one in page.components if not one.group),
            _PAGE.get(page.status.indicator, "unknown"),
        )

    async def look_up(self, external_ids: Collection[str]) -> dict[str, FeedIncident]:
        """Return those of them that are among the latest 50."""
        page = await self._pages.read(f"{self._url}/api/v2/incidents.json", _Incidents)
        return {one.id: _incident(one) for one in page.incidents if one.id in external_ids}


def _incident(one: _Incident) -> FeedIncident:
    parts = [_component(part) for part in one.components or () if not part.group]
    return FeedIncident(
        external_id=one.id,
        title=title_of(one.name),
        status=_status(one.status),
        severity=_SEVERITIES.get(one.impact, "minor"),
        started_at=one.started_at or one.created_at,
        url=one.shortlink,
        components=tuple(parts or _affected(one.incident_updates)),
        updates=tuple(_update(note) for note in one.incident_updates),
        changed_at=one.updated_at,
    )


def _affected(updates: list[_Update]) -> list[FeedComponent]:
    """Return the components that the newest note naming any names."""
    newest_first = sorted(updates, key=lambda one: one.created_at, reverse=True)
    named = next((one.affected_components for one in newest_first if one.affected_components), [])
    return [
        FeedComponent(one.code, title_of(one.name), _COLOURS.get(one.new_status, "unknown"))
        for one in named
    ]


def _update(one: _Update) -> FeedUpdate:
    at = one.display_at or one.created_at
    return FeedUpdate(one.id, _status(one.status), text_of_html(one.body), at, one.updated_at)


def _component(one: _Component) -> FeedComponent:
    return FeedComponent(one.id, title_of(one.name), _COLOURS.get(one.status, "unknown"))


def _status(said: str) -> str:
    """Return our word; one that we do not know is an incident that is not over."""
    return _STATUSES.get(said, "investigating")


def build(options: SourceOptions, pages: PageReader) -> IncidentSource:
    """Return the source over this status page."""
    return StatuspageSource(options, pages)
