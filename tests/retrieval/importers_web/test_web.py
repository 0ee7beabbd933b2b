"""A web site becomes articles: every page once, politely, and nothing that was not offered."""

import time
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any, cast

import pytest
from web_server import Answer, Request, Server, page

from retrieval.errors import ImportRefused
from retrieval.importers import web
from retrieval.importers.document import Document
from retrieval.importers.fetch import Fetcher
from retrieval.importers.refusals import Incomplete, NotOffered
from retrieval.importers.web import Unchanged, WebOptions

HERE = frozenset({ip_network("127.0.0.1/32")})
AT_ONCE = timedelta(0)
END = "at the end"


def read(start: str, **options: Any) -> dict[str, Document | ImportRefused]:
    """Import without pauses; each item under its name, Incomplete under END."""
    told = {key: options.pop(key) for key in ("cancelled", "progress") if key in options}
    found: dict[str, Document | ImportRefused] = {}
    limits = WebOptions(delay=AT_ONCE, **options)
    for name, item in web.read(start, options=limits, allow=HERE, **told):
        key = END if isinstance(item, Incomplete) else name
        assert key not in found
        found[key] = item
    return found


def titles(found: dict[str, Document | ImportRefused]) -> list[str]:
    return sorted(item.title for item in found.values() if isinstance(item, Document))


def refusal(found: dict[str, Document | ImportRefused], name: str) -> ImportRefused:
    item = found[name]
    assert isinstance(item, ImportRefused)
    return item


def taking_its_time(answer: Answer) -> Callable[[Request], Answer]:
    """Long enough for a second request to be seen beside this one."""

    def answered(_: Request) -> Answer:
        time.sleep(0.05)
        return answer

    return answered


def test_links_are_followed_below_the_start_and_nowhere_else(server: Server) -> None:
    server.routes |= {
        "/help/": Answer(page("Start", links=["refund", "/help/cards#top", "/shop/", "../about",
                                              "https://elsewhere.test/help/", "mailto:a@b.test"])),
        "/help/refund": Answer(page("Refunds", links=["/help/", "cards?utm_id=1", "deep/er"])),
        "/help/cards": Answer(page("Cards", links=["picture.png", "manual.zip"])),
        "/help/deep/er": Answer(page("Deeper")),
    }  # fmt: skip
    for path in ("/help/refund", "/help/cards", "/help/deep/er"):
        server.routes[path] = taking_its_time(cast("Answer", server.routes[path]))
    steps: list[tuple[int, int]] = []
    found = read(f"{server.url}/help/", progress=lambda done, known: steps.append((done, known)))
    assert titles(found) == ["Cards", "Deeper", "Refunds", "Start"]
    assert server.pages() == ["/help/", "/help/refund", "/help/cards", "/help/deep/er"]
    assert server.at_once == 1, "one request at a time"
    assert steps[-1] == (4, 4)
    assert found.keys() == {f"{server.url}{path}" for path in server.pages()}


def test_a_page_keeps_where_it_is_and_what_it_says(server: Server) -> None:
    server.routes["/a"] = Answer(page("Refunds", "A refund takes 5 days."), headers={"ETag": '"7"'})
    found = read(f"{server.url}/a")[f"{server.url}/a"]
    assert isinstance(found, Document)
    assert (found.title, found.locale, found.etag) == ("Refunds", "en", '"7"')
    assert "A refund takes 5 days." in found.body
    assert found.source_id == found.name == found.url == f"{server.url}/a"


def test_what_robots_txt_forbids_is_never_asked_for(server: Server) -> None:
    server.routes["/robots.txt"] = Answer("User-agent: *\nDisallow: /inner", kind="text/plain")
    server.routes["/"] = Answer(page("Start", links=["/inner/a", "/open", "/jump"]))
    server.routes["/open"] = Answer(page("Open"))
    server.routes["/jump"] = Answer(status=302, headers={"Location": "/inner/b"})
    found = read(f"{server.url}/")
    assert titles(found) == ["Open", "Start"]
    assert not any(path.startswith("/inner") for path in server.paths)
    assert isinstance(refusal(found, f"{server.url}/inner/a"), NotOffered)
    assert "robots.txt" in refusal(found, f"{server.url}/jump").message
    assert server.paths.count("/robots.txt") == 1


