"""What became of each conversation, in one short row: read once from the log, and counted often.

The log stays the truth. A row remembers how far it has read, so it is made anew when its
conversation goes on, or when what is counted changes (`COUNTED`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby
from typing import Any, get_args

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    Row,
    Select,
    String,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Connection

from bot.conversation import events as e
from bot.conversation.state import Status
from bot.conversation.tables import conversations, events
from bot.courtesy import courtesy
from bot.storage import choices
from bot.storage.choices import Choice
from handoff.tables import UtcDateTime

COUNTED = 1
"""Raised whenever a row would come out differently: all of them are then made anew."""
PAUSE = timedelta(hours=1)
"""Silence after which a customer who writes again has come back, rather than gone on."""
BACK_WITHIN = timedelta(hours=72)
"""A customer who writes about the same thing so soon was not helped the first time."""
AT_ONCE = 250
"""Conversations read in one go."""
BATCHES = 20
"""Such goes that are looked for at once."""
LOOK_BACK = timedelta(days=1)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = "conversations_tallied"

metadata = MetaData()

tallies = Table(
    "conversation_tallies",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("head", Integer, nullable=False),
    Column("counted", String(80), nullable=False),
    Column("visitor_id", String(40), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("day", String(10), nullable=False),
    Column("hour", Integer, nullable=False),
    Column("language", String(20), nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("came_back", Boolean, nullable=False),
    Column("resolved", Boolean, nullable=False),
    Column("reason", String(40)),
    Column("wait_seconds", Float),
    Column("first_seconds", Float),
    Column("score", Integer),
    Column("topics", JSON, nullable=False),
    Column("again", Boolean, nullable=False),
    Index("ix_conversation_tallies_day", "day"),
    Index("ix_conversation_tallies_visitor", "visitor_id", "started_at"),
)

_ANSWERS = ("answer", "incident")
"""Decisions of the bot that are an answer, not a question back or a courtesy."""

Told = Row[Any, Any, Any, Any]
"""(conversation_id, kind, at, data)."""


@dataclass(slots=True)
class _Story:
    """A conversation as it is read, event by event."""

    asked_at: datetime | None = None
    answered: bool = False
    thanked: bool = False
    thumb: bool | None = None
    resolved: bool = False
    reason: str | None = None
    called_at: datetime | None = None
    wait_seconds: float | None = None
    first_seconds: float | None = None
    score: int | None = None
    topics: set[str] = field(default_factory=set)
    before_pause: set[str] = field(default_factory=set)
    again: bool = False
    """They wrote again about the same thing after a pause, in this very conversation."""
    answered_at: datetime | None = None
    paused: bool = False

    def read(self, kind: str, at: datetime, data: dict[str, Any]) -> None:
        """Take in the next event."""
        if kind == e.CUSTOMER_SAID:
            self._customer_said(at, data["text"])
        elif kind == e.BOT_ANSWERED:
            self._bot_answered(at, data)
        elif kind == e.AGENT_SAID:
            self._first(at)
        elif kind == e.PERSON_CALLED:
            self.reason = self.reason or data["reason"]
            self.called_at = at
        elif kind == e.AGENT_JOINED and self.called_at is not None:
            if self.wait_seconds is None:
                self.wait_seconds = (at - self.called_at).total_seconds()
            self.called_at = None
        elif kind in (e.RESOLVED, e.REOPENED):
            self.resolved = kind == e.RESOLVED
        elif kind == e.RATED:
            self.score = data["score"]
        elif kind == e.ANSWER_RATED:
            self.thumb = data["helpful"]

    def _customer_said(self, at: datetime, text: str) -> None:
        self.asked_at = self.asked_at or at
        said = courtesy(text)
        if said == "thanks" and self.answered:
            self.thanked = True
        if said is None and self.answered_at is not None and at - self.answered_at >= PAUSE:
            self.paused, self.before_pause = True, set(self.topics)

    def _bot_answered(self, at: datetime, data: dict[str, Any]) -> None:
        self._first(at)
        if data["decision"] not in _ANSWERS:
            return
        about = {str(one["article"]) for one in data.get("citations") or () if one.get("article")}
        if incident := data.get("incident"):
            about.add(f"incident:{incident}")
        if self.paused and about & self.before_pause:
            recent = self.answered_at is not None and at - self.answered_at <= BACK_WITHIN
            self.again = self.again or recent
        self.paused = False
        self.answered, self.answered_at = True, at
        self.topics |= about

    def _first(self, at: datetime) -> None:
        if self.first_seconds is None and self.asked_at is not None:
            self.first_seconds = (at - self.asked_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Tally:
    """A row: what became of one conversation."""

    conversation_id: str
    head: int
    counted: str
    visitor_id: str
    started_at: datetime
    last_at: datetime
    day: str
    hour: int
    language: str
    answered: bool
    confirmed: bool
    came_back: bool
    resolved: bool
    reason: str | None
    wait_seconds: float | None
    first_seconds: float | None
    score: int | None
    topics: list[str]
    again: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Conversations that went on since they were counted, of one status, in the order of that."""

    status: str
    ids: list[str]
    until: datetime
    """When the last of them went on."""


def behind(tx: Connection, zone: tzinfo) -> int:
    """Conversations that went on after the last one that was counted; 0 when all are counted."""
    if not batches(tx, zone):
        return 0
    return sum(
        tx.execute(
            select(func.count()).where(
                conversations.c.status == status, conversations.c.updated_at > since
            )
        ).scalar_one()
        for status, since in _marks(tx, zone).items()
    )


