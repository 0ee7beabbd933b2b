"""Makes plain, bounded text of what strangers wrote on a status page."""

import re
import unicodedata

from selectolax.lexbor import LexborHTMLParser

from retrieval.passages import plain

LONGEST_TITLE = 300
LONGEST_TEXT = 4000

_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^>]{0,200}>", re.IGNORECASE)
_LOOKS_LIKE_MARKUP = re.compile(r"<[A-Za-z/!]|&[A-Za-z#][A-Za-z0-9]{1,31};")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def text_of_html(html: str, longest: int = LONGEST_TEXT) -> str:
    """Return what a reader of this HTML (or plain text) reads, without any markup."""
    cut = html[: 20 * longest]
    if _LOOKS_LIKE_MARKUP.search(cut):
        parsed = LexborHTMLParser(_BREAK.sub("\n", cut))
        parsed.strip_tags(["script", "style", "template", "noscript", "iframe", "svg", "head"])
        cut = parsed.body.text() if parsed.body is not None else ""
    return tidy(cut, longest)


def text_of_markdown(markdown: str, longest: int = LONGEST_TEXT) -> str:
    """Return what a reader of this Markdown reads; HTML inside it is markup too."""
    return text_of_html(plain(markdown[: 20 * longest]), longest)


def title_of(text: str) -> str:
    """Return a title in one line; empty when nothing legible is left."""
    return " ".join(text_of_html(text, LONGEST_TITLE).split())


def tidy(text: str, longest: int) -> str:
    """Return the text without control and direction marks, in single spaces and lines.

    It is shown where Markdown is read, so what would be a tag or a link there is broken up.
    """
    kept = "".join(one if one == "\n" or _legible(one) else " " for one in text)
    joined = _LINES.sub("\n", _SPACES.sub(" ", kept)).strip()
    harmless = _TAG.sub("‹", joined).replace("](", "] (")
    return harmless if len(harmless) <= longest else harmless[: longest - 1].rstrip() + "…"


def _legible(one: str) -> bool:
    """Whether a character may be shown: no control, no surrogate, no switch of direction."""
    kind = unicodedata.category(one)
    if kind in ("Cc", "Cs", "Co", "Cn"):
        return False
    return kind != "Cf" or one in "\u200c\u200d\u00ad"
