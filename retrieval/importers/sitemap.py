"""Reads sitemaps (https://www.sitemaps.org/protocol.html) as a stream: no tree, no entities."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from retrieval.errors import ImportRefused
from retrieval.importers.fetch import TooLarge, unzipped

LARGEST = 50_000_000
"""Bytes after unpacking, the protocol's own limit."""
MOST = 50_000
"""Addresses in one sitemap, the protocol's own limit."""
_DEEPEST = 8
_LONGEST_TEXT = 4000
_BLOCK = 64 * 1024
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Entry:
    """One address of a sitemap with what the sitemap says about its languages."""

    address: str
    alternates: dict[str, str] = field(default_factory=dict)
    """hreflang → address, as written."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Either pages or further sitemaps."""

    pages: tuple[Entry, ...] = ()
    sitemaps: tuple[str, ...] = ()


def looks_like_sitemap(body: bytes) -> bool:
    """Whether a body is XML of a sitemap (or packed), so that it is not read as a page."""
    start = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(_GZIP) or b"<urlset" in start or b"<sitemapindex" in start


def parse(body: bytes, name: str) -> Sitemap:
    """Return what a sitemap lists; ImportRefused says where it is wrong."""
    reader = _Reader(name)
    parser = DefusedXMLParser(target=reader, forbid_dtd=True)
    try:
        for block in _blocks(_unpacked(body, name)):
            parser.feed(block)
        parser.close()
    except DefusedXmlException:
        _refuse(name, None, "declares a DTD or entities, which a sitemap never needs.")
    except ParseError as error:
        line = error.position[0] if hasattr(error, "position") else None
        _refuse(name, line, f"is no well-formed XML ({error.msg}). Check the address.")
    except (ValueError, LookupError) as error:
        _refuse(name, None, f"is no well-formed XML ({error}). Check the address.")
    return reader.found()


def _unpacked(body: bytes, name: str) -> bytes:
    if not body.startswith(_GZIP):
        return body
    try:
        return unzipped(_blocks(body), LARGEST)
    except TooLarge:
        _refuse(name, None, f"is larger than {LARGEST / 1_000_000:g} MB when unpacked.")
    except ValueError as error:
        _refuse(name, None, f"{error}.")


def _blocks(body: bytes) -> Iterator[bytes]:
    return (body[at : at + _BLOCK] for at in range(0, len(body), _BLOCK))


class _Reader:
    """Takes the parser's events; holds addresses and nothing else."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._address = ""
        self._alternates: dict[str, str] = {}
        self._pages: list[Entry] = []
        self._sitemaps: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition("}")[2]
        if not self._path and local not in ("urlset", "sitemapindex"):
            _refuse(self._name, None, f"is no sitemap: it begins with <{local[:40]}>.")
        self._path.append(local)
        if len(self._path) > _DEEPEST:
            _refuse(self._name, None, "is nested deeper than any sitemap.")
        if local in ("url", "sitemap"):
            self._address, self._alternates = "", {}
        self._text, self._length = [], 0
        language, link = attributes.get("hreflang"), attributes.get("href")
        if local == "link" and language and link and len(self._alternates) < 200:
            self._alternates[language] = link.strip()

    def data(self, text: str) -> None:
        self._length += len(text)
        if self._length > _LONGEST_TEXT:
            _refuse(self._name, None, f"holds a text of more than {_LONGEST_TEXT:,} characters.")
        self._text.append(text)

    def end(self, tag: str) -> None:
        local = self._path.pop()
        if local == "loc" and self._path and self._path[-1] in ("url", "sitemap"):
            self._address = "".join(self._text).strip()
        elif local == "url" and self._address:
            self._pages.append(Entry(self._address, self._alternates))
        elif local == "sitemap" and self._address:
            self._sitemaps.append(self._address)
        self._text, self._length = [], 0
        if len(self._pages) + len(self._sitemaps) > MOST:
            _refuse(self._name, None, f"lists more than {MOST:,} addresses. Split it.")

    def close(self) -> None:
        """End of the document: nothing is left to do."""

    def found(self) -> Sitemap:
        return Sitemap(tuple(self._pages), tuple(self._sitemaps))


def _refuse(name: str, line: int | None, message: str) -> NoReturn:
    raise ImportRefused(name, line, message)
