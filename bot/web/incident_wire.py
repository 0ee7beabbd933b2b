"""An active incident as customers and agents are shown it: in their language, as of an instant."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.answering import language as script
from bot.answering import words
from bot.conversation.events import instant
from bot.parts import Parts
from retrieval.incidents import reminders
from retrieval.incidents.incident import Incident


def active_incidents(parts: Parts, locale: str) -> list[dict[str, Any]]:
    """The incidents customers are hit by now, in one language, the latest first."""
    names, now, zone = parts.company.component_names(), parts.now(), parts.company.zone
    return [incident_wire(one, locale, names, now, zone) for one in parts.board.active()]


def late_updates(parts: Parts, locale: str) -> list[dict[str, Any]]:
    """The incidents that wait for a public update for too long, for the consoles of the staff."""
    cadence = parts.settings.incidents.cadence
    return [
        {
            "incident": one.incident.id,
            "title": words.choose(one.incident.title, locale) or one.incident.id,
            "last_update_at": instant(one.last_at),
            "due_at": instant(one.due_at),
            "cadence_minutes": int(one.cadence.total_seconds() // 60),
        }
        for one in reminders.late(parts.board.active(), parts.now(), cadence)
    ]


def open_proposals(parts: Parts, locale: str) -> list[dict[str, Any]]:
    """What may be an incident and waits for an admin, for the staff's pages; the latest first."""
    names = parts.company.component_names()
    return [
        {
            "proposal": one.id,
            "components": [_name(names, part, locale) for part in one.components],
            "origin": one.origin,
            "opened_at": instant(one.opened_at),
            "notes": len(one.notes),
        }
        for one in parts.clock.proposals
    ]


def incident_wire(
    incident: Incident,
    locale: str,
    names: Mapping[str, Mapping[str, str]],
    now: datetime,
    zone: tzinfo = UTC,
) -> dict[str, Any]:
    """One incident for the banner; without any update it is as of its start, else as of now.

    `title_language`, `text_language` and `workaround_language` name the language that a text was
    written in; it differs from the customer's where there is no translation.
    """
    latest = incident.updates[-1] if incident.updates else None
    as_of = latest.at if latest is not None else incident.started_at or now
    text = latest.text if latest is not None else {}

    def said(texts: Mapping[str, str]) -> str:
        return words.honest(words.choose(texts, locale), incident, zone)

    return {
        "id": incident.id,
        "title": words.choose(incident.title, locale) or incident.id,
        "title_language": text_language(incident.title, locale),
        "severity": incident.severity,
        "status": incident.status,
        "components": [_name(names, one, locale) for one in incident.components],
        "as_of": instant(as_of),
        "next_update_at": instant(incident.next_update_at),
        "expected_at": instant(incident.expected_at),
        "unconfirmed_since": instant(incident.unconfirmed_since),
        "workaround": said(incident.workaround) or None,
        "workaround_language": text_language(incident.workaround, locale),
        "text": said(text) or None,
        "text_language": text_language(text, locale),
        "corrected": latest is not None and latest.corrected_at is not None,
        "url": f"/help/{locale}/status#{incident.id}",
    }


def text_language(texts: Mapping[str, str], locale: str) -> str | None:
    """The language of the text that `words.choose` gives; None when there is no text.

    Chinese in the other script is converted, so it counts as the customer's own.
    """
    usable = [code for code, text in texts.items() if text.strip()]
    if not usable:
        return None
    if locale in usable or script.SISTERS.get(locale, "") in usable:
        return locale
    return words.DEFAULT if words.DEFAULT in usable else usable[0]


def _name(names: Mapping[str, Mapping[str, str]], component: str, locale: str) -> str:
    return words.choose(names.get(component, {}), locale) or component
