"""Elements of a web page written as Markdown: blocks, lists, tables and code."""

import re
from collections.abc import Callable, Iterable, Sequence

from retrieval.importers.decoding import one_line, visible
from retrieval.importers.inline import Inline, escape_start
from retrieval.importers.tree import Element, words_of

_BLOCKS = words_of(
    "address article aside blockquote body caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main "
    "menu nav ol p pre search section summary table tbody td tfoot th thead tr ul"
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LANGUAGE = re.compile(r"(?:lang|language|highlight-source|brush)[-:]\s?([\w+#.-]{1,30})")
_WIDEST = 40
"""Columns of a table; more are a layout, or a trick with `colspan`."""


def write(root: Element, *, base_url: str | None = None) -> str:
    """Return what stands below an element as Markdown.

    Headings, ordered steps with their numbers, nested lists, tables, code, links and the
    alternative texts of images are kept; nothing of it is HTML. Links that lead nowhere without
    their page (relative ones when `base_url` is None, `javascript:`) keep their words only.
    """
    return "\n\n".join(_Writer(base_url).blocks(root.children))


class _Writer:
    """Writes blocks, and remembers how deep the last heading was."""

    def __init__(self, base_url: str | None) -> None:
        self.inline = Inline(base_url)
        self.level = 1
        self.nested = 0
        self.special: dict[str, Callable[[Element], list[str]]] = {
            **dict.fromkeys(("ul", "ol", "menu", "dir"), self._list),
            **dict.fromkeys(_HEADINGS, self._heading),
            "dl": self._definitions,
            "table": self._table,
            "pre": self._code,
            "blockquote": self._quote,
            "summary": self._summary,
        }

    def blocks(self, children: Iterable[Element | str]) -> list[str]:
        """Return blocks of Markdown, none of them empty; inline neighbours form one paragraph."""
        written: list[str] = []
        run: list[Element | str] = []
        for child in children:
            if isinstance(child, str) or not _is_block(child):
                run.append(child)
                continue
            written += self._paragraphs(run)
            run = []
            written += self._block(child)
        return written + self._paragraphs(run)

    def _paragraphs(self, run: Sequence[Element | str]) -> list[str]:
        if not run:
            return []
        parts = re.split(r"(?:[ \t]*\n){2,}", self.inline.text(run).strip())
        lines = [[line.strip() for line in part.split("\n")] for part in parts]
        return ["  \n".join(map(escape_start, filter(None, part))) for part in lines if any(part)]

    def _block(self, node: Element) -> list[str]:
        return self.special.get(node.tag, self._container)(node)

    def _container(self, node: Element) -> list[str]:
        return self.blocks(node.children)

    def _quote(self, node: Element) -> list[str]:
        quoted = "\n\n".join(self.blocks(node.children))
        return ["\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))] if quoted else []

    def _summary(self, node: Element) -> list[str]:
        """What opens a folded part is its heading, unless one stands in it already."""
        if node.first(*_HEADINGS) is not None:
            return self.blocks(node.children)
        return self._titled(node, min(6, self.level + 1))

    def _heading(self, node: Element) -> list[str]:
        level = int(node.tag[1])
        if not self.nested:
            self.level = level
        return self._titled(node, level)

    def _titled(self, node: Element, level: int) -> list[str]:
        words = self.inline.line(node.children, plain=True)
        if not words:
            return []
        return [f"**{words}**" if self.nested else f"{'#' * level} {words}"]

    def _list(self, node: Element) -> list[str]:
        number = _number(node.attributes.get("start"), 1)
        items: list[str] = []
        for child in node.children:
            if isinstance(child, str) or child.tag != "li":
                loose = self._item([child])
                if loose and items:  # a list that stands beside its item instead of inside
                    indent = " " * (len(items[-1]) - len(items[-1].lstrip("-0123456789. ")))
                    items[-1] += "\n" + _indented(loose, indent or "  ")
                elif loose:
                    items.append(loose)
                continue
            number = _number(child.attributes.get("value"), number)
            mark = f"{number}. " if node.tag == "ol" else "- "
            if text := self._item(child.children):
                items.append(mark + _indented(text, " " * len(mark)).lstrip(" "))
            number += 1
        return ["\n".join(items)] if items else []

    def _item(self, children: Sequence[Element | str]) -> str:
        """One item: a list directly after its words needs no empty line, two paragraphs do."""
        self.nested += 1
        blocks = self.blocks(children)
        self.nested -= 1
        text = ""
        for block in blocks:
            tight = re.match(r"(?:-|\d+\.) ", block) and "\n\n" not in text
            text += ("\n" if tight else "\n\n") * bool(text) + block
        return text

    def _definitions(self, node: Element) -> list[str]:
        items: list[str] = []
        for child in node.elements():
            if child.tag == "dt" and (words := self.inline.line(child.children, plain=True)):
                items.append(f"- **{words}**")
            elif child.tag == "dd" and (text := self._item(child.children)):
                if not items:
                    items.append("- " + _indented(text, "  ").lstrip())
                elif items[-1].endswith("**") and not re.match(r"(?:-|\d+\.|\|) ?|```", text):
                    items[-1] += ": " + _indented(text, "  ").lstrip()
                else:
                    items[-1] += "\n" + _indented(text, "  ")
        return ["\n".join(items)] if items else []

    def _code(self, node: Element) -> list[str]:
        for below in [n for n in node.elements() if n.tag == "br"]:
            below.children = ["\n"]
        text = visible(node.text()).replace("\u00a0", " ").replace("\r\n", "\n").strip("\n")
        if not text.strip():
            return []
        named = [node, *(below for below in node.elements() if below.tag == "code")]
        names = " ".join(n.attributes.get("class", "")[:200] for n in named)
        language = _LANGUAGE.search(names)
        longest = max(map(len, re.findall(r"`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        return [f"{fence}{language.group(1) if language else ''}\n{text}\n{fence}"]

    def _table(self, node: Element) -> list[str]:
        rows = [row for row in node.elements() if row.tag == "tr" and _owner(row) is node]
        cells = [[c for c in row.children if isinstance(c, Element) and c.tag in ("td", "th")]
                 for row in rows]  # fmt: skip
        if _is_layout(node, cells):
            return self.blocks(node.children)
        captions = [c for c in node.elements() if c.tag == "caption" and _owner(c) is node]
        above = self.blocks(captions[0].children) if captions else []
        grid = _Grid()
        for row in cells:
            grid.add([(self._cell(cell), *_spans(cell)) for cell in row])
        if not any(any(row) for row in grid.rows):
            return above
        return [*above, grid.markdown(headed=_is_headed(rows[0], cells))]

    def _cell(self, node: Element) -> str:
        self.nested += 1
        text = " ".join(one_line(block) for block in self.blocks(node.children))
        self.nested -= 1
        return re.sub(r"(?<!\\)\|", r"\|", text)


class _Grid:
    """The rows of a table, cells that span several put where readers see them."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self._pending: dict[int, tuple[str, int]] = {}  # column → text, rows still to come

    def add(self, cells: Iterable[tuple[str, int, int]]) -> None:
        """Append a row of (text, columns, rows); text that spans rows is repeated in each."""
        row: list[str] = []
        for text, wide, high in cells:
            self._carry(row)
            for column in range(min(wide, _WIDEST - len(row))):
                shown = "" if column else text
                if high > 1:
                    self._pending[len(row)] = (shown, high - 1)
                row.append(shown)
        self._carry(row)
        self.rows.append(row)

    def _carry(self, row: list[str]) -> None:
        """Fill in what cells of earlier rows reach down to here."""
        while (held := self._pending.pop(len(row), None)) is not None:
            text, left = held
            if left > 1:
                self._pending[len(row)] = (text, left - 1)
            row.append(text)

    def markdown(self, *, headed: bool) -> str:
        width = max(map(len, self.rows))
        rows = [row + [""] * (width - len(row)) for row in self.rows if any(row)]
        if not headed:
            rows.insert(0, [""] * width)
        lines = [f"| {' | '.join(row)} |" for row in rows]
        lines.insert(1, "|" + " --- |" * width)
        return "\n".join(lines)


def _is_block(node: Element) -> bool:
    return node.tag in _BLOCKS or any(below.tag in _BLOCKS for below in node.elements())


def _indented(text: str, by: str) -> str:
    return "\n".join(by + line if line else line for line in text.split("\n"))


def _number(written: str | None, otherwise: int) -> int:
    """A list may begin at any number; what is no number, or absurd, is not believed."""
    if written is None or not re.fullmatch(r"\s*\d{1,6}\s*", written):
        return otherwise
    return int(written)


def _owner(node: Element) -> Element | None:
    return next((above for above in node.above() if above.tag == "table"), None)


def _is_layout(node: Element, cells: Sequence[Sequence[Element]]) -> bool:
    """A table of one column, or with sections in its cells, only arranges the page."""
    if node.attributes.get("role") in ("presentation", "none"):
        return True
    if max(map(len, cells), default=0) < 2:
        return True
    return any(below.tag in ("table", "h1", "h2", "h3", "pre") for below in node.elements())


def _is_headed(first: Element, cells: Sequence[Sequence[Element]]) -> bool:
    """Whether the first row names the columns: it says so, or no cell is a heading at all."""
    if first.parent is not None and first.parent.tag == "thead":
        return True
    if cells[0] and all(cell.tag == "th" for cell in cells[0]):
        return True
    return not any(cell.tag == "th" for row in cells for cell in row)


def _spans(cell: Element) -> tuple[int, int]:
    wide, high = cell.attributes.get("colspan"), cell.attributes.get("rowspan")
    return max(1, min(_number(wide, 1), _WIDEST)), max(1, min(_number(high, 1), 1000))
