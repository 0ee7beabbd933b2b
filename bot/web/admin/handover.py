"""The limits from which a person is called: tried on past conversations, then chosen."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Request
from pydantic import Field
from sqlalchemy.engine import Connection as Tx

from bot import calling, handover_trial
from bot.audit import changed
from bot.calling import LIMITS
from bot.handover_trial import Called, Change, Trial, Tried
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Instant
from bot.web.models import Body as Given
from bot.web.trail import Noting
from handoff.settings import HandoffSettings

router = APIRouter(prefix="/handover")

MOST_TRIED = 2000
"""Conversations a trial looks at, at most."""
SHOWN = 30
"""Conversations a trial names."""
EXCERPT = 300
"""Characters shown of a message."""
MOST_FAILED = 20

Share = Annotated[float | None, Field(ge=0, le=1)]


class Limits(Given):
    """The limits to hold; one that is null or missing is as the settings say."""

    asking_limit: Share = None
    urgency_limit: Share = None
    frustration_limit: Share = None
    person_limit: Share = None
    max_failed_answers: Annotated[int | None, Field(ge=1, le=MOST_FAILED)] = None


class NewLimits(Limits):
    """The same, with when the limits were changed that their editor had read; null: never."""

    base: str | None = None


class TrialOf(Given):
    """The limits to try, and on how many of the newest conversations."""

    limits: Limits
    conversations: Annotated[int, Body(ge=1, le=MOST_TRIED)] = 500


class Limit(Answer):
    """One limit: what holds, and what the settings say."""

    name: str
    value: float
    setting: float


class LimitsShown(Answer):
    """The limits in force, and who chose them; no author: nobody ever did."""

    limits: list[Limit]
    author: str | None
    changed_at: Instant | None


class Sum(Answer):
    """What one set of limits would have meant."""

    conversations: int
    urgent: int
    by_reason: dict[str, int]
    needed: int
    """Of those that are known to have needed a person."""
    not_needed: int


class Example(Answer):
    """One conversation for which the limits would have called a person, and at which message."""

    conversation: str
    position: int
    text: str
    language: str | None
    reason: str
    urgent: bool
    change: Change
    handed_over: bool
    needed: Literal["yes", "no", "unknown"]


class Effect(Answer):
    """What the limits would have meant, beside those in force."""

    conversations: int
    left_out: int
    """Conversations from before turns kept what was measured: they cannot be decided again."""
    handed_over: int
    needed: int
    not_needed: int
    in_force: Sum
    tried: Sum
    new: int
    gone: int
    examples: list[Example]


@router.get("")
async def show(request: Request, _: Admin) -> LimitsShown:
    """The limits in force."""
    parts = parts_of(request)
    return await parts.database.read(lambda tx: _shown(tx, parts.settings.handoff))


@router.post("/trial")
async def trial(request: Request, _: Admin, given: TrialOf) -> Effect:
    """What these limits would have done to the newest conversations; saves nothing. BadLimits."""
    parts = parts_of(request)
    settings = parts.settings.handoff
    tried = calling.within(settings, calling.check(settings, given.limits.model_dump()))

    def work(tx: Tx) -> Trial:
        now = calling.within(settings, _chosen(tx))
        return handover_trial.trial(handover_trial.past(tx, given.conversations), now, tried)

    return _effect(await parts.database.read(work))


@router.put("")
async def choose(request: Request, note: Noting, given: NewLimits) -> LimitsShown:
    """Hold these from the next message on; BadLimits, LimitsChanged."""
    parts = parts_of(request)
    settings = parts.settings.handoff
    chosen = calling.check(settings, given.model_dump(exclude={"base"}))

    def work(tx: Tx) -> LimitsShown:
        calling.require_unchanged(tx, given.base)
        before = _values(calling.within(settings, _chosen(tx)))
        calling.put(tx, chosen, note.by.name, parts.now())
        was, now = changed(before, _values(calling.within(settings, chosen)))
        note(tx, "calling.chosen", before=was, after=now)
        return _shown(tx, settings)

    return await parts.database.write(work)


def _chosen(tx: Tx) -> calling.Chosen:
    choice = calling.read(tx)
    return {} if choice is None else choice.value


def _values(limits: HandoffSettings) -> dict[str, float]:
    return {name: getattr(limits, name) for name in LIMITS}


def _shown(tx: Tx, settings: HandoffSettings) -> LimitsShown:
    choice, own = calling.read(tx), _values(settings)
    now = _values(calling.within(settings, _chosen(tx)))
    return LimitsShown(
        limits=[Limit(name=name, value=now[name], setting=own[name]) for name in LIMITS],
        author=None if choice is None else choice.author,
        changed_at=None if choice is None else choice.changed_at,
    )


def _effect(made: Trial) -> Effect:
    return Effect(
        conversations=made.conversations,
        left_out=made.left_out,
        handed_over=made.handed_over,
        needed=made.needed,
        not_needed=made.not_needed,
        in_force=_sum(made.in_force),
        tried=_sum(made.tried),
        new=sum(one.change == "new" for one in made.found),
        gone=sum(one.change == "gone" for one in made.found),
        examples=[_example(one) for one in made.found[:SHOWN]],
    )


def _sum(called: Called) -> Sum:
    return Sum(
        conversations=called.conversations,
        urgent=called.urgent,
        by_reason=dict(called.by_reason),
        needed=called.needed,
        not_needed=called.not_needed,
    )


def _example(one: Tried) -> Example:
    turn, escalation, needed = one.call.turn, one.call.escalation, one.talk.needed
    return Example(
        conversation=one.talk.conversation,
        position=turn.position,
        text=turn.text[:EXCERPT],
        language=turn.language,
        reason=str(escalation.reason),
        urgent=escalation.urgent,
        change=one.change,
        handed_over=one.talk.handed_over,
        needed="unknown" if needed is None else "yes" if needed else "no",
    )
