"""A site's owner decides what is read, and how fast."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from web_server import Answer, Request, Server

from retrieval.errors import ImportRefused
from retrieval.importers.fetch import Fetcher
from retrieval.importers.pace import Paced, TooBusy
from retrieval.importers.refusals import NotOffered
from retrieval.importers.robots import Robots


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def paced(fetcher: Fetcher, time: Time) -> Paced:
    delay = timedelta(seconds=0.5)
    return Paced(fetcher, delay=delay, clock=lambda: time.now, sleep=time.sleep)


def test_there_is_a_pause_between_two_requests_but_none_before_the_first(
    server: Server, paced: Paced, time: Time
) -> None:
    server.routes["/"] = Answer("x")
    paced.get(f"{server.url}/")
    assert time.slept == 0
    paced.get(f"{server.url}/")
    assert time.slept == pytest.approx(0.5)
    time.now += 60
    paced.get(f"{server.url}/")
    assert time.slept == pytest.approx(0.5), "it had waited long enough already"


def test_the_pause_begins_with_the_answer(server: Server, paced: Paced, time: Time) -> None:
    def slow(request: Request) -> Answer:
        time.now += 10
        return Answer("x")

    server.routes["/"] = slow
    paced.get(f"{server.url}/")
    paced.get(f"{server.url}/")
    assert time.slept == pytest.approx(0.5)


def test_redirects_wait_their_turn(server: Server, paced: Paced, time: Time) -> None:
    server.routes["/a"] = Answer(status=302, headers={"Location": "/b"})
    server.routes["/b"] = Answer("x")
    paced.get(f"{server.url}/a")
    assert time.slept == pytest.approx(0.5)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(server: Server, paced: Paced, time: Time, status: int) -> None:
    busy = iter([Answer(status=status, headers={"Retry-After": "7"}), Answer("at last")])
    server.routes["/"] = lambda request: next(busy)
    assert paced.get(f"{server.url}/").body == b"at last"
    assert time.slept == pytest.approx(7)


def test_retry_after_may_be_a_moment(server: Server, paced: Paced, time: Time) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    busy = iter([Answer(status=429, headers={"Retry-After": moment}), Answer("x")])
    server.routes["/"] = lambda request: next(busy)
    paced.get(f"{server.url}/")
    assert 0.5 < time.slept <= 41


def test_a_reset_second_counts_as_retry_after(server: Server, paced: Paced, time: Time) -> None:
    reset = str(int((datetime.now(UTC) + timedelta(seconds=50)).timestamp()))
    busy = iter([Answer(status=429, headers={"X-RateLimit-Reset": reset}), Answer("x")])
    server.routes["/"] = lambda request: next(busy)
    paced.get(f"{server.url}/")
    assert 0.5 < time.slept <= 51


def test_a_server_that_asks_for_too_long_is_left_in_peace(
    server: Server, paced: Paced, time: Time
) -> None:
    server.routes["/"] = Answer(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(TooBusy, match="asks to wait 3,600 s"):
        paced.get(f"{server.url}/")
    assert (len(server.asked), time.slept) == (1, 0)


@pytest.mark.parametrize("written", ["soon", "-5", "99999999999999999999999", ""])
def test_a_strange_retry_after_never_hangs(
    server: Server, paced: Paced, time: Time, written: str
) -> None:
    server.routes["/"] = Answer(status=503, headers={"Retry-After": written})
    with pytest.raises(TooBusy):
        paced.get(f"{server.url}/")
    assert len(server.asked) <= 4
    assert time.slept <= 60


def test_cancelling_ends_the_waiting(server: Server, fetcher: Fetcher, time: Time) -> None:
    server.routes["/"] = Answer(status=429, headers={"Retry-After": "50"})
    paced = Paced(
        fetcher, cancelled=lambda: time.slept > 1, clock=lambda: time.now, sleep=time.sleep
    )
    with pytest.raises(ImportRefused, match="cancelled"):
        paced.get(f"{server.url}/")
    assert time.slept < 2
    assert len(server.asked) == 1


def robots(text: str) -> Answer:
    return Answer(text, kind="text/plain")


RULES = {
    "everybody": ("User-agent: *\nDisallow: /inner/", "/inner/a", False),
    "elsewhere": ("User-agent: *\nDisallow: /inner/", "/help/a", True),
    "us by name": ("User-agent: handrail\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
    "others by name": ("User-agent: Googlebot\nDisallow: /", "/a", True),
    "we alone may": ("User-agent: *\nDisallow: /\n\nUser-agent: Handrail\nAllow: /", "/a", True),
    "an exception": ("User-agent: *\nDisallow: /inner/\nAllow: /inner/open", "/inner/open", True),
    "a pattern": ("User-agent: *\nDisallow: /*?print=", "/a?print=1", False),
    "an empty rule": ("User-agent: *\nDisallow:", "/a", True),
    "nonsense": ("\x00\xff<html>nothing</html>" * 100, "/a", True),
}


@pytest.mark.parametrize(("text", "path", "allowed"), RULES.values(), ids=RULES.keys())
def test_robots_txt_is_obeyed(
    server: Server, paced: Paced, text: str, path: str, allowed: bool
) -> None:
    server.routes["/robots.txt"] = robots(text)
    rules = Robots(paced)
    if allowed:
        rules.check(f"{server.url}{path}")
    else:
        with pytest.raises(NotOffered, match=r"robots\.txt forbids it to Handrail"):
            rules.check(f"{server.url}{path}")


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_without_robots_txt_everything_is_allowed(
    server: Server, paced: Paced, status: int
) -> None:
    server.routes["/robots.txt"] = Answer(status=status)
    Robots(paced).check(f"{server.url}/a")


@pytest.mark.parametrize("status", [500, 502, 304])
def test_where_robots_txt_cannot_be_read_nothing_is_allowed(
    server: Server, paced: Paced, status: int
) -> None:
    server.routes["/robots.txt"] = Answer(status=status)
    with pytest.raises(ImportRefused, match=rf"robots\.txt answers {status}") as refused:
        Robots(paced).check(f"{server.url}/a")
    assert not isinstance(refused.value, NotOffered), "this may pass"


def test_robots_txt_is_asked_once_for_each_host(server: Server, paced: Paced) -> None:
    server.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /x")
    rules = Robots(paced)
    for path in ("/a", "/b", "/c?d"):
        rules.check(f"{server.url}{path}")
    assert server.paths == ["/robots.txt"]


def test_a_crawl_delay_slows_everything_down(server: Server, paced: Paced, time: Time) -> None:
    server.routes["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 9")
    server.routes["/a"] = Answer("x")
    Robots(paced).check(f"{server.url}/a")
    paced.get(f"{server.url}/a")
    assert time.slept == pytest.approx(9)


def test_a_crawl_delay_of_an_hour_refuses_the_site(server: Server, paced: Paced) -> None:
    server.routes["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 3600")
    with pytest.raises(ImportRefused, match="wants 3600 s between two pages"):
        Robots(paced).check(f"{server.url}/a")


def test_a_robots_txt_that_leads_inside_or_never_ends_is_refused(
    server: Server, secret: Server, paced: Paced, fetching: Callable[..., Fetcher]
) -> None:
    where = f"{secret.url}/robots.txt"
    server.routes["/robots.txt"] = Answer(status=302, headers={"Location": where})
    with pytest.raises(ImportRefused, match="Only public addresses"):
        Robots(paced).check(f"{server.url}/a")
    assert secret.asked == []
    server.routes["/robots.txt"] = robots("# padding\n" * 100_000)
    with pytest.raises(ImportRefused, match=r"larger than 0\.512 MB"):
        Robots(paced).check(f"{server.url}/a")
