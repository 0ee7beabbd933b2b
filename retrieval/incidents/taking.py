"""Takes over what a status page shows: each note once, nothing forgotten, nothing of ours lost."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.engine import Connection

from retrieval.errors import ImportRefused
from retrieval.importers.fetch import web_address
from retrieval.incidents import ledger
from retrieval.incidents.naming import ComponentNames
from retrieval.incidents.notes import take_notes
from retrieval.incidents.picture import FeedIncident, Picture, SourceOptions
from retrieval.tables import incidents

LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Context:
    """Where a picture comes from, and when."""

    source: SourceOptions
    names: ComponentNames
    now: datetime
    confirmed_at: datetime | None
    """When the source was last read well before this picture."""


def ongoing_ids(tx: Connection, source: str) -> set[str]:
    """Return the source's ids of the incidents that are not over as far as we know."""
    query = select(incidents.c.external_id).where(
        incidents.c.source == source,
        incidents.c.external_id.is_not(None),
        incidents.c.status != "resolved",
    )
    return {str(one) for one in tx.execute(query).scalars()}


def take(
    tx: Connection, context: Context, picture: Picture, looked_up: Mapping[str, FeedIncident]
) -> None:
    """Bring the ledger up to the picture; the same picture again changes nothing.

    `looked_up` is what the source says of incidents that its picture leaves out. One that neither
    shows stays ongoing and is marked as gone from the page: that is not the same as resolved.
    """
    shown = {_id(one.external_id): one for one in (*looked_up.values(), *picture.incidents)}
    known = _known(tx, context.source.name, shown)
    for external_id, one in shown.items():
        row = known.get(external_id)
        if row is not None:
            _compare(tx, context, row, one)
        elif one.status != "resolved":  # what was over before we looked is no news
            _begin(tx, context, external_id, one)
    for external_id, row in known.items():
        if external_id not in shown and row["left_feed_at"] is None:
            since = row["unconfirmed_since"] or context.confirmed_at or context.now
            left = {"left_feed_at": context.now}
            if row["status"] != "resolved":
                left["unconfirmed_since"] = since
            ledger.change(tx, row["id"], left)


def _known(tx: Connection, source: str, shown: Mapping[str, object]) -> dict[str, RowMapping]:
    """The incidents of this source that are shown, or ongoing by our word or the page's."""
    query = select(incidents).where(
        incidents.c.source == source, incidents.c.external_id.is_not(None)
    )
    return {
        row["external_id"]: row
        for row in tx.execute(query).mappings()
        if row["external_id"] in shown
        or row["status"] != "resolved"
        or (row["feed"] or {}).get("status") != "resolved"
    }


def _begin(tx: Connection, context: Context, external_id: str, one: FeedIncident) -> None:
    """Declare what the page shows for the first time."""
    chosen, now = uuid.uuid4().hex, context.now
    began = _past(one.started_at or _first_note(one), now)
    values = {
        "id": chosen,
        "title": {context.source.language: one.title or external_id},
        "components": _components(context, one),
        "severity": one.severity,
        "status": one.status,
        "active": True,
        "source": context.source.name,
        "workaround": {},
        "created_at": now,
        "started_at": began,
        "external_id": external_id,
        "url": _link(one.url),
        "language": context.source.language,
        "feed": _said(one),
        "kept": [],
    }
    tx.execute(insert(incidents).values(**values))
    added = take_notes(tx, chosen, context.source.language, one.updates, now)
    if one.status not in added:
        at = now if added else began
        ledger.note(tx, chosen, status=one.status, text={}, at=at, now=now, external_id="")


def _compare(tx: Connection, context: Context, row: RowMapping, one: FeedIncident) -> None:
    """Change what the page has changed since it was last read, and nothing else.

    What an admin wrote stands until the page itself says something new about it.
    """
    said, before = _said(one), row["feed"] or {}
    if _is_old_copy(said, before):
        return
    changed: dict[str, Any] = {}
    if one.title and said["title"] != before.get("title") and "title" not in row["kept"]:
        changed["title"] = {context.source.language: one.title}
    shown = {"severity": one.severity, "components": _components(context, one)}
    changed |= {k: v for k, v in shown.items() if k not in row["kept"] and v != row[k]}
    added = take_notes(tx, row["id"], context.source.language, one.updates, context.now)
    if said["status"] != before.get("status") or row["left_feed_at"] is not None:
        changed |= _turn(row, one.status, context.now)
        if one.status != row["status"] and one.status not in added:
            ledger.note(
                tx, row["id"], status=one.status, text={}, at=context.now, now=context.now,
                external_id="",
            )  # fmt: skip
    for name in ("left_feed_at", "unconfirmed_since"):
        if row[name] is not None:
            changed[name] = None
    if said != before:
        changed["feed"] = said
    if (link := _link(one.url)) is not None and link != row["url"]:
        changed["url"] = link
    if changed:
        ledger.change(tx, row["id"], changed)


def _turn(row: RowMapping, status: str, now: datetime) -> dict[str, Any]:
    if status == row["status"]:
        return {}
    if status == "resolved":
        return {"status": status, "resolved_at": now, "next_update_at": None}
    return {"status": status, "resolved_at": None}


def _components(context: Context, one: FeedIncident) -> list[str]:
    found = [context.names.ours(part) for part in one.components]
    ours: Sequence[str] = [part for part in found if part is not None]
    return list(dict.fromkeys(ours or context.names.in_title(one.title)))


def _said(one: FeedIncident) -> dict[str, Any]:
    return {
        "title": one.title,
        "status": one.status,
        "severity": one.severity,
        "components": [part.name for part in one.components],
        "changed_at": None if one.changed_at is None else one.changed_at.isoformat(),
    }


def _is_old_copy(said: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether some cache on the way gave a page that is older than the one we read last."""
    now, then = said["changed_at"], before.get("changed_at")
    return bool(now and then and datetime.fromisoformat(now) < datetime.fromisoformat(then))


def _link(url: str | None) -> str | None:
    """An address that admins may follow; nothing else that a page calls one."""
    try:
        return None if url is None else web_address(url, url)
    except ImportRefused:
        return None


def _first_note(one: FeedIncident) -> datetime | None:
    return min((note.at for note in one.updates if note.at is not None), default=None)


def _past(at: datetime | None, now: datetime) -> datetime:
    """An instant that a page gives, never in the future: a wrong clock there is no news here."""
    return now if at is None else min(at, now)


def _id(external_id: str) -> str:
    if len(external_id) <= LONGEST_ID:
        return external_id
    return hashlib.sha256(external_id.encode()).hexdigest()
