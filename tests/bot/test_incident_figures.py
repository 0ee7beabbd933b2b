"""The figures of an incident: from the log, the followers and the ledger."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, update

from bot import company, incident_figures, setup
from bot.conversation import events as e
from bot.conversation.events import NewEvent
from bot.incident_figures import Figures, Outcome
from bot.incident_touched import NeverDeclared
from retrieval.incidents import ledger
from retrieval.tables import incident_proposals, incidents
from tests.bot.incident_day import (
    Day,
    answer_rated,
    answered,
    at,
    called,
    joined,
    rated,
    resolved,
    said,
    told,
    with_incident,
)

COMPONENTS = company.load(setup.data_folder()).components


async def figures(day: Day, minutes: float, name: str = "cards") -> Figures:
    """The figures as of a minute of the day."""
    return await day.database.read(
        lambda tx: incident_figures.figures(tx, name, COMPONENTS, at(minutes))
    )


async def propose(day: Day, minutes: float, *examples: tuple[str, int], name: str) -> None:
    """The proposal that became the incident, with its examples."""
    row = {
        "id": f"of-{name}", "component": "payments", "also": [], "origin": "sensor",
        "state": "declared", "opened_at": at(minutes), "seen_at": at(minutes), "evidence": None,
        "examples": [list(one) for one in examples], "notes": [], "decided_by": "Admin",
        "decided_at": at(minutes), "incident_id": name,
    }  # fmt: skip
    await day.write(lambda tx: tx.execute(insert(incident_proposals).values(row)))


async def test_who_was_touched_and_what_became_of_them(day: Day) -> None:
    before = await day.conversation(
        (0, said("My card is declined")), (0.1, answered("unsure", query="My card is declined"))
    )
    await day.declare(20)
    await propose(day, 15, (before, 2), name="cards")
    await day.conversation(
        (25, said("card?")), (25, with_incident()), (40, told()),
        (41, answer_rated(3, helpful=True)),
    )  # fmt: skip
    await day.conversation(
        (30, said("卡付不了")), (30, with_incident(language="zh-Hans")),
        (31, said("!!!")), (31, called("frustrated", to=4, incident="cards")),
        (43, joined()), (50, resolved()), (51, rated(2)), (52, rated(3)),
        locale="zh-Hans", visitor="mei",
    )  # fmt: skip
    await day.conversation(
        (85, said("still?")), (85, called("asked_for_person", incident="cards")), visitor="mei"
    )
    await day.conversation((26, said("Can I bring a cat?")), (26, answered()))
    await day.update(40, "identified", "Found.")
    found = await figures(day, 100)
    assert (found.conversations, found.customers, found.reported_before) == (4, 3, 1)
    assert found.by_component == {"payments": 4}
    assert found.by_language == {"en": 3, "zh-Hans": 1}
    assert found.outcome == Outcome(conversations=4, answered=1, handed_over=2, frustrated=1)
    assert (found.outcome.answered_share, found.outcome.frustrated_share) == (0.25, 0.25)
    assert (found.followers, found.updates_told, found.ongoing) == (2, 1, True)
    assert (found.waits.spread.n, found.waits.spread.p50, found.waits.waiting) == (1, 12.0, 1)
    assert (found.ratings.n, found.ratings.avg) == (1, 3.0), "the last rating counts"
    assert (found.ratings.helpful, found.ratings.not_helpful) == (1, 0)
    times = found.times
    assert (times.first_report_at, times.declared_at) == (at(0), at(20))
    assert (times.acknowledged_at, times.ended_at) == (at(25), None)
    assert (times.to_declaration, times.to_acknowledgement, times.to_end) == (20.0, 25.0, None)
    assert (times.lasted, times.reopened) == (80.0, 0)
    assert (found.between_updates.n, found.between_updates.longest) == (1, 20.0)
    rows = [
        (row.at.hour, row.conversations, row.handed_over, row.wait_minutes) for row in found.by_hour
    ]
    assert rows == [(9, 3, 1, 12.0), (10, 1, 1, None)]
    assert found.step_minutes == 60


async def test_who_is_answered_as_one_of_a_group_waits_no_more(day: Day) -> None:
    await day.declare(0)
    copy = NewEvent(e.GROUP_SAID, "agent:a", {"text": "We are on it."}, client_id="group:1")
    for minute in (12, 20):
        await day.conversation(
            (10, said("card?")), (10, called("frustrated", incident="cards")), (minute, copy),
            (30, joined()),
        )  # fmt: skip
    waits = (await figures(day, 40)).waits
    assert (waits.spread.n, waits.spread.longest, waits.waiting) == (2, 10.0, 0)


async def test_the_desk_before_during_and_after(day: Day) -> None:
    """Forty minutes on, so forty before and forty after."""
    await day.declare(100)
    await day.conversation((59, said("too early")), (59, called("stuck")))
    await day.conversation((60, said("a")), (60, answered()))
    await day.conversation((99, said("b")), (99, called("frustrated")))
    await day.conversation((100, said("c")), (100, with_incident()))
    await day.conversation((139, said("d")), (139, called("stuck")))
    await day.update(140, "resolved", "Over.")
    await day.conversation((140, said("e")), (140, answered()))
    await day.conversation((181, said("too late")), (181, answered()))
    phases = (await figures(day, 300)).phases
    assert phases.before == Outcome(2, 1, 1, 1)
    assert phases.during == Outcome(2, 1, 1, 0)
    assert phases.after == Outcome(1, 1, 0, 0)
    young = (await figures(day, 140)).phases
    assert young.after is None, "nothing comes after yet"


async def test_two_incidents_at_once_keep_their_figures_apart(day: Day) -> None:
    await day.declare(0, "cards", ("payments",))
    await day.declare(10, "labels", ("tickets-checkin",))
    await day.conversation((12, said("card")), (12, with_incident("cards")))
    await day.conversation((13, said("label")), (13, with_incident("labels")))
    both = await day.conversation(
        (14, said("card")), (14, with_incident("cards")), (15, told("cards")),
        (20, said("label")), (20, with_incident("labels", to=5)), (21, told("labels")),
        (22, said("hello?")), (22, called("frustrated", to=8)), (30, joined()),
    )  # fmt: skip
    cards, labels = await figures(day, 60, "cards"), await figures(day, 60, "labels")
    assert (cards.conversations, labels.conversations) == (2, 2)
    assert (cards.updates_told, labels.updates_told) == (1, 1)
    assert (cards.by_component, labels.by_component) == ({"payments": 2}, {"tickets-checkin": 2})
    assert cards.times.first_report_at == at(12)
    assert labels.times.first_report_at == at(13)
    assert cards.outcome.handed_over == labels.outcome.handed_over == 1, both


async def test_what_came_before_the_first_question_about_it_does_not_count(day: Day) -> None:
    await day.declare(0)
    await day.conversation(
        (3, said("x")), (3, called("frustrated")), (4, joined()), (9, resolved()), (9, rated(1)),
        (20, said("card?")), (20, with_incident(to=7)),
    )  # fmt: skip
    found = await figures(day, 60)
    assert found.outcome == Outcome(conversations=1, answered=1, handed_over=0, frustrated=0)
    assert (found.waits.spread.n, found.waits.waiting, found.ratings.n) == (0, 0, 0)
    assert found.times.first_report_at == at(20)
    assert [(row.conversations, row.handed_over) for row in found.by_hour] == [(1, 0)]


async def test_a_reopened_incident_has_its_pause_left_out(day: Day) -> None:
    await day.declare(0)
    await day.conversation((5, said("a")), (5, with_incident()))
    await day.update(30, "resolved", "Over.")
    await day.conversation((60, said("in the pause")), (60, called("stuck")))
    await day.update(90, "investigating", "Again.")
    await day.conversation((95, said("b")), (95, with_incident()))
    live = await figures(day, 100)
    assert (live.times.reopened, live.times.lasted, live.times.ended_at) == (1, 40.0, None)
    await day.update(120, "resolved", "Over, really.")
    found = await figures(day, 400)
    assert (found.times.reopened, found.times.lasted) == (1, 60.0)
    assert found.times.ended_at == at(120)
    assert found.conversations == 2
    assert found.phases.during == Outcome(2, 2, 0, 0), "the pause is no part of it"


async def test_a_prepared_incident_used_again_starts_from_nothing(day: Day) -> None:
    def prepare(tx: Any) -> None:
        ledger.create(
            tx, title={"en": "T"}, components=["payments"], severity="minor",
            status="investigating", now=at(-1000), text={"en": "…"}, active=False,
            incident_id="prepared",
        )  # fmt: skip

    await day.write(prepare)
    with pytest.raises(NeverDeclared, match="Declare it"):
        await figures(day, 0, "prepared")
    await day.write(lambda tx: ledger.declare(tx, "prepared", at(0)))
    await day.conversation((5, said("a")), (5, with_incident("prepared")))
    await day.update(30, "resolved", "Over.", "prepared")
    assert (await figures(day, 60, "prepared")).conversations == 1
    await day.write(lambda tx: ledger.declare(tx, "prepared", at(3000)))
    again = await figures(day, 3060, "prepared")
    assert (again.conversations, again.times.declared_at) == (0, at(3000))
    assert again.by_hour == ()


async def test_an_incident_of_a_status_page_counts_from_when_it_was_read(day: Day) -> None:
    await day.declare(30)
    await day.write(
        lambda tx: tx.execute(
            update(incidents).where(incidents.c.id == "cards").values(
                language="en", started_at=at(0), source="status.example.com"
            )
        )
    )  # fmt: skip
    times = (await figures(day, 60)).times
    assert (times.declared_at, times.lasted) == (at(30), 30.0)


async def test_components_are_told_apart_by_words(day: Day) -> None:
    await day.declare(0, "both", ("payments", "tickets-checkin"))
    await day.conversation((1, said("my payment failed")), (1, with_incident("both")))
    await day.conversation((2, said("nothing works")), (2, with_incident("both")))
    assert (await figures(day, 9, "both")).by_component == {"payments": 1, "unclear": 1}
