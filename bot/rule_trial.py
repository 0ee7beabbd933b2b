"""Rules tried on past conversations before they are saved: whom they would have called."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.engine import Connection as Tx
from sqlalchemy.engine import Row

from bot import past_talks
from bot.conversation import contacts
from bot.conversation import events as e
from handoff.hours import Hours
from handoff.rules import Around, Rule, RuleMatch, match

Components = Callable[[str], Sequence[str]]
"""The components of a passage by its id; of one that is gone, none."""
Severities = Mapping[str, str]
"""Incident id → how bad it is."""

Change = Literal["new", "gone", "kept"]

_KINDS = (e.STARTED, e.CUSTOMER_SAID, e.BOT_ANSWERED, e.PERSON_CALLED)


@dataclass(frozen=True, slots=True)
class Handled:
    """A turn that the bot handled, as the rules saw it."""

    conversation: str
    position: int
    text: str
    around: Around


@dataclass(frozen=True, slots=True)
class Talk:
    """A past conversation: the bot's turns, and whether a person was called in it."""

    turns: tuple[Handled, ...]
    handed_over: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """A conversation that the tried rules, or the stored ones, would have called a person for."""

    turn: Handled
    hit: RuleMatch
    handed_over: bool
    """A person was called in it in fact, for whatever reason."""
    change: Change
    """`new`, `gone`, or `kept`: called by the tried rules, by the stored ones, or by both."""


@dataclass(slots=True)
class Trial:
    """What a list of rules means for past conversations, beside the stored one."""

    conversations: int = 0
    handed_over: int = 0
    """Conversations in which a person was called in fact, for whatever reason."""
    stored: int = 0
    tried: int = 0
    by_rule: dict[str, int] = field(default_factory=dict)
    """Rule id → conversations for which it would have called first."""
    by_team: dict[str, int] = field(default_factory=dict)
    """Team id → conversations that would have been handed to it."""
    moved: int = 0
    """Called by both lists, but for another team than the stored one says."""
    found: list[Tried] = field(default_factory=list)
    """The new ones first, then those that would not be called any more."""


def past(
    tx: Tx, most: int, hours: Hours | None, components: Components, severities: Severities
) -> list[Talk]:
    """The newest conversations in which a customer wrote to the bot, at most so many."""
    found = []
    for some in past_talks.newest(tx, most, _KINDS):
        known = contacts.attributes_of(tx, [one.visitor for one in some])
        for one in some:
            attributes = known.get(one.visitor)
            talk = _talk(one.rows, hours, components, severities, attributes)
            found += [talk] if talk.turns else []
    return found


def trial(talks: Iterable[Talk], stored: Sequence[Rule], tried: Sequence[Rule]) -> Trial:
    """For how many of the conversations either list would have called a person, and for which."""
    made = Trial()
    for talk in talks:
        made.conversations += 1
        made.handed_over += talk.handed_over
        now, then = _first(stored, talk), _first(tried, talk)
        made.stored += now is not None
        made.tried += then is not None
        shown = then or now
        if shown is None:
            continue
        if then is not None:
            made.by_rule[then[1].rule] = made.by_rule.get(then[1].rule, 0) + 1
            if (team := then[1].team) is not None:
                made.by_team[team] = made.by_team.get(team, 0) + 1
            made.moved += now is not None and now[1].team != team
        change: Change = "gone" if then is None else "new" if now is None else "kept"
        made.found.append(Tried(*shown, talk.handed_over, change))
    made.found.sort(key=lambda one: ("new", "gone", "kept").index(one.change))
    return made


def _first(rules: Sequence[Rule], talk: Talk) -> tuple[Handled, RuleMatch] | None:
    hits = ((turn, match(rules, turn.text, turn.around)) for turn in talk.turns)
    return next(((turn, hit) for turn, hit in hits if hit is not None), None)


def _talk(
    rows: Sequence[Row[Any]],
    hours: Hours | None,
    components: Components,
    severities: Severities,
    attributes: Mapping[str, Any] | None,
) -> Talk:
    turns = tuple(_turns(rows, hours, components, severities, attributes))
    return Talk(turns, any(row.kind == e.PERSON_CALLED for row in rows))


def _turns(
    rows: Sequence[Row[Any]],
    hours: Hours | None,
    components: Components,
    severities: Severities,
    attributes: Mapping[str, Any] | None,
) -> Iterator[Handled]:
    said: dict[int, Row[Any]] = {}
    page: str | None = None
    for row in rows:
        page = row.data.get("page") or page
        if row.kind == e.CUSTOMER_SAID:
            said[row.position] = row
        asked = [said[one] for one in row.data.get("answers") or () if one in said]
        if row.kind not in (e.BOT_ANSWERED, e.PERSON_CALLED) or not asked:
            continue
        staff = row.staff or {}
        incident = row.data.get("incident") or staff.get("incident")
        around = Around(
            components=_components(row, staff, components),
            language=row.data.get("language"),
            page=page,
            is_open=hours.is_open(asked[-1].at) if hours is not None else None,
            incident=severities.get(incident, "minor") if incident else None,
            # As they are known today; of messages that the site vouched for then.
            attributes=attributes if all(_verified(one) for one in asked) else None,
        )
        text = "\n".join(one.data["text"] for one in asked)
        yield Handled(row.conversation_id, asked[-1].position, text, around)


def _verified(row: Row[Any]) -> bool:
    return bool((row.staff or {}).get("verified"))


def _components(row: Row[Any], staff: dict[str, Any], components: Components) -> Sequence[str]:
    """Of the passage that answered; where a person was called it is not known that one would."""
    if row.kind != e.BOT_ANSWERED or row.data.get("decision") != "answer":
        return ()
    passages = staff.get("passages") or ()
    return components(str(passages[0]["passage"])) if passages else ()
