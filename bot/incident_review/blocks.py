"""What a review is made of, before anybody decides between Markdown and HTML."""

import unicodedata
from dataclasses import dataclass

_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go to; `href` is made by us, never by a customer."""

    text: str
    href: str


Cell = str | Link
"""Words of whoever; whatever shows them escapes them."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 is the title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences of ours."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under one head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `to_do` puts a box to tick before each."""

    items: tuple[tuple[Cell, ...], ...]
    to_do: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """A place that is left to people."""

    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One bar per label; None draws none."""

    title: str
    head: tuple[str, str]
    labels: tuple[str, ...]
    values: tuple[float | None, ...]


Block = Heading | Paragraph | Table | Items | Blank | Plot


def plain(text: str) -> str:
    """The text on one line, without control characters and without what turns its direction."""
    kept = (
        " " if unicodedata.category(one) == "Cc" else one
        for one in text
        if one not in _DIRECTIONS
    )  # fmt: skip
    return " ".join("".join(kept).split())
