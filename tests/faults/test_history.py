"""The checker finds what it is there to find: each kind of violation, planted."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.engine import Connection

from bot import schema
from bot.conversation import events as e
from bot.conversation import log, outcomes
from bot.conversation.events import NewEvent
from bot.conversation.tables import conversations, events
from bot.conversation.tables import outcomes as table
from bot.storage.engine import sqlite_engine
from tests.faults.history import Acked, History, check

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _answered(positions: list[int]) -> NewEvent:
    return NewEvent(
        e.BOT_ANSWERED,
        e.BOT,
        {"text": "Hi", "decision": "answer", "language": "en", "answers": positions},
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one sound conversation: asked, answered, handed over."""
    path = tmp_path / "handrail.db"
    schema.migrate(path)
    _change(path, _conversation)
    return path


def _conversation(tx: Connection) -> None:
    state = log.start(tx, visitor_id="v", channel="widget", locale="en", page=None, now=NOW)
    said = NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": "q", "client_id": "c1"}, client_id="c1")
    state = log.append(tx, state, [said], now=NOW)
    outcomes.decided(tx, state.id, 2, "answered", 3)
    state = log.append(tx, state, [_answered([2])], now=NOW)
    called = {"reason": "stuck", "text": "", "language": "en", "answers": [], "urgent": False}
    log.append(tx, state, [NewEvent(e.PERSON_CALLED, e.SYSTEM, called)], now=NOW)


def _change(path: Path, change: Callable[[Connection], object]) -> None:
    engine = sqlite_engine(path, writer=True)
    with engine.begin() as tx:
        change(tx)
    engine.dispose()


def _name(path: Path) -> str:
    engine = sqlite_engine(path, writer=False)
    with engine.connect() as tx:
        found = tx.execute(conversations.select()).one().id
    engine.dispose()
    return str(found)


def test_a_sound_history_has_no_breach(path: Path) -> None:
    history = History(acked=[Acked(_name(path), 2, "c1", "q")])
    assert check(path, history) == []


def _lose(tx: Connection) -> None:
    tx.execute(delete(events).where(events.c.position == 2))


def _double(tx: Connection) -> None:
    row = dict(tx.execute(events.select().where(events.c.position == 3)).mappings().one())
    tx.execute(insert(events).values(row | {"position": 5, "sender": "bot"}))


def _talk_over(tx: Connection) -> None:
    state = log.load(tx, tx.execute(conversations.select()).one().id)
    log.append(tx, state, [_answered([])], now=NOW)


def _forget_outcome(tx: Connection) -> None:
    tx.execute(update(table).values(outcome=None))


def _go_back(tx: Connection) -> None:
    tx.execute(update(events).where(events.c.position == 2).values(epoch=9))


def _drift(tx: Connection) -> None:
    tx.execute(update(conversations).values(holder="bot"))


def _rewrite(tx: Connection) -> None:
    tx.execute(update(events).where(events.c.position == 2).values(data={"text": "other"}))


def _answer_nothing(tx: Connection) -> None:
    row = tx.execute(events.select().where(events.c.position == 3)).one()
    data = dict(row.data) | {"answers": []}
    tx.execute(update(events).where(events.c.position == 3).values(data=data))


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (_lose, "lost"),
        (_double, "answered twice"),
        (_talk_over, "talked over"),
        (_forget_outcome, "no outcome"),
        (_go_back, "epoch"),
        (_drift, "projection"),
        (_rewrite, "changed"),
        (_answer_nothing, "no event"),
    ],
)
def test_a_planted_breach_is_found(
    path: Path, plant: Callable[[Connection], None], found: str
) -> None:
    name = _name(path)
    _change(path, plant)
    try:
        breaches = check(path, History(acked=[Acked(name, 2, "c1", "q")]))
    except (KeyError, ValueError) as error:  # the fold refuses a log with a hole
        breaches = [f"lost: {error}"]
    assert any(line.startswith(found) for line in breaches), breaches


def test_a_phantom_is_found(path: Path) -> None:
    seen = {_name(path): {2: {"position": 2, "kind": "agent.said"}}}
    assert any(line.startswith("phantom") for line in check(path, History(seen=seen)))
