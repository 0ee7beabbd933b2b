"""All incidents in SQL: those that the team declares, and those read from status pages."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from retrieval.errors import NotEditable, UnknownIncident
from retrieval.incidents.incident import SEVERITIES, STATUSES, Incident, Texts, Update
from retrieval.tables import incident_updates, incidents

_TICK = timedelta(microseconds=1)

# Every tick of the clock runs these.
_ALL = select(incidents)
_ONGOING = _ALL.where(incidents.c.active.is_(True), incidents.c.status != "resolved")
_NOTES = (
    select(incident_updates)
    .where(incident_updates.c.incident_id.in_(bindparam("of", expanding=True)))
    .order_by(incident_updates.c.incident_id, incident_updates.c.at, incident_updates.c.ordinal)
)


def create(
    tx: Connection,
    *,
    title: Texts,
    components: Sequence[str],
    severity: str,
    status: str,
    now: datetime,
    text: Texts | None = None,
    workaround: Texts | None = None,
    next_update_at: datetime | None = None,
    expected_at: datetime | None = None,
    active: bool = True,
    incident_id: str | None = None,
    started_at: datetime | None = None,
    source: str = "manual",
) -> Incident:
    """Return the new incident, with `text` as its first update.

    One that is not `active` is a template: nobody is told of it before `declare`.
    """
    check(severity, SEVERITIES, "severity")
    check(status, STATUSES, "status")
    chosen = incident_id or uuid.uuid4().hex
    began = started_at or now
    values: dict[str, Any] = {
        "id": chosen,
        "title": dict(title),
        "components": list(components),
        "severity": severity,
        "status": status,
        "active": active,
        "source": source,
        "workaround": dict(workaround or {}),
        "created_at": now,
        "started_at": began if active else None,
        "resolved_at": began if active and status == "resolved" else None,
        "next_update_at": next_update_at,
        "expected_at": expected_at,
        "kept": [],
    }
    tx.execute(insert(incidents).values(**values))
    if text:
        note(tx, chosen, status=status, text=text, at=began, now=now)
    return get(tx, chosen)


def add_update(
    tx: Connection,
    incident_id: str,
    *,
    status: str,
    text: Texts,
    now: datetime,
    next_update_at: datetime | None = None,
    workaround: Texts | None = None,
) -> Incident:
    """Return the incident with one more note; the status `resolved` ends it, any other reopens.

    What the team says of an incident from a status page stands until that page's own word on
    it changes.
    """
    check(status, STATUSES, "status")
    changed: dict[str, Any] = {
        "status": status,
        "resolved_at": now if status == "resolved" else None,
        "next_update_at": None if status == "resolved" else next_update_at,
    }
    if workaround is not None:
        changed["workaround"] = dict(workaround)
    change(tx, incident_id, changed)
    note(tx, incident_id, status=status, text=text, at=now, now=now)
    return get(tx, incident_id)


def declare(
    tx: Connection, incident_id: str, now: datetime, next_update_at: datetime | None = None
) -> Incident:
    """Return the template as an ongoing incident that started now; its notes start over.

    Of an earlier use only the first note is kept, dated now. An ongoing one stays as it is.
    NotEditable for one of a status page: its notes are history.
    """
    known = get(tx, incident_id)
    if known.ongoing:
        return known
    if known.language is not None:
        raise NotEditable(
            f"{incident_id} comes from the status page {known.source!r} and is over. Add an update "
            "to open it again, or write a new incident."
        )
    first = known.updates[0] if known.updates else None
    tx.execute(delete(incident_updates).where(incident_updates.c.incident_id == incident_id))
    status = first.status if first and first.status != "resolved" else STATUSES[0]
    started = {
        "active": True,
        "status": status,
        "started_at": now,
        "resolved_at": None,
        "next_update_at": next_update_at,
        "expected_at": None,
    }
    change(tx, incident_id, started)
    if first is not None:
        note(tx, incident_id, status=status, text=first.text, at=now, now=now)
    return get(tx, incident_id)


def get(tx: Connection, incident_id: str) -> Incident:
    """Return one incident; UnknownIncident if there is none."""
    row = tx.execute(select(incidents).where(incidents.c.id == incident_id)).mappings().first()
    if row is None:
        raise UnknownIncident(incident_id)
    return _incident(row, _notes(tx, [incident_id]).get(incident_id, ()))


def listing(tx: Connection, *, ongoing: bool = False) -> list[Incident]:
    """Return all incidents, or only the ongoing ones; those that began last come first."""
    rows = list(tx.execute(_ONGOING if ongoing else _ALL).mappings())
    notes = _notes(tx, [row["id"] for row in rows])
    rows.sort(key=lambda r: (r["started_at"] or r["created_at"], r["id"]), reverse=True)
    return [_incident(row, notes.get(row["id"], ())) for row in rows]


def change(tx: Connection, incident_id: str, values: Mapping[str, Any]) -> None:
    """Write columns of an incident; UnknownIncident if there is none."""
    done = tx.execute(update(incidents).where(incidents.c.id == incident_id).values(**values))
    if done.rowcount != 1:
        raise UnknownIncident(incident_id)


def note(
    tx: Connection,
    incident_id: str,
    *,
    status: str,
    text: Texts,
    at: datetime,
    now: datetime,
    **columns: Any,
) -> None:
    """Add a public note that is dated `at` and stored `now`."""
    last = tx.execute(
        select(func.max(incident_updates.c.ordinal)).where(
            incident_updates.c.incident_id == incident_id
        )
    ).scalar()
    values: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "incident_id": incident_id,
        "ordinal": (last or 0) + 1,
        "status": status,
        "at": at,
        "text": dict(text),
        "stored_at": stamp(tx, incident_id, now),
        "corrections": 0,
        "history": [],
        "seen": [],
    }
    tx.execute(insert(incident_updates).values(**(values | columns)))


def stamp(tx: Connection, incident_id: str, now: datetime) -> datetime:
    """Return now, or a moment later: of one incident no two changes are stored at one instant.

    Whoever was told everything up to an instant can so be told exactly the rest.
    """
    last: datetime | None = tx.execute(
        select(func.max(incident_updates.c.stored_at)).where(
            incident_updates.c.incident_id == incident_id
        )
    ).scalar()
    return now if last is None or last < now else last + _TICK


def check(value: str, known: tuple[str, ...], what: str) -> None:
    """Raise ValueError when `value` is none of the known ones."""
    if value not in known:
        raise ValueError(f"Unknown {what} {value!r}; one of {', '.join(known)}.")


def _notes(tx: Connection, ids: Sequence[str]) -> dict[str, tuple[Update, ...]]:
    """The notes of each incident by their own dates: a page may add one that is older."""
    found: dict[str, list[Update]] = {}
    if not ids:
        return {}
    for row in tx.execute(_NOTES, {"of": list(ids)}):
        one = Update(
            row.id, row.incident_id, row.status, row.at, dict(row.text),
            row.corrected_at, row.corrections, row.external_id is not None,
        )  # fmt: skip
        found.setdefault(row.incident_id, []).append(one)
    return {incident_id: tuple(notes) for incident_id, notes in found.items()}


_SAME = (
    "id", "severity", "status", "started_at", "resolved_at", "next_update_at", "active", "source",
    "expected_at", "url", "language", "left_feed_at", "unconfirmed_since",
)  # fmt: skip


def _incident(row: RowMapping, updates: tuple[Update, ...]) -> Incident:
    minutes = row["cadence_minutes"]
    return Incident(
        **{key: row[key] for key in _SAME},
        title=dict(row["title"]),
        components=tuple(row["components"]),
        workaround=dict(row["workaround"]),
        updates=updates,
        cadence=None if minutes is None else timedelta(minutes=minutes),
    )
