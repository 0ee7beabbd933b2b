"""What an incident did, in figures, and the draft of its review: for admins."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import ConfigDict

from bot import incident_figures
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer as Strict
from bot.web.models import Instant

router = APIRouter(prefix="/incidents")

IncidentId = Annotated[str, Path(max_length=128)]


class Answer(Strict):
    """Filled from the figures, field by field."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Outcome(Answer):
    """Conversations; `answered` by the bot with no person called; shares are of all of them."""

    conversations: int
    answered: int
    handed_over: int
    frustrated: int
    answered_share: float | None
    handed_over_share: float | None
    frustrated_share: float | None


class Phases(Answer):
    """All conversations of the help desk in spans of one length; `after` is null until it began."""

    before: Outcome
    during: Outcome
    after: Outcome | None


class Spread(Answer):
    """Minutes; null where there were none."""

    n: int
    p50: float | None
    p95: float | None
    longest: float | None


class Waits(Answer):
    """From the call for a person until one joined, and how many still wait."""

    spread: Spread
    waiting: int


class Ratings(Answer):
    """Of the touched conversations, and of the answers with the incident."""

    n: int
    avg: float | None
    helpful: int
    not_helpful: int


class Hour(Answer):
    """One step of the plot."""

    at: Instant
    conversations: int
    handed_over: int
    wait_minutes: float | None


class Times(Answer):
    """Instants, and minutes from the first report to each."""

    first_report_at: Instant | None
    declared_at: Instant
    acknowledged_at: Instant | None
    ended_at: Instant | None
    to_declaration: float | None
    to_acknowledgement: float | None
    to_end: float | None
    lasted: float
    reopened: int


class Unfinished(Answer):
    """Conversations that asked from a page of yours, and those whose page said it was completed."""

    reported: int
    completed: int


class Figures(Answer):
    """All figures of one incident; what each means stands in the docs on incidents."""

    incident: str
    as_of: Instant
    ongoing: bool
    conversations: int
    customers: int
    reported_before: int
    followers: int
    updates_told: int
    by_component: dict[str, int]
    by_language: dict[str, int]
    step_minutes: int
    by_hour: list[Hour]
    outcome: Outcome
    phases: Phases
    times: Times
    between_updates: Spread
    waits: Waits
    ratings: Ratings
    unfinished: Unfinished


@router.get("/{incident}/figures")
async def figures(request: Request, _: Admin, incident: IncidentId) -> Figures:
    """The figures as of now; `not_declared` for one that is only prepared."""
    parts = parts_of(request)
    components, now = parts.company.components, parts.now()
    found = await parts.database.read(
        lambda tx: incident_figures.figures(tx, incident, components, now)
    )
    return Figures.model_validate(found)
