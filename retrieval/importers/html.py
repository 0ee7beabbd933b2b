"""Articles from web pages."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from retrieval.errors import ImportRefused
from retrieval.importers import apart, maintext, markup
from retrieval.importers.decoding import decode, one_line
from retrieval.importers.document import Document
from retrieval.importers.tree import Element, read

LARGEST = 20_000_000
"""Bytes of one page."""

_TAME_BYTES = 100_000
_TAME_TAGS = 2_000
"""Within these no page can cost the parser more than a second, whatever its author tried."""
_LEAST = 15
"""Letters beside links that make an article; a Chinese letter counts twice."""
_DATES = (
    "article:modified_time", "og:updated_time", "datemodified", "last-modified",
    "dcterms.modified", "dc.date.modified", "revised", "article:published_time", "date",
)  # fmt: skip
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SUFFIX = re.compile(r"\s+[|–—·»]\s+|\s+-\s+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def parse(data: bytes, name: str, *, base_url: str | None = None) -> Document:
    """Return the article of a page: its main text as Markdown, without what surrounds it.

    `base_url` is where the page was read; it makes links whole. A page that is large or built to
    be dear is read in a process of its own. ImportRefused says why a page is no article.
    """
    if len(data) <= _TAME_BYTES and data.count(b"<") <= _TAME_TAGS and b"\0" not in data[:4096]:
        return document(data, name, base_url=base_url)
    return apart.document("html", data, name, base_url=base_url)


def fragment(html: str, name: str = "text", *, base_url: str | None = None) -> str:
    """Return a piece of HTML as Markdown, all of it: what an export holds as an article's body.

    Nothing is taken for surroundings; scripts, styles and handlers are dropped. Raises
    ImportRefused as `parse` does.
    """
    if len(html) <= _TAME_BYTES and html.count("<") <= _TAME_TAGS:
        return whole(html, name, base_url=base_url)
    return apart.document("fragment", html.encode("utf-8", "replace"), name, base_url=base_url).body


def whole(html: str, name: str, *, base_url: str | None = None) -> str:
    """Return what `fragment` does, in this process: only for HTML that cannot harm it."""
    return markup.write(read(html, name)[1], base_url=base_url)


def document(data: bytes, name: str, *, base_url: str | None = None) -> Document:
    """Return what `parse` does, in this process: only for bytes that cannot harm it."""
    if len(data) > LARGEST:
        raise ImportRefused(name, None, f"larger than {LARGEST:,} bytes. Split it into pages.")
    text = decode(data, name)
    if not text.strip("\0 \t\r\n\ufeff"):
        raise ImportRefused(name, None, "empty. Save the page with its text.")
    parsed, body = read(text.replace("\0", ""), name)
    head = _Head(parsed, base_url)
    heading = _only_heading(body)
    root = maintext.find(body)
    title = _title(head, heading, name)
    _drop_title(root, title)
    if maintext.readable(root) < _LEAST:
        _refuse_empty(name, text, body)
    written = markup.write(root, base_url=head.base)
    return Document(
        source_id=name,
        name=name,
        title=title,
        body=written,
        locale=_language(root, head),
        updated=head.updated or _shown_date(body),
        url=head.url,
    )


class _Head:
    """What a page says about itself."""

    def __init__(self, parsed: LexborHTMLParser, base_url: str | None) -> None:
        self.meta: dict[str, str] = {}
        for node in parsed.css("meta[content]"):
            given = node.attributes
            key = given.get("property") or given.get("name") or given.get("itemprop")
            key = key or given.get("http-equiv") or ""
            self.meta.setdefault(key.lower(), one_line(given.get("content") or ""))
        title = parsed.css_first("title")
        self.title = one_line(title.text(deep=True)) if title is not None else ""
        root = parsed.css_first("html")
        self.lang = (root.attributes.get("lang") or "") if root is not None else ""
        base = parsed.css_first("base[href]")
        declared = base.attributes.get("href") if base is not None else None
        self.base = _web(declared, base_url) or base_url
        link = parsed.css_first("link[rel~=canonical][href]")
        canonical = link.attributes.get("href") if link is not None else self.meta.get("og:url")
        self.url = _web(canonical, base_url) or base_url
        self.updated = self._updated(parsed)

    def _updated(self, parsed: LexborHTMLParser) -> date | None:
        described = "".join(
            node.text(deep=True)[:200_000] for node in parsed.css("script[type*='ld+json']")[:5]
        )
        found = re.search(r'"dateModified"\s*:\s*"([^"]{8,40})"', described)
        texts = [self.meta.get(key, "") for key in _DATES]
        if found:
            texts.insert(0, found.group(1))
        return next((day for day in map(_day, texts) if day), None)


def _web(href: str | None, base_url: str | None) -> str | None:
    """An address on the web, or None."""
    try:
        full = urljoin(base_url or "", (href or "").strip())
        parts = urlsplit(full)
    except ValueError:
        return None
    return full if parts.scheme in ("http", "https") and parts.hostname and href else None


def _day(text: str) -> date | None:
    found = _DAY.search(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _shown_date(body: Element) -> date | None:
    """The day in `<time>` that the page marks as its last change."""
    for node in body.elements():
        if node.tag == "time" or node.attributes.get("itemprop") == "dateModified":
            day = _day(node.attributes.get("datetime") or node.attributes.get("content", ""))
            if day is not None:
                return day
    return None


def _only_heading(body: Element) -> str:
    """The words of the page's only `h1`; of several, the first in the page's content."""
    found = [node for node in body.elements() if node.tag == "h1" and one_line(node.text())]
    inside = [n for n in found if any(a.tag in ("main", "article") for a in n.above())]
    return one_line((inside or found)[0].text()) if found else ""


def _title(head: _Head, heading: str, name: str) -> str:
    title = heading or head.meta.get("og:title", "")
    if not title and head.title:
        parts = _SUFFIX.split(head.title)
        site = head.meta.get("og:site_name", "")
        title = head.title if len(parts) == 1 else _page_part(parts, site)
    return title[:300] or re.sub(r"\.\w{1,5}$", "", name.rsplit("/", 1)[-1]) or name


def _page_part(parts: list[str], site: str) -> str:
    """Of `Refunds | Help | Shop` the part that is about the page: not the site's name."""
    rest = [part for part in parts if part and part != site]
    return rest[0] if rest else parts[0]


def _drop_title(root: Element, title: str) -> None:
    """The title stands above the article already; its heading need not begin the text."""
    for node in root.elements():
        if node.tag == "h1" and one_line(node.text()) == title:
            node.drop()
            return


def _language(root: Element, head: _Head) -> str | None:
    around: Iterator[Any] = (n.attributes.get("lang") for n in (root, *root.above()))
    texts = [*around, head.lang, head.meta.get("content-language"), head.meta.get("og:locale")]
    for text in texts:
        if text and _LANGUAGE.fullmatch(text.strip()):
            return str(text.strip().replace("_", "-"))
    return None


def _refuse_empty(name: str, html: str, body: Element) -> None:
    if any(node.tag == "a" for node in body.elements()):
        why = "has no main text: nothing but navigation and links. Give a page with an article."
    elif re.search(r"<script\b", html, re.IGNORECASE):
        why = "has no text of its own: a script writes it. Save the page from a browser."
    elif re.search(r"<img\b", html, re.IGNORECASE):
        why = "has only images, no text. Write the text of the images below them."
    else:
        why = "has no text. Write the article into the page."
    raise ImportRefused(name, None, why)
