"""What an incident did to customers and to the desk, in figures: live, and afterwards the same."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Connection as Tx

from bot import incident_touched
from bot.conversation import events as e
from bot.conversation.events import Event
from bot.conversation.tables import events, follows
from bot.incident_touched import Period, Touched
from bot.incident_unfinished import Unfinished, unfinished
from handoff.policy import Reason
from retrieval.incidents.incident import Component
from retrieval.incidents.sensor_about import about

UNCLEAR = "unclear"
"""The component of a question that names none of those the incident hits."""
MOST_HOURS = 14 * 24
"""From then on the plot has a row for each day."""
HOUR = timedelta(hours=1)
_HELPED = ("answer", "incident")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Conversations, and how many the bot answered with no person called, and so on."""

    conversations: int
    answered: int
    handed_over: int
    frustrated: int

    @property
    def answered_share(self) -> float | None:
        """Of all conversations; None when there were none."""
        return self._share(self.answered)

    @property
    def handed_over_share(self) -> float | None:
        """Of all conversations; None when there were none."""
        return self._share(self.handed_over)

    @property
    def frustrated_share(self) -> float | None:
        """Of all conversations; None when there were none."""
        return self._share(self.frustrated)

    def _share(self, part: int) -> float | None:
        return round(part / self.conversations, 4) if self.conversations else None


@dataclass(frozen=True, slots=True)
class Phases:
    """All conversations of the help desk; `after` is None until something comes after."""

    before: Outcome
    during: Outcome
    after: Outcome | None


@dataclass(frozen=True, slots=True)
class Spread:
    """How many there were, and how long they took in minutes; None where there were none."""

    n: int
    p50: float | None
    p95: float | None
    longest: float | None


@dataclass(frozen=True, slots=True)
class Waits:
    """Minutes from the call for a person until one joined or answered their group; who waits."""

    spread: Spread
    waiting: int


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings of touched conversations (1 to 5), and verdicts on the answers with the incident."""

    n: int
    avg: float | None
    helpful: int
    not_helpful: int


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour (a day, if the incident lasted long); `at` is its beginning."""

    at: datetime
    conversations: int
    """Touched for the first time."""
    handed_over: int
    wait_minutes: float | None
    """Median of the calls made in it that a person answered."""


@dataclass(frozen=True, slots=True)
class Times:
    """Instants, and the minutes from the first report to each; negative: it came before."""

    first_report_at: datetime | None
    declared_at: datetime
    acknowledged_at: datetime | None
    """The first message that told a customer of it."""
    ended_at: datetime | None
    to_declaration: float | None
    to_acknowledgement: float | None
    to_end: float | None
    lasted: float
    """Minutes it was on, pauses left out; until now while it is on."""
    reopened: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one incident."""

    incident: str
    as_of: datetime
    ongoing: bool
    conversations: int
    customers: int
    reported_before: int
    """Of the conversations: those that asked before it was declared."""
    followers: int
    updates_told: int
    by_component: dict[str, int]
    by_language: dict[str, int]
    step_minutes: int
    by_hour: tuple[Hour, ...]
    outcome: Outcome
    phases: Phases
    times: Times
    between_updates: Spread
    waits: Waits
    ratings: Ratings
    unfinished: Unfinished


def figures(tx: Tx, incident_id: str, components: Sequence[Component], now: datetime) -> Figures:
    """The figures as of now; raises UnknownIncident, NeverDeclared."""
    return of(tx, incident_touched.touched(tx, incident_id), components, now)


def of(tx: Tx, found: Touched, components: Sequence[Component], now: datetime) -> Figures:
    """The figures of what was read already."""
    first, incident = found.first, found.incident
    waits, waiting = _waits(found)
    step, hours = _by_hour(found, waits)
    followed = select(func.count()).where(follows.c.incident_id == incident.id)
    dates = [update.at for update in incident.updates]
    gaps = [_minutes(a, b) for a, b in pairwise(dates)]
    times = _times(found, now)
    return Figures(
        incident=incident.id,
        as_of=now,
        ongoing=incident.ongoing,
        conversations=len(first),
        customers=len({one.visitor for one in first.values()}),
        reported_before=sum(one.asked_at < found.declared_at for one in first.values()),
        followers=tx.execute(followed).scalar_one(),
        updates_told=sum(
            one.kind == e.INCIDENT_TOLD and one.data["incident"] == incident.id
            for log in found.log.values()
            for one in log
        ),
        by_component=_by_component(found, components),
        by_language=dict(Counter(one.language for one in first.values()).most_common()),
        step_minutes=int(step.total_seconds() // 60),
        by_hour=hours,
        outcome=_outcome(found),
        phases=_phases(tx, found, times, now),
        times=times,
        between_updates=_spread(gaps),
        waits=Waits(_spread([minutes for _, minutes in waits]), waiting),
        ratings=_ratings(found),
        unfinished=unfinished(tx, found),
    )


def percentile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that at least this share of all does not exceed; None of nothing."""
    ordered = sorted(values)
    return round(ordered[math.ceil(share * len(ordered)) - 1], 1) if ordered else None


