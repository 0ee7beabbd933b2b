"""Proposed incidents: the sensor's and colleagues' reports, declared or dismissed by an admin."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, BackgroundTasks, Path, Query, Request
from pydantic import Field
from sqlalchemy.engine import Connection as Tx

from bot.clock import Clock
from bot.company import Company, in_language
from bot.conversation import events as e
from bot.conversation import log
from bot.errors import BotError
from bot.web.admin.incidents import UnknownComponent
from bot.web.admin.places import Part
from bot.web.auth import Admin, SignedIn, parts_of
from bot.web.models import Answer, Body, Instant, Line, Paragraphs, Slug, Titles
from bot.web.trail import Noting
from bot.web.wire import Locale
from retrieval.incidents import ledger, sensor_proposals
from retrieval.incidents.sensor_proposals import Origin, Proposal, State

logger = structlog.get_logger()

router = APIRouter(prefix="/proposals")
console_router = APIRouter(prefix="/api/console/problems")

ProposalId = Annotated[str, Path(max_length=64)]
FIRST_UPDATE = timedelta(minutes=30)
"""When a declared proposal promises news."""

TITLES = {
    "en": "Problems with {name}",
    "zh-Hans": "{name}可能出现问题",
    "zh-Hant": "{name}可能出現問題",
    "ms": "Kemungkinan ada masalah dengan {name}",
}
TEXTS = {
    "en": "Several customers report problems with {name}. We are looking into it.",
    "zh-Hans": "多位用户反映{name}有问题，我们正在排查。",
    "zh-Hant": "多位使用者反映{name}有問題，我們正在調查。",
    "ms": "Beberapa pelanggan melaporkan masalah dengan {name}. Kami sedang menyiasat.",
}
"""What customers read of an incident that was declared with one click."""


class ComponentNeeded(BotError):
    """A report that names no component cannot be declared as it is."""

    code = "component_needed"


class Problem(Body):
    """What a colleague reports, in one line; customers never see it."""

    text: Line
    component: Slug | None = None


class Decision(Body):
    """How a proposal becomes an incident; what is left out is filled in from the proposal."""

    title: Annotated[Titles, Field(min_length=1)] | None = None
    text: Annotated[Paragraphs, Field(min_length=1)] | None = None
    components: Annotated[list[Slug], Field(min_length=1, max_length=20)] | None = None
    severity: Literal["minor", "major", "critical"] = "major"
    prepare_only: bool = False
    """Make a prepared incident that customers do not see until it is declared."""


class Example(Answer):
    """A question that counted, as it is in the log."""

    conversation: str
    position: int
    at: Instant
    text: str


class Note(Answer):
    """A colleague's report."""

    by: str
    at: str
    text: str


class Point(Answer):
    """Five minutes of the plot."""

    at: str
    questions: int
    expected: float


class Evidence(Answer):
    """Why the sensor proposes it; `chance` is that of so many questions on an ordinary day."""

    minutes: int
    questions: int
    expected: float
    times: float
    chance: float
    usual_per_hour: float
    plot: list[Point]


class Shown(Answer):
    """A proposal with its evidence; `components` has the one guessed first."""

    id: str
    components: list[str]
    names: list[dict[str, str]]
    origin: Origin
    state: State
    opened_at: Instant
    seen_at: Instant
    evidence: Evidence | None
    examples: list[Example]
    notes: list[Note]
    decided_by: str | None
    decided_at: Instant | None
    incident: str | None


