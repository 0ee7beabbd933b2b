"""The facts a review rests on: nothing is judged here, and no cause is guessed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection as Tx

from bot import incident_figures, incident_touched
from bot.answering.language import SISTERS
from bot.company import Company
from bot.conversation import events as e
from bot.conversation.events import Event
from bot.conversation.tables import events
from bot.incident_figures import Figures
from bot.incident_touched import Touched
from handoff.folding import fold
from handoff.policy import Reason
from retrieval import articles
from retrieval.incidents import staff_notes
from retrieval.incidents.incident import Incident, Texts
from retrieval.incidents.sensor_about import about
from retrieval.incidents.staff_notes import StaffNote
from retrieval.tables import incident_proposals

MAX_QUESTIONS = 5_000
"""Unanswered questions that are looked through."""
MAX_GAPS = 50
MAX_HANDED_OVER = 100
_UNKNOWN = (str(Reason.UNSURE), str(Reason.STUCK))


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline; `detail` is the status of an update, the kind of a note."""

    at: datetime
    kind: str
    detail: str = ""
    by: str = ""
    text: str = ""
    texts: Texts = field(default_factory=dict)
    """Of an update: the reader chooses the language."""
    conversation: str | None = None


@dataclass(slots=True)
class Gap:
    """A question that no article covered, in whatever script and case it was asked."""

    text: str
    language: str
    asked: int = 0
    conversations: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A touched conversation for which a person was called."""

    at: datetime
    conversation: str
    reason: str
    language: str


@dataclass(frozen=True, slots=True)
class Review:
    """Everything the draft says."""

    incident: Incident
    figures: Figures
    timeline: tuple[Moment, ...]
    handed_over: tuple[HandedOver, ...]
    gaps: tuple[Gap, ...]
    no_article: tuple[tuple[str, str], ...]
    """(Component, language) for which nothing is published."""
    no_text: tuple[str, ...]
    """Languages in which the title or an update was not written."""
    notes: tuple[StaffNote, ...]


def gather(tx: Tx, incident_id: str, company: Company, now: datetime) -> Review:
    """The facts as of now; raises UnknownIncident, NeverDeclared."""
    found = incident_touched.touched(tx, incident_id)
    figures = incident_figures.of(tx, found, company.components, now)
    notes = tuple(staff_notes.listing(tx, incident_id))
    lines = [
        *_marks(found, figures), *_updates(found), *_proposed(tx, incident_id), *_noted(notes),
    ]  # fmt: skip
    lines.sort(key=lambda one: one.at)
    return Review(
        incident=found.incident,
        figures=figures,
        timeline=tuple(lines),
        handed_over=tuple(_handed_over(found))[:MAX_HANDED_OVER],
        gaps=tuple(_gaps(tx, found, figures, company, now)),
        no_article=tuple(_no_article(tx, found.incident, company)),
        no_text=tuple(_no_text(found.incident, company.languages)),
        notes=notes,
    )


def _marks(found: Touched, figures: Figures) -> Iterator[Moment]:
    """What the log and the ledger know of the beginning, the firsts, and the end."""
    incident, touches = found.incident, found.touches
    if incident.started_at is not None and incident.started_at != found.declared_at:
        yield Moment(incident.started_at, "began")
    yield Moment(found.declared_at, "declared")
    first = min(touches, key=lambda one: one.asked_at, default=None)
    if first is not None:
        yield Moment(
            first.asked_at, "first_report", text=first.text, conversation=first.conversation
        )
    told = next((one for one in touches if one.how != "reported"), None)
    if told is not None:
        yield Moment(told.at, "first_told", conversation=told.conversation)
    calls = list(_handed_over(found))
    if calls:
        yield Moment(calls[0].at, "first_call", calls[0].reason, conversation=calls[0].conversation)
    if incident.left_feed_at is not None:
        yield Moment(incident.left_feed_at, "left_feed")
    if figures.times.ended_at is not None and not any(
        one.status == "resolved" for one in incident.updates
    ):
        yield Moment(figures.times.ended_at, "ended")


def _updates(found: Touched) -> Iterator[Moment]:
    before = ""
    for one in found.incident.updates:
        reopened = before == "resolved" and one.status != "resolved"
        kind = "reopened" if reopened else "update"
        by = found.incident.source if one.from_status_page else ""
        yield Moment(one.at, kind, one.status, by, texts=dict(one.text))
        if one.corrected_at is not None:
            yield Moment(one.corrected_at, "corrected", one.status)
        before = one.status


def _proposed(tx: Tx, incident_id: str) -> Iterator[Moment]:
    """What the sensor saw and colleagues reported before somebody declared it."""
    query = select(incident_proposals).where(incident_proposals.c.incident_id == incident_id)
    for row in tx.execute(query):
        if row.evidence is not None:
            yield Moment(row.opened_at, "proposed", row.component or "")
        for note in row.notes:
            at = datetime.fromisoformat(str(note["at"]))
            yield Moment(at, "staff_report", by=str(note["by"]), text=str(note["text"]))


def _noted(notes: Sequence[StaffNote]) -> Iterator[Moment]:
    for one in notes:
        yield Moment(one.at, "note", one.kind, one.author, one.text)


def _handed_over(found: Touched) -> list[HandedOver]:
    """The first call of each touched conversation, in order of time."""
    calls = []
    for conversation, touch in found.first.items():
        for one in found.log[conversation]:
            if one.kind == e.PERSON_CALLED and one.at >= touch.at:
                reason = str(one.data["reason"])
                calls.append(HandedOver(one.at, conversation, reason, touch.language))
                break
    return sorted(calls, key=lambda one: (one.at, one.conversation))


def _gaps(tx: Tx, found: Touched, figures: Figures, company: Company, now: datetime) -> list[Gap]:
    """Questions without an answer: of touched conversations, and any about what it hits."""
    groups: dict[str, Gap] = {}
    hit, touched = set(found.incident.components), found.first
    for one in _unanswered(tx, figures.times.first_report_at or found.declared_at, found, now):
        asked = _query(one)
        of_it = one.conversation_id in touched or hit & set(about(asked, company.components))
        if not asked or not of_it:
            continue
        group = groups.setdefault(fold(asked), Gap(asked, str(one.data.get("language") or "")))
        if one.conversation_id not in group.conversations:
            group.conversations[one.conversation_id] = None
            group.asked += 1
    return sorted(groups.values(), key=lambda one: (-one.asked, one.text))[:MAX_GAPS]


def _unanswered(tx: Tx, since: datetime, found: Touched, now: datetime) -> list[Event]:
    unsure = (events.c.kind == e.BOT_ANSWERED) & events.c.data["decision"].as_string().in_(
        ("unsure", "clarify")
    )
    called = (events.c.kind == e.PERSON_CALLED) & events.c.data["reason"].as_string().in_(_UNKNOWN)
    until = (found.ended_at or now) + incident_touched.SETTLES
    found_events: list[Event] = []
    for which in (unsure, called):
        query = select(events).where(which, events.c.at >= since, events.c.at <= until)
        rows = tx.execute(query.order_by(events.c.at).limit(MAX_QUESTIONS)).mappings()
        found_events += [Event(**row) for row in rows]
    return found_events


def _query(one: Event) -> str:
    """What was asked; of a call for a person what the bot tried last."""
    staff = one.staff or {}
    tried = staff.get("tried") or [{}]
    return str(staff.get("query") or tried[-1].get("query") or "")


def _no_article(tx: Tx, incident: Incident, company: Company) -> list[tuple[str, str]]:
    have = {
        (component, one.locale) for one in articles.published(tx) for component in one.components
    }
    return [
        (component, locale)
        for component in incident.components
        for locale in company.languages
        if (component, locale) not in have
    ]


def _no_text(incident: Incident, languages: Sequence[str]) -> list[str]:
    """Chinese in the other script is converted, so it counts as written."""
    texts = [incident.title, *(one.text for one in incident.updates)]
    return [
        locale
        for locale in languages
        if any(not (text.get(locale) or text.get(SISTERS.get(locale, ""))) for text in texts)
    ]
