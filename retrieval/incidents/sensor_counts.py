"""How often customers ask about each component: one row for every five minutes, in SQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import BindParameter, Executable, bindparam, delete, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection

from retrieval.incidents.sensor_baseline import BUCKET, HOUR, Floats, History
from retrieval.incidents.sensor_rise import ALL, AN_HOUR, RECENT, Recent
from retrieval.tables import question_counts as counts
from retrieval.tables import question_sightings as sightings

ONCE_IN = timedelta(hours=1)
"""A conversation counts once per component in this time: ten angry messages are one customer."""
REMEMBERED = timedelta(days=1)
"""How long it is known which conversations were counted; the counts themselves stay longer."""
EXAMPLES = 10
_WEEK = 7 * 24 * AN_HOUR

Span = tuple[datetime, datetime]


def bucket_of(at: datetime) -> int:
    """The number of the five minutes that `at` lies in."""
    return int(at.timestamp()) // BUCKET


def count(
    tx: Connection,
    *,
    conversation_id: str,
    position: int,
    components: Iterable[str],
    at: datetime,
) -> None:
    """Count one customer's question; `components` may be empty, for it is still a question."""
    for component in dict.fromkeys((ALL, *components)):
        if _sighted(tx, component, conversation_id, position, at):
            _add(tx, component, bucket_of(at), 1)


def watch(tx: Connection, now: datetime) -> None:
    """Note that these five minutes are watched, even if nobody asks anything."""
    _add(tx, ALL, bucket_of(now), 0)


def prune(tx: Connection, now: datetime, weeks: int) -> None:
    """Forget who was counted after a day, and counts that are too old to say what is usual."""
    tx.execute(delete(sightings).where(sightings.c.at < now - REMEMBERED))
    oldest = bucket_of(now) - (weeks + 1) * _WEEK
    tx.execute(delete(counts).where(counts.c.bucket < oldest))


def recent(tx: Connection, now: datetime) -> Recent:
    """The counts that a look needs; the last bucket is the one of `now`."""
    last = bucket_of(now)
    first = last - RECENT + 1
    found: dict[str, Floats] = {}
    rows = select(counts).where(counts.c.bucket.between(first, last))
    for component, bucket, questions in tx.execute(rows):
        found.setdefault(component, np.zeros(RECENT))[bucket - first] = questions
    return Recent(last, found)


def history(
    tx: Connection,
    now: datetime,
    *,
    weeks: int,
    components: Sequence[str],
    unusual: Mapping[str, Sequence[Span]],
) -> History:
    """The hours before the present one, as far back as they were watched.

    An hour that a span of `unusual` touches does not count for its component: an outage must not
    become the usual. Hours in which the server did not run were not watched.
    """
    present = bucket_of(now) // AN_HOUR
    hour = counts.c.bucket // AN_HOUR
    begin = (present - weeks * 7 * 24) * AN_HOUR
    rows = tx.execute(
        select(counts.c.component, hour, func.sum(counts.c.questions), func.count())
        .where(counts.c.bucket >= begin, counts.c.bucket < present * AN_HOUR)
        .group_by(counts.c.component, hour)
    ).all()
    watched_hours = {int(at): n for component, at, _, n in rows if component == ALL}
    first = min(watched_hours, default=present)
    questions = {one: np.zeros(present - first) for one in (ALL, *components)}
    seen = np.zeros(present - first)
    for at, buckets in watched_hours.items():
        seen[at - first] = buckets / AN_HOUR
    for component, at, total, _ in rows:
        if component in questions and int(at) >= first:
            questions[component][int(at) - first] = total
    watched = {one: seen.copy() for one in questions}
    for component, spans in unusual.items():
        for one in (component, ALL):
            if one in watched:
                _leave_out(watched[one], first, spans)
    for component, hours in questions.items():
        hours[watched[component] == 0] = 0
    return History(first, questions, watched)


def examples(tx: Connection, component: str, since: datetime) -> list[list[str | int]]:
    """Up to ten of those who asked since then, latest first: [conversation, position]."""
    rows = (
        select(sightings.c.conversation_id, sightings.c.position)
        .where(sightings.c.component == component, sightings.c.at >= since)
        .order_by(sightings.c.at.desc(), sightings.c.conversation_id)
        .limit(EXAMPLES)
    )
    return [[row.conversation_id, row.position] for row in tx.execute(rows)]


def askers(tx: Connection, component: str, since: datetime) -> frozenset[str]:
    """The conversations that asked about it since then."""
    rows = select(sightings.c.conversation_id).where(
        sightings.c.component == component, sightings.c.at >= since
    )
    return frozenset(tx.execute(rows).scalars())


def _leave_out(watched: Floats, first: int, spans: Sequence[Span]) -> None:
    for begins, ends in spans:
        low = int(begins.timestamp()) // HOUR - first
        high = int(ends.timestamp()) // HOUR - first
        watched[max(0, low) : max(0, high + 1)] = 0


def _sighted(
    tx: Connection, component: str, conversation_id: str, position: int, at: datetime
) -> bool:
    """Whether this conversation counts for the component now, and that it has been counted."""
    row = {
        "component": component,
        "conversation_id": conversation_id,
        "position": position,
        "at": at,
        "before": at - ONCE_IN,
    }
    return tx.execute(_statements(tx.dialect.name)[0], row).first() is not None


def _add(tx: Connection, component: str, bucket: int, questions: int) -> None:
    row = {"component": component, "bucket": bucket, "questions": questions}
    tx.execute(_statements(tx.dialect.name)[1], row)


@cache
def _statements(dialect: str) -> tuple[Executable, Executable]:
    """See a conversation (a row comes back if it counts), and add to a count: made once, for they
    run with every reply on the one thread that writes."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # loads slowly

        new: Any = postgresql.insert
    else:
        new = sqlite.insert
    see, add = new(sightings), new(counts)
    saw = (
        see.values(_named("component", "conversation_id", "position", "at"))
        .on_conflict_do_update(
            index_elements=["component", "conversation_id"],
            set_={"position": see.excluded.position, "at": see.excluded.at},
            where=sightings.c.at <= bindparam("before", type_=sightings.c.at.type),
        )
        .returning(sightings.c.position)
    )
    added = add.values(_named("component", "bucket", "questions")).on_conflict_do_update(
        index_elements=["component", "bucket"],
        set_={"questions": counts.c.questions + add.excluded.questions},
    )
    return saw, added


def _named(*columns: str) -> dict[str, BindParameter[Any]]:
    return {name: bindparam(name) for name in columns}
