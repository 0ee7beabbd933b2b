"""Proposed incidents in SQL: what the sensor saw and what colleagues reported, until decided."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import RowMapping, bindparam, insert, or_, select, update
from sqlalchemy.engine import Connection

from retrieval.errors import AlreadyDecided, UnknownProposal
from retrieval.tables import incident_proposals as proposals

State = Literal["open", "passed", "declared", "dismissed"]
OPEN: State = "open"
PASSED: State = "passed"
DECLARED: State = "declared"
DISMISSED: State = "dismissed"
Origin = Literal["sensor", "staff"]
SENSOR: Origin = "sensor"
STAFF: Origin = "staff"
REPORT_STAYS = timedelta(days=1)
"""A report that nobody decided on leaves the list of open ones after this long."""

Example = Sequence[str | int]
"""A conversation and the position of the question in it."""


# Every tick of the clock runs this.
_LATEST = (
    select(proposals)
    .order_by(proposals.c.opened_at.desc(), proposals.c.id)
    .limit(bindparam("most"))
)
_LATEST_IN = _LATEST.where(proposals.c.state == bindparam("state"))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that may be an incident. Customers hear nothing of it."""

    id: str
    component: str | None
    also: tuple[str, ...]
    """Components that mostly the same customers asked about: one outage, seen twice."""
    origin: Origin
    state: State
    opened_at: datetime
    seen_at: datetime
    evidence: dict[str, Any] | None
    """None: only reported by staff."""
    examples: tuple[tuple[str, int], ...]
    notes: tuple[dict[str, str], ...]
    """What staff reported: `by`, `at`, `text`."""
    decided_by: str | None
    decided_at: datetime | None
    incident_id: str | None

    @property
    def components(self) -> tuple[str, ...]:
        """The component guessed first, then those seen with it."""
        return ((self.component,) if self.component is not None else ()) + self.also


def get(tx: Connection, proposal_id: str) -> Proposal:
    """One proposal; raises UnknownProposal."""
    row = tx.execute(select(proposals).where(proposals.c.id == proposal_id)).mappings().first()
    if row is None:
        raise UnknownProposal(proposal_id)
    return _proposal(row)


def listing(tx: Connection, *, state: str | None = None, limit: int = 100) -> list[Proposal]:
    """The proposals, those opened last first."""
    query = _LATEST if state is None else _LATEST_IN
    rows = tx.execute(query, {"state": state, "most": limit}).mappings()
    return [_proposal(row) for row in rows]


def since(tx: Connection, at: datetime) -> list[Proposal]:
    """Those that are open, or were seen since then whatever was decided; latest first."""
    query = select(proposals).where(or_(proposals.c.state == OPEN, proposals.c.seen_at >= at))
    rows = tx.execute(query.order_by(proposals.c.opened_at.desc(), proposals.c.id)).mappings()
    return [_proposal(row) for row in rows]


def propose(
    tx: Connection,
    component: str,
    *,
    evidence: Mapping[str, Any],
    examples: Sequence[Example],
    now: datetime,
) -> Proposal:
    """Open a proposal for what the sensor saw."""
    return _insert(
        tx, component, SENSOR, now, evidence=dict(evidence), examples=[list(e) for e in examples]
    )


def see_again(
    tx: Connection,
    known: Proposal,
    *,
    now: datetime,
    evidence: Mapping[str, Any] | None = None,
    examples: Sequence[Example] | None = None,
    also: Collection[str] = (),
) -> None:
    """The rise goes on: newer evidence replaces the older, other components are added."""
    values: dict[str, Any] = {"seen_at": now}
    if evidence is not None:
        values["evidence"] = dict(evidence)
    if examples:
        values["examples"] = [list(one) for one in examples]
    more = [one for one in also if one not in known.components]
    if more:
        values["also"] = [*known.also, *more]
    tx.execute(update(proposals).where(proposals.c.id == known.id).values(**values))


def report(tx: Connection, *, component: str | None, text: str, by: str, now: datetime) -> Proposal:
    """Note what a colleague reports: with the open proposal of that component, or a new one."""
    note = {"by": by, "at": now.isoformat(), "text": text}
    for known in listing(tx, state=OPEN):
        if any((said["by"], said["text"]) == (by, text) for said in known.notes):
            return known  # clicked twice
        if component is not None and component in known.components:
            notes = [*known.notes, note]
            chosen = proposals.c.id == known.id
            tx.execute(update(proposals).where(chosen).values(notes=notes, seen_at=now))
            return get(tx, known.id)
    return _insert(tx, component, STAFF, now, notes=[note])


def declare(tx: Connection, proposal_id: str, *, incident: str, by: str, now: datetime) -> Proposal:
    """An incident was made of it; raises AlreadyDecided."""
    return _decide(tx, proposal_id, DECLARED, by, now, incident)


def dismiss(tx: Connection, proposal_id: str, *, by: str, now: datetime) -> Proposal:
    """It is no incident; raises AlreadyDecided unless it was dismissed before."""
    if get(tx, proposal_id).state == DISMISSED:
        return get(tx, proposal_id)
    return _decide(tx, proposal_id, DISMISSED, by, now, None)


def let_pass(tx: Connection, *, now: datetime, quiet: timedelta) -> None:
    """Close those whose rise has been over for long, and reports that nobody decided on."""
    undecided = proposals.c.state == OPEN
    for origin, stays in ((SENSOR, quiet), (STAFF, REPORT_STAYS)):
        over = (undecided, proposals.c.origin == origin, proposals.c.seen_at < now - stays)
        tx.execute(update(proposals).where(*over).values(state=PASSED))


def undecided(tx: Connection, proposal_id: str) -> Proposal:
    """The proposal, if it may still be decided; raises UnknownProposal, AlreadyDecided."""
    known = get(tx, proposal_id)
    if known.state in {DECLARED, DISMISSED}:
        raise AlreadyDecided(proposal_id, known.state, known.decided_by or "")
    return known


def _decide(
    tx: Connection, proposal_id: str, state: State, by: str, now: datetime, incident: str | None
) -> Proposal:
    undecided(tx, proposal_id)
    values = {"state": state, "decided_by": by, "decided_at": now, "incident_id": incident}
    tx.execute(update(proposals).where(proposals.c.id == proposal_id).values(**values))
    return get(tx, proposal_id)


def _insert(
    tx: Connection,
    component: str | None,
    origin: str,
    now: datetime,
    *,
    evidence: dict[str, Any] | None = None,
    examples: Sequence[list[str | int]] = (),
    notes: Sequence[dict[str, str]] = (),
) -> Proposal:
    chosen = uuid.uuid4().hex
    tx.execute(
        insert(proposals).values(
            id=chosen,
            component=component,
            also=[],
            origin=origin,
            state=OPEN,
            opened_at=now,
            seen_at=now,
            evidence=evidence,
            examples=list(examples),
            notes=list(notes),
        )
    )
    return get(tx, chosen)


def _proposal(row: RowMapping) -> Proposal:
    same = ("id", "component", "origin", "state", "opened_at", "seen_at", "evidence")
    decided = ("decided_by", "decided_at", "incident_id")
    return Proposal(
        **{key: row[key] for key in (*same, *decided)},
        also=tuple(row["also"]),
        examples=tuple((str(one), int(position)) for one, position in row["examples"]),
        notes=tuple(dict(note) for note in row["notes"]),
    )
