"""The tags of a page, one after the other, in time that grows with the page and no faster.

A tree builder spends minutes on a page that is built to be dear (a megabyte of nested elements).
Links and metas need no tree.
"""

import re
from collections.abc import Iterator
from html import unescape

_TAG = re.compile(r"[a-zA-Z][a-zA-Z0-9]{0,20}")
_ATTRIBUTE = re.compile(
    r"""[\s/]*([^\s"'<>/=]{1,100})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?"""
)
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
"""Elements whose content is text, whatever it looks like."""

_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in _RAW}


def tags(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield name and attributes of every opening tag outside comments and scripts.

    Names are in lower case; of two attributes of one name the first counts, as in browsers.
    """
    at = text.find("<")
    while at >= 0:
        if text.startswith("<!--", at):
            at = _after(text, "-->", at + 4)
            continue
        found = _TAG.match(text, at + 1)
        if found is None:
            at = text.find("<", at + 1)
            continue
        name, at = found.group().lower(), found.end()
        attributes: dict[str, str] = {}
        while part := _ATTRIBUTE.match(text, at):
            at = part.end()
            value = part.group(2) or part.group(3) or part.group(4) or ""
            attributes.setdefault(part.group(1).lower(), unescape(value))
        yield name, attributes
        if name in _RAW:
            closing = _ENDS[name].search(text, at)
            at = text.find("<", closing.end()) if closing else -1
        else:
            at = text.find("<", at)


def _after(text: str, end: str, at: int) -> int:
    """Return where the next tag begins after `end`; -1 when it never comes."""
    found = text.find(end, at)
    return text.find("<", found + len(end)) if found >= 0 else -1
