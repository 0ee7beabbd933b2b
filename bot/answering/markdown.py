"""The little Markdown that answers are made of: parts, links, citation marks."""

import re
from collections.abc import Callable
from functools import cache

from markdown_it import MarkdownIt

_CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?<!`)(?P<ticks>`{1,10})(?!`)(?:.{1,500}?)(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
_ARTICLE_LINK = re.compile(r"\]\(\s*article:([\w.-]+)(#[^\s)]*)?\s*\)")
_LITERAL_MARK = re.compile(r"(?<![\\!])\[(\d{1,2})\](?!\()")
_ANNOUNCES = (":", "：")
LONGEST_PART = 4000
"""No part of an answer is longer, even if the source is one endless paragraph."""


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change everything that is not code: what stands in code is shown as it is."""
    parts: list[str] = []
    at = 0
    for code in _CODE.finditer(text):
        parts += [change(text[at : code.start()]), code.group()]
        at = code.end()
    return "".join([*parts, change(text[at:])])


def point_links(text: str, locale: str) -> str:
    """Turn `[text](article:id)` into links to the article's page in one language."""
    return outside_code(text, lambda part: _ARTICLE_LINK.sub(rf"](/help/{locale}/\1\2)", part))


def literal_marks(text: str) -> str:
    """Escape what only looks like a citation mark, so that `[1]` of a source stays text."""
    return outside_code(text, lambda part: _LITERAL_MARK.sub(r"\\[\1]", part))


def with_mark(text: str, number: int) -> str:
    """End a part with its citation mark, on a line of its own after a table or code."""
    body = text.rstrip()
    last = body.rsplit("\n", 1)[-1].strip()
    alone = last.startswith(("```", "~~~", "|")) or last.endswith("|")
    return body + ("\n\n" if alone else " ") + f"[{number}]"


def shorten(text: str, limit: int) -> str:
    """Keep whole blocks from the beginning, at least one: no list of steps loses its end."""
    kept: list[str] = []
    for block in _blocks(text):
        if kept and sum(map(len, kept)) + len(block.rstrip()) > limit:
            kept = _without_announcements(kept) or [*kept, block]
            break
        kept.append(block)
    short = "".join(kept).rstrip()
    return short if len(short) <= LONGEST_PART else _cut(short, LONGEST_PART)


def _without_announcements(blocks: list[str]) -> list[str]:
    """The blocks without a last "do this:", which says nothing without what it announces."""
    while blocks and blocks[-1].rstrip().endswith(_ANNOUNCES):
        blocks = blocks[:-1]
    return blocks


def _blocks(text: str) -> list[str]:
    lines = text.split("\n")
    tokens = _parser().parse(text)
    starts = sorted({token.map[0] for token in tokens if token.level == 0 and token.map} | {0})
    ends = [*starts[1:], len(lines)]
    blocks = ["\n".join(lines[start:end]) for start, end in zip(starts, ends, strict=True)]
    return [block + "\n" for block in blocks[:-1]] + blocks[-1:]


def _cut(text: str, limit: int) -> str:
    """Cut where a sentence, else a word ends; what is left stays a verbatim beginning."""
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)|[。！？\n]", text[:limit])]
    if ends and ends[-1] > limit // 2:
        return text[: ends[-1]].rstrip()
    space = text.rfind(" ", limit // 2, limit)
    return text[: space if space > 0 else limit].rstrip()


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")