def _spread(minutes: Sequence[float]) -> Spread:
    return Spread(
        n=len(minutes),
        p50=percentile(minutes, 0.5),
        p95=percentile(minutes, 0.95),
        longest=percentile(minutes, 1.0),
    )


def _minutes(start: datetime, end: datetime) -> float:
    return round((end - start).total_seconds() / 60, 1)


def _times(found: Touched, now: datetime) -> Times:
    first = min((one.asked_at for one in found.touches), default=None)
    told = [one.at for one in found.touches if one.how != "reported"]
    told += [
        one.at
        for log in found.log.values()
        for one in log
        if one.kind == e.INCIDENT_TOLD and one.data["incident"] == found.incident.id
    ]
    acknowledged = min(told, default=None)

    def since_first(at: datetime | None) -> float | None:
        return None if first is None or at is None else _minutes(first, at)

    return Times(
        first_report_at=first,
        declared_at=found.declared_at,
        acknowledged_at=acknowledged,
        ended_at=found.ended_at,
        to_declaration=since_first(found.declared_at),
        to_acknowledgement=since_first(acknowledged),
        to_end=since_first(found.ended_at),
        lasted=round(sum(_minutes(start, end or now) for start, end in found.periods), 1),
        reopened=len(found.periods) - 1,
    )


def _by_component(found: Touched, components: Sequence[Component]) -> dict[str, int]:
    """By the words of the questions; an incident that hits one component leaves no doubt."""
    hit = found.incident.components
    if len(hit) == 1:
        return {hit[0]: len(found.first)} if found.touches else {}
    asked: dict[str, set[str]] = {}
    texts = {one.text for one in found.touches}
    read = {text: set(hit) & set(about(text, components)) for text in texts}
    for one in found.touches:
        asked.setdefault(one.conversation, set()).update(read[one.text])
    counted = Counter(each for named in asked.values() for each in named or {UNCLEAR})
    return dict(counted.most_common())


def _outcome(found: Touched) -> Outcome:
    """Of the touched conversations, from the first touch on."""
    answered = called = frustrated = 0
    for conversation, touch in found.first.items():
        later = [one for one in found.log[conversation] if one.at >= touch.at]
        calls = [one for one in later if one.kind == e.PERSON_CALLED]
        called += bool(calls)
        frustrated += any(one.data["reason"] == Reason.FRUSTRATED for one in calls)
        answered += not calls and any(_answers(one) for one in later)
    return Outcome(len(found.first), answered, called, frustrated)


def _answers(one: Event) -> bool:
    return one.kind == e.BOT_ANSWERED and one.data["decision"] in _HELPED


def _waits(found: Touched) -> tuple[list[tuple[datetime, float]], int]:
    """(When called, minutes until somebody joined), and how many still wait."""
    waits: list[tuple[datetime, float]] = []
    waiting = 0
    for conversation, touch in found.first.items():
        called: datetime | None = None
        for one in found.log[conversation]:
            if one.kind == e.PERSON_CALLED and one.at >= touch.at:
                called = one.at
            elif one.kind in (e.AGENT_JOINED, e.GROUP_SAID) and called is not None:
                waits.append((called, _minutes(called, one.at)))
                called = None
            elif one.kind in (e.RETURNED, e.RESOLVED):
                called = None
        waiting += called is not None
    return waits, waiting


