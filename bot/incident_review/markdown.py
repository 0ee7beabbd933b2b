"""A review as Markdown: every text is escaped, so that none becomes markup or a link."""

import re
from collections.abc import Iterable, Sequence

from bot.incident_review.blocks import (
    Blank,
    Block,
    Cell,
    Heading,
    Items,
    Link,
    Paragraph,
    Plot,
    Table,
    plain,
)

_MEANS = re.compile(
    r"[\\`*_\[\]<>#|~&!{}$@]"  # emphasis, links, code, HTML, tables, wherever they stand
    r"|^[-+=]"  # what makes a line a list or an underline
    r"|:(?![\s\d]|$)|(?i:(?<=www))\."  # what becomes a link by itself
)
_NUMBERED = re.compile(r"^(\d+)([.)])(?= |$)")


def markdown(blocks: Iterable[Block]) -> str:
    """The whole document."""
    return "\n\n".join(_block(one) for one in blocks) + "\n"


def escaped(text: str) -> str:
    """The text as Markdown that says just this, on one line."""
    said = _MEANS.sub(r"\\\g<0>", plain(text))
    return _NUMBERED.sub(r"\1\\\2", said)


def _block(one: Block) -> str:
    match one:
        case Heading(level, text):
            return f"{'#' * level} {escaped(text)}"
        case Paragraph(text):
            return escaped(text)
        case Blank(text):
            return f"_{escaped(text)}_"
        case Items(items, to_do):
            sign = "- [ ] " if to_do else "- "
            return "\n".join(sign + _cells(cells) for cells in items)
        case Table(head, rows):
            return _table(head, rows)
        case Plot(title, head, labels, values):
            shown = ["" if value is None else f"{value:g}" for value in values]
            rows = tuple(zip(labels, shown, strict=True))
            return f"**{escaped(title)}**\n\n{_table(head, rows)}"


def _table(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    lines = [
        [escaped(one) for one in head],
        ["---"] * len(head),
        *([_cell(one) for one in row] for row in rows),
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cells(cells: Iterable[Cell]) -> str:
    return " ".join(_cell(one) for one in cells)


def _cell(one: Cell) -> str:
    if isinstance(one, Link):
        return f"[{escaped(one.text)}](<{one.href}>)"
    return escaped(one)
