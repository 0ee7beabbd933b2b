"""Incidents from an Instatus page: the summary, which holds no texts and only what is ongoing."""

import hashlib
from collections.abc import Collection
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from retrieval.errors import SourceUnavailable
from retrieval.incidents.cleaning import title_of
from retrieval.incidents.fetching import PageReader
from retrieval.incidents.instants import JavascriptInstant
from retrieval.incidents.picture import (
    Colour,
    FeedIncident,
    IncidentSource,
    Picture,
    SourceOptions,
)

_BROKEN = "HASISSUES"
_PAGE: dict[str, Colour] = {
    "UP": "operational",
    _BROKEN: "partial",
    "UNDERMAINTENANCE": "maintenance",
}
_STATUSES = {
    "INVESTIGATING": "investigating",
    "IDENTIFIED": "identified",
    "MONITORING": "monitoring",
    "RESOLVED": "resolved",
}
_SEVERITIES = {"PARTIALOUTAGE": "major", "MAJOROUTAGE": "critical"}


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Page(_Read):
    status: str


class _Incident(_Read):
    name: str
    started: JavascriptInstant
    status: str
    impact: str = ""
    url: str | None = None


class _Summary(_Read):
    page: _Page
    activeIncidents: list[_Incident] | None = None  # noqa: N815 - the vendor's spelling


class InstatusSource:
    """Reads `summary.json`. It never says how an incident ended: that one is gone is all."""

    def __init__(self, options: SourceOptions, pages: PageReader) -> None:
        self._url = options.url.removesuffix("/summary.json")
        self._pages = pages

    async def current(self) -> Picture:
        """Return the active incidents; without texts, since the page gives none."""
        asked = f"{self._url}/summary.json"
        page = await self._pages.read(asked, _Summary)
        if page.activeIncidents is None and page.page.status == _BROKEN:
            raise SourceUnavailable(asked, "says that something is broken, but not what.")
        return Picture(
            tuple(_incident(one) for one in page.activeIncidents or ()),
            colour=_PAGE.get(page.page.status, "unknown"),
        )

    async def look_up(self, external_ids: Collection[str]) -> dict[str, FeedIncident]:
        """Return nothing: the page has no list of what is over."""
        del external_ids
        return {}


def _incident(one: _Incident) -> FeedIncident:
    return FeedIncident(
        external_id=_id(one),
        title=title_of(one.name),
        status=_STATUSES.get(one.status, "investigating"),
        severity=_SEVERITIES.get(one.impact, "minor"),
        started_at=one.started,
        url=one.url,
        components=(),
        updates=(),
    )


def _id(one: _Incident) -> str:
    """Return the id at the end of the address; without one, name and start tell it apart."""
    last = urlsplit(one.url).path.rstrip("/").rpartition("/")[2] if one.url else ""
    told = f"{one.name}\n{one.started.isoformat()}"
    return last[:150] or hashlib.sha256(told.encode()).hexdigest()[:32]


def build(options: SourceOptions, pages: PageReader) -> IncidentSource:
    """Return the source over this status page."""
    return InstatusSource(options, pages)
