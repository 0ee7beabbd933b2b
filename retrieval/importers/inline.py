"""Words within a line of Markdown: text, links, emphasis, images' alternative texts."""

import re
from collections.abc import Iterable
from urllib.parse import quote, urljoin, urlsplit

from retrieval.importers.decoding import one_line, visible
from retrieval.importers.tree import Element

_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_LONGEST = 2000
"""Characters of an address; longer ones carry data, not a place."""
_MARKS = {
    **dict.fromkeys(("strong", "b"), "**"),
    **dict.fromkeys(("em", "i", "cite", "dfn", "var"), "*"),
    **dict.fromkeys(("del", "s", "strike"), "~~"),
    "q": '"',
}
_TYPED = frozenset({"code", "kbd", "samp", "tt"})
_SILENT = frozenset({"rp", "rt", "wbr"})
_FAR_EAST = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_WRAPPED = re.compile(rf"(?<={_FAR_EAST})[ \t]*[\r\n]\s*(?={_FAR_EAST})")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_ESCAPED = (
    (re.compile(r"\\(?=[!-/:-@\[-`{-~])"), r"\\\\"),
    (re.compile(r"(?<!\s)\*|\*(?!\s)"), r"\*"),
    (re.compile(r"(?<![^\W_])_|_(?![^\W_])"), r"\_"),
    (re.compile(r"`"), r"\`"),
    (re.compile(r"<(?=[A-Za-z/!?])"), r"\<"),
    (re.compile(r"&(?=#?\w{1,32};)"), r"\&"),
    (re.compile(r"\[(?=[^\]\n]{0,500}\][(\[:])"), r"\["),
)
_START = re.compile(r"(#{1,6}(?=\s|$)|>|~~~|=+$|-+$|(?:[-*_]\s*){3,}$)")
_YEAR = re.compile(r"(\d{3,9})([.)])(?=\s|$)")
_EDGES = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)


def address(href: str, base_url: str | None) -> str | None:
    """Return where a link leads, safe inside Markdown; None when it leads nowhere for readers."""
    href = re.sub(r"[\x00-\x20\x7f]+", "" if ":" in href[:40] else "%20", href.strip())
    if not href or href.startswith("#") or len(href) > _LONGEST:
        return None
    try:
        full = urljoin(base_url, href) if base_url else href
        parts = urlsplit(full)
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or (parts.scheme in ("http", "https") and not parts.hostname):
        return None
    return quote(full, safe="!#$%&'*+,/:;=?@~[]-._")


def escape(text: str) -> str:
    """Return text in which no sign means anything to Markdown; words stay as they are."""
    for pattern, instead in _ESCAPED:
        text = pattern.sub(instead, text)
    return text


def escape_start(line: str) -> str:
    """Return a line that begins no heading or quote by accident; typed lists stay lists."""
    line = _YEAR.sub(r"\1\\\2", line, count=1) if _YEAR.match(line) else line
    return "\\" + line if _START.match(line) else line


class Inline:
    """Writes the words of one page; `base_url` makes its relative links whole."""

    def __init__(self, base_url: str | None) -> None:
        self.base_url = base_url

    def line(self, children: Iterable[Element | str], *, plain: bool = False) -> str:
        """Return everything on one line; `plain` leaves out emphasis, as in headings."""
        return one_line(self.text(children, plain=plain))

    def text(self, children: Iterable[Element | str], *, plain: bool = False) -> str:
        """Return Markdown in which only line breaks of the page are line breaks."""
        written = "".join(
            self._words(child) if isinstance(child, str) else self._element(child, plain=plain)
            for child in children
        )
        return re.sub(r" {2,}", " ", re.sub(r" *\n *", "\n", written))

    def _words(self, text: str) -> str:
        return escape(_SPACE.sub(" ", _WRAPPED.sub("", visible(text).replace("\u00a0", " "))))

    def _element(self, node: Element, *, plain: bool) -> str:
        tag = node.tag
        if tag in _SILENT or tag == "br":
            return "\n" if tag == "br" else ""
        if tag == "img":
            return self._image(node)
        if tag in _TYPED:
            return _typed(node.text())
        inner = self.text(node.children, plain=plain)
        if tag == "a":
            return self._link(node, inner)
        mark = "" if plain else _MARKS.get(tag, "")
        return _marked(inner, mark) if mark else inner

    def _image(self, node: Element) -> str:
        alt = self._words(one_line(node.attributes.get("alt", "")))
        if not alt:
            return ""
        src = address(node.attributes.get("src", ""), self.base_url)
        return f"![{alt}]({src})" if src and src.startswith("http") else alt

    def _link(self, node: Element, inner: str) -> str:
        words = one_line(inner)
        href = address(node.attributes.get("href", ""), self.base_url)
        if not words or href is None or "](" in words:
            return inner
        before = " " if inner[:1].isspace() else ""
        after = " " if inner[-1:].isspace() else ""
        return f"{before}[{words}]({href}){after}"


def _typed(text: str) -> str:
    """Code within a line, between as many backticks as it needs."""
    words = one_line(text)
    if not words:
        return " " if text else ""
    longest = max(map(len, re.findall(r"`+", words)), default=0)
    mark = "`" * (longest + 1)
    pad = " " if "`" in (words[0], words[-1]) else ""
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() else ""
    return f"{before}{mark}{pad}{words}{pad}{mark}{after}"


def _marked(inner: str, mark: str) -> str:
    """Emphasis around words alone: Markdown takes no mark between punctuation and a letter."""
    if mark in inner or "\n" in inner or "](" in inner or "`" in inner:
        return inner
    found = _EDGES.fullmatch(inner)
    if found is None or not found.group(2):
        return inner
    before, words, after = found.groups()
    if "\\" in before or "\\" in after:  # an escaped sign belongs to its backslash
        return inner
    return f"{before}{mark}{words}{mark}{after}"