def test_a_start_that_robots_txt_forbids_is_refused_as_a_whole(server: Server) -> None:
    server.routes["/robots.txt"] = Answer("User-agent: *\nDisallow: /", kind="text/plain")
    with pytest.raises(ImportRefused, match=r"robots\.txt forbids it"):
        read(f"{server.url}/")
    assert server.paths == ["/robots.txt"]


def test_noindex_and_nofollow_are_obeyed(server: Server) -> None:
    no_index = '<meta name="robots" content="noindex">'
    no_follow = '<meta name="robots" content="nofollow">'
    server.routes |= {
        "/": Answer(page("Start", links=["/list", "/end", "/header"])),
        "/list": Answer(page("A list", head=no_index, links=["/listed"])),
        "/listed": Answer(page("Listed")),
        "/end": Answer(page("The end", head=no_follow, links=["/beyond"])),
        "/header": Answer(page("Header"), headers={"X-Robots-Tag": "noindex"}),
    }
    found = read(f"{server.url}/")
    assert titles(found) == ["Listed", "Start", "The end"]
    assert "/beyond" not in server.paths
    for path in ("/list", "/header"):
        assert isinstance(refusal(found, server.url + path), NotOffered)
        assert "noindex" in refusal(found, server.url + path).message


def test_a_base_moves_the_links(server: Server) -> None:
    server.routes["/"] = Answer(page("Start", head='<base href="/moved/">', links=["x"]))
    server.routes["/moved/x"] = Answer(page("Moved"))
    assert titles(read(f"{server.url}/")) == ["Moved", "Start"]
    assert "/x" not in server.paths


def test_the_same_page_under_several_addresses_is_one_article(server: Server) -> None:
    real = f'<link rel="canonical" href="{server.url}/refund">'
    server.routes |= {
        "/": Answer(page("Start", links=["/r?from=menu", "/refund", "/copy", "/redirect"])),
        "/r": Answer(page("Refunds", head=real)),
        "/refund": Answer(page("Refunds", head=real)),
        "/copy": Answer(page("Refunds")),
        "/redirect": Answer(status=301, headers={"Location": "/refund"}),
    }
    found = read(f"{server.url}/")
    assert titles(found) == ["Refunds", "Start"]
    assert isinstance(found[f"{server.url}/refund"], Document)
    copy = refusal(found, f"{server.url}/copy")
    assert copy.message == f"has the same text as {server.url}/refund."
    assert f"{server.url}/redirect" not in found


def test_a_wrong_canonical_link_loses_nothing_silently(server: Server) -> None:
    home = '<link rel="canonical" href="/">'
    server.routes["/"] = Answer(page("Start", head=home, links=["/a"]))
    server.routes["/a"] = Answer(page("Another", head=home))
    why = refusal(read(f"{server.url}/"), f"{server.url}/a").message
    assert why.startswith(f"names {server.url}/ as its real address")


def test_translations_are_known_as_such(server: Server) -> None:
    tags = {"en": "/en", "zh-Hant": "/zh", "x-default": "/en"}
    head = "".join(f'<link rel="alternate" hreflang="{k}" href="{v}">' for k, v in tags.items())
    server.routes["/en"] = Answer(page("Refunds", head=head, links=["/zh"]))
    server.routes["/zh"] = Answer(
        page("退款", "退款需要五個工作天。", head=head).replace(' lang="en"', "")
    )
    found = read(f"{server.url}/en", whole_site=True)
    one, other = found[f"{server.url}/en"], found[f"{server.url}/zh"]
    assert isinstance(one, Document)
    assert isinstance(other, Document)
    assert one.translation_key == other.translation_key == f"{server.url}/en"
    assert (one.locale, other.locale) == ("en", "zh-hant")


def test_an_endless_calendar_ends(server: Server) -> None:
    def month(request: Request) -> Answer:
        number = int(request.path.rpartition("=")[2] or 0) if "=" in request.path else 0
        links = [f"/calendar?month={number + 1}", f"/calendar?month={number + 2}"]
        return Answer(page(f"Month {number}", links=links))

    server.routes["/calendar"] = month
    found = read(f"{server.url}/calendar", depth=1000)
    assert len(server.pages()) <= 51
    assert "differ after `?` alone" in refusal(found, "/calendar").message


