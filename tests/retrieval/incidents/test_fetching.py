"""Reading a status page: bounded in time and size, conditional, and never led astray."""

import asyncio
import gzip
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import BaseModel

from retrieval.errors import SourceUnavailable
from retrieval.incidents.fetching import PageReader, retry_after
from tests.retrieval.incidents import status_server as s
from tests.retrieval.incidents.status_server import Answer, StatusServer


class Page(BaseModel):
    word: str


GOOD = json.dumps({"word": "well", "other": [1, 2, 3]}).encode()
DEEP = b'{"word": "well", "other": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
DEEP_OBJECTS = b'{"a":' * 100_000 + b"1" + b"}" * 100_000


@pytest.mark.parametrize(
    "answer",
    [
        s.body(GOOD),
        s.body(b"\xef\xbb\xbf" + GOOD),
        s.body(gzip.compress(GOOD), "Content-Encoding: gzip"),
        s.body(GOOD, "Content-Encoding: identity", "Content-Type: text/html"),
    ],
    ids=["plain", "byte order mark", "gzip", "a wrong media type"],
)
async def test_a_page_is_read(server: StatusServer, pages: PageReader, answer: Answer) -> None:
    server.pages["/p"] = answer
    assert (await pages.read(f"{server.url}/p", Page)).word == "well"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (s.truncated(GOOD), "cannot be reached"),
        (s.too_short_length(GOOD), "cannot be understood"),
        (s.endless(), "larger than 1 MB"),
        (s.endless("Content-Length: 10000000"), "larger than 1 MB"),
        (s.bomb(10), "larger than 1 MB"),
        (s.body(gzip.compress(GOOD)[:-9], "Content-Encoding: gzip"), "gzip"),
        (s.body(GOOD, "Content-Encoding: br"), "not asked"),
        (s.body(b"<!doctype html><p>Hi</p>"), "web page, not JSON"),
        (s.body(b""), "cannot be understood"),
        (s.body(b"null"), "cannot be understood"),
        (s.body(b'{"word": 1}'), "word"),
        (s.body(b'{"word": "\xff\xfe"}'), "cannot be understood"),
        (s.body(DEEP), "cannot be understood"),
        (s.body(DEEP_OBJECTS), "cannot be understood"),
        (s.garbage, "cannot be reached"),
        (s.hang_up, "cannot be reached"),
        (s.status(304), "status 304"),
        (s.status(204), "status 204"),
        (s.status(404), "Check the address"),
        (s.status(500), "status 500"),
        (s.redirect("/p"), "more than 3 times"),
        (s.redirect("file:///etc/passwd"), "wrong address"),
        (s.redirect("http://localhost:1/p"), "redirects to http://localhost"),
        (s.redirect("//example.org/p"), "redirects to http://example.org"),
        (s.redirect("http://[::1"), "Invalid URL"),
        (s.redirect("http://me:secret@127.0.0.1/"), "wrong address"),
        (s.status(302), "status 302"),
    ],
    ids=[
        "truncated", "a length that is too short", "endless", "ten megabytes", "a gzip bomb",
        "half a gzip", "brotli", "HTML", "empty", "null", "a wrong type", "no UTF-8",
        "deep lists", "deep objects", "no HTTP", "hanging up", "304 to a first question", "204",
        "404", "500", "a redirect to itself", "to a file", "to another host", "to another host, //",
        "to no address", "to an address with a password", "to nowhere",
    ],
)  # fmt: skip
async def test_what_is_no_good_page_says_why(
    server: StatusServer, pages: PageReader, answer: Answer, why: str
) -> None:
    server.pages["/p"] = answer
    with pytest.raises(SourceUnavailable, match=why):
        await pages.read(f"{server.url}/p", Page)
    assert {path for path, _ in server.asked} <= {"/p"}


@pytest.mark.parametrize("answer", [s.stall, s.drip], ids=["silence", "one byte at a time"])
async def test_a_slow_server_is_left_in_time(
    server: StatusServer, http: httpx.AsyncClient, answer: Answer
) -> None:
    server.pages["/p"] = answer
    async with asyncio.timeout(60):  # it would go on for ever
        with pytest.raises(SourceUnavailable, match=r"longer than 0\.5 s"):
            await PageReader(http, seconds=0.5).read(f"{server.url}/p", Page)


async def test_a_server_that_is_not_there_is_an_error_of_ours(http: httpx.AsyncClient) -> None:
    async with s.status_server() as gone:
        url = gone.url
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        await PageReader(http, seconds=60).read(url, Page)


async def test_a_redirect_to_itself_is_left_after_three(
    server: StatusServer, pages: PageReader
) -> None:
    server.pages["/p"] = s.redirect("/p")
    with pytest.raises(SourceUnavailable):
        await pages.read(f"{server.url}/p", Page)
    assert len(server.asked) == 4


async def test_redirects_on_the_same_host_are_followed(
    server: StatusServer, pages: PageReader
) -> None:
    server.pages |= {
        "/p": s.redirect("/q"),
        "/q": s.redirect(f"{server.url}/r"),
        "/r": s.body(GOOD),
    }
    assert (await pages.read(f"{server.url}/p", Page)).word == "well"


async def test_a_page_that_did_not_change_is_not_sent_again(
    server: StatusServer, pages: PageReader
) -> None:
    server.pages["/p"] = s.tagged(GOOD, '"1"')
    first = await pages.read(f"{server.url}/p", Page)
    again = await pages.read(f"{server.url}/p", Page)
    assert again == first
    assert [headers.get("if-none-match") for _, headers in server.asked] == [None, '"1"']


async def test_the_date_of_a_page_is_asked_with(server: StatusServer, pages: PageReader) -> None:
    server.pages["/p"] = s.body(GOOD, "Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT")
    for _ in range(2):
        await pages.read(f"{server.url}/p", Page)
    assert server.asked[1][1]["if-modified-since"] == "Sun, 22 Nov 2026 11:00:00 GMT"


async def test_a_broken_page_is_never_remembered(server: StatusServer, pages: PageReader) -> None:
    server.pages["/p"] = s.body(GOOD[:-3], 'ETag: "1"')
    with pytest.raises(SourceUnavailable):
        await pages.read(f"{server.url}/p", Page)
    server.pages["/p"] = s.tagged(GOOD, '"1"')
    assert (await pages.read(f"{server.url}/p", Page)).word == "well"


@pytest.mark.parametrize("code", [429, 503])
async def test_a_busy_server_says_when_to_come_back(
    server: StatusServer, pages: PageReader, code: int
) -> None:
    server.pages["/p"] = s.status(code, "Retry-After: 120")
    with pytest.raises(SourceUnavailable, match="busy") as caught:
        await pages.read(f"{server.url}/p", Page)
    assert (caught.value.retry_after, caught.value.status) == (timedelta(seconds=120), code)


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30", 30),
        ("999999999999", 3600),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("²", None),
    ],
)
def test_when_to_come_back_is_at_most_an_hour(said: str | None, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after(said, NOON) == expected
