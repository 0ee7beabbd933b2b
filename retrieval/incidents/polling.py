"""Asks one status page, takes over what it shows, and says when to ask again."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.engine import Connection

from retrieval.errors import SourceUnavailable
from retrieval.incidents import contradictions, feeds, taking
from retrieval.incidents.naming import ComponentNames
from retrieval.incidents.picture import FeedIncident, IncidentSource, Picture, SourceOptions
from retrieval.incidents.settings import IncidentSettings
from retrieval.tables import incidents

MOST_ONGOING = 100
"""A page that shows more ongoing incidents than this is broken, not the world."""
_JITTER = 0.2


def pause(
    settings: IncidentSettings,
    failures: int,
    retry_after: timedelta | None,
    chance: Callable[[], float] = random.random,
) -> timedelta:
    """Return how long to leave a page alone: never under a minute, longer while it fails.

    A fifth by chance keeps many pages, and many servers, from being asked at one moment.
    """
    doubled = settings.every * 2 ** min(failures, 10)
    base = max(settings.every, min(doubled, settings.longest_pause)) if failures else settings.every
    return max(base, retry_after or timedelta(0)) * (1 + _JITTER * chance())


def check(picture: Picture, url: str) -> None:
    """Raise SourceUnavailable for a picture that nobody should believe."""
    ongoing = sum(1 for one in picture.incidents if one.status != "resolved")
    if ongoing > MOST_ONGOING:
        raise SourceUnavailable(url, f"shows {ongoing:,} ongoing incidents at once.")


async def look(
    source: IncidentSource, url: str, open_ids: set[str]
) -> tuple[Picture, dict[str, FeedIncident]]:
    """Return the picture, and what the page says of open incidents that are not in it.

    Raises SourceUnavailable without a picture; a look-up that fails only finds nothing out.
    """
    picture = await source.current()
    check(picture, url)
    gone = open_ids - {one.external_id for one in picture.incidents}
    if not gone:
        return picture, {}
    try:
        return picture, await source.look_up(gone)
    except SourceUnavailable:
        return picture, {}


def store(
    tx: Connection,
    source: SourceOptions,
    names: ComponentNames,
    picture: Picture,
    looked_up: dict[str, FeedIncident],
    now: datetime,
) -> None:
    """Take a picture over and write down how the page was read, in one transaction."""
    before = feeds.state(tx, source.name)
    confirmed_at = before.read_at if before is not None else None
    taking.take(tx, taking.Context(source, names, now, confirmed_at), picture, looked_up)
    ongoing = [one for one in picture.incidents if one.status != "resolved"]
    parts = [*picture.components, *(part for one in ongoing for part in one.components)]
    found = contradictions.of(picture, _ended_here(tx, source.name))
    feeds.note_read(
        tx, source, now=now, colour=picture.colour, ongoing=len(ongoing),
        unmapped=sorted({part.name for part in parts if names.ours(part) is None})[:100],
        contradictions=[one.stored() for one in found[:100]],
    )  # fmt: skip


def _ended_here(tx: Connection, source: str) -> frozenset[str]:
    query = select(incidents.c.external_id).where(
        incidents.c.source == source, incidents.c.status == "resolved"
    )
    return frozenset(tx.execute(query).scalars())