def _ratings(found: Touched) -> Ratings:
    """The last word counts: of a conversation that was rated twice, and of an answer."""
    told = {(one.conversation, one.position) for one in found.touches}
    scores: dict[str, int] = {}
    verdicts: dict[tuple[str, int], bool] = {}
    for conversation, touch in found.first.items():
        for one in found.log[conversation]:
            if one.kind == e.RATED and one.at >= touch.at:
                scores[conversation] = int(one.data["score"])
            elif one.kind == e.ANSWER_RATED:
                place = (conversation, int(one.data["position"]))
                if place in told:
                    verdicts[place] = bool(one.data["helpful"])
    helpful = sum(verdicts.values())
    return Ratings(
        n=len(scores),
        avg=round(sum(scores.values()) / len(scores), 2) if scores else None,
        helpful=helpful,
        not_helpful=len(verdicts) - helpful,
    )


def _by_hour(
    found: Touched, waits: Sequence[tuple[datetime, float]]
) -> tuple[timedelta, tuple[Hour, ...]]:
    """Every hour from the first to the last, those with nothing too."""
    begun = [one.at for one in found.first.values()]
    calls = [
        one.at
        for conversation, touch in found.first.items()
        for one in found.log[conversation]
        if one.kind == e.PERSON_CALLED and one.at >= touch.at
    ]
    if not begun:
        return HOUR, ()
    last = max([*begun, *calls])
    step = HOUR if last - min(begun) < MOST_HOURS * HOUR else 24 * HOUR

    def row(at: datetime) -> datetime:
        start = at.replace(minute=0, second=0, microsecond=0)
        return start if step == HOUR else start.replace(hour=0)

    touched, called = Counter(map(row, begun)), Counter(map(row, calls))
    waited: dict[datetime, list[float]] = {}
    for at, minutes in waits:
        waited.setdefault(row(at), []).append(minutes)
    first = row(min(begun))
    rows = [first + n * step for n in range(int((row(last) - first) / step) + 1)]
    return step, tuple(
        Hour(at, touched[at], called[at], percentile(waited.get(at, ()), 0.5)) for at in rows
    )


def _phases(tx: Tx, found: Touched, times: Times, now: datetime) -> Phases:
    """All conversations, in spans of one length: so long before it, during it, so long after."""
    known = [found.declared_at, times.first_report_at or found.declared_at]
    start, (_, *rest) = min(known), found.periods
    during: list[Period] = [(start, found.periods[0][1]), *rest]
    length = sum(((end or now) - begun for begun, end in during), timedelta())
    after: Outcome | None = None
    ended = found.ended_at
    if ended is not None and now > ended:
        after = _desk(tx, [(ended, min(now, ended + length))])
    return Phases(_desk(tx, [(start - length, start)]), _desk(tx, during), after)


def _desk(tx: Tx, on: Sequence[Period]) -> Outcome:
    """The conversations in which a customer wrote then, and what became of them then."""

    def who(kind: str, *more: ColumnElement[bool]) -> set[str]:
        on_then = incident_touched.within(events.c.at, on)
        query = select(events.c.conversation_id).where(events.c.kind == kind, on_then, *more)
        return set(tx.execute(query.distinct()).scalars())

    wrote = who(e.CUSTOMER_SAID)
    helped = who(e.BOT_ANSWERED, events.c.data["decision"].as_string().in_(_HELPED))
    called = who(e.PERSON_CALLED)
    angry = who(e.PERSON_CALLED, events.c.data["reason"].as_string() == str(Reason.FRUSTRATED))
    return Outcome(
        conversations=len(wrote),
        answered=len(wrote & helped - called),
        handed_over=len(wrote & called),
        frustrated=len(wrote & angry),
    )
