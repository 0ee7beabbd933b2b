"""An answer, a customer who says that it helped, and one who comes back are three things."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count as numbers
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot import schema, tally
from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import NewEvent
from bot.settings import load
from bot.storage.engine import Database
from bot.tally import tallies

ZONE = ZoneInfo("Asia/Singapore")
NIGHT = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
"""Half past one in the next morning there."""
HOUR, DAY = 60, 24 * 60
"""In minutes."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all: every test has a customer of its own."""
    path = load(tmp_path_factory.mktemp("tally")).database_path
    schema.migrate(path)
    made = Database(path)
    yield made
    made.close()


def said(text: str) -> NewEvent:
    return NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": text})


def answered(article: str, decision: str = "answer") -> NewEvent:
    citations = [{"article": article, "locale": "en", "title": "…"}]
    data = {"text": "…", "decision": decision, "language": "en", "citations": citations}
    return NewEvent(e.BOT_ANSWERED, e.BOT, data)


def thumb(*, helpful: bool) -> NewEvent:
    data = {"position": 3, "helpful": helpful, "comment": ""}
    return NewEvent(e.ANSWER_RATED, e.CUSTOMER, data)


CALLED = NewEvent(e.PERSON_CALLED, e.SYSTEM, {"reason": "asked_for_person", "language": "en"})
ENDED = NewEvent(e.RESOLVED, e.SYSTEM, {"by": None, "reason": "idle"})
ANSWER = ((0, said("where is my refund")), (0, answered("refunds")))
OTHER = ((0, said("a cat")), (0, answered("pets")))
Steps = tuple[tuple[int, NewEvent], ...]


_nights = (NIGHT + timedelta(days=20 * n) for n in numbers())
"""Every test has a night of its own, later than those before: time does not go back."""


def talk(database: Database, steps: Steps, visitor: str, at: datetime) -> str:
    """A conversation whose events came so many minutes after its start; it is counted."""

    def work(tx: Any) -> str:
        state = log.start(tx, visitor_id=visitor, channel="widget", locale="en", page=None, now=at)
        for minutes, event in steps:
            state = log.append(tx, state, [event], now=at + timedelta(minutes=minutes))
        return state.id

    made = database.sync.write(work)
    count(database)
    return made


def count(database: Database, zone: ZoneInfo = ZONE) -> None:
    while found := database.sync.read(lambda tx: tally.batches(tx, zone)):
        for batch in found:
            made = database.sync.read(partial(tally.read, batch=batch, zone=zone))
            database.sync.write(partial(tally.store, batch=batch, made=made, zone=zone))
    assert database.sync.read(lambda tx: tally.behind(tx, zone)) == 0


def row(database: Database, conversation: str) -> Any:
    query = select(tallies).where(tallies.c.conversation_id == conversation)
    return database.sync.read(lambda tx: tx.execute(query).one())


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (ANSWER, "answered"),
        ((*ANSWER, (1, thumb(helpful=True))), "confirmed"),
        ((*ANSWER, (1, said("謝謝"))), "confirmed"),
        ((*ANSWER, (1, said("解决了"))), "confirmed"),
        ((*ANSWER, (1, said("terima kasih"))), "confirmed"),
        ((*ANSWER, (1, said("thanks, but it is not there"))), "answered"),
        ((*ANSWER, (1, said("thanks")), (2, thumb(helpful=False))), "answered"),
        (((0, said("thanks")), *ANSWER), "answered"),
        (((0, said("x")), (0, answered("x", "clarify")), (1, said("ok thanks"))), "nothing"),
        ((*ANSWER, (1, thumb(helpful=True)), (2, CALLED)), "handed over"),
        ((*ANSWER, (HOUR, said("still nothing")), (HOUR, answered("refunds"))), "came back"),
        ((*ANSWER, (1, said("thanks")), (HOUR, said("still nothing")),
          (HOUR, answered("refunds"))), "came back"),
        ((*ANSWER, (5, said("how long")), (5, answered("refunds"))), "answered"),
        ((*ANSWER, (HOUR, said("and pets")), (HOUR, answered("pets"))), "answered"),
        ((*ANSWER, (4 * DAY, said("refund")), (4 * DAY, answered("refunds"))), "answered"),
    ],
    ids=[
        "an answer and silence", "a thumb up", "thanks in Chinese", "solved, in Chinese",
        "thanks in Malay", "thanks that go on are none", "a thumb down after thanks",
        "thanks before the answer", "thanks for a question back", "a person after all",
        "back after an hour", "thanks, and back all the same", "going on is not coming back",
        "back about something else", "back after days is a new matter",
    ],
)  # fmt: skip
def test_an_answer_is_not_yet_a_customer_who_was_helped(
    database: Database, steps: Steps, told: str, request: pytest.FixtureRequest
) -> None:
    at = next(_nights)
    found = row(database, talk(database, steps, request.node.callspec.id[:40], at))
    flags = {
        "nothing": (False, False, False, None),
        "answered": (True, False, False, None),
        "confirmed": (True, True, False, None),
        "came back": (True, False, True, None),
        "handed over": (False, False, False, "asked_for_person"),
    }
    assert (found.answered, found.confirmed, found.came_back, found.reason) == flags[told]
    assert (found.day, found.hour) == (at.astimezone(ZONE).date().isoformat(), 1)


@pytest.mark.parametrize(
    ("again", "hours", "came_back"),
    [
        (ANSWER, 70, True),
        (ANSWER, 74, False),
        (((0, said("a cat")), (0, answered("pets"))), 2, False),
    ],
    ids=["the same within three days", "the same later", "something else"],
)
def test_who_begins_another_conversation_about_the_same_came_back(
    database: Database, again: Steps, hours: int, came_back: bool
) -> None:
    visitor, at = f"back after {hours}", next(_nights)
    happy = (*ANSWER, (1, said("thanks")), (5 * DAY, ENDED))
    first = talk(database, happy, visitor, at)
    assert row(database, first).confirmed
    second = talk(database, again, visitor, at + timedelta(hours=hours))
    found = row(database, first)
    assert (found.confirmed, found.came_back) == (not came_back, came_back)
    assert not row(database, second).came_back


def test_rows_are_made_anew_when_the_company_moves(database: Database) -> None:
    at = next(_nights)
    made = talk(database, ANSWER, "moved", at)
    elsewhere = ZoneInfo("Europe/Berlin")
    assert database.sync.read(lambda tx: tally.behind(tx, elsewhere)) > 0
    count(database, elsewhere)
    there = at.astimezone(elsewhere)
    found = row(database, made)
    assert (found.day, found.hour) == (there.date().isoformat(), there.hour) != (at.day, 1)
