"""Every kind of status page says the same of the same outage."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import extensions
from retrieval.errors import SourceUnavailable
from retrieval.incidents.fetching import PageReader
from retrieval.incidents.instants import instant, javascript
from retrieval.incidents.picture import IncidentSource, SourceOptions
from tests.retrieval.incidents import status_server as s
from tests.retrieval.incidents.shapes import CACHET, INSTATUS, SHAPES, STATUSPAGE, Pages, Shape
from tests.retrieval.incidents.status_server import Answer, StatusServer

STARTED = datetime(2026, 11, 22, 11, 40, tzinfo=UTC)
NOTED = datetime(2026, 11, 22, 11, 55, tzinfo=UTC)


def source_of(shape: Shape, server: StatusServer, pages: PageReader) -> IncidentSource:
    zone = ZoneInfo("Asia/Kuala_Lumpur")
    options = SourceOptions(shape.kind, "acme", server.url, "en", zone)
    made: IncidentSource = extensions.find("sources", shape.kind).build(options, pages)
    return made


def show(server: StatusServer, shown: Pages) -> None:
    """Serve these pages from now on."""
    server.pages = {path: s.body(content) for path, content in shown.items()}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda one: one.kind)
class TestContract:
    """What `IncidentSource` promises, over each vendor's shapes."""

    async def test_a_quiet_page_has_no_ongoing_incident(
        self, shape: Shape, server: StatusServer, pages: PageReader
    ) -> None:
        show(server, shape.quiet())
        picture = await source_of(shape, server, pages).current()
        assert [one for one in picture.incidents if one.status != "resolved"] == []

    async def test_an_outage_is_told_in_our_words(
        self, shape: Shape, server: StatusServer, pages: PageReader
    ) -> None:
        show(server, shape.broken())
        [one] = (await source_of(shape, server, pages).current()).incidents
        assert (one.title, one.status, one.severity) == (
            "Card payments fail", "investigating", "major",
        )  # fmt: skip
        assert one.started_at in (STARTED, None)
        if shape.names_components:
            assert [(part.name, part.colour) for part in one.components] == [
                ("Card payments", "partial")
            ]
        if shape.has_texts:
            [note] = one.updates
            assert note.text == "We are looking into failing card payments."
            assert (note.status, note.at) == ("investigating", STARTED)

    async def test_a_second_note_is_told_too(
        self, shape: Shape, server: StatusServer, pages: PageReader
    ) -> None:
        show(server, shape.noted())
        [one] = (await source_of(shape, server, pages).current()).incidents
        assert one.status == "identified"
        if shape.has_texts:
            newest = max(one.updates, key=lambda note: note.at or STARTED)
            assert newest.text == "The cause is found: a bank's gateway. Error rate <5%."
            assert (newest.status, newest.at) == ("identified", NOTED)

    async def test_the_end_is_told_only_by_a_page_that_tells_it(
        self, shape: Shape, server: StatusServer, pages: PageReader
    ) -> None:
        show(server, shape.broken())
        source = source_of(shape, server, pages)
        [one] = (await source.current()).incidents
        show(server, shape.over())
        picture = await source.current()
        still = {each.external_id: each for each in picture.incidents}
        told = still or await source.look_up([one.external_id])
        if shape.says_over:
            assert told[one.external_id].status == "resolved"
        else:
            assert told == {}

    @pytest.mark.parametrize(
        "answer",
        [
            s.status(500), s.status(429, "Retry-After: 7"), s.body(b"{}"), s.body(b"[]"),
            s.body(b"null"), s.body(b"<html></html>"), s.bomb(3), s.garbage, s.hang_up,
            s.redirect("file:///etc/passwd"), s.body(b'{"a":' * 50_000),
        ],
        ids=[
            "500", "429", "an empty object", "a list", "null", "HTML", "a bomb", "no HTTP",
            "hanging up", "a redirect to a file", "deep nesting",
        ],
    )  # fmt: skip
    async def test_what_cannot_be_read_is_never_a_quiet_page(
        self, shape: Shape, server: StatusServer, pages: PageReader, answer: Answer
    ) -> None:
        server.pages = dict.fromkeys(shape.quiet(), answer)
        with pytest.raises(SourceUnavailable):
            await source_of(shape, server, pages).current()

    async def test_half_a_page_is_never_a_picture(
        self, shape: Shape, server: StatusServer, pages: PageReader
    ) -> None:
        whole = shape.noted()
        source = source_of(shape, server, pages)
        for path, content in whole.items():
            if path == "/api/v2/incidents.json":
                continue
            for end in range(1, len(content), max(1, len(content) // 25)):
                show(server, whole | {path: content[:end]})
                with pytest.raises(SourceUnavailable):
                    await source.current()

    async def test_any_single_field_may_be_missing_or_wrong(
        self, shape: Shape, server: StatusServer, pages: PageReader
    ) -> None:
        """Either the poll fails, or the outage is still told: it never turns into quiet."""
        whole = shape.noted()
        source, told = source_of(shape, server, pages), 0
        main = next(path for path in whole if "summary" in path or path == "/api/incidents")
        for changed in _mutations(json.loads(whole[main])):
            show(server, whole | {main: changed.encode()})
            try:
                picture = await source.current()
            except SourceUnavailable:
                continue
            told += 1
            ongoing = [one for one in picture.incidents if one.status != "resolved"]
            assert ongoing, changed
        assert told > 3, "most fields are none of our business"


def _mutations(page: Any) -> Iterator[str]:
    """The page as JSON with one value replaced or left out, for every place.

    No list is emptied: that would be a page that says that nothing is wrong.
    """
    for node, key in list(_places(page)):
        value = node[key]
        for wrong in (None, 17, "?", {"x": 1}, []):
            if not (isinstance(value, list) and wrong == []):
                node[key] = wrong
                yield json.dumps(page)
        if isinstance(node, dict):
            del node[key]
            yield json.dumps(page)
        node[key] = value


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(node) if isinstance(node, dict) else range(len(node))
    for key in keys:
        yield node, key
        if isinstance(node[key], dict | list):
            yield from _places(node[key])


async def test_cachet_hides_what_is_not_public(server: StatusServer, pages: PageReader) -> None:
    shown = CACHET.broken()
    page = json.loads(shown["/api/incidents"])
    for visible, expected in ((1, 1), (0, 0), (2, 0)):
        page["data"][0]["attributes"]["visible"] = visible
        show(server, shown | {"/api/incidents": json.dumps(page).encode()})
        picture = await source_of(CACHET, server, pages).current()
        assert len(picture.incidents) == expected


async def test_cachet_looks_up_one_that_is_too_old_for_its_list(
    server: StatusServer, pages: PageReader
) -> None:
    page = json.loads(CACHET.over()["/api/incidents"])
    one = {"data": page["data"][0], "included": page["included"]}
    server.pages = {"/api/incidents/2": s.body(json.dumps(one).encode())}
    source = source_of(CACHET, server, pages)
    assert (await source.look_up(["2"]))["2"].status == "resolved"
    assert await source.look_up(["3"]) == {}, "deleted there"
    server.pages["/api/incidents/3"] = s.status(500)
    with pytest.raises(SourceUnavailable):
        await source.look_up(["3"])


async def test_a_word_that_nobody_knows_is_an_incident_that_goes_on(
    server: StatusServer, pages: PageReader
) -> None:
    for shape, path, old in (
        (STATUSPAGE, "/api/v2/summary.json", b'"investigating"'),
        (INSTATUS, "/summary.json", b'"INVESTIGATING"'),
    ):
        shown = shape.broken()
        show(server, shown | {path: shown[path].replace(old, b'"pondering"')})
        [one] = (await source_of(shape, server, pages).current()).incidents
        assert one.status == "investigating"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Sat Jun 11 2022 18:55:50 GMT+0000 (Coordinated Universal Time)", (6, 11, 18, 55, 50)),
        ("Sat Jun 11 2022 18:55:50 GMT+0800 (Malaysia Time)", (6, 11, 10, 55, 50)),
        ("Sat Jan 01 2022 18:55:50 GMT-0330", (1, 1, 22, 25, 50)),
        ("2022-06-11T18:55:50.000Z", (6, 11, 18, 55, 50)),
    ],
)
def test_the_times_of_javascript(text: str, at: tuple[int, ...]) -> None:
    assert javascript(text) == datetime(2022, *at, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("text", ["", "yesterday", "Sat Foo 11 2022 18:55:50 GMT+0000", "12"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        javascript(text)


def test_a_time_without_a_zone_is_of_the_zone_that_was_set() -> None:
    at = instant("2026-11-22 19:40:00", ZoneInfo("Asia/Kuala_Lumpur"))
    assert (at, at.utcoffset()) == (STARTED, timedelta(0))
    assert instant("2026-11-22T19:40:00+08:00", UTC) == STARTED


@pytest.mark.parametrize(
    ("status", "told"),
    [("scheduled", None), ("in_progress", "identified"), ("completed", "resolved")],
)
async def test_planned_work_is_no_outage_before_it_begins(
    status: str, told: str | None, server: StatusServer, pages: PageReader
) -> None:
    shown = STATUSPAGE.broken()
    asked = "/api/v2/summary.json"
    page = json.loads(shown[asked])
    page["incidents"][0]["status"] = status
    show(server, {**shown, asked: json.dumps(page).encode()})
    picture = await source_of(STATUSPAGE, server, pages).current()
    assert [one.status for one in picture.incidents] == ([told] if told else [])
