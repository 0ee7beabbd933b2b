"""What admins send and are shown about incidents."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from bot.answering.unsaid import unsaid
from bot.parts import Parts
from bot.web.models import Answer, Body, Instant, Line, Paragraph, Paragraphs, Slug, Titles
from retrieval.incidents import reminders
from retrieval.incidents.feeds import FeedState
from retrieval.incidents.incident import Incident, Texts
from retrieval.incidents.staff_notes import StaffNote

Severity = Literal["minor", "major", "critical"]
Status = Literal["investigating", "identified", "monitoring", "resolved"]
Minutes = Annotated[int, Field(ge=1, le=10_080)]
Moment = Annotated[AwareDatetime, Field(strict=False)]
"""RFC 3339 with its offset."""
Components = Annotated[list[Slug], Field(min_length=1, max_length=20)]
FIRST_UPDATE = 30
"""Minutes after which a declared incident promises news, unless the admin says otherwise."""


class NewIncident(Body):
    """An incident as an admin writes it; `text` is its first update."""

    title: Annotated[Titles, Field(min_length=1)]
    components: Components
    severity: Severity
    status: Status
    workaround: Annotated[Paragraphs, Field(default_factory=dict)]
    expected_at: Moment | None = None
    next_update_minutes: Minutes | None = None
    text: Annotated[Paragraphs, Field(min_length=1)]


class Edit(Body):
    """What to change about any incident; a field that is not sent stays, null empties it."""

    title: Annotated[Titles, Field(min_length=1)] | None = None
    components: Components | None = None
    severity: Severity | None = None
    workaround: Paragraphs | None = None
    expected_at: Moment | None = None
    next_update_at: Moment | None = None
    cadence_minutes: Minutes | None = None


class NewUpdate(Body):
    """News about an incident; without `workaround` the old one stays."""

    status: Status
    text: Annotated[Paragraphs, Field(min_length=1)]
    next_update_minutes: Minutes | None = None
    workaround: Paragraphs | None = None


class UpdateTexts(Body):
    """A public note in further languages, or corrected."""

    text: Annotated[Paragraphs, Field(min_length=1)]


class Declared(Body):
    """When the next news is promised for."""

    next_update_minutes: Minutes | None = FIRST_UPDATE


class NewNote(Body):
    """A note for the staff alone."""

    kind: Literal["finding", "owner", "channel", "note"] = "note"
    text: Paragraph


class NoteLine(Answer):
    """A staff note; nothing that speaks to customers knows of it."""

    number: int
    kind: str
    author: str
    at: Instant
    text: str


class UpdateLine(Answer):
    """One dated note; every note is public."""

    id: str
    at: Instant
    status: str
    text: dict[str, str]
    public: Literal[True] = True
    corrected_at: Instant | None
    from_status_page: bool


class UnsaidLine(Answer):
    """A sentence that customers do not read while the incident lasts; `kind`: what it claims."""

    field: Literal["title", "workaround", "update"]
    language: str
    text: str
    kind: Literal["over", "deployed", "time", "call"]


class Shown(Answer):
    """An incident with all its notes, and how many conversations wait to hear of it."""

    id: str
    title: dict[str, str]
    components: list[str]
    severity: str
    status: str
    active: bool
    started_at: Instant | None
    resolved_at: Instant | None
    workaround: dict[str, str]
    expected_at: Instant | None
    next_update_at: Instant | None
    cadence_minutes: int
    update_due_at: Instant | None
    update_late: bool
    source: str
    language: str | None
    url: str | None
    left_feed_at: Instant | None
    unconfirmed_since: Instant | None
    missing_languages: list[str]
    unsaid: list[UnsaidLine]
    updates: list[UpdateLine]
    followers: int


class Disagreement(Answer):
    """Where a status page does not agree with itself, or with what the team said here."""

    code: str
    incident: str | None
    component: str | None


class SourceLine(Answer):
    """A status page and how it was read last."""

    name: Line
    kind: str
    url: str
    configured: bool
    tried_at: Instant | None
    read_at: Instant | None
    age_seconds: int | None
    failures: int
    error: str | None
    next_at: Instant | None
    confirmed: bool
    says: str | None
    ongoing: int
    unmapped: list[str]
    contradictions: list[Disagreement]


def shown(parts: Parts, one: Incident, followers: int) -> Shown:
    """An incident as admins see it now."""
    cadence = one.cadence or parts.settings.incidents.cadence
    due = reminders.due_at(one, cadence)
    same = (
        "id", "title", "severity", "status", "active", "started_at", "resolved_at", "workaround",
        "expected_at", "next_update_at", "source", "language", "url", "left_feed_at",
        "unconfirmed_since",
    )  # fmt: skip
    return Shown(
        **{name: getattr(one, name) for name in same},
        components=list(one.components),
        cadence_minutes=int(cadence.total_seconds() // 60),
        update_due_at=due,
        update_late=due is not None and due <= parts.now(),
        missing_languages=_missing(one, parts.company.languages),
        unsaid=[
            UnsaidLine(field=each.field, language=each.language, text=each.text, kind=each.kind)
            for each in unsaid(one, parts.company.zone)
        ],
        updates=[
            UpdateLine(
                id=note.id, at=note.at, status=note.status, text=note.text,
                corrected_at=note.corrected_at, from_status_page=note.from_status_page,
            )
            for note in one.updates
        ],
        followers=followers,
    )  # fmt: skip


def source_line(state: FeedState, *, configured: bool, now: datetime, limit: float) -> SourceLine:
    """A status page as admins see it now; `limit` is the age in seconds that still confirms."""
    age = None if state.read_at is None else max(0, int((now - state.read_at).total_seconds()))
    same = ("name", "kind", "url", "tried_at", "read_at", "failures", "error", "next_at", "ongoing")
    return SourceLine(
        **{name: getattr(state, name) for name in same},
        configured=configured,
        age_seconds=age,
        confirmed=configured and age is not None and age <= limit,
        says=state.colour,
        unmapped=list(state.unmapped),
        contradictions=[Disagreement(**one) for one in state.contradictions],
    )


def note_line(one: StaffNote) -> NoteLine:
    """A staff note as admins see it."""
    return NoteLine(number=one.number, kind=one.kind, author=one.author, at=one.at, text=one.text)


def _missing(one: Incident, languages: Iterable[str]) -> list[str]:
    """The languages in which customers would read an original of title, last note, workaround."""
    told: list[Texts] = [one.title, one.workaround, *(note.text for note in one.updates[-1:])]
    written: list[Any] = [texts for texts in told if texts]
    return [code for code in languages if any(not texts.get(code) for texts in written)]
