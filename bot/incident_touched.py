"""Which conversations an incident touched, and when it was on: read from the log, never guessed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.engine import Connection as Tx

from bot.conversation import events as e
from bot.conversation.events import Event
from bot.conversation.tables import conversations, events
from bot.errors import BotError
from retrieval.incidents import ledger
from retrieval.incidents.incident import Incident
from retrieval.tables import incident_proposals, incidents

SETTLES = timedelta(hours=1)
"""What was asked before the end may be answered until then."""
LOOK_BACK = timedelta(days=1)
"""Examples of a proposal that are older belong to an earlier use of a prepared incident."""
FOLLOWED = timedelta(days=1)
"""For so long after the end calls, waits and ratings of touched conversations still count."""
_AT_ONCE = 500
_READ = (
    e.STARTED, e.CUSTOMER_SAID, e.BOT_ANSWERED, e.PERSON_CALLED, e.AGENT_JOINED, e.GROUP_SAID,
    e.RETURNED, e.RESOLVED, e.RATED, e.ANSWER_RATED, e.INCIDENT_TOLD, e.TASK_COMPLETED,
)  # fmt: skip

How = Literal["reported", "answered", "called"]
"""Evidence of the proposal that was declared · answered with it · handed over because of it."""
Period = tuple[datetime, datetime | None]
"""From when, and until when; None: it is still on."""


class NeverDeclared(BotError):
    """A prepared incident has touched nobody yet."""

    code = "not_declared"


@dataclass(frozen=True, slots=True)
class Touch:
    """One question that was about the incident, and the event that says so."""

    conversation: str
    visitor: str
    language: str
    how: How
    at: datetime
    position: int
    asked_at: datetime
    asked_position: int
    text: str
    """What the customer wrote: not to be trusted by whatever shows it."""


@dataclass(frozen=True, slots=True)
class Touched:
    """All that the log says of one incident; `log` holds the touched conversations, in order."""

    incident: Incident
    declared_at: datetime
    """Since when customers are told of it here."""
    periods: tuple[Period, ...]
    """When it was on: a reopened incident has several."""
    touches: tuple[Touch, ...]
    log: dict[str, tuple[Event, ...]]

    @property
    def ended_at(self) -> datetime | None:
        """When it ended for the last time; None while it is on."""
        return self.periods[-1][1]

    @property
    def first(self) -> dict[str, Touch]:
        """The first touch of each conversation."""
        found: dict[str, Touch] = {}
        for one in self.touches:
            found.setdefault(one.conversation, one)
        return found


def touched(tx: Tx, incident_id: str) -> Touched:
    """What the incident touched; raises UnknownIncident, NeverDeclared."""
    incident = ledger.get(tx, incident_id)
    began = incident.started_at
    if not incident.active or began is None:
        raise NeverDeclared(f"{incident_id} is only prepared. Declare it; then there are figures.")
    query = select(incidents.c.created_at).where(incidents.c.id == incident_id)
    made: datetime = tx.execute(query).scalar_one()
    # A status page dates the beginning; what it shows counts here from when it was read.
    declared = made if incident.language is not None else max(made, began)
    on = periods(incident, declared)
    ended = on[-1][1]
    found = [*_told(tx, incident_id, declared, ended), *_reported(tx, incident_id, declared)]
    log = _log(tx, sorted({event.conversation_id for event, _ in found}), declared, ended)
    touches = _touches(tx, found, log)
    return Touched(incident, declared, on, touches, log)


def periods(incident: Incident, declared: datetime) -> tuple[Period, ...]:
    """When the incident was on, by its updates; at least one period."""
    done: list[tuple[datetime, datetime]] = []
    since: datetime | None = declared
    for update in incident.updates:
        at = max(update.at, declared)
        if update.status == "resolved" and since is not None:
            done.append((since, at))
            since = None
        elif update.status != "resolved" and since is None:
            since = at
    if incident.ongoing:
        if since is None:  # reopened without a word: nobody knows when, so without a pause
            since = done.pop()[0]
        return (*done, (since, None))
    if since is not None:
        done.append((since, max(incident.resolved_at or since, since)))
    return tuple(done)


def within(column: ColumnElement[datetime], on: Iterable[Period]) -> ColumnElement[bool]:
    """The instants of the column that lie in one of the periods."""
    spans = [
        (column >= start) if end is None else (column >= start) & (column < end)
        for start, end in on
    ]
    return or_(*spans)


def _told(
    tx: Tx, incident_id: str, declared: datetime, ended: datetime | None
) -> list[tuple[Event, How]]:
    """Answers with the incident, and calls for a person by those who asked about it."""
    told = (events.c.kind == e.BOT_ANSWERED) & (
        events.c.data["incident"].as_string() == incident_id
    )
    called = (events.c.kind == e.PERSON_CALLED) & (
        events.c.staff["incident"].as_string() == incident_id
    )
    found: list[tuple[Event, How]] = []
    for which, how in ((told, "answered"), (called, "called")):
        query = select(events).where(which, events.c.at >= declared)
        if ended is not None:
            query = query.where(events.c.at <= ended + SETTLES)
        found += [(one, how) for one in _events(tx, query)]  # type: ignore[misc]  # mypy widens `how`
    return found


def _reported(tx: Tx, incident_id: str, declared: datetime) -> list[tuple[Event, How]]:
    """The examples of the proposal that became this incident: somebody confirmed them."""
    query = select(incident_proposals.c.examples).where(
        incident_proposals.c.incident_id == incident_id
    )
    found: list[tuple[Event, How]] = []
    for examples in tx.execute(query).scalars():
        for conversation, position in examples:
            said = select(events).where(
                events.c.conversation_id == str(conversation),
                events.c.position == int(position),
                events.c.kind == e.CUSTOMER_SAID,
                events.c.at >= declared - LOOK_BACK,
            )
            found += [(one, "reported") for one in _events(tx, said)]
    return found


def _log(
    tx: Tx, ids: Sequence[str], declared: datetime, ended: datetime | None
) -> dict[str, tuple[Event, ...]]:
    log: dict[str, list[Event]] = {one: [] for one in ids}
    for start in range(0, len(ids), _AT_ONCE):
        query = select(events).where(
            events.c.conversation_id.in_(ids[start : start + _AT_ONCE]),
            events.c.kind.in_(_READ),
            events.c.at >= declared - LOOK_BACK,
        )
        if ended is not None:
            query = query.where(events.c.at <= ended + FOLLOWED)
        for one in _events(tx, query.order_by(events.c.conversation_id, events.c.position)):
            log[one.conversation_id].append(one)
    return {conversation: tuple(found) for conversation, found in log.items()}


def _touches(
    tx: Tx, found: Sequence[tuple[Event, How]], log: dict[str, tuple[Event, ...]]
) -> tuple[Touch, ...]:
    known = _people(tx, list(log))
    touches = []
    for event, how in found:
        visitor, spoken = known[event.conversation_id]
        asked = _question(event, log[event.conversation_id])
        touches.append(
            Touch(
                conversation=event.conversation_id,
                visitor=visitor,
                language=str(event.data.get("language") or spoken),
                how=how,
                at=event.at,
                position=event.position,
                asked_at=asked.at,
                asked_position=asked.position,
                text=str(asked.data.get("text") or "") if asked.kind == e.CUSTOMER_SAID else "",
            )
        )
    touches.sort(key=lambda one: (one.at, one.conversation, one.position))
    return tuple(touches)


def _question(event: Event, log: Sequence[Event]) -> Event:
    """The first message that this event answers; the event itself if it answers none."""
    if event.kind == e.CUSTOMER_SAID:
        return event
    answers = set(event.data.get("answers") or ())
    return next((one for one in log if one.position in answers), event)


def _people(tx: Tx, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Conversation → its visitor, and the language it is in."""
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        query = select(
            conversations.c.id,
            conversations.c.visitor_id,
            conversations.c.language,
            conversations.c.locale,
        ).where(conversations.c.id.in_(ids[start : start + _AT_ONCE]))
        for row in tx.execute(query):
            found[row.id] = (row.visitor_id, row.language or row.locale or "unknown")
    return found


def _events(tx: Tx, query: Select[tuple[object, ...]]) -> list[Event]:
    return [Event(**row) for row in tx.execute(query).mappings()]
