"""An active incident as customers and agents are shown it: in their language, as of an instant."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.answering import words
from bot.conversation.events import instant
from bot.parts import Parts
from retrieval.incidents.incident import Incident


def active_incidents(parts: Parts, locale: str) -> list[dict[str, Any]]:
    """The incidents customers are hit by now, in one language, the latest first."""
    names, now = parts.company.component_names(), parts.now()
    return [incident_wire(one, locale, names, now) for one in parts.board.active()]


def incident_wire(
    incident: Incident, locale: str, names: Mapping[str, Mapping[str, str]], now: datetime
) -> dict[str, Any]:
    """One incident for the banner; without any update it is as of its start, else as of now."""
    latest = incident.updates[-1] if incident.updates else None
    as_of = latest.at if latest is not None else incident.started_at or now
    return {
        "id": incident.id,
        "title": words.choose(incident.title, locale) or incident.id,
        "severity": incident.severity,
        "status": incident.status,
        "components": [_name(names, one, locale) for one in incident.components],
        "as_of": instant(as_of),
        "next_update_at": instant(incident.next_update_at),
        "workaround": words.choose(incident.workaround, locale) or None,
        "text": (words.choose(latest.text, locale) or None) if latest is not None else None,
        "url": f"/help/{locale}/status#{incident.id}",
    }


def _name(names: Mapping[str, Mapping[str, str]], component: str, locale: str) -> str:
    return words.choose(names.get(component, {}), locale) or component
