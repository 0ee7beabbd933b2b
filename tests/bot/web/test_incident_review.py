"""The review as admins get it: a page, a file, a command; what customers wrote stays words."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from bot import schema
from bot.incident_review.blocks import Items, Paragraph, Plot, Table
from bot.incident_review.markdown import escaped, markdown
from bot.opened import opened
from bot.settings import load
from bot.web.review_html import page, policy, style
from retrieval.incidents import staff_notes
from tests.bot.incident_day import Day, answered, at, called, said, with_incident
from tests.commands import handrail
from tests.product import Product

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</style></table><iframe src='https://evil.example'></iframe>",
    "[click](javascript:alert(1)) ![x](https://evil.example/a.png) <https://evil.example>",
    "https://evil.example/login www.evil.example",
    "| a | b |\n|---|---|\n# Cause\n- [x] done\n```\ncode\n~~~\n1. 2",
    "Cause\n=====\n&lt;script&gt; {text} {n} %s \\*",
    "\u202eevil\u202c \x07 bell \x1b[31m",
)
RENDER = MarkdownIt("commonmark").enable("table")


async def hostile_day(day: Day) -> None:
    """Every hostile text as an unanswered question of a touched conversation."""
    await day.declare(0)
    for number, text in enumerate(HOSTILE):
        await day.conversation(
            (number + 1, said(text)), (number + 1, with_incident()),
            (number + 1, answered("unsure", to=2, query=text)),
            (number + 2, called("frustrated", incident="cards")),
        )  # fmt: skip
    await day.write(
        lambda tx: staff_notes.add(
            tx, "cards", kind="note", author="<b>Siti</b>", text=HOSTILE[0], now=at(9)
        )
    )


def harmless(html: str) -> HTMLParser:
    """The page, which has no more than a review needs: else this fails."""
    tree = HTMLParser(html)
    for name in ("script", "img", "iframe", "object", "form", "input", "base"):
        assert not tree.css(name), name
    for node in tree.css("*"):
        assert not [name for name in node.attributes if name.startswith("on")], node.html
    for link in tree.css("a"):
        assert "/console#" in str(link.attributes["href"]), link.html
    return tree


async def test_admins_read_a_page_in_which_what_customers_wrote_is_only_words(
    product: Product,
) -> None:
    await hostile_day(Day(product.parts.database))
    path = "/api/admin/incidents/cards/review"
    async with product.rest() as client:
        shown = await client.get(path)
        malay = await client.get(path, params={"locale": "ms"})
        file = await client.get(f"{path}.md", params={"locale": "zh-Hant"})
        unknown = await client.get(path, params={"locale": "fr"})
        missing = await client.get("/api/admin/incidents/nothing/review")
        figures = (await client.get("/api/admin/incidents/cards/figures")).json()
        no_figures = await client.get("/api/admin/incidents/nothing/figures")
    tree = harmless(shown.text)
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert shown.headers["content-security-policy"] == policy()
    assert shown.headers["cache-control"] == "no-store"
    text = " ".join(tree.body.text().split()) if tree.body is not None else ""
    for words in HOSTILE[:5]:
        assert words in text, words
    assert "\u202e" not in shown.text
    assert "\x07" not in shown.text
    assert [one.text() for one in tree.css("h2")].count("Cause") == 1
    assert len(tree.css("svg")) == 2, "nobody joined, so there is no plot of waits"
    assert "Garis masa" in malay.text
    assert 'lang="ms"' in malay.text
    assert file.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "## 原因\n" in file.text
    assert (unknown.status_code, missing.status_code, no_figures.status_code) == (422, 404, 404)
    assert figures["conversations"] == figures["outcome"]["frustrated"] == len(HOSTILE)
    assert figures["times"]["declared_at"] == "2026-11-20T09:10:00.000Z"
    ends = ("review", "review.md", "figures")
    async with product.rest("Wei Ling") as agent:
        codes = {(await agent.get(f"/api/admin/incidents/cards/{end}")).status_code for end in ends}
    assert codes == {403}
    async with httpx.AsyncClient(base_url=product.url, trust_env=False, timeout=60) as stranger:
        codes = {
            (await stranger.get(f"/api/admin/incidents/cards/{end}")).status_code for end in ends
        }
    assert codes == {401}


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_says_what_was_written_and_nothing_else(text: str) -> None:
    made = markdown([Paragraph(text), Table(("A", "B"), ((text, "1"),)), Items(((text,),))])
    tree = HTMLParser(RENDER.render(made))
    for name in ("script", "img", "iframe", "a", "h1", "pre", "ol", "code"):
        assert not tree.css(name), (name, made)
    assert len(tree.css("table")) == 1
    assert [len(row.css("td")) for row in tree.css("tbody tr")] == [2]
    (paragraph, *_), (item, *_), (cell, *_) = tree.css("p"), tree.css("li"), tree.css("td")
    assert paragraph.text() == item.text() == cell.text()
    visible = "".join(one for one in text if one.isprintable() and one not in "\u202e\u202c")
    assert paragraph.text().replace(" ", "") == visible.replace(" ", "")


def test_what_means_nothing_in_markdown_reads_plainly() -> None:
    for plain in ("2026-11-20 09:10", "12.5", "Wait: 4, 5 (of 9).", "Why? 'So' it's 3 %."):
        assert escaped(plain) == plain
    assert [escaped(one) for one in ("1. 2", "-1", "12) x")] == ["1\\. 2", "\\-1", "12\\) x"]


def test_the_page_needs_nothing_else() -> None:
    plot = Plot("Waits", ("Hour", "Minutes"), ("2026-11-20 09:00", "2026-11-20 10:00"), (4.0, None))
    html = page("T <b>", [plot], "en")
    tree = harmless(html)
    assert len(tree.css("svg rect")) == 1
    assert "2026-11-20 09:00: 4" in html
    assert not tree.css("link")
    assert "@media print" in style()
    assert "url(" not in style()
    assert "T &lt;b&gt;" in html


async def test_the_command_writes_a_new_file_and_never_over_one(tmp_path: Path) -> None:
    schema.migrate(load(tmp_path).database_path)
    with opened(load(tmp_path)) as database:
        await hostile_day(Day(database))
    command = ("incidents", "review", "cards")
    printed = handrail(*command, home=tmp_path)
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout.startswith("# Review: Cards fail\n")
    out = tmp_path / "review.html"
    written = handrail(*command, "--out", str(out), "--locale", "ms", home=tmp_path)
    assert written.returncode == 0, written.stderr
    harmless(out.read_text("utf-8"))
    out.write_text("our own words", "utf-8")
    refused = handrail(*command, "--out", str(out), home=tmp_path)
    assert (refused.returncode, out.read_text("utf-8")) == (1, "our own words")
    assert "Choose another name" in " ".join(refused.stderr.split())
    for words in (("incidents", "review", "none"), (*command, "--out", str(tmp_path / "no" / "x"))):
        ended = handrail(*words, home=tmp_path)
        assert (ended.returncode, "Traceback" in ended.stderr) == (1, False), json.dumps(words)
