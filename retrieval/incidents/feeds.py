"""How each status page was read last, and since when its incidents are no longer confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from retrieval.incidents.picture import SourceOptions
from retrieval.tables import incident_feeds as feeds
from retrieval.tables import incidents


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of one status page."""

    name: str
    kind: str
    url: str
    tried_at: datetime
    read_at: datetime | None
    """When it last gave a good picture; None: never."""
    failures: int
    """Failed attempts since then."""
    error: str | None
    """Why the last attempt failed; None: it did not."""
    next_at: datetime | None
    colour: str | None
    """What the page says of itself; never told to customers."""
    ongoing: int
    unmapped: tuple[str, ...]
    contradictions: tuple[dict[str, Any], ...]


def states(tx: Connection) -> list[FeedState]:
    """Return the state of every status page that was ever read, by name."""
    rows = tx.execute(select(feeds).order_by(feeds.c.name)).mappings()
    return [
        FeedState(
            **{key: row[key] for key in row if key not in ("unmapped", "contradictions")},
            unmapped=tuple(row["unmapped"]),
            contradictions=tuple(row["contradictions"]),
        )
        for row in rows
    ]


def state(tx: Connection, name: str) -> FeedState | None:
    """Return the state of one status page; None if it was never asked."""
    return next((one for one in states(tx) if one.name == name), None)


def note_read(
    tx: Connection,
    source: SourceOptions,
    *,
    now: datetime,
    colour: str,
    ongoing: int,
    unmapped: Sequence[str],
    contradictions: Sequence[dict[str, Any]],
) -> None:
    """Write down that the page gave a good picture."""
    _write(
        tx, source,
        {
            "tried_at": now, "read_at": now, "failures": 0, "error": None, "colour": colour,
            "ongoing": ongoing, "unmapped": list(unmapped),
            "contradictions": list(contradictions),
        },
    )  # fmt: skip


def note_failure(tx: Connection, source: SourceOptions, *, now: datetime, error: str) -> int:
    """Write down that the page could not be read; return how often in a row that happened."""
    before = state(tx, source.name)
    failures = 1 + (before.failures if before is not None else 0)
    _write(tx, source, {"tried_at": now, "failures": failures, "error": error[:500]})
    return failures


def note_next(tx: Connection, source: SourceOptions, at: datetime) -> None:
    """Write down when the page will be asked next."""
    tx.execute(update(feeds).where(feeds.c.name == source.name).values(next_at=at))


def unconfirmed(
    tx: Connection, names: Sequence[str], now: datetime, limit: timedelta
) -> datetime | None:
    """Return since when not all of these pages were read; None while each was lately enough.

    While it is not None nobody may say that all is well.
    """
    known = {one.name: one for one in states(tx)}
    late = [
        one.read_at or one.tried_at
        for one in known.values()
        if one.name in names and (one.read_at is None or now - one.read_at > limit)
    ]
    never = [now for name in names if name not in known]
    return min(late + never, default=None)


def mark_unconfirmed(tx: Connection, now: datetime, limit: timedelta) -> bool:
    """Mark ongoing incidents whose page was silent for too long; True when any was.

    That of a page which the settings name no more is silent too.
    """
    found = silent(tx, now, limit)
    for incident_id, since in found.items():
        late = update(incidents).where(incidents.c.id == incident_id)
        tx.execute(late.values(unconfirmed_since=since))
    return bool(found)


def silent(tx: Connection, now: datetime, limit: timedelta) -> dict[str, datetime]:
    """Return the ongoing incidents that are to be marked, each with its page's last word."""
    read_at = {one.name: one.read_at for one in states(tx)}
    query = select(incidents.c.id, incidents.c.source).where(
        incidents.c.external_id.is_not(None),
        incidents.c.status != "resolved",
        incidents.c.unconfirmed_since.is_(None),
    )
    found: dict[str, datetime] = {}
    for row in tx.execute(query).all():
        since = read_at.get(row.source)
        if since is None or now - since > limit:
            found[row.id] = since or now
    return found


def _write(tx: Connection, source: SourceOptions, values: dict[str, Any]) -> None:
    named = {"kind": source.kind, "url": source.url} | values
    done = tx.execute(update(feeds).where(feeds.c.name == source.name).values(**named))
    if done.rowcount == 0:
        empty = {"failures": 0, "ongoing": 0, "unmapped": [], "contradictions": []}
        tx.execute(insert(feeds).values(**({"name": source.name} | empty | named)))
