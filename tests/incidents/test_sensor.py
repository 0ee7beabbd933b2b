"""Questions that rise far above the usual propose one incident, to the admins alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection as Tx

from bot import schema
from bot.storage.engine import Database
from retrieval.errors import AlreadyDecided, UnknownProposal
from retrieval.incidents import ledger, sensor_counts, sensor_proposals
from retrieval.incidents.sensor import Sensor
from retrieval.incidents.sensor_proposals import Proposal
from retrieval.incidents.sensor_settings import SensorSettings
from retrieval.tables import question_counts

COMPONENTS = ("payments", "search", "app", "tickets")
NOON = datetime(2026, 3, 30, 12, tzinfo=UTC)
"""A Monday, four weeks after the counting began."""
SETTINGS = SensorSettings()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "handrail.db"
    schema.migrate(path)
    made = Database(path)
    yield made
    made.close()


@pytest.fixture
def usual(database: Database) -> Database:
    """Four weeks of ordinary traffic until noon: per component six questions an hour by day."""
    random = np.random.default_rng(7)
    end = sensor_counts.bucket_of(NOON)
    begin = end - 4 * 7 * 288
    rows = []
    for bucket in range(begin, end):
        rate = 0.5 if 7 <= (bucket * 300 // 3600) % 24 < 22 else 0.1
        asked = random.poisson(rate, len(COMPONENTS))
        counted = dict(zip(COMPONENTS, asked, strict=True)) | {"": int(asked.sum())}
        rows += [
            {"component": one, "bucket": bucket, "questions": int(n)}
            for one, n in counted.items()
            if n or one == ""
        ]
    database.sync.write(lambda tx: tx.execute(insert(question_counts), rows))
    return database


def ask(
    database: Database,
    at: datetime,
    component: str | Sequence[str],
    *,
    customers: Sequence[object],
    times: int = 1,
) -> None:
    """So many customers ask about the component, each `times` times."""
    components = (component,) if isinstance(component, str) else tuple(component)

    def work(tx: Tx) -> None:
        sensor_counts.watch(tx, at)
        for customer in customers:
            for position in range(1, times + 1):
                sensor_counts.count(
                    tx,
                    conversation_id=str(customer),
                    position=position,
                    components=components,
                    at=at,
                )

    database.sync.write(work)


def look(database: Database, at: datetime, sensor: Sensor | None = None) -> list[Proposal]:
    """What a look finds new; without `sensor` by one that has just been started."""
    looking = sensor or Sensor(SETTINGS, COMPONENTS)
    seen = database.sync.read(lambda tx: looking.look(tx, at))
    return database.sync.write(lambda tx: looking.propose(tx, seen))


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def outage(database: Database, component: str = "payments", *, last: int = 60) -> list[Proposal]:
    """Three customers a minute ask about it, with a look every minute and a restart each time."""
    new: list[Proposal] = []
    for passed in range(last):
        at = NOON + minutes(passed)
        ask(database, at, component, customers=[f"{component}-{passed}-{n}" for n in range(3)])
        new += look(database, at)
    return new


def listing(database: Database, state: str | None = None) -> list[Proposal]:
    return database.sync.read(lambda tx: sensor_proposals.listing(tx, state=state))


def test_one_outage_is_one_proposal_however_often_it_is_looked_at(usual: Database) -> None:
    new = outage(usual)
    (only,) = listing(usual)
    assert [one.id for one in new] == [only.id]
    assert (only.component, only.origin, only.state) == ("payments", "sensor", "open")
    assert only.opened_at - NOON <= minutes(10)
    assert only.seen_at - NOON >= minutes(55)


def test_the_evidence_says_how_many_how_unusual_and_who(usual: Database) -> None:
    outage(usual, last=30)
    (only,) = listing(usual)
    evidence = only.evidence
    assert evidence is not None
    assert evidence["questions"] > 3 * evidence["expected"]
    assert evidence["chance"] < 1e-6
    assert 3 < evidence["usual_per_hour"] < 12
    plot = evidence["plot"]
    assert len(plot) == 36
    assert plot[-1]["questions"] == 15
    assert datetime.fromisoformat(plot[-1]["at"]) == NOON + minutes(25)
    assert sum(point["questions"] for point in plot[:20]) < 40
    assert all(0.1 < point["expected"] < 2 for point in plot)
    assert len(only.examples) == 10
    asked = {conversation for conversation, _ in only.examples}
    assert len(asked) == 10
    assert all(one.startswith("payments-") for one in asked)


def test_an_ordinary_day_proposes_nothing(usual: Database) -> None:
    sensor = Sensor(SETTINGS, COMPONENTS)
    random = np.random.default_rng(11)
    for passed in range(0, 600, 5):
        at = NOON + minutes(passed)
        for component in COMPONENTS:
            asked = int(random.poisson(0.5))
            ask(usual, at, component, customers=[f"{passed}-{component}-{n}" for n in range(asked)])
        assert look(usual, at, sensor) == []


def test_one_customer_who_writes_fifty_times_is_no_outage(usual: Database) -> None:
    for passed in range(30):
        at = NOON + minutes(passed)
        ask(usual, at, "payments", customers=["angry", "angrier"], times=50)
        assert look(usual, at) == []
    stored = select(question_counts.c.questions).where(
        question_counts.c.bucket >= sensor_counts.bucket_of(NOON),
        question_counts.c.component == "payments",
    )
    assert usual.sync.read(lambda tx: sum(tx.execute(stored).scalars())) == 2


@pytest.mark.parametrize("rising", [COMPONENTS, ("payments",)], ids=["all", "one"])
def test_a_rise_of_everything_is_a_busy_day_and_of_one_thing_an_outage(
    usual: Database, rising: tuple[str, ...]
) -> None:
    """Six times the usual for an hour: three customers in five minutes for each that rises."""
    new: list[Proposal] = []
    for passed in range(0, 65, 5):
        at = NOON + minutes(passed)
        for component in rising:
            ask(usual, at, component, customers=[f"{passed}-{component}-{n}" for n in range(3)])
        new += look(usual, at)
    assert [one.component for one in new] == ([] if rising == COMPONENTS else ["payments"])


def test_it_is_quiet_while_customers_are_told_and_a_while_after(usual: Database) -> None:
    told = usual.sync.write(
        lambda tx: ledger.create(
            tx, title={"en": "Cards fail"}, components=["payments"], severity="major",
            status="investigating", now=NOON - minutes(20), text={"en": "We are looking."},
        )
    )  # fmt: skip
    assert outage(usual, last=30) == []
    over = NOON + minutes(30)
    usual.sync.write(
        lambda tx: ledger.add_update(
            tx, told.id, status="resolved", text={"en": "Over."}, now=over
        )
    )  # fmt: skip
    late = over + minutes(20)
    ask(usual, late, "payments", customers=[f"late-{n}" for n in range(30)])
    assert look(usual, late) == []
    again = over + timedelta(hours=2)
    ask(usual, again, "payments", customers=[f"again-{n}" for n in range(30)])
    assert [one.component for one in look(usual, again)] == ["payments"]


def test_an_incident_elsewhere_silences_nothing(usual: Database) -> None:
    usual.sync.write(
        lambda tx: ledger.create(
            tx, title={"en": "App"}, components=["app"], severity="major",
            status="investigating", now=NOON, text={"en": "We are looking."},
        )
    )  # fmt: skip
    assert [one.component for one in outage(usual, last=20)] == ["payments"]


def test_what_was_dismissed_is_not_proposed_again_while_it_lasts(usual: Database) -> None:
    (only,) = outage(usual, last=20)
    usual.sync.write(lambda tx: sensor_proposals.dismiss(tx, only.id, by="Aina", now=NOON))
    for passed in range(20, 200, 5):
        at = NOON + minutes(passed)
        ask(usual, at, "payments", customers=[f"on-{passed}-{n}" for n in range(10)])
        assert look(usual, at) == []
    (still,) = listing(usual)
    assert (still.state, still.decided_by) == ("dismissed", "Aina")


def test_what_nobody_decided_passes_and_a_later_outage_is_a_new_one(usual: Database) -> None:
    (first,) = outage(usual, last=20)
    look(usual, NOON + timedelta(hours=3))
    assert [one.state for one in listing(usual)] == ["passed"]
    later = NOON + timedelta(hours=6)
    ask(usual, later, "payments", customers=[f"later-{n}" for n in range(40)])
    (second,) = look(usual, later)
    assert second.id != first.id


def test_the_same_customers_seen_twice_are_one_outage(usual: Database) -> None:
    at = NOON + minutes(4)
    same = [f"c-{n}" for n in range(25)]
    ask(usual, at, ("payments", "tickets"), customers=same)
    assert len(look(usual, at)) == 1
    (stored,) = listing(usual)
    assert set(stored.components) == {"payments", "tickets"}


def test_different_customers_are_different_outages(usual: Database) -> None:
    at = NOON + minutes(4)
    ask(usual, at, "payments", customers=[f"p-{n}" for n in range(25)])
    ask(usual, at, "tickets", customers=[f"t-{n}" for n in range(25)])
    assert {one.component for one in look(usual, at)} == {"payments", "tickets"}


def test_nothing_is_proposed_before_it_knows_what_is_usual(database: Database) -> None:
    assert outage(database, last=30) == []


def test_it_can_be_switched_off_and_goes_on_counting(usual: Database) -> None:
    off = Sensor(SensorSettings(watching=False), COMPONENTS)
    at = NOON + minutes(4)
    ask(usual, at, "payments", customers=range(40))
    assert look(usual, at, off) == []
    assert [one.component for one in look(usual, at)] == ["payments"]


def test_an_outage_does_not_become_the_usual(usual: Database) -> None:
    """Four Mondays at noon with the same outage, each declared: the fifth is noticed as soon."""
    rows = []
    for week in range(1, 4):
        start = NOON - timedelta(weeks=week)
        declare(usual, start, start + timedelta(hours=2))
        first = sensor_counts.bucket_of(start)
        rows += [(bucket, 15) for bucket in range(first, first + 24)]
    usual.sync.write(lambda tx: [_set(tx, *row) for row in rows])
    assert [one.component for one in outage(usual, last=15)] == ["payments"]


def _set(tx: Tx, bucket: int, questions: int) -> None:
    mine = (question_counts.c.component == "payments", question_counts.c.bucket == bucket)
    tx.execute(question_counts.delete().where(*mine))
    row: dict[str, Any] = {"component": "payments", "bucket": bucket, "questions": questions}
    tx.execute(insert(question_counts).values(**row))


def declare(database: Database, start: datetime, end: datetime) -> None:
    def work(tx: Tx) -> None:
        one = ledger.create(
            tx, title={"en": "Cards fail"}, components=["payments"], severity="major",
            status="investigating", now=start, text={"en": "We are looking."},
        )  # fmt: skip
        ledger.add_update(tx, one.id, status="resolved", text={"en": "Over."}, now=end)

    database.sync.write(work)


def test_a_report_joins_the_open_proposal_and_stays_a_day_on_its_own(usual: Database) -> None:
    (seen,) = outage(usual, last=20)

    def reported(component: str | None, text: str, at: datetime = NOON) -> Proposal:
        return usual.sync.write(
            lambda tx: sensor_proposals.report(
                tx, component=component, text=text, by="Aina", now=at
            )
        )  # fmt: skip

    joined = reported("payments", "Three calls about Visa")
    assert (joined.id, len(joined.notes)) == (seen.id, 1)
    assert reported("payments", "Three calls about Visa").notes == joined.notes  # clicked twice
    own = reported(None, "Something is odd with the printer labels")
    assert (own.component, own.origin, own.evidence) == (None, "staff", None)
    look(usual, NOON + timedelta(hours=5))
    assert [one.id for one in listing(usual, "open")] == [own.id]
    look(usual, NOON + timedelta(hours=30))
    assert listing(usual, "open") == []


def test_what_the_sensor_sees_after_a_report_is_evidence_for_it(usual: Database) -> None:
    made = usual.sync.write(
        lambda tx: sensor_proposals.report(
            tx, component="payments", text="Cards?", by="Aina", now=NOON
        )
    )
    assert outage(usual, last=15) == []
    (only,) = listing(usual)
    assert only.id == made.id
    assert only.evidence is not None
    assert len(only.examples) == 10


def test_a_proposal_is_decided_once(usual: Database) -> None:
    (only,) = outage(usual, last=20)

    def decide(tx: Tx) -> Proposal:
        return sensor_proposals.declare(tx, only.id, incident="i", by="Aina", now=NOON)

    assert usual.sync.write(decide).incident_id == "i"
    with pytest.raises(AlreadyDecided, match="declared by Aina"):
        usual.sync.write(decide)
    with pytest.raises(AlreadyDecided):
        usual.sync.write(lambda tx: sensor_proposals.dismiss(tx, only.id, by="B", now=NOON))
    with pytest.raises(UnknownProposal, match="nothing"):
        usual.sync.write(lambda tx: sensor_proposals.dismiss(tx, "nothing", by="B", now=NOON))


def test_old_counts_and_who_was_counted_are_forgotten(usual: Database) -> None:
    ask(usual, NOON, "payments", customers=["c"])
    later = NOON + timedelta(weeks=8)
    usual.sync.write(lambda tx: sensor_counts.prune(tx, later, SETTINGS.weeks))
    oldest = select(question_counts.c.bucket).order_by(question_counts.c.bucket).limit(1)
    left = usual.sync.read(lambda tx: tx.execute(oldest).scalar_one())
    assert left >= sensor_counts.bucket_of(later - timedelta(weeks=9))
    assert usual.sync.read(lambda tx: sensor_counts.askers(tx, "payments", NOON)) == frozenset()
