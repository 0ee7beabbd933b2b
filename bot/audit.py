"""The audit trail: who did what to what, and when. It only grows, and each line seals those before.

A line's hash is made from the line and the hash of the line before. Whoever changes, removes or
reorders lines afterwards has to make every later hash anew, and the last one is known elsewhere:
`handrail audit verify` prints it, to be kept where the database's owner cannot reach it.
"""

import getpass
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Column,
    Index,
    Integer,
    MetaData,
    Row,
    Select,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection

from handoff.tables import UtcDateTime

Who = Literal["admin", "agent", "command", "server", "nobody"]
"""An admin or agent signed in, whoever runs a command, the server by itself, or a stranger."""
Value = str | int | float | bool | list[str] | None
Facts = Mapping[str, object]

LONGEST = 200
"""Characters of a value that are kept: a trail names what was changed, it is no copy of it."""
MOST = 50
"""Entries of a list that are kept; the last one says how many there are more."""
BEFORE_THE_FIRST = "0" * 64
"""Stands for the hash of the line before the first."""
_AT_ONCE = 1_000

metadata = MetaData()

audit_lines = Table(
    "audit_lines",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(16), nullable=False),
    Column("who_id", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_lines_at", "at"),
    Index("ix_audit_lines_action", "action", "number"),
    Index("ix_audit_lines_name", "name", "number"),
)

# One row. Whoever writes a line locks it first, so lines of several processes stand in a row; and
# it remembers the last line, so that lines cut off at the end are missed.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something; `id` is empty where nobody is known by one."""

    who: Who
    name: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done; `before` and `after` name only what it changed."""

    number: int
    at: datetime
    who: Who
    who_id: str
    name: str
    action: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain breaks: the first line that is not what was written, or not there."""

    number: int
    what: Literal["changed", "missing", "cut", "other"]
    """`cut`: lines are gone at the end; `other`: the line is whole, and not the one expected."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The last good line, and where the chain breaks, if it does."""

    lines: int
    hash: str
    broken: Broken | None


SERVER = Actor("server", "Handrail")


def record(
    tx: Connection,
    by: Actor,
    action: str,
    subject: str = "",
    *,
    now: datetime,
    before: Facts | None = None,
    after: Facts | None = None,
) -> Line:
    """Add a line in the transaction that does what it tells: both are stored, or neither.

    Give neither secrets nor what customers or agents wrote to each other.
    """
    head = tx.execute(select(audit_head).with_for_update()).one()
    line = Line(
        number=head.number + 1,
        at=now.astimezone(UTC),
        who=by.who,
        who_id=by.id,
        name=_short(by.name),
        action=action,
        subject=_short(subject),
        before=_shown(before),
        after=_shown(after),
        hash="",
    )
    sealed = seal(line, head.hash)
    values = {name: getattr(line, name) for name in Line.__slots__}
    tx.execute(insert(audit_lines).values(values | {"hash": sealed}))
    tx.execute(update(audit_head).values(number=line.number, hash=sealed))
    return Line(**(values | {"hash": sealed}))


def by_command(
    tx: Connection, action: str, subject: str = "", *, after: Facts | None = None
) -> Line:
    """`record` for a command: by whoever runs it, now."""
    return record(tx, _at_command(), action, subject, now=datetime.now(UTC), after=after)


def seal(line: Line, previous: str) -> str:
    """The hash of a line that stands behind the line with the hash `previous`."""
    told = [
        previous, line.number, line.at.astimezone(UTC).isoformat(), line.who, line.who_id,
        line.name, line.action, line.subject, line.before, line.after,
    ]  # fmt: skip
    text = json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify(tx: Connection, expected: tuple[int, str] | None = None) -> Verified:
    """Walk the chain from its first line to its last; `expected`: a line's number and its hash.

    Without `expected` somebody who wrote the whole chain anew, last line and all, is not found.
    """
    good, last = 0, BEFORE_THE_FIRST
    for line in _all(tx):
        if line.number != good + 1:
            return Verified(good, last, Broken(good + 1, "missing"))
        if line.hash != seal(line, last):
            return Verified(good, last, Broken(line.number, "changed"))
        if expected is not None and line.number == expected[0] and line.hash != expected[1]:
            return Verified(good, last, Broken(line.number, "other"))
        good, last = line.number, line.hash
    head = tx.execute(select(audit_head)).one()
    if (head.number, head.hash) != (good, last) or (expected is not None and expected[0] > good):
        return Verified(good, last, Broken(good + 1, "cut"))
    return Verified(good, last, None)


def found(
    *,
    action: str = "",
    name: str = "",
    subject: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
) -> Select[Any]:
    """The lines that fit, newest first; `action` also finds all that begin with it and a dot.

    `name` is somebody's whole name, `subject` a part of what it was done to, `before` the number
    of a line that all found are older than.
    """
    query = select(audit_lines).order_by(audit_lines.c.number.desc())
    if action:
        below = audit_lines.c.action.startswith(f"{action}.", autoescape=True)
        query = query.where((audit_lines.c.action == action) | below)
    if name:
        query = query.where(audit_lines.c.name == name)
    if subject:
        query = query.where(audit_lines.c.subject.icontains(subject, autoescape=True))
    if since is not None:
        query = query.where(audit_lines.c.at >= since)
    if until is not None:
        query = query.where(audit_lines.c.at < until)
    return query if before is None else query.where(audit_lines.c.number < before)


def lines(tx: Connection, query: Select[Any]) -> list[Line]:
    """The lines of a query that `found` gave."""
    return [_line(row) for row in tx.execute(query)]


def changed(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[str, Value], dict[str, Value]]:
    """What differs between two states of one thing, as `before` and `after`."""
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return (
        {name: _plain(old[name]) for name in names if name in old},
        {name: _plain(new[name]) for name in names if name in new},
    )


def _all(tx: Connection) -> Iterator[Line]:
    """Every line in order, a few at a time: a trail of years need not fit into memory."""
    last = -1
    while True:
        query = select(audit_lines).where(audit_lines.c.number > last)
        some = lines(tx, query.order_by(audit_lines.c.number).limit(_AT_ONCE))
        yield from some
        if len(some) < _AT_ONCE:
            return
        last = some[-1].number


def _line(row: Row[Any]) -> Line:
    return Line(**{name: getattr(row, name) for name in Line.__slots__})


def _shown(facts: Facts | None) -> dict[str, Value]:
    return {name: _plain(value) for name, value in (facts or {}).items()}


def _plain(value: Any) -> Value:
    """The value as it stands in the trail: short, and of what JSON knows."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, list | tuple | set | frozenset):
        kept = [_short(str(one)) for one in (sorted(value) if isinstance(value, set) else value)]
        more = len(kept) - MOST
        return kept if more <= 0 else [*kept[:MOST], f"+{more}"]
    return _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _at_command() -> Actor:
    try:
        return Actor("command", getpass.getuser()[:200])
    except (KeyError, OSError):  # a container's user need not have a name
        return Actor("command", "command line")
