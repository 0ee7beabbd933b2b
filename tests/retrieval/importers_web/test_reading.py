"""Sitemaps, addresses and the signals of a page, also those written to do harm."""

import contextlib
import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ImportRefused
from retrieval.importers import signals, sitemap
from retrieval.importers.fetch import Fetched
from retrieval.importers.signals import Signals
from retrieval.importers.site import Site, tidy
from retrieval.importers.tags import tags

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*addresses: str) -> bytes:
    listed = "".join(f"<url><loc>{one}</loc></url>" for one in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {SPACE}>{listed}</urlset>'.encode()


def test_a_sitemap_lists_pages_with_their_languages() -> None:
    body = f"""<?xml version="1.0"?>
    <urlset {SPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml"
            xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
      <url><loc>
        https://a.test/en?x=1&amp;y=2 </loc><lastmod>2026-01-01</lastmod>
        <xhtml:link rel="alternate" hreflang="zh-Hant" href="https://a.test/zh"/>
        <image:image><image:loc>https://a.test/picture.png</image:loc></image:image></url>
      <url><loc>https://a.test/plain</loc></url>
      <url><lastmod>2026-01-01</lastmod></url>
    </urlset>""".encode()
    found = sitemap.parse(body, "s.xml")
    assert [page.address for page in found.pages] == [
        "https://a.test/en?x=1&y=2", "https://a.test/plain",
    ]  # fmt: skip
    assert found.pages[0].alternates == {"zh-Hant": "https://a.test/zh"}
    assert found.pages[1].alternates == {}


def test_an_index_lists_sitemaps_and_gzip_is_unpacked() -> None:
    body = b"<sitemapindex><sitemap><loc>https://a.test/1.xml</loc></sitemap></sitemapindex>"
    assert sitemap.parse(body, "i.xml").sitemaps == ("https://a.test/1.xml",)
    assert sitemap.parse(gzip.compress(urlset("https://a.test/")), "s.gz").pages


ENTITIES = '<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa">{more}]><urlset>&z;</urlset>'
LAUGHS = "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghz", strict=True)
)
HOSTILE = {
    "a billion laughs": (ENTITIES.format(more=LAUGHS).encode(), "declares a DTD or entities"),
    "a file of the server": (
        b'<!DOCTYPE u [<!ENTITY z SYSTEM "file:///etc/passwd">]><urlset>&z;</urlset>',
        "declares a DTD",
    ),
    "another server's DTD": (
        b'<!DOCTYPE urlset SYSTEM "http://127.0.0.1/x.dtd"><urlset/>', "declares a DTD",
    ),
    "cut off": (urlset("https://a.test/")[:-9], "line 1: is no well-formed XML"),
    "wrong tags": (b"<urlset>\n<url></loc></urlset>", "line 2: is no well-formed XML"),
    "a page": (b"<html><body>Hello</body></html>", "is no sitemap: it begins with <html>"),
    "nothing": (b"", "is no well-formed XML"),
    "an unknown encoding": (b'<?xml version="1.0" encoding="none"?><urlset/>', "no well-formed"),
    "bytes": (bytes(range(256)), "is no well-formed XML"),
    "deep": (b"<urlset>" + b"<url>" * 100_000, "nested deeper than any sitemap"),
    "a long text": (b"<urlset><url><loc>" + b"x" * 1_000_000, "a text of more than 4,000"),
    "a bomb": (gzip.compress(b"<urlset>" + b" " * 51_000_000), "larger than 50 MB when unpacked"),
    "half a gzip": (gzip.compress(urlset("https://a.test/"))[:-12], "ends in the middle"),
    "too many": (urlset(*["https://a.test/"] * 50_001), "lists more than 50,000 addresses"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "why"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_sitemap_is_refused_with_the_reason(body: bytes, why: str) -> None:
    with pytest.raises(ImportRefused, match=why):
        sitemap.parse(body, "s.xml")


@given(st.binary(max_size=300))
def test_no_bytes_break_the_sitemap_reader(body: bytes) -> None:
    with contextlib.suppress(ImportRefused):
        assert sitemap.parse(b"<urlset>" + body, "s.xml").sitemaps == ()


@pytest.mark.parametrize(
    ("written", "tidied"),
    [
        ("HTTPS://A.test:443/x/../y/./z#part", "https://a.test/y/z"),
        ("https://a.test", "https://a.test/"),
        ("https://a.test/x/", "https://a.test/x/"),
        ("https://a.test/x/..", "https://a.test/"),
        ("https://a.test/../../x", "https://a.test/x"),
        ("https://a.test/%7Eme/%2e%2e/b", "https://a.test/b"),
        ("https://a.test/a%2Fb", "https://a.test/a%2Fb"),
        ("https://a.test//a", "https://a.test//a"),
        ("https://a.test/?utm_source=x&id=7&fbclid=y&b=", "https://a.test/?id=7&b="),
        ("https://a.test/?flag", "https://a.test/?flag"),
        ("https://a.test/帮助?问=题", "https://a.test/%E5%B8%AE%E5%8A%A9?%E9%97%AE=%E9%A2%98"),
        ("https://a.test/50%", "https://a.test/50%25"),
        ("mailto:help@a.test", None),
        ("javascript:void(0)", None),
        ("https://me@a.test/", None),
        ("https://[bad/", None),
    ],
)
def test_one_page_has_one_address(written: str, tidied: str | None) -> None:
    assert tidy(written) == tidied


@given(st.text(max_size=60))
def test_tidying_never_raises_and_changes_nothing_the_second_time(written: str) -> None:
    once = tidy(written, "https://a.test/base/")
    assert once is None or tidy(once) == once


@pytest.mark.parametrize(
    ("start", "address", "own"),
    [
        ("https://a.test/help/", "/help/x", "https://a.test/help/x"),
        ("https://a.test/help", "https://a.test/help/x", "https://a.test/help/x"),
        ("https://a.test/help", "https://a.test/help", "https://a.test/help"),
        ("https://a.test/help/index.html", "https://a.test/help/x", "https://a.test/help/x"),
        ("https://a.test/help", "https://a.test/helpless", None),
        ("https://a.test/help/", "https://a.test/help/%2e%2e/private", None),
        ("https://a.test/help/", "https://a.test/", None),
        ("https://a.test/", "https://www.a.test/x", "https://www.a.test/x"),
        ("https://www.a.test/", "https://a.test/x", "https://a.test/x"),
        ("https://a.test/", "http://a.test/x", "https://a.test/x"),
        ("http://a.test/", "https://a.test/x", "https://a.test/x"),
        ("https://a.test/", "https://b.test/x", None),
        ("https://a.test/", "https://a.test.evil.test/x", None),
        ("https://a.test/", "https://a.test:8443/x", None),
        ("https://a.test/", "https://a.test@evil.test/x", None),
    ],
)
def test_a_site_is_one_host_below_its_start(start: str, address: str, own: str | None) -> None:
    assert Site(start, below=True).own(address, start) == own


def read(text: str, url: str = "https://a.test/dir/page", **headers: str) -> Signals:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return signals.read(Fetched(url, 200, named, text.encode()))


def test_links_are_made_whole_by_the_base_of_the_page() -> None:
    said = read(
        '<base href="/other/"><a href="x?a=1&amp;b=2">x</a><A HREF=\'../y\'>y</A><a href="#z">z</a>'
        '<a href="mailto:q@a.test">q</a><a rel="nofollow ugc" href="paid">p</a><a href="x?a=1&b=2">'
        '<!-- <a href="/comment"> --><script>var s = "<a href=\'/script\'>";</script>'
        '<area href="https://b.test/"><link rel="canonical" href="real">'
    )
    assert said.links == ("https://a.test/other/x?a=1&b=2", "https://a.test/y", "https://b.test/")
    assert said.canonical == "https://a.test/other/real"


def test_signs_of_tags_inside_a_value_are_text() -> None:
    assert read('<a title="1 < 2 > 0" href="x">x</a>').links == ("https://a.test/dir/x",)


@pytest.mark.parametrize("base", ["javascript:alert(1)", "data:text/html,", "http://[", ""])
def test_a_strange_base_does_not_count(base: str) -> None:
    assert read(f'<base href="{base}"><a href="x">x</a>').links == ("https://a.test/dir/x",)


def test_languages_are_read() -> None:
    said = read(
        '<link rel="alternate" hreflang="ms-MY" href="/ms/"><link rel=alternate href="/rss">'
    )
    assert said.alternates == {"ms-my": "https://a.test/ms/"}


@pytest.mark.parametrize(
    ("page", "header", "noindex", "nofollow"),
    [
        ('<meta name="robots" content="noindex, NOFOLLOW">', "", True, True),
        ("<meta name=robots content=none>", "", True, True),
        ('<meta name="Handrail" content="noindex">', "", True, False),
        ('<meta name="googlebot" content="noindex">', "", False, False),
        ('<meta name="description" content="noindex">', "", False, False),
        ('<meta name="robots" content="index,follow,max-snippet:-1">', "", False, False),
        ("", "noindex", True, False),
        ("", "googlebot: noindex, nofollow", False, False),
        ("", "googlebot: noindex, handrail: nofollow", False, True),
        ("", "unavailable_after: 25 Jun 2030 15:00:00 PST, nofollow", False, True),
    ],
)
def test_what_the_owner_says_to_programs_is_heard(
    page: str, header: str, noindex: bool, nofollow: bool
) -> None:
    said = read(page, x_robots_tag=header)
    assert (said.noindex, said.nofollow) == (noindex, nofollow)


@pytest.mark.parametrize(
    "declared", ["utf-8", "gbk", "gb2312", "nonsense", "unicode_escape", "zip", None]
)
def test_the_encoding_of_the_server_is_believed_only_where_it_holds(declared: str | None) -> None:
    text = '<a href="/退款">怎样申请退款？请联系我们的客服。</a>'
    kind = "text/html" + (f"; charset={declared}" if declared else "")
    found = Fetched("https://a.test/", 200, {"content-type": kind}, text.encode("gbk"))
    assert signals.read(found).links == ("https://a.test/退款",)
    believed = declared in ("gbk", "gb2312")
    assert (signals.utf8(found) == text.encode("utf-8-sig")) is believed
    assert (signals.utf8(found) == found.body) is not believed


DEAR = {
    "nested": "<div>" * 100_000,
    "open quotes": '<a "' * 100_000,
    "open values": '<a href="' * 100_000,
    "comments": "<!--" * 200_000,
    "scripts": "<script><" * 100_000,
    "one long name": "<a " + "x" * 1_000_000,
    "spaces": "<a " + " " * 1_000_000,
    "slashes": "<a" + "/" * 1_000_000,
    "names without values": "<a b= " * 100_000,
    "entities": '<a href="' + "&amp;" * 100_000 + '">',
}


@pytest.mark.parametrize("text", DEAR.values(), ids=DEAR.keys())
def test_no_page_is_dear_to_read(text: str) -> None:
    """Each takes well under a second; a reader that looks back would take minutes."""
    begun = time.process_time()
    assert sum(1 for _ in tags(text)) <= len(text)
    assert time.process_time() - begun < 10


@given(st.text(alphabet="<>/!-=\"' abhrefscriptlnk\n&;", max_size=200))
def test_no_page_breaks_the_reader(text: str) -> None:
    said = read(text)
    assert all(link.startswith(("http://", "https://")) for link in said.links)