def test_an_endless_tree_of_pages_ends_at_the_limit_and_says_so(server: Server) -> None:
    def level(request: Request) -> Answer:
        links = [f"{request.path.rstrip('/')}/{n}" for n in range(3)]
        return Answer(page(f"Level {request.path}", links=links))

    server.fallback = level
    server.routes["/robots.txt"] = Answer(status=404)
    found = read(f"{server.url}/t", pages=20)
    assert len(server.pages()) == 20
    end = found[END]
    assert isinstance(end, Incomplete)
    assert "beyond the limit of 20 pages" in end.message
    server.asked.clear()
    assert len(titles(read(f"{server.url}/t", depth=2))) == 1 + 3 + 9, "the depth is limited too"


def test_one_bad_page_never_stops_the_others(server: Server) -> None:
    links = ["/gone", "/broken", "/members", "/feed", "/empty", "/loop", "/huge", "/out", "/good"]
    server.routes |= {
        "/help/": Answer(page("Start", links=[f"/help{one}" for one in links])),
        "/help/broken": Answer("oops", status=500),
        "/help/members": Answer("sign in", status=403),
        "/help/feed": Answer("{}", kind="application/json"),
        "/help/empty": Answer("<html><body><img src='x.png'></body></html>"),
        "/help/loop": Answer(status=302, headers={"Location": "/help/loop"}),
        "/help/huge": Answer(headers={"Content-Length": "999999999"}),
        "/help/out": Answer(status=302, headers={"Location": "/shop"}),
        "/help/good": Answer(page("Good")),
    }
    found = read(f"{server.url}/help/")
    assert titles(found) == ["Good", "Start"]
    whys = {
        "gone": "answers 404", "broken": "answers 500", "members": "only people who signed in",
        "feed": "is application/json, not", "empty": "has only images", "loop": "more than 5 times",
        "huge": "larger than 10 MB", "out": "lies outside of",
    }  # fmt: skip
    for path, why in whys.items():
        refused = refusal(found, f"{server.url}/help/{path}")
        assert why in refused.message, path
        assert isinstance(refused, NotOffered) is (path in ("gone", "out")), path
    assert "/shop" not in server.paths


def test_after_a_failure_the_import_says_that_it_saw_not_everything(server: Server) -> None:
    server.routes["/"] = Answer(page("Start", links=["/broken"]))
    server.routes["/broken"] = Answer("oops", status=500)
    items = list(web.read(f"{server.url}/", options=WebOptions(delay=AT_ONCE), allow=HERE))
    assert isinstance(items[-1][1], Incomplete)
    server.routes["/broken"] = Answer("gone", status=410)
    items = list(web.read(f"{server.url}/", options=WebOptions(delay=AT_ONCE), allow=HERE))
    assert not any(isinstance(item, Incomplete) for _, item in items)


def test_a_site_that_breaks_down_is_left_alone(server: Server) -> None:
    server.routes["/"] = Answer(page("Start", links=[f"/{n}" for n in range(100)]))
    server.fallback = Answer("oops", status=500)
    server.routes["/robots.txt"] = Answer(status=404)
    found = read(f"{server.url}/")
    assert len(server.pages()) == 11
    end = found[END]
    assert isinstance(end, Incomplete)
    assert "10 pages in a row failed" in end.message


def test_a_site_that_asks_for_peace_gets_it(server: Server) -> None:
    server.routes["/"] = Answer(page("Start", links=["/busy", "/next"]))
    server.routes["/busy"] = Answer(status=429, headers={"Retry-After": "7200"})
    found = read(f"{server.url}/")
    assert server.pages() == ["/", "/busy"]
    assert "asks to wait 7,200 s" in refusal(found, f"{server.url}/busy").message
    assert isinstance(found[END], Incomplete)


def test_a_short_wait_is_waited(server: Server) -> None:
    busy = iter([Answer(status=503, headers={"Retry-After": "0"}), Answer(page("Start"))])
    server.routes["/"] = lambda request: next(busy)
    assert titles(read(f"{server.url}/")) == ["Start"]
    assert server.pages() == ["/", "/"]


