"""Incidents that the team declares itself, in SQL."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from retrieval.errors import UnknownIncident
from retrieval.incidents.incident import SEVERITIES, STATUSES, Incident, Texts, Update
from retrieval.tables import incident_updates, incidents


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
    active: bool = True,
    incident_id: str | None = None,
    started_at: datetime | None = None,
    source: str = "manual",
) -> Incident:
    """Return the new incident, with `text` as its first update.

    One that is not `active` is a template: nobody is told of it before `declare`.
    """
    _check(severity, SEVERITIES, "severity")
    _check(status, STATUSES, "status")
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
    }
    tx.execute(insert(incidents).values(**values))
    if text:
        _note(tx, chosen, status, text, began)
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
    """Return the incident with one more note; the status `resolved` ends it, any other reopens."""
    _check(status, STATUSES, "status")
    changed: dict[str, Any] = {
        "status": status,
        "resolved_at": now if status == "resolved" else None,
        "next_update_at": None if status == "resolved" else next_update_at,
    }
    if workaround is not None:
        changed["workaround"] = dict(workaround)
    _change(tx, incident_id, changed)
    _note(tx, incident_id, status, text, now)
    return get(tx, incident_id)


def declare(
    tx: Connection, incident_id: str, now: datetime, next_update_at: datetime | None = None
) -> Incident:
    """Return the template as an ongoing incident that started now; its notes start over.

    Of an earlier use only the first note is kept, dated now. An ongoing one stays as it is.
    """
    known = get(tx, incident_id)
    if known.ongoing:
        return known
    first = known.updates[0] if known.updates else None
    tx.execute(delete(incident_updates).where(incident_updates.c.incident_id == incident_id))
    status = first.status if first and first.status != "resolved" else STATUSES[0]
    _change(
        tx,
        incident_id,
        {
            "active": True,
            "status": status,
            "started_at": now,
            "resolved_at": None,
            "next_update_at": next_update_at,
        },
    )
    if first is not None:
        _note(tx, incident_id, status, first.text, now)
    return get(tx, incident_id)


def get(tx: Connection, incident_id: str) -> Incident:
    """Return one incident; UnknownIncident if there is none."""
    row = tx.execute(select(incidents).where(incidents.c.id == incident_id)).mappings().first()
    if row is None:
        raise UnknownIncident(incident_id)
    return _incident(row, _notes(tx, [incident_id]).get(incident_id, ()))


def listing(tx: Connection, *, ongoing: bool = False) -> list[Incident]:
    """Return all incidents, or only the ongoing ones; those that began last come first."""
    query = select(incidents)
    if ongoing:
        query = query.where(incidents.c.active.is_(True), incidents.c.status != "resolved")
    rows = list(tx.execute(query).mappings())
    notes = _notes(tx, [row["id"] for row in rows])
    rows.sort(key=lambda r: (r["started_at"] or r["created_at"], r["id"]), reverse=True)
    return [_incident(row, notes.get(row["id"], ())) for row in rows]


def _change(tx: Connection, incident_id: str, values: Mapping[str, Any]) -> None:
    done = tx.execute(update(incidents).where(incidents.c.id == incident_id).values(**values))
    if done.rowcount != 1:
        raise UnknownIncident(incident_id)


def _note(tx: Connection, incident_id: str, status: str, text: Texts, at: datetime) -> None:
    last = tx.execute(
        select(func.max(incident_updates.c.ordinal)).where(
            incident_updates.c.incident_id == incident_id
        )
    ).scalar()
    tx.execute(
        insert(incident_updates).values(
            id=uuid.uuid4().hex,
            incident_id=incident_id,
            ordinal=(last or 0) + 1,
            status=status,
            at=at,
            text=dict(text),
        )
    )


def _notes(tx: Connection, ids: Sequence[str]) -> dict[str, tuple[Update, ...]]:
    query = (
        select(incident_updates)
        .where(incident_updates.c.incident_id.in_(ids))
        .order_by(incident_updates.c.incident_id, incident_updates.c.ordinal)
    )
    found: dict[str, tuple[Update, ...]] = {}
    for row in tx.execute(query):
        note = Update(row.id, row.incident_id, row.status, row.at, dict(row.text))
        found[row.incident_id] = (*found.get(row.incident_id, ()), note)
    return found


def _incident(row: RowMapping, updates: tuple[Update, ...]) -> Incident:
    same = ("id", "severity", "status", "started_at", "resolved_at", "next_update_at")
    return Incident(
        **{key: row[key] for key in (*same, "active", "source")},
        title=dict(row["title"]),
        components=tuple(row["components"]),
        workaround=dict(row["workaround"]),
        updates=updates,
    )


def _check(value: str, known: tuple[str, ...], what: str) -> None:
    if value not in known:
        raise ValueError(f"Unknown {what} {value!r}; one of {', '.join(known)}.")
