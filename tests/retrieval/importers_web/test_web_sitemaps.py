"""An import from a sitemap takes the pages that it lists, and no others."""

import gzip
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from web_server import Answer, Server, page

from retrieval.errors import ImportRefused
from retrieval.importers import web
from retrieval.importers.document import Document
from retrieval.importers.refusals import Incomplete, NotOffered
from retrieval.importers.web import WebOptions

HERE = frozenset({ip_network("127.0.0.1/32")})


def read(start: str, **options: Any) -> list[tuple[str, Document | ImportRefused]]:
    limits = WebOptions(delay=timedelta(0), **options)
    return list(web.read(start, options=limits, allow=HERE))


def xml(body: str | bytes) -> Answer:
    return Answer(body, kind="application/xml")


def urlset(*addresses: str) -> str:
    return f"<urlset>{''.join(f'<url><loc>{one}</loc></url>' for one in addresses)}</urlset>"


def index(*addresses: str) -> str:
    listed = "".join(f"<sitemap><loc>{one}</loc></sitemap>" for one in addresses)
    return f"<sitemapindex>{listed}</sitemapindex>"


def test_the_pages_of_a_sitemap_are_read_and_their_links_are_not(server: Server) -> None:
    server.routes["/sitemap.xml"] = xml(urlset(f"{server.url}/a", f"{server.url}/kb/b"))
    server.routes["/a"] = Answer(page("A", links=["/unlisted"]))
    server.routes["/kb/b"] = Answer(page("B"))
    found = read(f"{server.url}/sitemap.xml")
    assert [name for name, _ in found] == [f"{server.url}/a", f"{server.url}/kb/b"]
    assert all(isinstance(item, Document) for _, item in found)
    assert "/unlisted" not in server.paths


def test_packed_sitemaps_of_an_index_are_read_and_circles_end(server: Server) -> None:
    here = server.url
    server.routes |= {
        "/s.xml": xml(index(f"{here}/1.xml.gz", f"{here}/s.xml", f"{here}/2.xml")),
        "/1.xml.gz": Answer(gzip.compress(urlset(f"{here}/a").encode()), kind="application/gzip"),
        "/2.xml": xml(index(f"{here}/s.xml", f"{here}/2.xml", f"{here}/1.xml.gz")),
        "/a": Answer(page("A")),
    }
    found = read(f"{here}/s.xml")
    assert [name for name, _ in found] == [f"{here}/a"]
    assert sorted(server.pages()) == ["/1.xml.gz", "/2.xml", "/a", "/s.xml"]


def test_a_sitemap_speaks_for_its_own_site_only(server: Server, secret: Server) -> None:
    foreign = [f"{secret.url}/x", "https://elsewhere.test/y", "javascript:alert(1)", "/relative"]
    server.routes["/s.xml"] = xml(urlset(*foreign, f"{server.url}/a"))
    server.routes["/a"] = Answer(page("A"))
    found = dict(read(f"{server.url}/s.xml"))
    assert isinstance(found.pop(f"{server.url}/a"), Document)
    assert set(found) == set(foreign)
    assert all(isinstance(item, NotOffered) for item in found.values())
    assert secret.asked == []


def test_an_index_that_leads_elsewhere_is_not_followed(server: Server, secret: Server) -> None:
    server.routes["/s.xml"] = xml(index(f"{secret.url}/1.xml"))
    found = read(f"{server.url}/s.xml")
    assert "speaks for its own site only" in str(found[0][1])
    assert isinstance(found[-1][1], Incomplete)
    assert secret.asked == []


def test_one_bad_sitemap_never_stops_the_others_but_nothing_counts_as_gone(
    server: Server,
) -> None:
    here = server.url
    bomb = gzip.compress(b"<urlset>" + b" " * 51_000_000)
    entity = f'<!DOCTYPE u SYSTEM "{here}/evil.dtd"><urlset/>'
    server.routes |= {
        "/s.xml": xml(index(*(f"{here}/{n}.xml" for n in ("bomb", "entity", "gone", "good")))),
        "/bomb.xml": Answer(bomb, kind="application/gzip"),
        "/entity.xml": xml(entity),
        "/good.xml": xml(urlset(f"{here}/a")),
        "/a": Answer(page("A")),
    }
    found = read(f"{here}/s.xml")
    names = {name: item for name, item in found if not isinstance(item, Incomplete)}
    assert isinstance(names[f"{here}/a"], Document)
    assert "larger than 50 MB" in str(names[f"{here}/bomb.xml"])
    assert "declares a DTD" in str(names[f"{here}/entity.xml"])
    assert "answers 404" in str(names[f"{here}/gone.xml"])
    assert isinstance(found[-1][1], Incomplete)
    assert "/evil.dtd" not in server.paths


def test_indexes_below_indexes_end(server: Server) -> None:
    server.fallback = lambda request: xml(index(f"{server.url}{request.path}x"))
    server.routes["/robots.txt"] = Answer(status=404)
    found = read(f"{server.url}/s")
    assert len(server.pages()) == 4
    assert "beyond the limit of 3 levels" in str(found[0][1])


def test_the_number_of_sitemaps_is_limited(server: Server) -> None:
    server.routes["/s"] = xml(index(*(f"{server.url}/{n}" for n in range(50))))
    server.fallback = xml(urlset())
    server.routes["/robots.txt"] = Answer(status=404)
    read(f"{server.url}/s", sitemaps=5)
    assert len(server.pages()) == 5


def test_languages_of_a_sitemap_count_as_those_of_the_page(server: Server) -> None:
    here = server.url
    links = "".join(
        f'<x:link rel="alternate" hreflang="{tag}" href="{here}/{tag}"/>' for tag in ("en", "ms")
    )
    entries = "".join(f"<url><loc>{here}/{tag}</loc>{links}</url>" for tag in ("en", "ms"))
    server.routes["/s.xml"] = xml(
        f'<urlset xmlns:x="http://www.w3.org/1999/xhtml">{entries}</urlset>'
    )
    server.routes["/en"] = Answer(page("Refunds"))
    server.routes["/ms"] = Answer(
        page("Bayaran balik", "Bayaran balik mengambil masa lima hari.").replace(' lang="en"', "")
    )
    documents = [item for _, item in read(f"{here}/s.xml") if isinstance(item, Document)]
    assert [one.locale for one in documents] == ["en", "ms"]
    assert {one.translation_key for one in documents} == {f"{here}/en"}


def test_more_pages_than_the_limit_are_not_asked_for_and_that_is_said(server: Server) -> None:
    server.routes["/s.xml"] = xml(urlset(*(f"{server.url}/{n}" for n in range(30))))
    server.fallback = lambda request: Answer(page(f"Page {request.path}"))
    server.routes["/robots.txt"] = Answer(status=404)
    found = read(f"{server.url}/s.xml", pages=10)
    assert len(server.pages()) == 1 + 10
    assert "20 addresses beyond the limit of 10 pages" in str(found[-1][1])


def test_a_sitemap_behind_robots_txt_is_not_read(server: Server) -> None:
    server.routes["/robots.txt"] = Answer("User-agent: *\nDisallow: /s.xml", kind="text/plain")
    with pytest.raises(ImportRefused, match=r"robots\.txt forbids"):
        read(f"{server.url}/s.xml")
    assert server.paths == ["/robots.txt"]
