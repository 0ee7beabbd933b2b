"""An article as HTML: sanitised, with an anchor where each of its passages begins."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.web.markup import Markup
from retrieval.articles import Article
from retrieval.passages import Passage, cut

_SCHEME = "article:"
_LINKED = re.compile(r"article:([a-z0-9-]+)")
_SIDES = {"text-align:left": "left", "text-align:right": "right", "text-align:center": "center"}
_ALLOWED = {
    "*": {"id"},
    "a": {"href"},
    "ol": {"start"},
    "div": {"class"},
    "th": {"class"},
    "td": {"class"},
}
_TAGS = {
    *("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "div", "blockquote", "pre"),
    *("a", "code", "em", "strong", "ol", "ul", "li"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading one can jump to."""

    anchor: str
    text: str
    level: int


@dataclass(slots=True)
class Rendered:
    """The article's body, and what its table of contents lists."""

    html: Markup
    headings: list[Heading] = field(default_factory=list)


def linked_articles(body: str) -> set[str]:
    """Ids of the articles a text links to."""
    return set(_LINKED.findall(body))


def render(article: Article, urls: Mapping[str, str]) -> Rendered:
    """The article's body; `urls` holds the pages of the articles it may link to.

    Raw HTML is shown as text, images as their description, and a link to an article that nobody
    can open loses its link. Slow for a long article: run it in a thread.
    """
    lines = article.body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    parser = _parser()
    environment: dict[str, Any] = {}
    tokens = parser.parse("\n".join(lines), environment)
    _anchor(tokens, lines, cut(article))
    for token in tokens:
        _tame(token)
        if token.children:
            token.children = _inline(token.children, urls)
    html = parser.renderer.render(tokens, parser.options, environment)
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ALLOWED,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return Rendered(Markup(clean), _headings(tokens))


@cache
def _parser() -> MarkdownIt:
    """Reads blocks as `retrieval.passages` does, so that both see the same beginnings."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.add_render_rule("html_block", _shown_block)
    parser.add_render_rule("html_inline", _shown_inline)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    return parser


def _shown_block(renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    token = tokens[index]
    return f"<p{renderer.renderAttrs(token)}>{escape(token.content.strip())}</p>\n"


def _shown_inline(_: Any, tokens: Sequence[Token], index: int, *__: Any) -> str:
    return escape(tokens[index].content)


def _table_open(renderer: Any, tokens: Sequence[Token], index: int, options: Any, _: Any) -> str:
    """A wide table scrolls by itself, not the whole page."""
    return f'<div class="wide">{renderer.renderToken(tokens, index, options, {})}'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"


def _anchor(tokens: Sequence[Token], lines: Sequence[str], passages: Sequence[Passage]) -> None:
    """Give each passage's anchor to the heading above it, else to its first block."""
    tops = [token for token in tokens if token.level == 0 and token.map and token.nesting >= 0]
    starts = [token.map[0] for token in tops if token.map]
    find = _finder(passages)
    begun: str | None = None
    heading: Token | None = None
    for token, start, end in zip(tops, starts, [*starts[1:], len(lines)], strict=False):
        if token.type == "heading_open":
            heading = token
            continue
        anchor = find("\n".join(lines[start:end]).strip())
        if anchor is not None and anchor != begun:
            (heading or token).attrSet("id", anchor)
            begun = anchor
        heading = None


def _finder(passages: Sequence[Passage]) -> Callable[[str], str | None]:
    """Tells for one block after another in which passage it stands: never one before the last."""
    number, offset = 0, 0

    def find(block: str) -> str | None:
        nonlocal number, offset
        for candidate in range(number, len(passages)):
            place = passages[candidate].text.find(block, offset if candidate == number else 0)
            if place >= 0:
                number, offset = candidate, place + len(block)
                return passages[candidate].anchor
        return None

    return find


def _tame(token: Token) -> None:
    if token.tag == "h1":
        token.tag = "h2"  # the page's only h1 is the title
    side = _SIDES.get(str(token.attrs.pop("style", "")))
    if side is not None:
        token.attrSet("class", side)


def _inline(children: Sequence[Token], urls: Mapping[str, str]) -> list[Token]:
    kept: list[Token] = []
    unlinked = False
    for token in children:
        if token.type == "image":
            kept.append(Token("text", "", 0, content=token.content))
        elif token.type == "link_open":
            href = _address(str(token.attrGet("href") or ""), urls)
            unlinked = href is None
            if href is not None:
                token.attrs = {"href": href}
                kept.append(token)
        elif token.type != "link_close" or not unlinked:
            kept.append(token)
    return kept


def _address(href: str, urls: Mapping[str, str]) -> str | None:
    if not href.startswith(_SCHEME):
        return href
    article, sign, fragment = href.removeprefix(_SCHEME).partition("#")
    url = urls.get(article)
    return None if url is None else f"{url}{sign}{fragment}"


def _headings(tokens: Sequence[Token]) -> list[Heading]:
    found = []
    for number, token in enumerate(tokens):
        anchor = token.attrGet("id") if token.type == "heading_open" else None
        if anchor is not None:
            children = tokens[number + 1].children or []
            text = "".join(one.content for one in children if one.type in ("text", "code_inline"))
            found.append(Heading(str(anchor), text, int(token.tag[1])))
    return found
