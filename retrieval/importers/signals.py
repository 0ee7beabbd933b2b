"""What a web page says to programs: where it really lives, its languages, links, and "not me"."""

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from retrieval.importers.decoding import decode
from retrieval.importers.fetch import Fetched
from retrieval.importers.robots import NAME
from retrieval.importers.tags import tags

MOST_LINKS = 3000
"""Links of one page that are looked at: a page with more is a trap or a list of lists."""
MOST_LANGUAGES = 200
_CHARSET = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|gbk|gb2312|gb18030|big5(?:-hkscs)?|us-ascii|iso-8859-\d{1,2}"
    r"|windows-\d{3,4}|shift_jis|euc-(?:jp|kr)|koi8-[ru]"
)
_WIDER = {"gbk": "gb18030", "gb2312": "gb18030", "big5": "big5hkscs", "iso-8859-1": "windows-1252"}
"""As browsers do: pages in the wider encoding declare the narrower one."""
_VALUED = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")


@dataclass(frozen=True, slots=True)
class Signals:
    """What one page says; every address is absolute."""

    canonical: str | None = None
    alternates: dict[str, str] = field(default_factory=dict)
    """hreflang in lower case → address."""
    noindex: bool = False
    nofollow: bool = False
    links: tuple[str, ...] = ()


def utf8(found: Fetched) -> bytes:
    """Return the body as UTF-8 with its mark where the server's word for the encoding holds.

    A server that says one thing and sends another is not believed: the body stays as it is, for
    the reader of the page to find out.
    """
    text = _decoded(found.body, found.charset)
    return found.body if text is None else text.removeprefix("\ufeff").encode("utf-8-sig")


def _decoded(body: bytes, charset: str | None) -> str | None:
    if charset is None or not _CHARSET.fullmatch(charset):
        return None
    try:
        return body.decode(_WIDER.get(charset, charset))
    except (UnicodeDecodeError, LookupError):
        return None


def read(found: Fetched) -> Signals:
    """Return what the page and its headers say; ImportRefused when no encoding fits it."""
    page = _Page(found.url)
    for name, attributes in tags(decode(utf8(found), found.url)):
        page.take(name, attributes)
    said = page.said | _header_words(found.headers.get("x-robots-tag", ""))
    links = (_joined(page.base, href) for href in page.links)
    return Signals(
        canonical=_joined(page.base, page.canonical),
        alternates={k: v for k, href in page.alternates.items() if (v := _joined(page.base, href))},
        noindex=bool(said & {"noindex", "none"}),
        nofollow=bool(said & {"nofollow", "none"}),
        links=tuple(dict.fromkeys(link for link in links if link)),
    )


class _Page:
    """Gathers what matters from the tags of one page."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.base = url
        self.canonical = ""
        self.alternates: dict[str, str] = {}
        self.links: list[str] = []
        self.said: set[str] = set()

    def take(self, name: str, attributes: dict[str, str]) -> None:
        href = attributes.get("href", "").strip()
        kinds = attributes.get("rel", "").lower().split()
        if name in ("a", "area") and href and "nofollow" not in kinds:
            if not href.startswith("#") and len(self.links) < MOST_LINKS:
                self.links.append(href)
        elif name == "link" and href:
            self._take_link(kinds, href, attributes.get("hreflang", "").strip().lower())
        elif name == "base" and href and self.base == self.url:
            self.base = _joined(self.url, href) or self.url
        elif name == "meta" and attributes.get("name", "").lower() in ("robots", NAME.lower()):
            self.said |= set(re.split(r"[\s,]+", attributes.get("content", "").lower()))

    def _take_link(self, kinds: list[str], href: str, language: str) -> None:
        if "canonical" in kinds and not self.canonical:
            self.canonical = href
        if "alternate" in kinds and language and len(self.alternates) < MOST_LANGUAGES:
            self.alternates.setdefault(language, href)


def _header_words(header: str) -> set[str]:
    """Return the words of X-Robots-Tag that are meant for everybody or for us."""
    said: set[str] = set()
    listener = ""  # `googlebot: noindex, nofollow` speaks to one program until the next name
    for part in header.lower().split(","):
        name, colon, rest = part.partition(":")
        if colon and name.strip() not in _VALUED:
            listener, part = name.strip(), rest  # noqa: PLW2901 - narrowed
        if listener in ("", NAME.lower()):
            said.add(part.strip())
    return said


def _joined(base: str, href: str) -> str | None:
    """Return the whole web address, or None where it is none."""
    try:
        joined = urljoin(base, href) if href else ""
    except ValueError:
        return None
    return joined if joined.startswith(("http://", "https://")) else None
