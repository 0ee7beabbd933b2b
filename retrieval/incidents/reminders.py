"""Which ongoing incidents have gone without a public update for too long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from retrieval.incidents.incident import Incident


@dataclass(frozen=True, slots=True)
class Late:
    """An incident whose next public update is overdue."""

    incident: Incident
    last_at: datetime
    """Its last public update, or its start."""
    due_at: datetime
    cadence: timedelta
    times: int
    """How many whole cadences have passed since: each is one reminder."""


def due_at(incident: Incident, cadence: timedelta) -> datetime | None:
    """Return when the next public update is due; None when the incident is over or a template."""
    last = _last(incident)
    return None if last is None else last + (incident.cadence or cadence)


def late(ongoing: Iterable[Incident], now: datetime, cadence: timedelta) -> list[Late]:
    """Return what is overdue, the latest first; `cadence` is for those without one of their own."""
    found = []
    for one in ongoing:
        last, own = _last(one), one.cadence or cadence
        if last is not None and now - last >= own:
            found.append(Late(one, last, last + own, own, (now - last) // own))
    return sorted(found, key=lambda one: one.due_at)


def _last(incident: Incident) -> datetime | None:
    if not incident.ongoing:
        return None
    return incident.updates[-1].at if incident.updates else incident.started_at
