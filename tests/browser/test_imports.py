"""An admin imports files and decides what a source left open, on every screen."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot import setup
from bot.settings import load
from retrieval import articles, importing
from retrieval.importers.document import Document
from retrieval.importing import Origin
from tests.browser.looks import check
from tests.browser.people import text
from tests.browser.stage import Stage
from tests.browser.test_looks import LOOKS, SOME
from tests.product import Product, copy_home, running

GUIDE = Origin("www.example.com", "web", "https://www.example.com/help/sitemap.xml")
PAGE = """<!doctype html><html lang="en"><title>{0}</title><body><main><h1>{0}</h1><p>{1} It has
enough words to be taken for the main text of a page, and not for its menu.</p></main></html>"""


@pytest.fixture(scope="session")
def bare_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company without an index: imports need none."""
    home = tmp_path_factory.mktemp("bare")
    setup.prepare(load(home), sample=True, say=lambda _: None)
    return home


@pytest_asyncio.fixture(loop_scope="session")
async def product(bare_home: Path, tmp_path: Path) -> AsyncIterator[Product]:
    """A running server with the sample company."""
    async with running(copy_home(bare_home, tmp_path / "home")) as it:
        yield it


def document(name: str, body: str = "", **other: Any) -> Document:
    """A page of the guide."""
    address = f"https://www.example.com/help/{name}"
    words = body or f"Everything about {name}, in one sentence."
    title = f"About {name}"
    return Document(address, address, title, words, locale="en", url=address, **other)


async def bring(product: Product, *pages: Any) -> None:
    """Import the guide without its network."""
    parts = product.parts
    await asyncio.to_thread(
        importing.run,
        parts.database.sync,
        [(one.name, one) for one in pages],
        source=GUIDE,
        author="import",
        now=parts.now,
    )


async def left_open(product: Product) -> None:
    """A source with two pages that are gone, one that was edited here, and one refused."""
    names = ("ferry-pets", "ferry-bags", "ferry-meals", "ferry-cabins")
    await bring(product, *map(document, names))
    parts = product.parts

    def edit(tx: Any) -> None:
        draft = articles.get(tx, "about-ferry-pets", "en").draft
        changed = {**{f: getattr(draft, f) for f in draft.__slots__}, "body": "Pets sleep on deck."}
        articles.save(tx, articles.ArticleDraft(**changed), author="Admin", now=parts.now())

    await parts.database.write(edit)
    new = document("ferry-pets", "Pets now sleep in a cabin of their own.")
    french = document("ferry-prix", "Tout sur les prix.")
    object.__setattr__(french, "locale", "fr")
    await bring(product, new, document("ferry-bags"), french)


async def test_files_are_imported_and_each_result_is_shown(
    product: Product, stage: Stage, tmp_path: Path
) -> None:
    good, bad = tmp_path / "quay.html", tmp_path / "scan.png"
    good.write_text(PAGE.format("Finding the quay", "Follow the yellow line."), encoding="utf-8")
    bad.write_bytes(b"\x89PNG\r\n\x1a\n")
    admin = await stage.staff(product, "Admin", "/admin#/imports")
    await expect(admin.locator("main tbody tr")).to_contain_text("handrail-sample")
    await stage.shot(admin, "sample")
    await admin.get_by_role("button", name=text("admin.import"), exact=True).click()
    dialog = admin.locator("dialog[open]")
    await dialog.locator("input[type=file]").set_input_files([good, bad])
    await dialog.locator("summary").click()
    await dialog.get_by_label(text("admin.article.category")).fill("Ports & quays")
    await stage.shot(admin, "chosen")
    await dialog.get_by_role("button", name=text("admin.import.send", n=2)).click()
    rows = dialog.locator("tbody tr")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("scan.png")
    await expect(rows.first).to_contain_text(text("admin.import.refused"))
    await expect(rows.last).to_contain_text("finding-the-quay")
    await stage.shot(admin, "results")
    await dialog.get_by_role("button", name=text("staff.close")).last.click()
    uploads = admin.locator("tbody tr", has_text=text("admin.imports.kind.upload"))
    await expect(uploads).to_be_visible()
    await admin.goto(f"{product.url}/admin#/articles/finding-the-quay/en")
    await expect(admin.locator(".origin")).to_contain_text(text("admin.imports.kind.upload"))
    await expect(admin.get_by_label(text("admin.article.category"), exact=True)).to_have_value(
        "ports-quays"
    )


