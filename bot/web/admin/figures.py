"""How it goes: figures of the last days, and the questions the bot could not answer."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Connection as Tx

from bot.conversation import events as e
from bot.conversation.tables import conversations, events
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Instant
from handoff.folding import fold

router = APIRouter()

DAYS = 30
MAX_GROUPS = 100
MAX_ANSWERS = 20_000
"""Answers that are looked through for questions without one."""
EXAMPLES = 5
SHOWN_TEXT = 500


class Rated(Answer):
    """Customers' ratings of resolved conversations."""

    avg: float | None
    n: int


class Wait(Answer):
    """Minutes from the call for a person until one joined; null while nobody has."""

    p50: float | None
    p95: float | None


class Day(Answer):
    """One day (UTC): conversations that began, and those for which a person was called."""

    day: date
    conversations: int
    handed_over: int


class Figures(Answer):
    """`answered` counts conversations the bot answered and for which nobody had to be called.

    `conversations`, `answered`, `handed_over`, `resolved` and `by_language` count conversations
    that began since then; ratings and waits are those of the same days.
    """

    since: Instant
    conversations: int
    answered: int
    handed_over: dict[str, int]
    resolved: int
    rated: Rated
    wait_minutes: Wait
    by_language: dict[str, int]
    by_day: list[Day]


class Unanswered(Answer):
    """A question asked in these words, in whatever script and case, without an answer."""

    text: str
    language: str
    count: int
    last_at: Instant
    conversations: list[str]


@router.get("/figures")
async def figures(
    request: Request, _: Admin, days: Annotated[int, Query(ge=1, le=366)] = DAYS
) -> Figures:
    """The figures of the last days."""
    parts = parts_of(request)
    now = parts.now()
    return await parts.database.read(lambda tx: _figures(tx, now, days))


@router.get("/unanswered")
async def unanswered(request: Request, _: Admin) -> list[Unanswered]:
    """What the bot did not know lately, most frequent first: articles that are missing."""
    parts = parts_of(request)
    since = parts.now() - timedelta(days=DAYS)
    return await parts.database.read(lambda tx: _unanswered(tx, since))


def _figures(tx: Tx, now: datetime, days: int) -> Figures:
    since = now - timedelta(days=days)
    begun = conversations.c.started_at >= since
    return Figures(
        since=since,
        conversations=_count(tx, begun),
        answered=_answered(tx, begun),
        handed_over=_handed_over(tx, begun),
        resolved=_count(tx, begun & (conversations.c.status == "resolved")),
        rated=_rated(tx, since),
        wait_minutes=_wait(tx, since),
        by_language=_by_language(tx, begun),
        by_day=_by_day(tx, since, now),
    )


def _count(tx: Tx, which: ColumnElement[bool]) -> int:
    return tx.execute(select(func.count()).select_from(conversations).where(which)).scalar_one()


def _answered(tx: Tx, begun: ColumnElement[bool]) -> int:
    called = select(events.c.conversation_id).where(events.c.kind == e.PERSON_CALLED)
    answered = select(events.c.conversation_id).where(
        events.c.kind == e.BOT_ANSWERED,
        events.c.data["decision"].as_string().in_(("answer", "incident")),
    )
    alone = conversations.c.id.in_(answered) & conversations.c.id.not_in(called)
    return _count(tx, begun & alone)


def _handed_over(tx: Tx, begun: ColumnElement[bool]) -> dict[str, int]:
    """By the first reason of each conversation, so that the sum is a number of conversations."""
    first = (
        select(events.c.conversation_id, func.min(events.c.position).label("position"))
        .join(conversations, conversations.c.id == events.c.conversation_id)
        .where(events.c.kind == e.PERSON_CALLED, begun)
        .group_by(events.c.conversation_id)
        .subquery()
    )
    reason = events.c.data["reason"].as_string()
    query = (
        select(reason.label("reason"), func.count().label("n"))
        .join(
            first,
            (first.c.conversation_id == events.c.conversation_id)
            & (first.c.position == events.c.position),
        )
        .group_by(reason)
        .order_by(func.count().desc())
    )
    return {row.reason: row.n for row in tx.execute(query)}


