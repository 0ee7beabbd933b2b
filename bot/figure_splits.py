"""How long people wait and how content they are, told apart by language, hour or anything else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.engine import Connection

from bot.tally import tallies


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds, of `n` conversations; None where there was none."""

    n: int
    p50: float | None
    p95: float | None


NONE = Spread(0, None, None)


@dataclass(frozen=True, slots=True)
class Pace:
    """What one group of conversations was like for those who wrote."""

    first_answers: Spread
    waits: Spread
    ratings: int
    rating: float | None
    """Mean of the ratings, 1 to 5; None without one."""
    reasons: Mapping[str, int]
    """Why a person was called first → conversations, the most frequent first."""


NO_PACE = Pace(NONE, NONE, 0, None, {})


def paces(tx: Connection, by: ColumnElement[Any], which: ColumnElement[bool]) -> dict[Any, Pace]:
    """Every value of `by` that a conversation has, with its pace."""
    first = spreads(tx, by, tallies.c.first_seconds, which)
    waits = spreads(tx, by, tallies.c.wait_seconds, which)
    score = tallies.c.score
    rated = select(by, func.count(), func.avg(score)).where(which & score.is_not(None))
    ratings = {of: (n, float(mean)) for of, n, mean in tx.execute(rated.group_by(by))}
    called = select(by, tallies.c.reason, func.count().label("n"))
    called = called.where(which & tallies.c.reason.is_not(None)).group_by(by, tallies.c.reason)
    reasons: dict[Any, dict[str, int]] = {}
    for of, reason, n in tx.execute(called.order_by(func.count().desc(), tallies.c.reason)):
        reasons.setdefault(of, {})[reason] = n

    def pace(of: Any) -> Pace:
        n, mean = ratings.get(of, (0, None))
        return Pace(first.get(of, NONE), waits.get(of, NONE), n, mean, reasons.get(of, {}))

    return {of: pace(of) for of in {*first, *waits, *ratings, *reasons}}


def spread(tx: Connection, of: ColumnElement[Any], which: ColumnElement[bool]) -> Spread:
    """The spread of all of them together."""
    return spreads(tx, literal(1), of, which).get(1, NONE)


def spreads(
    tx: Connection, by: ColumnElement[Any], of: ColumnElement[Any], which: ColumnElement[bool]
) -> dict[Any, Spread]:
    """Per value of `by`, the smallest value that at least half, and 95 %, do not exceed."""
    n = func.count().over(partition_by=by)
    ranked = (
        select(
            by.label("group_of"),
            of.label("value"),
            func.row_number().over(partition_by=by, order_by=of).label("place"),
            n.label("n"),
        )
        .where(which & of.is_not(None))
        .subquery()
    )
    one = ranked.c
    half, most = ((one.n * percent + 99) // 100 for percent in (50, 95))  # rounded up
    query = select(one.group_of, one.value, one.n).where(or_(one.place == half, one.place == most))
    found: dict[Any, list[tuple[float, int]]] = {}
    for group_of, value, number in tx.execute(query.order_by(one.place)):
        found.setdefault(group_of, []).append((round(float(value), 1), number))
    return {key: Spread(rows[0][1], rows[0][0], rows[-1][0]) for key, rows in found.items()}
