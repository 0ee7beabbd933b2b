"""Text out of the bytes of a page, whatever encoding they were saved in."""

import codecs
import re
from typing import NoReturn

from retrieval.errors import ImportRefused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE
)
_HEAD = 4096
"""Bytes in which a page must declare its encoding; browsers look at 1024."""
_WIDER = {
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "cp936", "gb18030"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cp950", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"), "cp1252"),
}
"""What is declared, and the larger encoding that pages saved so are really in."""
_CHINESE = ("gb18030", "big5hkscs")
_FREQUENT = frozenset(
    "的一是不了在人有我他这中大来上个国和也子时说你要就出会可们生到以用下对为能后自之年过"
    "發這個為們時說對來國過後會請您無與訂單帳戶款網頁選擇點擊問題服務請問如何"
    "请与订单账户款网页选择点击问题服务如何、，。：！？（）「」"
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_SPACE = re.compile("[\t \u00a0\u1680\u2000-\u200a\u202f\u205f]+")


def decode(data: bytes, name: str) -> str:
    """Return the text of a page; ImportRefused when no encoding fits.

    A byte order mark wins, then valid UTF-8 (hardly anything else is, by chance), then what the
    page declares, then what Chinese pages without a declaration are usually in, then Windows-1252.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _read_as(data, encoding, name)
    if (wide := _without_mark(data)) is not None:
        return _read_as(data, wide, name)
    if (text := _strictly(data, "utf-8")) is not None:
        return text
    found = _DECLARED.search(data[:_HEAD])
    if found:
        declared = found.group(1).decode("ascii").lower()
        return _as_declared(data, declared, name)
    return _guessed(data, name)


def visible(text: str) -> str:
    """Return text without characters that nobody sees but that part words from their search.

    Zero-width spaces, soft hyphens, direction overrides and control characters go; joiners, which
    scripts and emoji need, stay.
    """
    return _INVISIBLE.sub("", text)


def one_line(text: str) -> str:
    """Return text on one line: every run of white space is one space, outer ones are gone."""
    return " ".join(_SPACE.sub(" ", visible(text)).split())


def _without_mark(data: bytes) -> str | None:
    """UTF-16 of a page that is mostly Latin shows by a NUL in every second byte."""
    head = data[:_HEAD]
    if len(head) < 4:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.1:
        return "utf-16-be"
    return None


def _read_as(data: bytes, encoding: str, name: str) -> str:
    if (text := _strictly(data, encoding)) is None:
        _refuse(name, f"not the {encoding} that its first bytes promise")
    return text


def _as_declared(data: bytes, declared: str, name: str) -> str:
    wider = _WIDER.get(declared, declared)
    try:
        codecs.lookup(wider)
        text = data.decode(wider, "replace")
    except (LookupError, UnicodeError):
        return _guessed(data, name)
    if text.count("\ufffd") > len(text) / 500:  # the odd broken character is no other encoding
        return _guessed(data, name)
    return text


def _guessed(data: bytes, name: str) -> str:
    texts = [text for text in (_strictly(data, code) for code in _CHINESE) if text is not None]
    likely = max(texts, key=_chineseness, default="")
    if _chineseness(likely) > 0.1:
        return likely
    if (text := _strictly(data, "cp1252")) is not None:
        return text
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") > len(text) / 500:
        _refuse(name, "in no encoding that is known here")
    return text


def _chineseness(text: str) -> float:
    """Share of frequent Chinese characters among those beyond ASCII."""
    beyond = [letter for letter in text if letter > "\x7f"]
    return sum(letter in _FREQUENT for letter in beyond) / len(beyond) if beyond else 0.0


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeError:
        return None


def _refuse(name: str, what: str) -> NoReturn:
    raise ImportRefused(name, None, f"is {what}. Save it as UTF-8 and import it again.")