def _rated(tx: Tx, since: datetime) -> Rated:
    query = select(
        func.avg(events.c.data["score"].as_integer()).label("avg"), func.count().label("n")
    ).where(events.c.kind == e.RATED, events.c.at >= since)
    row = tx.execute(query).one()
    return Rated(avg=None if row.avg is None else round(float(row.avg), 2), n=row.n)


def _wait(tx: Tx, since: datetime) -> Wait:
    query = (
        select(events.c.conversation_id, events.c.kind, events.c.at)
        .where(events.c.kind.in_((e.PERSON_CALLED, e.AGENT_JOINED)), events.c.at >= since)
        .order_by(events.c.conversation_id, events.c.position)
    )
    called: dict[str, datetime] = {}
    waits: list[float] = []
    for conversation_id, kind, at in tx.execute(query):
        if kind == e.PERSON_CALLED:
            called[conversation_id] = at
        elif (began := called.pop(conversation_id, None)) is not None:
            waits.append((at - began).total_seconds() / 60)
    return Wait(p50=_percentile(waits, 0.5), p95=_percentile(waits, 0.95))


def _percentile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that at least this share of all does not exceed."""
    ordered = sorted(values)
    return round(ordered[math.ceil(share * len(ordered)) - 1], 1) if ordered else None


def _by_language(tx: Tx, begun: ColumnElement[bool]) -> dict[str, int]:
    language = func.coalesce(conversations.c.language, conversations.c.locale, "unknown")
    query = (
        select(language.label("language"), func.count().label("n"))
        .where(begun)
        .group_by(language)
        .order_by(func.count().desc())
    )
    return {row.language: row.n for row in tx.execute(query)}


def _by_day(tx: Tx, since: datetime, now: datetime) -> list[Day]:
    """Every day, those without a conversation too: a gap in a plot looks like a fault."""
    day = func.date(conversations.c.started_at)
    begun = select(day, func.count()).where(conversations.c.started_at >= since).group_by(day)
    called_on = func.date(events.c.at)
    called = (
        select(called_on, func.count(events.c.conversation_id.distinct()))
        .where(events.c.kind == e.PERSON_CALLED, events.c.at >= since)
        .group_by(called_on)
    )
    began = {str(row[0]): row[1] for row in tx.execute(begun)}
    handed = {str(row[0]): row[1] for row in tx.execute(called)}
    days = [since.date() + timedelta(days=n) for n in range((now.date() - since.date()).days + 1)]
    return [
        Day(day=one, conversations=began.get(str(one), 0), handed_over=handed.get(str(one), 0))
        for one in days
    ]


@dataclass(slots=True)
class _Group:
    """Answers to the same words; the newest comes first."""

    text: str
    last_at: datetime
    count: int = 0
    languages: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    conversations: dict[str, None] = field(default_factory=dict)


def _unanswered(tx: Tx, since: datetime) -> list[Unanswered]:
    asked = events.c.staff["query"].as_string()
    query = (
        select(
            events.c.conversation_id,
            events.c.at,
            asked.label("asked"),
            events.c.data["language"].as_string().label("language"),
        )
        .where(
            events.c.kind == e.BOT_ANSWERED,
            events.c.at >= since,
            events.c.data["decision"].as_string().in_(("unsure", "clarify")),
        )
        .order_by(events.c.at.desc())
        .limit(MAX_ANSWERS)
    )
    groups: dict[str, _Group] = {}
    for row in tx.execute(query):
        if not row.asked:
            continue
        group = groups.setdefault(fold(row.asked), _Group(row.asked, row.at))
        group.count += 1
        group.languages[row.language] += 1
        if len(group.conversations) < EXAMPLES:
            group.conversations[row.conversation_id] = None
    ordered = sorted(groups.values(), key=lambda one: (one.count, one.last_at), reverse=True)
    return [
        Unanswered(
            text=one.text[:SHOWN_TEXT],
            language=max(one.languages, key=lambda language: one.languages[language]),
            count=one.count,
            last_at=one.last_at,
            conversations=list(one.conversations),
        )
        for one in ordered[:MAX_GROUPS]
    ]