def batches(tx: Connection, zone: tzinfo) -> list[Batch]:
    """What is to be counted, in pieces for `read` and `store`; empty when nothing is.

    Looks back a day behind the last one counted: clocks of several machines differ.
    """
    found = []
    for status, since in _marks(tx, zone).items():
        after = max(since, _EVER + LOOK_BACK) - LOOK_BACK
        rows = tx.execute(_stale(zone, status, after).limit(AT_ONCE * BATCHES)).all()
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            found.append(Batch(status, [row.id for row in some], some[-1].updated_at))
    return found


def read(tx: Connection, batch: Batch, zone: tzinfo) -> list[Tally]:
    """The rows of a batch as they should be now."""
    return _made(tx, batch.ids, zone)


def store(tx: Connection, batch: Batch, made: Sequence[Tally], zone: tzinfo) -> None:
    """Put the rows in place of older ones. A conversation that went on meanwhile is read again."""
    tx.execute(delete(tallies).where(tallies.c.conversation_id.in_(batch.ids)))
    tx.execute(insert(tallies), [asdict(one) for one in made])
    _mark_returns(tx, {one.visitor_id for one in made})
    marks = _marks(tx, zone)
    marks[batch.status] = max(marks[batch.status], batch.until)
    told = {status: until.isoformat() for status, until in marks.items()}
    value = {"counted": _counted(zone), "until": told}
    choices.put(tx, _NAME, Choice(value, "server", batch.until))


def _counted(zone: tzinfo) -> str:
    """What a row says it was made with; days and hours are those of the company's zone."""
    return f"{COUNTED} {zone}"


def _marks(tx: Connection, zone: tzinfo) -> dict[str, datetime]:
    """By status, when the last conversation that was counted had gone on."""
    marks = dict.fromkeys(get_args(Status), _EVER)
    known = choices.get(tx, _NAME)
    if known is not None and known.value["counted"] == _counted(zone):
        until = known.value["until"]
        marks |= {one: datetime.fromisoformat(until[one]) for one in marks if one in until}
    return marks


def _stale(zone: tzinfo, status: str, after: datetime) -> Select[Any]:
    """In the order of their index: nothing is sorted, and only what is needed is looked at."""
    joined = conversations.outerjoin(tallies, tallies.c.conversation_id == conversations.c.id)
    old = or_(
        tallies.c.conversation_id.is_(None),
        tallies.c.head != conversations.c.head,
        tallies.c.counted != _counted(zone),
    )
    query = select(conversations.c.id, conversations.c.updated_at).select_from(joined)
    return query.where(
        conversations.c.status == status, conversations.c.updated_at >= after, old
    ).order_by(conversations.c.updated_at)


def _made(tx: Connection, ids: Sequence[str], zone: tzinfo) -> list[Tally]:
    # Before the events: a row that says too little is made anew, one that says too much is not.
    rows = tx.execute(select(conversations).where(conversations.c.id.in_(ids))).all()
    query = (
        select(events.c.conversation_id, events.c.kind, events.c.at, events.c.data)
        .where(events.c.conversation_id.in_(ids))
        .order_by(events.c.conversation_id, events.c.position)
    )
    told = groupby(tx.execute(query), key=lambda row: row.conversation_id)
    stories = {conversation_id: _read(some) for conversation_id, some in told}
    return [_tally(row, stories.get(row.id, _Story()), zone) for row in rows]


def _read(rows: Iterable[Told]) -> _Story:
    story = _Story()
    for _, kind, at, data in rows:
        story.read(kind, at, data)
    return story


def _tally(row: Row[Any], story: _Story, zone: tzinfo) -> Tally:
    began = row.started_at.astimezone(zone)
    answered = story.answered and story.reason is None
    confirmed = answered and (story.thumb is True or (story.thanked and story.thumb is None))
    return Tally(
        conversation_id=row.id,
        head=row.head,
        counted=_counted(zone),
        visitor_id=row.visitor_id,
        started_at=row.started_at,
        last_at=story.answered_at or row.updated_at,
        day=began.date().isoformat(),
        hour=began.hour,
        language=row.language or row.locale or "unknown",
        answered=answered,
        confirmed=confirmed and not story.again,
        came_back=answered and story.again,
        resolved=story.resolved,
        reason=story.reason,
        wait_seconds=story.wait_seconds,
        first_seconds=story.first_seconds,
        score=story.score,
        topics=sorted(story.topics),
        again=story.again,
    )


def _mark_returns(tx: Connection, visitors: set[str]) -> None:
    """Mark the answered conversations after which the same customer began one about the same."""
    columns = [
        tallies.c[name]
        for name in (
            "conversation_id", "visitor_id", "started_at", "last_at", "topics", "answered",
            "came_back",
        )
    ]  # fmt: skip
    query = select(*columns).where(tallies.c.visitor_id.in_(visitors))
    rows = tx.execute(query.order_by(tallies.c.visitor_id, tallies.c.started_at)).all()
    for first, later in _pairs(rows):
        soon = later.started_at - first.last_at <= BACK_WITHIN
        alike = set(first.topics) & set(later.topics)
        if first.answered and not first.came_back and soon and alike:
            here = tallies.c.conversation_id == first.conversation_id
            tx.execute(update(tallies).where(here).values(came_back=True, confirmed=False))


def _pairs(rows: Sequence[Row[Any]]) -> Iterable[tuple[Row[Any], Row[Any]]]:
    for _, group in groupby(rows, key=lambda row: row.visitor_id):
        of_one = list(group)
        for place, first in enumerate(of_one):
            for later in of_one[place + 1 :]:
                yield first, later