@pytest.mark.parametrize(
    ("kind", "encoding"),
    [
        ("text/html; charset=gbk", "gbk"),
        ("text/html; charset=big5", "big5"),
        ("text/html; charset=utf-8", "gbk"),
        ("text/html; charset=latin-1-of-mars", "utf-8"),
        ("text/html", "gbk"),
    ],
    ids=["declared GBK", "declared Big5", "wrongly declared", "unknown", "in the page alone"],
)
def test_the_right_encoding_is_found(server: Server, kind: str, encoding: str) -> None:
    meta = "" if encoding == "utf-8" else f'<meta charset="{encoding}">'
    text = "退款政策：如果您要退款，請在七天之內通知客服。" if encoding == "big5" else (
        "退款政策：如果您要退款，请在七天之内通知客服。"
    )  # fmt: skip
    server.routes["/"] = Answer(page("退款", text, head=meta).encode(encoding), kind=kind)
    found = read(f"{server.url}/")[f"{server.url}/"]
    assert isinstance(found, Document)
    assert (found.title, text in found.body) == ("退款", True)


def test_a_cancelled_import_stops_and_says_nothing_more(server: Server) -> None:
    server.routes["/"] = Answer(page("Start", links=["/a", "/b", "/c"]))
    server.fallback = lambda request: Answer(page(f"Page {request.path}"))
    server.routes["/robots.txt"] = Answer(status=404)
    found = read(f"{server.url}/", cancelled=lambda: len(server.pages()) >= 2)
    assert titles(found) == ["Start"]
    assert len(server.pages()) == 2
    assert not any(isinstance(item, Incomplete) for item in found.values())


def test_cancelling_before_anything_was_read_is_no_error(server: Server) -> None:
    server.routes["/"] = Answer(page("Start"))
    assert read(f"{server.url}/", cancelled=lambda: True) == {}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer("x", status=404), "answers 404"),
        (Answer("x", status=500), "answers 500"),
        (Answer(b"%PDF-1.7", kind="application/pdf"), "is application/pdf, not"),
        (Answer("just text", kind="text/plain"), "neither a web page nor a sitemap"),
        (Answer("<rss><channel/></rss>", kind="application/xml"), "neither a web page nor"),
        (Answer(b"<urlset><url>", kind="application/xml"), "no well-formed XML"),
    ],
)
def test_a_start_that_is_no_start_is_refused_as_a_whole(
    server: Server, answer: Answer, why: str
) -> None:
    server.routes["/s"] = answer
    with pytest.raises(ImportRefused, match=why):
        read(f"{server.url}/s")


@pytest.mark.parametrize(
    "start", ["help.example.com", "file:///etc/passwd", "", "http://10.0.0.1/"]
)
def test_a_start_that_nobody_may_read_is_refused(start: str) -> None:
    with pytest.raises(ImportRefused):
        read(start)


def test_a_fetcher_of_ones_own_is_used_and_left_open(
    server: Server, fetching: Callable[..., Fetcher]
) -> None:
    server.routes["/"] = Answer(page("Start"))
    fetcher = fetching()
    options = WebOptions(delay=AT_ONCE)
    assert list(web.read(f"{server.url}/", options=options, fetcher=fetcher))
    assert fetcher.get(f"{server.url}/").status == 200


def test_pages_that_did_not_change_are_not_read_again(server: Server) -> None:
    def tagged(request: Request) -> Answer:
        if request.headers.get("if-none-match") == '"v1"':
            return Answer(status=304)
        return Answer(page("Refunds"), headers={"ETag": '"v1"'})

    listed = f"<urlset><url><loc>{server.url}/a</loc></url></urlset>"
    server.routes["/sitemap.xml"] = Answer(listed, kind="application/xml")
    server.routes["/a"] = tagged
    options = WebOptions(delay=AT_ONCE)
    start = f"{server.url}/sitemap.xml"
    first = dict(web.read_again(start, known={}, options=options, allow=HERE))
    document = first[f"{server.url}/a"]
    assert isinstance(document, Document)
    known = {document.source_id: document.etag or ""}
    again = list(web.read_again(start, known=known, options=options, allow=HERE))
    assert again == [(f"{server.url}/a", Unchanged(f"{server.url}/a"))]
