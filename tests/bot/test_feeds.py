"""Status pages read into the ledger: each note once, nothing forgotten, never a false all-clear."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import schema
from bot.errors import SetupError
from bot.feeds import Feeds
from bot.storage.engine import Database
from retrieval.errors import NotEditable
from retrieval.incidents import feeds as states
from retrieval.incidents import ledger
from retrieval.incidents.settings import IncidentSettings
from tests.bot.feed_world import COMPANY, NOON, PATIENT, World, edited
from tests.product import FakeClock, until
from tests.retrieval.incidents import shapes
from tests.retrieval.incidents import status_server as s
from tests.retrieval.incidents.shapes import INSTATUS, SHAPES, STATUSPAGE, Shape
from tests.retrieval.incidents.status_server import Answer, StatusServer, status_server


@pytest.fixture
async def server() -> AsyncIterator[StatusServer]:
    async with status_server() as made:
        yield made


@pytest.fixture
def database(tmp_path: Path) -> Any:
    path = tmp_path / "handrail.db"
    schema.migrate(path)
    made = Database(path)
    yield made
    made.close()


@pytest.fixture(params=SHAPES, ids=lambda one: one.kind)
def world(request: pytest.FixtureRequest, server: StatusServer, database: Database) -> World:
    """One world per vendor."""
    return World(server, database, request.param)


@pytest.fixture
def statuspage(server: StatusServer, database: Database) -> World:
    return World(server, database, STATUSPAGE)


async def test_the_story_of_an_outage_is_told_once(world: World) -> None:
    assert await world.see(world.shape.quiet()) == []
    [one] = await world.see(world.shape.broken())
    assert (one.title, one.status, one.severity) == (
        {"en": "Card payments fail"}, "investigating", "major",
    )  # fmt: skip
    assert (one.ongoing, one.source, one.components) == (True, "acme", ("payments",))
    assert len(one.updates) == 1
    [two] = await world.see(world.shape.noted())
    assert (two.id, two.status, [note.status for note in two.updates]) == (
        one.id, "identified", ["investigating", "identified"],
    )  # fmt: skip
    for _ in range(3):
        assert await world.poll() == [two], "a poll that repeats itself changes nothing"
    [three] = await world.see(world.shape.over())
    if world.shape.says_over:
        assert (three.status, three.ongoing, three.left_feed_at) == ("resolved", False, None)
        assert [note.status for note in three.updates][-1] == "resolved"
    else:
        assert (three.status, three.ongoing) == ("identified", True), "gone is not resolved"
        assert (three.left_feed_at, three.unconfirmed_since) == (
            world.clock(), world.clock() - timedelta(seconds=60),
        )  # fmt: skip
    assert await world.poll() == [three]


@pytest.mark.parametrize(
    "answer",
    [
        s.status(500), s.status(503, "Retry-After: 300"), s.body(b"<html>"), s.body(b"{}"),
        s.body(b"[" * 60_000), s.bomb(3), s.garbage, s.hang_up, s.redirect("file:///etc/passwd"),
        s.redirect("https://elsewhere.example/"), s.status(304),
        s.endless("Content-Length: 10000000"),
    ],
    ids=[
        "500", "503", "HTML", "nothing", "deep", "a bomb", "no HTTP", "hanging up", "a file",
        "another host", "304 to a first question", "ten megabytes",
    ],
)  # fmt: skip
async def test_a_failed_poll_leaves_the_last_picture_and_its_age(
    world: World, answer: Answer
) -> None:
    before = await world.see(world.shape.broken())
    read_at = world.clock()
    assert await world.fail(answer) == before
    state = world.state()
    assert (state.read_at, state.failures, state.ongoing) == (read_at, 1, 1)
    assert state.error
    assert await world.see(world.shape.broken()) == before
    assert (world.state().failures, world.state().error) == (0, None)


@pytest.mark.parametrize("answer", [s.stall, s.drip], ids=["silence", "one byte at a time"])
async def test_a_page_that_never_ends_leaves_the_last_picture(
    statuspage: World, answer: Answer
) -> None:
    before = await statuspage.see(STATUSPAGE.broken())
    statuspage.feeds = Feeds(
        statuspage.database, COMPANY, statuspage.settings, statuspage.clock, seconds=0.5
    )
    assert await statuspage.fail(answer) == before
    assert "longer than 0.5 s" in (statuspage.state().error or "")


async def test_silence_is_told_and_ends_with_the_next_good_poll(world: World) -> None:
    limit = world.settings.unconfirmed_after

    def mark() -> bool:
        return world.database.sync.write(
            lambda tx: states.mark_unconfirmed(tx, world.clock(), limit)
        )

    await world.see(world.shape.broken())
    read_at = world.clock()
    assert await world.feeds.unconfirmed_since() is None
    await world.fail(s.status(500))
    assert not mark()
    world.clock.pass_(seconds=limit.total_seconds())
    assert mark()
    assert world.all()[0].unconfirmed_since == read_at
    assert await world.feeds.unconfirmed_since() == read_at
    assert not mark(), "once"
    assert (await world.see(world.shape.broken()))[0].unconfirmed_since is None


async def test_a_page_that_was_never_read_confirms_nothing(statuspage: World) -> None:
    assert await statuspage.feeds.unconfirmed_since() == NOON
    await statuspage.fail(s.status(500))
    assert await statuspage.feeds.unconfirmed_since() is not None


async def test_one_that_comes_back_is_open_again(world: World) -> None:
    await world.see(world.shape.broken())
    await world.see(world.shape.over())
    [gone] = await world.see(world.shape.quiet())
    [back] = await world.see(world.shape.reopened())
    assert (back.ongoing, back.left_feed_at, back.unconfirmed_since) == (True, None, None)
    assert (back.id, back.status) == (gone.id, "investigating")
    if world.shape.has_texts:
        assert back.updates[-1].text == {"en": shapes.AGAIN}
        assert len(back.updates) > len(gone.updates)
    assert await world.poll() == [back]


async def test_what_an_admin_resolved_after_it_left_opens_again_when_it_returns(
    server: StatusServer, database: Database
) -> None:
    world = World(server, database, INSTATUS)
    [one] = await world.see(INSTATUS.broken())
    await world.see(INSTATUS.quiet())
    database.sync.write(
        lambda tx: ledger.add_update(
            tx, one.id, status="resolved", text={"en": "It works."}, now=world.clock()
        )
    )
    [still] = await world.see(INSTATUS.quiet())
    assert not still.ongoing
    [back] = await world.see(INSTATUS.broken())
    assert (back.ongoing, back.resolved_at) == (True, None)


async def test_what_the_team_says_stands_until_the_page_says_something_new(
    statuspage: World,
) -> None:
    [one] = await statuspage.see(STATUSPAGE.broken())
    statuspage.database.sync.write(
        lambda tx: ledger.add_update(
            tx, one.id, status="resolved", text={"en": "It works."}, now=statuspage.clock()
        )
    )
    [still] = await statuspage.poll()
    assert still.status == "resolved"
    codes = [each["code"] for each in statuspage.state().contradictions]
    assert "resolved_here_but_open_there" in codes
    [again] = await statuspage.see(STATUSPAGE.noted())
    assert (again.status, again.resolved_at) == ("identified", None)


async def test_the_fields_of_an_admin_survive_every_poll(world: World) -> None:
    [one] = await world.see(world.shape.broken())
    due = NOON + timedelta(hours=2)
    ours = {
        "workaround": {"en": "Pay by bank transfer."}, "expected_at": due, "next_update_at": due,
        "cadence_minutes": 10, "components": ["app"], "kept": ["components"],
    }  # fmt: skip
    world.database.sync.write(lambda tx: ledger.change(tx, one.id, ours))
    for pages in (world.shape.broken(), world.shape.noted(), world.shape.noted()):
        [now] = await world.see(pages)
        assert now.workaround == ours["workaround"]
        assert (now.expected_at, now.next_update_at) == (due, due)
        assert (now.cadence, now.components) == (timedelta(minutes=10), ("app",))


async def test_an_edited_note_is_a_correction_and_a_comma_is_none(statuspage: World) -> None:
    path = "/api/v2/summary.json"
    pages = STATUSPAGE.noted()
    [one] = await statuspage.see(pages)
    [same] = await statuspage.see(
        edited(pages, path, a=("The cause is found:", "the cause is found"))
    )
    assert same == one
    other = edited(pages, path, a=("a bank&#39;s gateway", "our own network"))
    [two] = await statuspage.see(other)
    assert "our own network" in two.updates[-1].text["en"]
    assert (two.updates[-1].corrections, two.updates[-1].corrected_at) == (1, statuspage.clock())
    assert two.updates[-1].id == one.updates[-1].id
    [cached] = await statuspage.see(pages)
    assert cached == two, "an old copy from a cache takes nothing back"
    at, edited_at = "2026-11-22T03:55:00.000-08:00", "2026-11-22T03:58:00.000-08:00"
    later = edited(pages, path, a=(at, edited_at))
    [back] = await statuspage.see(later)
    assert "a bank's gateway" in back.updates[-1].text["en"], "unless the page dates it later"
    assert back.updates[-1].corrections == 2


async def test_an_old_note_that_was_edited_is_not_told_again(statuspage: World) -> None:
    await statuspage.see(STATUSPAGE.noted())
    [one] = await statuspage.see(
        edited(STATUSPAGE.noted(), "/api/v2/summary.json", a=("looking", "searching"))
    )
    assert "searching" in one.updates[0].text["en"]
    assert (one.updates[0].corrections, one.updates[0].corrected_at) == (0, statuspage.clock())


@pytest.mark.parametrize(
    "shape", [one for one in SHAPES if one is not INSTATUS], ids=lambda one: one.kind
)  # Instatus dates nothing: there nobody can tell an old copy from a new page
async def test_a_page_that_jumps_between_old_and_new_changes_nothing(
    server: StatusServer, database: Database, shape: Shape
) -> None:
    world = World(server, database, shape)
    await world.see(shape.broken())
    [new] = await world.see(shape.noted())
    for pages in (shape.broken(), shape.noted(), shape.broken()):
        assert await world.see(pages) == [new]


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://status.acme.example/1", "https://status.acme.example/1"),
        ("javascript:alert(1)", None),
        ("https://me:pw@acme.example/", None),
        ("no address", None),
    ],
)
async def test_only_a_web_address_is_a_link(statuspage: World, link: str, kept: str | None) -> None:
    page = edited(
        STATUSPAGE.broken(), "/api/v2/summary.json", a=("https://stspg.example/inc1", link)
    )
    [one] = await statuspage.see(page)
    assert one.url == kept


async def test_what_a_status_page_ended_is_not_declared_anew(statuspage: World) -> None:
    await statuspage.see(STATUSPAGE.broken())
    [one] = await statuspage.see(STATUSPAGE.over())
    with pytest.raises(NotEditable, match="acme"):
        statuspage.database.sync.write(lambda tx: ledger.declare(tx, one.id, statuspage.clock()))
    assert statuspage.all() == [one]


async def test_a_date_in_the_future_is_now(statuspage: World) -> None:
    pages = STATUSPAGE.broken()
    ahead = edited(
        pages, "/api/v2/summary.json",
        a=("2026-11-22T03:40:00.000-08:00", "2099-11-22T03:40:00.000-08:00"),
    )  # fmt: skip
    [one] = await statuspage.see(ahead)
    assert (one.started_at, one.updates[0].at) == (statuspage.clock(), statuspage.clock())


async def test_an_incident_outranks_every_colour(statuspage: World) -> None:
    green = STATUSPAGE.broken()
    page = json.loads(green["/api/v2/summary.json"])
    page["status"]["indicator"] = "none"
    for part in (*page["components"], *page["incidents"][0]["components"]):
        part["status"] = "operational"
    [one] = await statuspage.see(green | {"/api/v2/summary.json": json.dumps(page).encode()})
    assert one.ongoing
    codes = {each["code"] for each in statuspage.state().contradictions}
    assert codes == {"incident_but_page_operational", "incident_but_component_operational"}


async def test_a_red_component_without_an_incident_is_shown_to_admins_only(
    statuspage: World,
) -> None:
    page = json.loads(STATUSPAGE.quiet()["/api/v2/summary.json"])
    page["components"][0]["status"] = "major_outage"
    page["components"].append(page["components"][0] | {"id": "x", "name": "Warp drive"})
    assert await statuspage.see({"/api/v2/summary.json": json.dumps(page).encode()}) == []
    assert {each["code"] for each in statuspage.state().contradictions} == {
        "component_broken_without_incident"
    }
    assert statuspage.state().unmapped == ("Warp drive",)


async def test_a_page_that_shows_hundreds_of_incidents_is_not_believed(statuspage: World) -> None:
    page = json.loads(STATUSPAGE.broken()["/api/v2/summary.json"])
    page["incidents"] = [page["incidents"][0] | {"id": f"i{number}"} for number in range(101)]
    pages = {"/api/v2/summary.json": json.dumps(page).encode()}
    assert await statuspage.see(pages) == []
    assert "101 ongoing" in (statuspage.state().error or "")


async def test_two_pages_are_polled_beside_each_other_and_a_dead_one_delays_nobody(
    server: StatusServer, database: Database
) -> None:
    async with status_server() as dead:
        dead.pages["/summary.json"] = s.stall
        server.pages = {path: s.body(content) for path, content in STATUSPAGE.broken().items()}
        settings = IncidentSettings(
            sources=f"instatus={dead.url},name=dead statuspage={server.url},name=acme"
        )
        feeds = Feeds(database, COMPANY, settings, FakeClock(), seconds=PATIENT)
        running = asyncio.create_task(feeds.run())
        try:
            await until(lambda: bool(dead.asked) and bool(database.sync.read(ledger.listing)))
            await until(lambda: _next_at(database) is not None)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    due = _next_at(database)
    assert due is not None
    assert due - datetime.now(UTC) > timedelta(seconds=30), "and not again at once"


def _next_at(database: Database) -> datetime | None:
    state = database.sync.read(lambda tx: states.state(tx, "acme"))
    return None if state is None else state.next_at


@pytest.mark.parametrize(
    ("sources", "why"),
    [
        ("nosuch=https://a.example", "no source named"),
        ("cachet=https://a.example,language=xx", "xx"),
    ],
)
def test_a_kind_or_language_that_there_is_not_stops_the_start(
    database: Database, sources: str, why: str
) -> None:
    with pytest.raises(SetupError, match=why):
        Feeds(database, COMPANY, IncidentSettings(sources=sources), FakeClock())
