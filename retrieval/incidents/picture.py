"""What a status page says at one moment, in our words: read by sources, compared by `taking`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal, Protocol

Colour = Literal["operational", "degraded", "partial", "major", "maintenance", "unknown"]
"""How a page paints a component, or all of itself. Colours never outrank incidents."""


@dataclass(frozen=True, slots=True)
class FeedComponent:
    """A part of the vendor's product, by the vendor's name."""

    external_id: str | None
    name: str
    colour: Colour = "unknown"


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """One public note; without an id of the vendor it is told apart by its words."""

    external_id: str | None
    status: str
    text: str
    at: datetime | None
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedIncident:
    """An incident as the page tells it; updates are in any order, texts are plain."""

    external_id: str
    title: str
    status: str
    severity: str
    started_at: datetime | None
    url: str | None
    components: tuple[FeedComponent, ...]
    updates: tuple[FeedUpdate, ...]
    changed_at: datetime | None = None
    """When the page last changed it; tells an old copy from a cache. None: the page says not."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that a source knows now; incidents may include some that are over."""

    incidents: tuple[FeedIncident, ...]
    components: tuple[FeedComponent, ...] = ()
    colour: Colour = "unknown"
    """What the page says of itself as a whole."""


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """One source as the settings name it."""

    kind: str
    name: str
    """Its name in the database and on pages: the host, unless the settings say otherwise."""
    url: str
    """The status page's address without a slash at its end."""
    language: str
    """The locale that the page's texts are written in."""
    zone: tzinfo
    """For times that the page gives without a zone."""


class IncidentSource(Protocol):
    """A place that knows of incidents."""

    async def current(self) -> Picture:
        """Return what is known now; SourceUnavailable when it cannot know, never "none"."""

    async def look_up(self, external_ids: Collection[str]) -> dict[str, FeedIncident]:
        """Return what the source says of incidents that `current` shows no more, if it does.

        Those it says nothing of are missing from the answer. Raises SourceUnavailable.
        """
