"""A review as one HTML page that needs nothing else: its own style, plots as SVG, no script."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

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
from bot.web.markup import Markup, element, join

WIDTH, HEIGHT, LEFT, FOOT = 860, 180, 40, 24
MOST_LABELS = 8
"""More labels under a plot would lie upon each other."""


@cache
def style() -> str:
    """The page's style sheet."""
    path = Path(__file__).with_name("static") / "review.css"
    return path.read_text(encoding="utf-8")


@cache
def policy() -> str:
    """A Content-Security-Policy that allows this style sheet, and nothing else at all."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def page(title: str, blocks: Iterable[Block], locale: str) -> str:
    """The whole document; every text in it is escaped."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="robots", content="noindex"),
        element("title", plain(title)),
        element("style", Markup(style())),
    )
    body = element("body", element("main", *(_block(one) for one in blocks)))
    return f"<!doctype html>\n{element('html', head, body, lang=locale)}\n"


def _block(one: Block) -> Markup:
    match one:
        case Heading(level, text):
            return element(f"h{level}", plain(text))
        case Paragraph(text):
            return element("p", plain(text))
        case Blank(text):
            return element("div", plain(text), class_="blank")
        case Items(items, to_do):
            lines = [element("li", *(_cell(cell) for cell in cells)) for cells in items]
            return element("ul", *lines, class_="to-do" if to_do else None)
        case Table(head, rows):
            return _table(head, rows)
        case Plot():
            return element("figure", element("figcaption", plain(one.title)), _bars(one))


def _table(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Markup:
    top = element("tr", *(element("th", plain(one), scope="col") for one in head))
    lines = [element("tr", *(element("td", _cell(one)) for one in row)) for row in rows]
    table = element("table", element("thead", top), element("tbody", *lines))
    return element("div", table, class_="scroll")


def _cell(one: Cell) -> Markup:
    if isinstance(one, Link):
        return element("a", plain(one.text), href=one.href)
    return element("bdi", plain(one))


def _bars(plot: Plot) -> Markup:
    """One bar per value, with its value in words for whoever cannot see it."""
    most = max(value or 0 for value in plot.values) or 1
    step = (WIDTH - LEFT) / len(plot.values)
    every = -(-len(plot.values) // MOST_LABELS)
    bars: list[Markup] = []
    for n, (label, value) in enumerate(zip(plot.labels, plot.values, strict=True)):
        x = LEFT + n * step
        if value:
            tall = max(HEIGHT * value / most, 1.0)
            said = element("title", f"{label}: {value:g}")
            bars.append(
                element(
                    "rect", said, x=f"{x + step * 0.1:.1f}", y=f"{HEIGHT - tall + 12:.1f}",
                    width=f"{step * 0.8:.1f}", height=f"{tall:.1f}",
                )
            )  # fmt: skip
        if n % every == 0:
            bars.append(element("text", label[5:], x=f"{x:.1f}", y=str(HEIGHT + 28)))
    lines = [
        element("line", x1=str(LEFT), x2=str(WIDTH), y1=f"{y:.1f}", y2=f"{y:.1f}")
        for y in (12, HEIGHT / 2 + 12, HEIGHT + 12)
    ]
    scale = [
        element("text", f"{most * part:g}", x="0", y=f"{HEIGHT * (1 - part) + 16:.1f}")
        for part in (0, 0.5, 1)
    ]
    told = f"{plot.title}. {plot.head[0]}, {plot.head[1]}: " + "; ".join(
        f"{label} {value:g}" for label, value in zip(plot.labels, plot.values, strict=True) if value
    )
    return element(
        "svg", join(*lines, *scale, *bars), role="img", aria_label=plain(told),
        viewBox=f"0 0 {WIDTH} {HEIGHT + FOOT + 12}",
    )  # fmt: skip
