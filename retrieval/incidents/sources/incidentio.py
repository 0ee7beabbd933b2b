"""Incidents from an incident.io status page (its widget API, which shows only what is ongoing)."""

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
    "full_outage": "major",
    "under_maintenance": "maintenance",
}
_STATUSES = {
    "investigating": "investigating",
    "identified": "identified",
    "monitoring": "monitoring",
    "resolved": "resolved",
}
_SEVERITIES = {
    "degraded_performance": "minor",
    "partial_outage": "major",
    "full_outage": "critical",
}


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Component(_Read):
    id: str
    name: str
    current_status: str | None = None


class _Incident(_Read):
    id: str
    name: str
    status: str
    url: str | None = None
    current_worst_impact: str | None = None
    last_update_at: AwareDatetime
    last_update_message: str | None = None
    affected_components: list[_Component] = []


class _Summary(_Read):
    ongoing_incidents: list[_Incident]


class IncidentioSource:
    """Reads the widget's summary: of each incident the last note alone."""

    def __init__(self, options: SourceOptions, pages: PageReader) -> None:
        self._url = options.url.removesuffix("/api/v1/summary")
        self._pages = pages

    async def current(self) -> Picture:
        """Return the ongoing incidents, each with its last note."""
        page = await self._pages.read(f"{self._url}/api/v1/summary", _Summary)
        return Picture(tuple(_incident(one) for one in page.ongoing_incidents))

    async def look_up(self, external_ids: Collection[str]) -> dict[str, FeedIncident]:
        """Return nothing: the page has no list of what is over."""
        del external_ids
        return {}


def _incident(one: _Incident) -> FeedIncident:
    status = _STATUSES.get(one.status, "investigating")
    text = text_of_html(one.last_update_message or "")
    note = FeedUpdate(None, status, text, one.last_update_at)
    return FeedIncident(
        external_id=one.id,
        title=title_of(one.name),
        status=status,
        severity=_SEVERITIES.get(one.current_worst_impact or "", "minor"),
        started_at=None,
        url=one.url,
        components=tuple(_component(part) for part in one.affected_components),
        updates=(note,) if text else (),
        changed_at=one.last_update_at,
    )


def _component(one: _Component) -> FeedComponent:
    colour = _COLOURS.get(one.current_status or "", "unknown")
    return FeedComponent(one.id, title_of(one.name), colour)


def build(options: SourceOptions, pages: PageReader) -> IncidentSource:
    """Return the source over this status page."""
    return IncidentioSource(options, pages)
