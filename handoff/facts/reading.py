"""One message as the finders read it: one script, one width, and what was said around a place."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Literal

from opencc import OpenCC

from handoff.folding import has_chinese

Kind = Literal[
    "email", "booking", "reference", "error", "card", "amount", "date", "time", "phone", "name",
    "people", "place", "flight", "payment", "device", "os", "version",
]  # fmt: skip

EDGE, END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
"""Borders of a word that may stand right beside Chinese characters, unlike `\\b`."""
GONE = "\0"
"""Stands where a fact was taken out: no letter, no digit and no space."""

_STOP = re.compile(r"[!?;。…\n]+|\.(?!\d)(?=\s|$)")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


@dataclass(frozen=True, slots=True)
class Found:
    """One fact at its place in the message, before it is weighed."""

    kind: Kind
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """A message, the language and the day it was written in, and what it answers."""

    text: str
    """As typed, but of one width (NFKC)."""
    plain: str
    """The text in Simplified script: as long as the text, so places are the same in both."""
    language: str | None
    day: date | None
    after: str
    """What the bot said just before, simplified and in lower case."""
    yuan: str = ""
    """The currency that 元 stands for in this conversation, "" when unknown."""
    verdicts: dict[tuple[int, str], bool] = field(default_factory=dict)
    """What was already looked up about a sentence: several facts stand in one."""

    @cached_property
    def lower(self) -> str:
        """The plain text in lower case."""
        return self.plain.lower()

    def has(self, words: Iterable[str]) -> bool:
        """Whether any of these lower-case words is in it: spares a slow pattern its search."""
        return any(word in self.lower for word in words)

    @cached_property
    def _stops(self) -> list[int]:
        return [match.end() for match in _STOP.finditer(self.plain)]

    def before(self, place: int, most: int = 40) -> str:
        """What stands before this place in its sentence, at most so many characters."""
        return self.plain[max(self.sentence(place)[0], place - most) : place]

    def sentence(self, place: int) -> tuple[int, int]:
        """Where the sentence around this place begins and ends, its closing mark included."""
        at = bisect_right(self._stops, place)
        last = self._stops[at] if at < len(self._stops) else len(self.text)
        return (self._stops[at - 1] if at else 0), last


Finder = Callable[[str, Reading], Iterator[Found]]
"""Finds facts of one sort in what others left of the text; the reading tells what is around it."""


def one_width(text: str) -> str:
    """The text with half-width letters and marks and without invisible characters."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def simplified(text: str) -> str:
    """The text in Simplified script, character by character: its length never changes."""
    if not has_chinese(text):
        return text
    converted: str = _converter().convert(text)
    # A phrase may convert to one of another length; a fact at a wrong place would be worse.
    return converted if len(converted) == len(text) else text


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
