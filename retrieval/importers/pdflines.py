"""Lines on paper made into Markdown again: headings, paragraphs, lists and tables."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.importers.decoding import one_line
from retrieval.importers.inline import escape, escape_start

_FAR_EAST = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_NUMBERED = re.compile(rf"[(（]?(\d{{1,3}})(?:[.)](?:\s+|$|(?=[{_FAR_EAST}]))|[、．）]\s*)")
_BULLET = re.compile("[\x7f•◦▪▫●○■□‣⁃·➢➤✓\uf0a7\uf0b7\uf0d8*–—-](?:\\s+|$)|[•●▪■◦](?=\\S)")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|halaman|muka surat|第)?\s*\d{1,4}(?:\s*(?:/|of|dari|-)\s*\d{1,4})?\s*[页頁]?\W*",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?:;。！？：；…][\"'”’）)]*$")
_NO_TITLE = re.compile(r"\W*(?:untitled|无标题|microsoft word|anonymous|unspecified|\S+\.\w{2,4}$)",
                       re.IGNORECASE)  # fmt: skip


@dataclass(slots=True)
class Line:
    """One line of a page: where it begins, in points from the lower left, and what it says."""

    x: float
    y: float
    size: float
    bold: bool
    cells: list[str]
    page: int = 0

    @property
    def text(self) -> str:
        """All of the line."""
        return " ".join(self.cells)


def markdown(pages: Sequence[list[Line]], *, title: str = "") -> tuple[str, str]:
    """Return the title and the body of some pages.

    `title` is what the file says about itself; the largest words at the beginning are believed
    more, as programs write all kinds of things there. The title is "" when nothing is known.
    """
    lines = [line for page in _without_margins(pages) for line in page if line.text.strip()]
    body_size = _commonest((round(line.size * 2) / 2, len(line.text)) for line in lines)
    levels = _levels(lines, body_size)
    shown, rest = _shown_title(lines, levels)
    if not shown and title and not _NO_TITLE.match(title):
        shown = title
    writer = _Writer(rest, levels, whole=" ".join(line.text for line in lines))
    return shown, "\n\n".join(writer.blocks())


def _commonest(weighed: Iterable[tuple[float, int]]) -> float:
    counts: Counter[float] = Counter()
    for value, weight in weighed:
        counts[value] += weight
    return counts.most_common(1)[0][0] if counts else 0.0


def _without_margins(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """Drop page numbers, and what the top or bottom of most pages repeats."""
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        seen.update({_pattern(line) for line in _outermost(page)})
    often = max(3, len(pages) * 0.6)
    kept = []
    for page in pages:
        gone = {
            id(line)
            for line in _outermost(page)
            if seen[_pattern(line)] >= often
            or (len(page) > 2 and _PAGE_NUMBER.fullmatch(line.text))
        }
        kept.append([line for line in page if id(line) not in gone])
    return kept


def _outermost(page: list[Line]) -> list[Line]:
    heights = sorted({round(line.y) for line in page})
    outer = {*heights[:2], *heights[-2:]}
    return [line for line in page if round(line.y) in outer]


def _pattern(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", one_line(line.text)), round(line.y / 3)


def _leading(lines: Sequence[Line]) -> float:
    """Points from line to line inside a paragraph: where a sentence goes on below."""
    gaps = [
        a.y - b.y
        for a, b in pairwise(lines)
        if a.page == b.page and a.y > b.y and a.size == b.size
        if not (_ENDED.search(a.text) or _mark(b.text) or len(a.cells) + len(b.cells) > 2)
    ]
    return _commonest((round(gap), 1) for gap in gaps) or 14.0


def _levels(lines: Sequence[Line], body_size: float) -> dict[float, int]:
    """Heading level by size of type: the largest is 1, unless it is the title's alone."""
    sizes = {round(line.size * 2) / 2 for line in lines if _may_head(line)}
    larger = sorted((size for size in sizes if size > body_size * 1.12), reverse=True)
    return {size: min(6, level) for level, size in enumerate(larger, 1)}


def _may_head(line: Line) -> bool:
    return len(line.text) <= 150 and len(line.cells) == 1 and bool(re.search(r"\w", line.text))


def _shown_title(lines: list[Line], levels: dict[float, int]) -> tuple[str, list[Line]]:
    """The largest words, if they stand at the beginning and nowhere else."""
    largest = [line for line in lines if levels.get(round(line.size * 2) / 2) == 1]
    if not largest or lines[: len(largest)] != largest or len(largest) > 4:
        return "", lines
    return _joined([line.text for line in largest], ""), lines[len(largest) :]


