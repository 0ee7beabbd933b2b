"""Web pages become articles: all of the article, and nothing of what stands around it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import ImportRefused
from retrieval.importers import html, markup
from retrieval.importers.tree import read
from tests.retrieval.importers.help_pages import LAYOUTS, WORDS, Words, markdown, page

BASE = "https://help.example/pick-up?x=1"


def body(inside: str) -> str:
    """The article in a page that is nothing else."""
    return html.parse(f"<main>{inside}</main>".encode(), "a.html", base_url=BASE).body


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("words", WORDS, ids=[words.lang for words in WORDS])
def test_a_help_page_gives_its_article_to_the_letter(words: Words, layout: str) -> None:
    read = html.parse(page(words, layout).encode(), "a.html", base_url=BASE)
    assert read.title == words.title
    assert read.body == markdown(words)
    assert read.locale == words.lang
    assert read.updated == date(2026, 2, 3)
    assert read.url == "https://help.example/pick-up"


@pytest.mark.parametrize("words", WORDS, ids=[words.lang for words in WORDS])
def test_a_large_page_read_apart_is_read_the_same(words: Words) -> None:
    data = page(words, "semantic").replace("</head>", f"<!--{'x' * 100_000}--></head>").encode()
    read = html.parse(data, "a.html", base_url=BASE)
    assert (read.title, read.body) == (words.title, markdown(words))
    assert read.updated == date(2026, 2, 3)


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "undeclared"])
@pytest.mark.parametrize(
    ("text", "encoding", "charset"),
    [
        ("<p>退款将在三个工作日内到账，请您耐心等待。</p>", "gb18030", "gb2312"),
        ("<p>退款將在三個工作日內入帳，請您耐心等候。</p>", "big5", "big5"),
        ("<p>Les remboursements sont versés après trois jours.</p>", "cp1252", "iso-8859-1"),
        ("<p>退款将在三个工作日内到账，请您耐心等待。</p>", "utf-8", "utf-8"),
        ("<p>退款將在三個工作日內入帳，請您耐心等候。</p>", "utf-16", "utf-16"),
        ("<p>Refunds take three working days, please wait.</p>", "utf-16-le", "utf-16"),
    ],
    ids=["gbk", "big5", "latin", "utf-8", "utf-16 with a mark", "utf-16 without"],
)
def test_the_encoding_is_found(text: str, encoding: str, charset: str, *, declared: bool) -> None:
    meta = f"<meta charset={charset}>" if declared else ""
    data = f"<html><head>{meta}<title>T</title></head><main>{text}</main></html>".encode(encoding)
    assert f"<p>{html.parse(data, 'a.html').body}</p>" == text


@pytest.mark.parametrize(
    ("head", "inside", "title"),
    [
        ("<title>Refunds | Help | Shop</title>", "<h1>Ask for <b>money</b></h1>", "Ask for money"),
        (
            "<title>Refunds | Shop</title><meta property=og:title content='My refund'>",
            "",
            "My refund",
        ),
        ("<title>Refunds | Help | Shop</title>", "", "Refunds"),
        ("<title>Shop – Refunds</title><meta property=og:site_name content=Shop>", "", "Refunds"),
        ("", "", "refunds"),
    ],
    ids=["heading", "og", "title", "title behind the site", "file"],
)
def test_the_title_is_what_the_page_calls_itself(head: str, inside: str, title: str) -> None:
    text = f"{head}<main>{inside}<p>Money comes back in three days.</p></main>"
    read = html.parse(text.encode(), "en/refunds.html")
    assert read.title == title
    assert read.body == "Money comes back in three days."


@pytest.mark.parametrize(
    "marked",
    [
        '<meta property="article:modified_time" content="2026-05-06T07:08:09Z">',
        '<meta itemprop="dateModified" content="2026-05-06">',
        '<script type="application/ld+json">{"dateModified": "2026-05-06T01:00:00+08:00"}</script>',
        '</head><body><p>Changed <time datetime="2026-05-06">yesterday</time></p>',
    ],
)
def test_the_day_of_the_last_change_is_read(marked: str) -> None:
    data = f"<head>{marked}<main><p>Money comes back in three days.</p></main>".encode()
    assert html.parse(data, "a.html").updated == date(2026, 5, 6)


def test_the_language_nearest_to_the_text_counts() -> None:
    data = b'<html lang=en><main lang="zh_TW"><p>Money comes back in three days.</p></main>'
    assert html.parse(data, "a.html").locale == "zh-TW"
    assert html.parse(b"<p>Money comes back in three days.</p>", "a.html").locale is None


@pytest.mark.parametrize(
    ("inside", "written"),
    [
        ("<ol start=3><li>c<li value=7>g<li>h</ol>", "3. c\n7. g\n8. h"),
        ("<ol><li><p>one</p><p>more</p><li>two</ol>", "1. one\n\n   more\n2. two"),
        ("<ul><li>a</li><ul><li>b</li></ul><li>c</ul>", "- a\n  - b\n- c"),
        ("<ol><li>x<pre>a\n b</pre></ol>", "1. x\n\n   ```\n   a\n    b\n   ```"),
        ("<table><tr><td>k<td>v|w<tr><td>l<td>x<br>y</table>",
         "| k | v\\|w |\n| --- | --- |\n| l | x y |"),
        ("<table><tr><th>k<td>v<tr><th>l<td>w</table>",
         "|  |  |\n| --- | --- |\n| k | v |\n| l | w |"),
        ("<table><tr><td rowspan=2>a<td>b<tr><td>c</table>",
         "| a | b |\n| --- | --- |\n| a | c |"),
        ("<table><tr><th colspan=2>a<tr><td>b<td>c</table>",
         "| a |  |\n| --- | --- |\n| b | c |"),
        ("<table><caption>Fees</caption><tr><td>a<td>b</table>",
         "Fees\n\n| a | b |\n| --- | --- |"),
        ("<p>one<br>two<br><br>three</p>", "one  \ntwo\n\nthree"),
        ("<p>1. Open it<br>2. Close it</p>", "1. Open it  \n2. Close it"),
        ("<p>2024. A good year</p><p># no heading</p>", "2024\\. A good year\n\n\\# no heading"),
        ("<p>ERR_PAY_12 *not* __init__ `x` a &amp;lt; b</p>",
         "ERR_PAY_12 \\*not\\* \\_\\_init\\_\\_ \\`x\\` a \\&lt; b"),
        ("<p><b>注意：</b>请先登录</p>", "**注意**：请先登录"),
        ("<p>按 <code>Ctrl`C</code> 退出</p>", "按 ``Ctrl`C`` 退出"),
        ("<p>第一行\n  第二行 and\n  three</p>", "第一行第二行 and three"),
        ("<p><a href='b (1).html'>a</a> <a href='#x'>b</a> <a href='mailto:a@b.c'>c</a></p>",
         "[a](https://help.example/b%20%281%29.html) b [c](mailto:a@b.c)"),
        ("<p><img src=a.png alt='Gear'> <img src=b.png> <img src='data:x' alt='Key'></p>",
         "![Gear](https://help.example/a.png) Key"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<dl><dt>PU-1<dd>On the way<dt>PU-2<dd>Lost</dl>",
         "- **PU-1**: On the way\n- **PU-2**: Lost"),
        ("<h2>Q</h2><details><summary>Why?</summary>So.</details>", "## Q\n\n### Why?\n\nSo."),
        ("<h3><button aria-controls=p>Why?</button></h3><div id=p hidden>So.</div>",
         "### Why?\n\nSo."),
        ("<aside class='callout note'><p>Mind the gap.</p></aside>", "Mind the gap."),
        ("<p>x</p><div style='display: none'>secret</div>", "x"),
    ],
)  # fmt: skip
def test_structure_is_kept_as_markdown(inside: str, written: str) -> None:
    some = "<p>Some words that make it an article.</p>"
    assert body(inside + some) == written + "\n\nSome words that make it an article."


def test_without_its_address_a_relative_link_keeps_its_words() -> None:
    text = (
        "<p>Please see <a href='/a'>this page</a>, or <a href='https://b.example/c'>that</a>.</p>"
    )
    written = html.parse(text.encode(), "a.html").body
    assert written == "Please see this page, or [that](https://b.example/c)."


def test_a_fragment_is_written_whole() -> None:
    text = "<h1>A</h1><nav><a href='/x'>menu</a></nav><p class=footer onclick=x()>end</p>"
    written = html.fragment(text, base_url=BASE)
    assert written == "# A\n\n[menu](https://help.example/x)\n\nend"
    large = text + "<p>more</p>" * 2000
    assert html.fragment(large, base_url=BASE) == written + "\n\nmore" * 2000
    assert html.fragment("") == ""


def test_a_fragment_made_to_be_dear_is_refused() -> None:
    with pytest.raises(ImportRefused, match="more than 200 deep"):
        html.fragment("<div>" * 1000 + "x", "42")


BLOCKS = ("p", "div", "h1", "h2", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td", "th")
TAGS = st.sampled_from((*BLOCKS, "b", "i", "a", "q", "br", "pre", "code", "details", "summary"))
PIECES = st.lists(
    st.one_of(
        TAGS.map(lambda tag: f"<{tag}>"),
        TAGS.map(lambda tag: f"</{tag}>"),
        st.sampled_from(["wort", " ", "\n", "退款", "*", "|", "#", "<", "1. ", "_x_", "`"]),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(PIECES)
def test_whatever_the_tags_no_word_is_lost_and_no_html_comes_out(pieces: list[str]) -> None:
    text = "".join(pieces)
    _, root = read(text, "a.html")
    shown = root.text()
    written = markup.write(root)
    assert "<p>" not in written
    assert "</" not in written.replace("\\</", "")
    for word in ("wort", "退款"):
        # A cell that spans rows would be written more than once; there is none here.
        assert written.count(word) == shown.count(word)
