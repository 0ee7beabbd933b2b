"""Incidents: declared, noted, resolved, and which question they explain."""

import asyncio
from datetime import timedelta

import pytest
from retrieval_parts import NOON, Database

from retrieval.errors import UnknownIncident
from retrieval.incidents import ledger
from retrieval.incidents.board import Board
from retrieval.incidents.incident import Component, Incident
from retrieval.incidents.sources import manual

COMPONENTS = [
    Component(
        "payments",
        {"en": "Payments"},
        {
            "en": ("payment", "card", "charged", "site"),
            "zh-Hans": ("付款", "刷卡"),
            "zh-Hant": ("付款", "刷卡"),
            "ms": ("bayaran", "kad"),
        },
    ),
    Component("website", {"en": "Website"}, {"en": ("website", "page", "site", "log in")}),
]


def declared(store: Database, **options: object) -> Incident:
    values: dict[str, object] = {
        "title": {"en": "Cards fail"}, "components": ["payments"], "severity": "major",
        "status": "investigating", "now": NOON, "text": {"en": "We are looking."},
    }  # fmt: skip
    return store.write(lambda tx: ledger.create(tx, **(values | options)))  # type: ignore[arg-type]


def test_an_incident_begins_is_noted_ends_and_may_begin_again(store: Database) -> None:
    one = declared(store)
    assert (one.ongoing, one.started_at, len(one.updates)) == (True, NOON, 1)
    later = NOON + timedelta(hours=1)
    ended = store.write(
        lambda tx: ledger.add_update(
            tx, one.id, status="resolved", text={"en": "Over."}, now=later, next_update_at=later
        )
    )
    assert (ended.ongoing, ended.resolved_at, ended.next_update_at) == (False, later, None)
    assert [u.text["en"] for u in ended.updates] == ["We are looking.", "Over."]
    again = store.write(
        lambda tx: ledger.add_update(tx, one.id, status="monitoring", text={"en": "Hm."}, now=later)
    )
    assert (again.ongoing, again.resolved_at) == (True, None)


def test_a_template_is_told_to_nobody_until_it_is_declared(store: Database) -> None:
    one = declared(store, active=False, incident_id="sample")
    assert store.read(lambda tx: ledger.listing(tx, ongoing=True)) == []
    assert one.started_at is None
    later = NOON + timedelta(days=1)
    now_on = store.write(lambda tx: ledger.declare(tx, "sample", later))
    assert (now_on.ongoing, now_on.started_at) == (True, later)
    assert [u.at for u in now_on.updates] == [later]
    assert store.write(lambda tx: ledger.declare(tx, "sample", later + timedelta(1))) == now_on


def test_unknown_words_and_incidents_are_refused(store: Database) -> None:
    with pytest.raises(ValueError, match="severity"):
        declared(store, severity="huge")
    with pytest.raises(UnknownIncident):
        store.read(lambda tx: ledger.get(tx, "nothing"))
    with pytest.raises(UnknownIncident):
        store.write(
            lambda tx: ledger.add_update(tx, "nothing", status="resolved", text={}, now=NOON)
        )


def test_the_manual_source_knows_the_ongoing_ones(store: Database) -> None:
    one = declared(store)
    declared(store, active=False)
    picture = asyncio.run(manual.build(store).current())
    assert [(told.external_id, told.title) for told in picture.incidents] == [
        (one.id, "Cards fail")
    ]


@pytest.fixture
def board(store: Database) -> Board:
    declared(store)
    made = Board(store, COMPONENTS)
    assert made.refresh()
    assert not made.refresh()
    return made


def test_the_board_tells_which_question_an_incident_explains(board: Board, store: Database) -> None:
    (found,) = board.about("my CARD keeps failing at checkout", "en")
    assert found.incident == board.active()[0]
    assert board.about("how do I pay with a voucher", "en") == []
    assert board.about("", "en") == []
    store.write(
        lambda tx: ledger.add_update(
            tx, found.incident.id, status="resolved", text={"en": "Over."}, now=NOON
        )
    )
    assert board.refresh()
    assert board.about("my CARD keeps failing at checkout", "en") == []


def test_a_database_that_fails_leaves_the_last_picture(board: Board) -> None:
    class Down:
        def read(self, work: object) -> object:
            raise OSError("gone")

    board._store = Down()  # type: ignore[assignment]
    with pytest.raises(OSError, match="gone"):
        board.refresh()
    assert len(board.active()) == 1