def _joined(texts: Sequence[str], whole: str) -> str:
    """Lines of one paragraph as one: Chinese without spaces, parted words whole again."""
    parts = [text.strip() for text in texts]
    joined = parts[0] if parts else ""
    for text in parts[1:]:
        if re.search(rf"[{_FAR_EAST}]$", joined) and re.match(f"[{_FAR_EAST}]", text):
            joined += text
        elif re.search(r"[a-z]-$", joined) and re.match(r"[a-z]", text):
            word = re.search(r"(\w+)-$", joined)
            rest = re.match(r"\w+", text)
            bare = f"{word.group(1)}{rest.group()}" if word and rest else ""
            joined = (joined[:-1] if re.search(rf"\b{bare}\b", whole) else joined) + text
        else:
            joined += " " + text
    return one_line(joined)


class _Writer:
    """Goes through the lines once and writes one block after another."""

    def __init__(self, lines: list[Line], levels: dict[float, int], whole: str) -> None:
        self.lines = lines
        self.levels = levels
        self.whole = whole
        self.leading = _leading(lines)
        bold = sum(line.bold for line in lines)
        self.bold_heads = 0 < bold < len(lines) * 0.3
        self.at = 0

    def blocks(self) -> list[str]:
        """Return the Markdown blocks of all lines."""
        written: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if (level := self._level(line)) is not None:
                written.append(f"{'#' * level} {escape(self._run(self._goes_on_heading))}")
            elif self._table_end() > self.at + 1:
                written.append(self._table())
            elif _mark(line.text):
                written.append(self._list())
            else:
                written.append(escape_start(escape(self._run(self._goes_on))))
        return [block for block in written if block.strip()]

    def _level(self, line: Line) -> int | None:
        if not _may_head(line):
            return None
        level = self.levels.get(round(line.size * 2) / 2)
        if level is not None:
            return max(2, level)
        short = len(line.text) <= 80 and not _ENDED.search(line.text)
        if self.bold_heads and line.bold and short and not _mark(line.text):
            return min(6, max([1, *self.levels.values()]) + 1)
        return None

    def _run(self, goes_on: Callable[[Line, Line], bool]) -> str:
        """Take lines as long as the next goes on from the last; return them as one."""
        taken = [self.lines[self.at]]
        self.at += 1
        while self.at < len(self.lines) and goes_on(taken[-1], self.lines[self.at]):
            taken.append(self.lines[self.at])
            self.at += 1
        return _joined([line.text for line in taken], self.whole)

    def _goes_on_heading(self, last: Line, line: Line) -> bool:
        near = last.page == line.page and 0 < last.y - line.y < last.size * 1.8
        return near and abs(last.size - line.size) < 0.3 and last.bold == line.bold

    def _goes_on(self, last: Line, line: Line) -> bool:
        if self._level(line) is not None or _mark(line.text) or len(line.cells) > 1:
            return False
        if last.page != line.page:
            return not _ENDED.search(last.text)
        gap = last.y - line.y
        if gap <= 0 or gap > max(self.leading * 1.25, last.size * 1.3):
            return False
        return not (_ENDED.search(last.text) and line.x > last.x + line.size * 0.8)

    def _list(self) -> str:
        """Take items, and those inside them, told by how far their marks stand from the left."""
        depths: list[tuple[float, int]] = []  # where marks stand, and how wide ours are
        items: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            mark = _mark(line.text)
            if mark is None or self._level(line) is not None:
                break
            while depths and line.x < depths[-1][0] - 3:
                depths.pop()
            sign = f"{mark[0]}. " if mark[0] else "- "
            if depths and line.x <= depths[-1][0] + 3:
                depths.pop()
            indent = " " * sum(width for _, width in depths)
            depths.append((line.x, len(sign)))
            line.cells = [line.text[mark[1] :]]
            items.append(f"{indent}{sign}{escape(self._run(self._goes_on_item))}".rstrip())
        return "\n".join(items)

    def _goes_on_item(self, last: Line, line: Line) -> bool:
        """An item's next line hangs below its words, or carries its sentence on."""
        return self._goes_on(last, line) and (
            line.x > last.x + 3 or not _ENDED.search(last.text) or line.page != last.page
        )

    def _table_end(self) -> int:
        width = len(self.lines[self.at].cells)
        end = self.at
        while end < len(self.lines) and len(self.lines[end].cells) == width > 1:
            end += 1
        return end

    def _table(self) -> str:
        rows = [line.cells for line in self.lines[self.at : self._table_end()]]
        self.at += len(rows)
        lines = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
        return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def _cell(text: str) -> str:
    return escape(one_line(text)).replace("|", "\\|")


def _mark(text: str) -> tuple[str, int] | None:
    """The number of a list item ("" for a bullet) and where its words begin; None: no item."""
    if found := _NUMBERED.match(text):
        return str(int(found.group(1))), found.end()
    if found := _BULLET.match(text):
        return "", found.end()
    return None
