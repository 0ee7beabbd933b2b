"""Incidents from a Cachet status page (version 3, JSON:API)."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from retrieval.errors import SourceUnavailable
from retrieval.incidents.cleaning import text_of_markdown, title_of
from retrieval.incidents.fetching import PageReader
from retrieval.incidents.instants import instant
from retrieval.incidents.picture import (
    Colour,
    FeedComponent,
    FeedIncident,
    FeedUpdate,
    IncidentSource,
    Picture,
    SourceOptions,
)

_STATUSES = {1: "investigating", 2: "identified", 3: "monitoring", 4: "resolved"}
_COLOURS: dict[int, Colour] = {
    1: "operational", 2: "degraded", 3: "partial", 4: "major", 5: "unknown", 6: "maintenance",
}  # fmt: skip
_PAGE: dict[str, Colour] = {
    "operational": "operational",
    "partial_outage": "partial",
    "major_outage": "major",
    "under_maintenance": "maintenance",
}
_SEVERITIES: dict[Colour, str] = {"partial": "major", "major": "critical"}
_HIDDEN = (0, 2)
"""Visibility: only for people who are signed in there, or for nobody."""
_MOST = 100
"""Incidents and components that one page holds."""


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Coded(_Read):
    value: int


class _Time(_Read):
    string: str | None = None


class _Pointer(_Read):
    id: str | int
    type: str


class _Pointers(_Read):
    data: list[_Pointer] | _Pointer | None = None


class _Pivot(_Read):
    component_status: _Coded | None = None


class _Attributes(_Read):
    name: str = ""
    message: str | None = None
    visible: int | None = None
    enabled: bool | None = None
    status: _Coded | None = None
    latest_status: _Coded | None = None
    pivot: _Pivot | None = None
    occurred: _Time | None = None
    created: _Time | None = None
    updated: _Time | None = None


class _Resource(_Read):
    id: str | int
    type: str
    attributes: _Attributes
    relationships: dict[str, _Pointers] = {}


class _Incidents(_Read):
    data: list[_Resource]
    included: list[_Resource] = []


class _Incident(_Read):
    data: _Resource
    included: list[_Resource] = []


class _Components(_Read):
    data: list[_Resource]


class _Overall(_Read):
    data: "_Whole"


class _Whole(_Read):
    status: str


class CachetSource:
    """Reads the newest incidents with their notes, the components, and the overall status."""

    def __init__(self, options: SourceOptions, pages: PageReader) -> None:
        self._url = options.url.removesuffix("/api")
        self._pages = pages
        self._zone = options.zone

    async def current(self) -> Picture:
        """Return the newest hundred incidents, those that are over too, and all colours."""
        asked = f"{self._url}/api/incidents?include=components,updates&per_page={_MOST}"
        page = await self._pages.read(asked, _Incidents)
        components = f"{self._url}/api/components?per_page={_MOST}"
        parts = await self._pages.read(components, _Components)
        whole = await self._pages.read(f"{self._url}/api/status", _Overall)
        try:
            incidents = tuple(self._incidents(page.data, page.included))
        except ValueError as error:
            raise SourceUnavailable(asked, f"cannot be understood: {error}.") from error
        return Picture(
            incidents,
            tuple(_component(one) for one in parts.data if one.attributes.enabled is not False),
            _PAGE.get(whole.data.status, "unknown"),
        )

    async def look_up(self, external_ids: Collection[str]) -> dict[str, FeedIncident]:
        """Return those of them that the page still has; one that was deleted is missing."""
        found: dict[str, FeedIncident] = {}
        for one in external_ids:
            asked = f"{self._url}/api/incidents/{quote(one, safe='')}?include=components,updates"
            try:
                page = await self._pages.read(asked, _Incident)
                shown = list(self._incidents([page.data], page.included))
            except ValueError as error:
                raise SourceUnavailable(asked, f"cannot be understood: {error}.") from error
            except SourceUnavailable as error:
                if error.status != 404:
                    raise
                continue
            found.update({each.external_id: each for each in shown})
        return found

    def _incidents(
        self, resources: list[_Resource], included: list[_Resource]
    ) -> Iterator[FeedIncident]:
        known = {(one.type, str(one.id)): one for one in included}
        for one in resources:
            if one.attributes.visible not in _HIDDEN:
                yield _incident(one, known, self._zone)


def _incident(
    one: _Resource, known: dict[tuple[str, str], _Resource], zone: tzinfo
) -> FeedIncident:
    said = one.attributes
    notes = [_update(note, zone) for note in _related(one, "updates", known)]
    parts = tuple(_component(part) for part in _related(one, "components", known))
    began = _at(said.occurred, zone) or _at(said.created, zone)
    status = _status(said.status)
    first = text_of_markdown(said.message or "")
    if first:
        opening = "investigating" if notes else status
        notes.append(FeedUpdate("message", opening, first, began, None))
    return FeedIncident(
        external_id=str(one.id),
        title=title_of(said.name),
        status=status,
        severity=_worst(parts),
        started_at=began,
        url=None,
        components=parts,
        updates=tuple(notes),
        changed_at=_at(said.updated, zone),
    )


def _related(
    one: _Resource, name: str, known: dict[tuple[str, str], _Resource]
) -> Iterator[_Resource]:
    pointers = one.relationships.get(name, _Pointers()).data or []
    for pointer in pointers if isinstance(pointers, list) else [pointers]:
        found = known.get((pointer.type, str(pointer.id)))
        if found is not None:
            yield found


def _update(one: _Resource, zone: tzinfo) -> FeedUpdate:
    said = one.attributes
    text = text_of_markdown(said.message or "")
    edited = _at(said.updated, zone)
    return FeedUpdate(str(one.id), _status(said.status), text, _at(said.created, zone), edited)


def _component(one: _Resource) -> FeedComponent:
    said = one.attributes
    pivot = said.pivot.component_status if said.pivot is not None else None
    coded = pivot or said.status
    colour = _COLOURS.get(coded.value, "unknown") if coded is not None else "unknown"
    return FeedComponent(str(one.id), title_of(said.name), colour)


def _worst(parts: tuple[FeedComponent, ...]) -> str:
    """Return a severity from the colours, since the page gives no impact."""
    told: list[Any] = [_SEVERITIES.get(part.colour, "minor") for part in parts]
    return max(told, key=("minor", "major", "critical").index, default="minor")


def _status(coded: _Coded | None) -> str:
    """Return our word; one that is unknown is an incident that is not over."""
    return _STATUSES.get(coded.value, "investigating") if coded is not None else "investigating"


def _at(time: _Time | None, zone: tzinfo) -> datetime | None:
    return None if time is None or not time.string else instant(time.string, zone).astimezone(UTC)


def build(options: SourceOptions, pages: PageReader) -> IncidentSource:
    """Return the source over this status page."""
    return CachetSource(options, pages)
