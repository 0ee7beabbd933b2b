"""Handoff rules: words and circumstances that always call a person, tried before they are saved."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from sqlalchemy.engine import Connection as Tx

from bot import revisions, rule_trial
from bot.parts import Parts
from bot.rule_trial import Change, Trial, Tried
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Base
from bot.web.models import Body as Given
from bot.web.trail import Noting
from bot.web.wire import Locale
from handoff import rules, teams, words
from handoff.errors import BadRule
from handoff.rules import Rule
from retrieval.errors import NoIndex, UnknownArticle
from retrieval.incidents import ledger

router = APIRouter(prefix="/rules")

MAX_RULES = 500
MOST_TRIED = 2000
"""Conversations a trial looks at, at most."""
SHOWN = 30
"""Conversations a trial names."""
EXCERPT = 300
"""Characters shown of a message."""


class TrialOf(Given):
    """The rules to try, and on how many of the newest conversations."""

    rules: Annotated[list[dict[str, Any]], Body(max_length=MAX_RULES)]
    conversations: Annotated[int, Body(ge=1, le=MOST_TRIED)] = 500
    locale: Locale = "en"
    """The language the evidence is told in."""


class Example(Answer):
    """One conversation for which the rules would have called a person."""

    conversation: str
    position: int
    text: str
    language: str | None
    rule: str
    name: str
    urgent: bool
    team: str | None
    """The team it would have been handed to; null: anybody."""
    evidence: list[str]
    handed_over: bool
    change: Change


class Effect(Answer):
    """What the rules would have meant; `stored` is what the saved ones would have.

    `moved` counts the conversations that both would have handed over, but to other teams.
    """

    conversations: int
    handed_over: int
    stored: int
    tried: int
    new: int
    gone: int
    new_handed_over: int
    by_rule: dict[str, int]
    by_team: dict[str, int]
    moved: int
    examples: list[Example]


@router.get("")
async def listing(request: Request, response: Response, _: Admin) -> list[Rule]:
    """All rules in their order; the ETag is their revision."""
    found = await parts_of(request).database.read(rules.listing)
    response.headers["ETag"] = f'"{_revision(found)}"'
    return found


@router.put("")
async def replace(
    request: Request,
    response: Response,
    note: Noting,
    given: Annotated[list[dict[str, Any]], Body(max_length=MAX_RULES)],
    base: Base = None,
) -> list[Rule]:
    """Put these rules, in this order, in place of all others; BadRule names rule and field,
    also where a team is gone. Overwritten where `base` is not their revision any more."""
    checked = rules.check(given)

    def work(tx: Tx) -> list[Rule]:
        revisions.hold(tx)
        old = rules.listing(tx)
        revisions.require(tx, base, _revision(old), "list of rules", ["rules.changed"])
        _require_teams(tx, checked)
        rules.replace(tx, checked)
        new = rules.listing(tx)
        note(tx, "rules.changed", after=_difference(old, new))
        return new

    saved = await parts_of(request).database.write(work)
    response.headers["ETag"] = f'"{_revision(saved)}"'
    return saved


@router.post("/trial")
async def trial(request: Request, _: Admin, given: TrialOf) -> Effect:
    """What these rules would have done to the newest conversations; saves nothing. BadRule."""
    checked = rules.check(given.rules)
    parts = parts_of(request)

    def work(tx: Tx) -> Trial:
        severities = {one.id: one.severity for one in ledger.listing(tx)}
        hours, components = parts.company.hours, _components(parts)
        talks = rule_trial.past(tx, given.conversations, hours, components, severities)
        return rule_trial.trial(talks, rules.listing(tx), checked)

    return _effect(await parts.database.read(work), given.locale)


def _revision(found: Sequence[Rule]) -> str:
    return revisions.revision([one.model_dump(mode="json") for one in found])


def _require_teams(tx: Tx, given: Sequence[Rule]) -> None:
    known = {one.id for one in teams.listing(tx)}
    for one in given:
        if one.then.team is not None and one.then.team not in known:
            told = f"there is no team {one.then.team!r}; choose another, or anybody"
            raise BadRule(one.id, "then.team", told)


def _difference(old: Sequence[Rule], new: Sequence[Rule]) -> dict[str, list[str] | int | bool]:
    """Which rules came, went and changed, by their ids."""
    before, after = {one.id: one for one in old}, {one.id: one for one in new}
    stayed = [one for one in after if one in before]
    return {
        "rules": len(new),
        "added": [one for one in after if one not in before],
        "removed": [one for one in before if one not in after],
        "changed": [one for one in stayed if before[one] != after[one]],
        "moved": stayed != [one for one in before if one in after],
    }


def _components(parts: Parts) -> Callable[[str], Sequence[str]]:
    def of(passage: str) -> Sequence[str]:
        try:
            return parts.index.passage(passage).components
        except (UnknownArticle, NoIndex):
            return ()

    return of


def _effect(found: Trial, locale: str) -> Effect:
    fresh = [one for one in found.found if one.change == "new"]
    return Effect(
        conversations=found.conversations,
        handed_over=found.handed_over,
        stored=found.stored,
        tried=found.tried,
        new=len(fresh),
        gone=sum(one.change == "gone" for one in found.found),
        new_handed_over=sum(one.handed_over for one in fresh),
        by_rule=found.by_rule,
        by_team=found.by_team,
        moved=found.moved,
        examples=[_example(one, locale) for one in found.found[:SHOWN]],
    )


def _example(one: Tried, locale: str) -> Example:
    told = one.hit.evidence[1:]  # the first is the rule's own name
    return Example(
        conversation=one.turn.conversation,
        position=one.turn.position,
        text=one.turn.text[:EXCERPT],
        language=one.turn.around.language,
        rule=one.hit.rule,
        name=one.hit.name,
        urgent=one.hit.urgent,
        team=one.hit.team,
        evidence=words.evidence_in_words(told, locale),
        handed_over=one.handed_over,
        change=one.change,
    )
