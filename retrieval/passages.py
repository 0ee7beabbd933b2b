"""Articles cut into the parts that are found and quoted."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from markdown_it import MarkdownIt

from retrieval.articles import Article

OPENING = "overview"
"""Anchor of the text before the first heading."""


_CHINESE = 0.4
"""A Chinese text has about so many characters for each of an English one, and as many tokens."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of an article; `text` is verbatim Markdown."""

    id: str
    article_id: str
    locale: str
    title: str
    heading: str
    anchor: str
    text: str
    category: str
    components: tuple[str, ...]
    updated: date
    audience: str
    content_hash: str
    ordinal: int

    @property
    def url(self) -> str:
        """Path of the article's page, at this passage."""
        return f"/help/{self.locale}/{self.article_id}#{self.anchor}"


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, list, table, code or heading, with the lines it has in the source."""

    text: str
    heading: int = 0  # level of a heading, 0 for everything else
    words: str = ""  # of a heading


def cut(article: Article, *, longest: int = 900) -> list[Passage]:
    """Return the article's passages, in order; every line but the headings is in exactly one.

    Cut at headings, and within a section before the block that would make it longer than
    `longest` characters (fewer in Chinese, where a character says more). A list, table or code is
    never cut, nor parted from the line with a colon that announces it. Ids depend on the headings
    alone: an edit elsewhere changes none.
    """
    most = round(longest * _CHINESE) if article.locale.startswith("zh") else longest
    parts = [
        (path, text)
        for path, blocks in _sections(_blocks(article.body))
        for text in _pack(blocks, most)
    ]
    if not parts:  # nothing but headings
        parts = [("", article.body.strip())]
    anchors = _anchors([path for path, _ in parts])
    return [
        _passage(article, ordinal, path, anchor, text)
        for ordinal, ((path, text), anchor) in enumerate(zip(parts, anchors, strict=True))
    ]


def plain(markdown: str) -> str:
    """Return the words of some Markdown without its marks, for models and word counts."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)\s]*\)", r"\1", markdown)
    text = re.sub(r"^\s*\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?\s*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\s{0,3}(?:#{1,6}|[-*+>]|\d+[.)])\s+", "", text, flags=re.MULTILINE)
    text = re.sub(r"[*`]+", "", text.replace("|", " "))
    return re.sub(r"[ \t]+", " ", text).strip()


def sentences(markdown: str) -> list[str]:
    """Return the sentences of some Markdown, lines of lists and tables among them, as words."""
    split = (part.strip() for part in _SENTENCE.split(plain(markdown)))
    return [part for part in split if part]


_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _blocks(body: str) -> list[_Block]:
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    tokens = _parser().parse("\n".join(lines))
    tops = [
        (t.map[0], n) for n, t in enumerate(tokens) if t.level == 0 and t.map and t.nesting >= 0
    ]
    starts = [start for start, _ in tops]
    blocks: list[_Block] = []
    first = starts[0] if starts else len(lines)
    if any(line.strip() for line in lines[:first]):  # link definitions are no block
        blocks.append(_Block("\n".join(lines[:first])))
    for position, (start, number) in enumerate(tops):
        end = starts[position + 1] if position + 1 < len(tops) else len(lines)
        token = tokens[number]
        if token.type != "heading_open":
            blocks.append(_Block("\n".join(lines[start:end])))
            continue
        words = plain(tokens[number + 1].content)
        blocks.append(_Block("", int(token.tag[1]), words))
        stop = token.map[1] if token.map else start + 1
        if any(line.strip() for line in lines[stop:end]):
            blocks.append(_Block("\n".join(lines[stop:end])))
    return blocks


def _sections(blocks: list[_Block]) -> Iterator[tuple[str, list[str]]]:
    """Yield each heading path (`A › B`) with the blocks below it."""
    path: dict[int, str] = {}
    below: list[str] = []
    for block in blocks:
        if not block.heading:
            below.append(block.text)
            continue
        if below:
            yield " › ".join(path.values()), below
        below = []
        path = {level: words for level, words in path.items() if level < block.heading}
        if block.words:
            path[block.heading] = block.words
    if below:
        yield " › ".join(path.values()), below


def _pack(blocks: list[str], longest: int) -> Iterator[str]:
    held: list[str] = []
    for block in blocks:
        size = sum(map(len, held))
        announced = bool(held) and held[-1].rstrip().endswith((":", "："))
        if held and size + len(block.strip()) > longest and not announced:
            yield _trim(held)
            held = []
        held.append(block + "\n")
    if held and _trim(held):
        yield _trim(held)


def _trim(blocks: list[str]) -> str:
    return re.sub(r"\A(?:[ \t]*\n)+", "", "".join(blocks)).rstrip()


def _anchors(headings: list[str]) -> list[str]:
    taken: set[str] = set()
    counts: dict[str, int] = {OPENING: 1} if "" not in headings else {}
    anchors = []
    for heading in headings:
        slug = _slug(heading)
        number = counts.get(slug, 0) + 1
        while (anchor := slug if number == 1 else f"{slug}-{number}") in taken:
            number += 1
        counts[slug] = number
        taken.add(anchor)
        anchors.append(anchor)
    return anchors


def _slug(heading: str) -> str:
    if not heading:
        return OPENING
    own = heading.rsplit(" › ", 1)[-1]
    letters = re.sub(r"[^\w]+|_+", "-", unicodedata.normalize("NFKC", own).lower()).strip("-")
    if len(letters) <= 80 and letters:
        return letters
    digest = hashlib.sha256(own.encode()).hexdigest()[:8]
    return f"{letters[:60].strip('-')}-{digest}".lstrip("-")


def _passage(article: Article, ordinal: int, path: str, anchor: str, text: str) -> Passage:
    content = f"{article.title}\0{path}\0{text}"
    return Passage(
        id=f"{article.id}.{article.locale}.{anchor}",
        article_id=article.id,
        locale=article.locale,
        title=article.title,
        heading=path,
        anchor=anchor,
        text=text,
        category=article.category,
        components=article.components,
        updated=article.updated,
        audience=article.audience,
        content_hash=hashlib.sha256(content.encode()).hexdigest(),
        ordinal=ordinal,
    )
