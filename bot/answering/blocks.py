"""What a passage is made of: sentences, steps, rows and items, each a span of its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

Kind = Literal["sentence", "item", "row", "steps", "code"]
ANNOUNCES = (":", "：")

_SENTENCE_END = re.compile(
    r"(?<=[.!?])[\"'”’)*_]*\s+(?=[\"'“‘(*_\[`]*[A-Z0-9\u00c0-\u00de])|(?<=[。！？])"
)
_NO_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|No|Mr|Mrs|Ms|Dr|St|cth|dll|dsb|sdn|bhd))\.\s+$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A part that can be quoted alone; `text[start:end]` of its passage, word for word."""

    start: int
    end: int
    kind: Kind
    block: int  # which block of the passage it stands in
    head: tuple[int, int] = (0, 0)  # of a row: the span of its table's head
    announced: bool = False  # stands in a list or table that the line before it announces


def units(text: str) -> list[Unit]:
    """Return the units of some Markdown, in order; headings and blank lines are none."""
    found: list[Unit] = []
    lines = _line_starts(text)
    announced = False
    tops = [t for t in _parser().parse(text) if t.level == 0 and t.map and t.nesting >= 0]
    for number, token in enumerate(tops):
        assert token.map is not None  # noqa: S101 - chosen so above
        start, end = lines[token.map[0]], lines[min(token.map[1], len(lines) - 1)]
        end = start + len(text[start:end].rstrip())
        found += _of(text, token, start, end, number, announced)
        announced = text[start:end].endswith(ANNOUNCES)
    return found


def _of(text: str, token: Token, start: int, end: int, block: int, said: bool) -> Iterator[Unit]:
    if start >= end or token.type == "heading_open":
        return
    if token.type == "table_open":
        yield from _rows(text, start, end, block, said)
    elif token.type == "bullet_list_open":
        yield from (Unit(a, b, "item", block, (0, 0), said) for a, b in _items(text, start, end))
    elif token.type == "ordered_list_open":
        yield Unit(start, end, "steps", block, (0, 0), said)
    elif token.type == "paragraph_open":
        yield from (Unit(a, b, "sentence", block) for a, b in _sentences(text, start, end))
    else:
        yield Unit(start, end, "code", block, (0, 0), said)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begun = start
    for stop in _SENTENCE_END.finditer(text, start, end):
        if _NO_END.search(text[begun : stop.end()]):
            continue
        if text[begun : stop.start()].strip():
            yield begun, begun + len(text[begun : stop.end()].rstrip())
        begun = stop.end()
    if text[begun:end].strip():
        yield begun, end


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Each bullet with what is indented below it."""
    begins = [
        found.start() for found in re.finditer(r"^[-*+][ \t]+", text[start:end], re.MULTILINE)
    ] or [0]
    for begin, stop in zip(begins, [*begins[1:], end - start], strict=True):
        whole = text[start + begin : start + stop].rstrip()
        yield start + begin, start + begin + len(whole)


def _rows(text: str, start: int, end: int, block: int, said: bool) -> Iterator[Unit]:
    lines = text[start:end].split("\n")
    if len(lines) < 3:
        yield Unit(start, end, "code", block, (0, 0), said)
        return
    at = start + len(lines[0]) + 1 + len(lines[1])
    head = (start, at)
    for line in lines[2:]:
        yield Unit(at + 1, at + 1 + len(line), "row", block, head, said)
        at += 1 + len(line)


def _line_starts(text: str) -> list[int]:
    starts = [0]
    starts += [found.end() for found in re.finditer("\n", text)]
    return [*starts, len(text)]


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")
