"""What people wrote about an incident and customers will not read while it lasts, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Literal

from bot.answering import guard
from bot.answering.guard import Kind
from retrieval.incidents.incident import Incident

Field = Literal["title", "workaround", "update"]


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A sentence that the guard on words leaves out, the text it stands in, and what it claims."""

    field: Field
    """Where it stands; of the updates only the latest is told."""
    language: str
    text: str
    kind: Kind


def unsaid(incident: Incident, zone: tzinfo = UTC) -> tuple[Unsaid, ...]:
    """Every such sentence of what customers are told now; none once the incident is over."""
    allowed = guard.standing([incident], zone)
    if allowed is None:
        return ()
    return tuple(
        Unsaid(field, language, text[one.start : one.end].strip(), one.kind)
        for field, texts in _told(incident)
        for language, text in texts.items()
        for one in guard.breaches(text, allowed)
    )


def _told(incident: Incident) -> Iterator[tuple[Field, Mapping[str, str]]]:
    yield "title", incident.title
    yield "workaround", incident.workaround
    if incident.updates:
        yield "update", incident.updates[-1].text