async def test_what_a_source_left_open_is_decided_with_the_keyboard(
    product: Product, stage: Stage
) -> None:
    await left_open(product)
    admin = await stage.staff(product, "Admin", "/admin#/imports")
    row = admin.locator("tbody tr", has_text=GUIDE.name)
    await expect(row).to_contain_text(text("admin.imports.missing.badge", n=2))
    await expect(row).to_contain_text(text("admin.imports.proposed.badge", n=1))
    await stage.shot(admin, "sources")
    await row.get_by_role("link").focus()
    await admin.keyboard.press("Enter")
    picks = admin.locator(".pick")
    await expect(picks).to_have_count(2)
    await stage.shot(admin, "left-open")
    await _take_theirs(stage, admin)
    await picks.first.get_by_role("checkbox").focus()
    await admin.keyboard.press("Space")  # now only the second one is chosen
    remove = admin.get_by_role("button", name=text("admin.imports.remove", n=1))
    await remove.focus()
    await admin.keyboard.press("Enter")
    dialog = admin.locator("dialog[open]")
    await expect(dialog).to_contain_text(text("admin.imports.remove.title", n=1))
    await dialog.get_by_role("button", name=text("admin.imports.remove", n=1)).click()
    await expect(picks).to_have_count(1)
    await expect(picks).to_contain_text("ferry-cabins")
    await admin.get_by_role("button", name=text("admin.imports.keep", n=1)).click()
    await expect(picks).to_have_count(0)
    await expect(admin.locator("tbody tr")).to_have_count(2)  # what was refused stays to be read
    assert (await _article(product, "about-ferry-meals")).published is False
    assert (await _article(product, "about-ferry-cabins")).published is True


async def _take_theirs(stage: Stage, admin: Page) -> None:
    await admin.locator(".rule summary").focus()
    await admin.keyboard.press("Enter")
    await expect(admin.locator(".side-text").first).to_contain_text("Pets sleep on deck.")
    await expect(admin.locator(".side-text").last).to_contain_text("a cabin of their own")
    await stage.shot(admin, "compare")
    await admin.get_by_role("button", name=text("admin.imports.take")).click()
    await expect(admin.locator(".rule")).to_have_count(0)


async def _article(product: Product, article: str) -> articles.Article:
    return await product.parts.database.read(lambda tx: articles.get(tx, article, "en"))


async def test_two_articles_become_translations_of_one_another(
    product: Product, stage: Stage
) -> None:
    await bring(product, document("ferry-pets"))
    admin = await stage.staff(product, "Admin", "/admin#/articles/about-ferry-pets/en")
    await admin.get_by_role("button", name=text("admin.translate")).click()
    dialog = admin.locator("dialog[open]")
    await expect(dialog).to_contain_text(text("admin.translate.none", language="English"))
    await stage.shot(admin, "none-fits")
    await admin.keyboard.press("Escape")
    draft = (await _article(product, "about-ferry-pets")).draft
    malay = articles.ArticleDraft(
        **{f: getattr(draft, f) for f in draft.__slots__} | {"id": "haiwan", "locale": "ms"}
    )
    parts = product.parts
    await parts.database.write(lambda tx: articles.save(tx, malay, author="A", now=parts.now()))
    await admin.goto(f"{product.url}/admin#/articles/haiwan/ms")
    await admin.get_by_role("button", name=text("admin.translate")).click()
    await dialog.get_by_label(text("admin.translate.of")).select_option("about-ferry-pets")
    await stage.shot(admin, "join")
    await dialog.get_by_role("button", name=text("admin.translate.do"), exact=True).click()
    await expect(admin).to_have_url(f"{product.url}/admin#/articles/about-ferry-pets/ms")
    page = await stage.visit(f"{product.url}/help/ms/haiwan")
    assert page.url == f"{product.url}/help/ms/about-ferry-pets"


@pytest.mark.parametrize("look", SOME)
async def test_every_state_fits_and_is_accessible(
    product: Product, stage: Stage, look: str
) -> None:
    await left_open(product)
    page = await stage.staff(product, "Admin", "/admin#/imports", **LOOKS[look])
    row = page.locator("tbody tr", has_text=GUIDE.name)
    await expect(row).to_have_count(1)
    await check(stage, page, "imports")
    await page.get_by_role("button", name=text("admin.imports.from_address")).click()
    dialog = page.locator("dialog[open]")
    await dialog.locator("select").first.select_option("zendesk")
    await dialog.locator("summary").click()
    await check(stage, page, "address")
    await dialog.get_by_role("button", name=text("staff.close")).click()
    await row.get_by_role("link").click()
    await expect(page.locator(".pick")).to_have_count(2)
    await page.locator(".rule summary").click()
    await check(stage, page, "source", full_page=True)
    await page.goto(f"{product.url}/admin#/articles/about-ferry-pets/en")
    await expect(page.locator(".origin")).to_be_visible()
    await check(stage, page, "article")