@router.get("")
async def listing(
    request: Request,
    _: Admin,
    state: State | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[Shown]:
    """Proposals, those opened last first."""
    parts = parts_of(request)

    def work(tx: Tx) -> list[Shown]:
        found = sensor_proposals.listing(tx, state=state, limit=limit)
        return [_shown(tx, parts.company, one) for one in found]

    return await parts.database.read(work)


@router.post("/{proposal}/declare")
async def declare(
    request: Request,
    note: Noting,
    proposal: ProposalId,
    background: BackgroundTasks,
    decision: Decision | None = None,
) -> Shown:
    """Make an incident of it: from this moment customers are told."""
    parts = parts_of(request)
    chosen = decision or Decision()

    def work(tx: Tx) -> Shown:
        now = parts.now()
        known = sensor_proposals.undecided(tx, proposal)
        components = _components(parts.company, known, chosen)
        made = ledger.create(
            tx,
            title=_plain(chosen.title) or _filled(TITLES, parts.company, components[0]),
            components=components,
            severity=chosen.severity,
            status="investigating",
            now=now,
            text=_plain(chosen.text) or _filled(TEXTS, parts.company, components[0]),
            next_update_at=None if chosen.prepare_only else now + FIRST_UPDATE,
            active=not chosen.prepare_only,
        )
        decided = sensor_proposals.declare(tx, proposal, incident=made.id, by=note.by.name, now=now)
        told = {"incident": made.id, "components": components, "active": made.active}
        note(tx, "proposal.declared", proposal, after=told)
        return _shown(tx, parts.company, decided)

    shown = await parts.database.write(work)
    if await asyncio.to_thread(parts.board.refresh):
        parts.clock.on_incidents()
    background.add_task(_tell_followers, parts.clock)
    return shown


@router.post("/{proposal}/dismiss")
async def dismiss(request: Request, note: Noting, proposal: ProposalId) -> Shown:
    """It is no incident; while the rise lasts it is not proposed again."""
    parts = parts_of(request)

    def work(tx: Tx) -> Shown:
        known = sensor_proposals.dismiss(tx, proposal, by=note.by.name, now=parts.now())
        note(tx, "proposal.dismissed", proposal, after={"components": list(known.components)})
        return _shown(tx, parts.company, known)

    return await parts.database.write(work)


@console_router.get("")
async def problems(request: Request, _: SignedIn) -> list[Shown]:
    """What was seen or reported and waits for an admin's decision."""
    parts = parts_of(request)

    def work(tx: Tx) -> list[Shown]:
        found = sensor_proposals.listing(tx, state=sensor_proposals.OPEN)
        return [_shown(tx, parts.company, one) for one in found]

    return await parts.database.read(work)


@console_router.get("/components")
async def components(request: Request, _: SignedIn) -> list[Part]:
    """What a report may name: the parts of the product that can break."""
    return [Part(id=one.id, name=one.name) for one in parts_of(request).company.components]


@console_router.post("")
async def report(request: Request, session: SignedIn, problem: Problem) -> Shown:
    """Report a problem in one line; it joins the open proposal of that component, if there is one.

    The same line from the same colleague again is noted once: somebody clicked twice.
    """
    parts = parts_of(request)
    if problem.component is not None:
        _known(parts.company, [problem.component])

    def work(tx: Tx) -> Shown:
        made = sensor_proposals.report(
            tx,
            component=problem.component,
            text=problem.text,
            by=session.agent.name,
            now=parts.now(),
        )
        return _shown(tx, parts.company, made)

    return await parts.database.write(work)


def _components(company: Company, known: Proposal, chosen: Decision) -> list[str]:
    components = chosen.components or list(known.components)
    if not components:
        raise ComponentNeeded("The report names no component. Choose at least one, then declare.")
    _known(company, components)
    return components


def _known(company: Company, components: list[str]) -> None:
    names = company.component_names()
    for one in components:
        if one not in names:
            raise UnknownComponent(f"There is no component {one!r}. Known: {', '.join(names)}.")


def _plain(given: Mapping[Locale, str] | None) -> dict[str, str] | None:
    return None if given is None else {str(locale): text for locale, text in given.items()}


def _filled(texts: Mapping[str, str], company: Company, component: str) -> dict[str, str]:
    """The prepared words with the component's name, in the company's languages."""
    names = company.component_names()[component]
    return {
        locale: text.format(name=in_language(names, locale) or component)
        for locale, text in texts.items()
        if locale in company.languages
    }


async def _tell_followers(clock: Clock) -> None:
    try:
        await clock.tell_incidents()
    except BotError as error:  # the clock tries again within a second
        logger.warning("followers_not_told", code=error.code)


def _shown(tx: Tx, company: Company, one: Proposal) -> Shown:
    names = company.component_names()
    return Shown(
        id=one.id,
        components=list(one.components),
        names=[names.get(component, {}) for component in one.components],
        origin=one.origin,
        state=one.state,
        opened_at=one.opened_at,
        seen_at=one.seen_at,
        evidence=None if one.evidence is None else Evidence.model_validate(one.evidence),
        examples=[shown for place in one.examples if (shown := _example(tx, *place)) is not None],
        notes=[Note(**note) for note in one.notes],
        decided_by=one.decided_by,
        decided_at=one.decided_at,
        incident=one.incident_id,
    )


def _example(tx: Tx, conversation: str, position: int) -> Example | None:
    """The question as it is in the log; None where it is no longer there."""
    events = log.read(tx, conversation, after=position - 1, limit=1)
    said = events[0] if events and events[0].kind == e.CUSTOMER_SAID else None
    if said is None:
        return None
    return Example(conversation=conversation, position=position, at=said.at, text=said.data["text"])
