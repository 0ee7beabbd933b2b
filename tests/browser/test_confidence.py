"""An admin sees how far confidence can be trusted and chooses; the next customer feels it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.confidence import FEW
from handoff.settings import HandoffSettings
from tests.browser.looks import check
from tests.browser.people import Widget, text
from tests.browser.stage import Stage
from tests.browser.test_looks import LOOKS, SOME
from tests.product import Product, running

RECEIPT = "How do I get a receipt for my booking?"


def _measured(steepness: float, questions: int = 400) -> dict[str, Any]:
    """What a build would have stored: wrong answers fall as fewer questions are answered."""
    curve = [(n / 20, (1 - n / 20) ** 0.7, 0.5 * (1 - n / 20) ** steepness) for n in range(21)]
    groups = [(said / 10, min(1.0, said / 10 + 0.05), questions // 9) for said in range(1, 10)]
    return {"reliability": groups, "curve": curve, "questions": questions}


@pytest_asyncio.fixture(loop_scope="session")
async def product(home: Path) -> AsyncIterator[Product]:
    """A server whose index was measured well, badly, too little, and in one language never."""
    badly, few = _measured(0.01), _measured(2.0, questions=FEW - 9)
    for path in (home / "index").glob("*/generation.json"):
        held = json.loads(path.read_text("utf-8"))
        held["calibration"]["shown"] = {"en": _measured(2.0), "zh-Hans": badly, "ms": few}
        path.write_text(json.dumps(held), "utf-8")
    async with running(home) as it:
        yield it


def _row(page: Page, language: str) -> Locator:
    return page.locator("tbody tr").filter(has_text=language).first


async def test_choosing_how_many_wrong_answers_are_tolerated(
    product: Product, stage: Stage
) -> None:
    page = await stage.staff(product, "Admin", "/admin#/confidence")
    await expect(page.locator("h1")).to_have_text(text("admin.confidence"))
    slider = page.get_by_role("slider", name=text("admin.confidence.at_most"))
    save = page.get_by_role("button", name=text("admin.save"), exact=True)
    await expect(slider).to_be_disabled()
    await expect(save).to_be_disabled()
    await expect(_row(page, "English")).to_contain_text(text("admin.confidence.setting"))

    await page.get_by_label(text("admin.confidence.by_choice")).check()
    await expect(page.locator("output")).to_have_text("10 %")
    await slider.press("ArrowRight")
    await slider.press("ArrowRight")
    await slider.press("ArrowLeft")
    await expect(page.locator("output")).to_have_text("11 %")
    await slider.press("ArrowRight")
    english = _row(page, "English")
    for figure in ("57 %", "43 %", "10 %", "55 %"):  # tolerating 12 %
        await expect(english.get_by_text(figure, exact=True)).to_be_visible()
    said = text("admin.confidence.cost", answered=57, passed=43, wrong=10)
    await expect(page.locator("#language-en")).to_contain_text(said)
    ring = page.locator("#language-en .plot-chosen")
    await expect(ring).to_have_text(text("admin.confidence.mark", answered=57, wrong=10))
    await expect(_row(page, "简体中文")).to_contain_text(text("admin.confidence.silent"))
    await expect(_row(page, "Melayu")).to_contain_text(text("admin.confidence.setting.few"))
    await stage.shot(page, "choosing", full_page=True)

    await slider.press("Home")
    nothing = text("admin.confidence.nothing", language="English")
    await expect(page.locator("#language-en .notice")).to_have_text(nothing)
    await _ask(product, stage, answered=True)
    await save.click()
    await expect(page.get_by_text(text("admin.confidence.saved"))).to_be_visible()
    await expect(save).to_be_disabled()
    await _ask(product, stage, answered=False)

    await page.reload()
    await expect(page.locator("output")).to_have_text("0 %")
    await expect(page.locator(".choosing")).to_contain_text("Admin")
    await page.get_by_label(
        text("admin.confidence.by_setting", n=round(HandoffSettings().min_confidence * 100))
    ).check()
    await save.click()
    await expect(page.get_by_text(text("admin.confidence.saved"))).to_be_visible()
    await _ask(product, stage, answered=True)


async def _ask(product: Product, stage: Stage, *, answered: bool) -> None:
    widget = await Widget(await stage.customer(product)).open()
    answer = await widget.ask(RECEIPT)
    await expect(answer.locator(".sources")).to_have_count(1 if answered else 0)
    await widget.page.context.close()


async def test_what_was_not_saved_is_asked_about(product: Product, stage: Stage) -> None:
    page = await stage.staff(product, "Admin", "/admin#/confidence")
    await page.get_by_label(text("admin.confidence.by_choice")).check()
    await page.locator("#admin-menu").get_by_role("link", name=text("admin.rules")).click()
    dialog = page.locator("dialog[open]")
    await expect(dialog).to_contain_text(text("admin.leave.title"))
    await dialog.get_by_role("button", name=text("admin.leave"), exact=True).click()
    await expect(page.locator("h1")).to_have_text(text("admin.rules"))


async def test_every_figure_stands_in_a_table(product: Product, stage: Stage) -> None:
    page = await stage.staff(product, "Admin", "/admin#/confidence")
    section = page.locator("#language-en")
    for number, title in enumerate(("admin.confidence.reliability", "admin.confidence.curve")):
        drawing = section.get_by_role("img", name=text(title))
        await expect(drawing).to_be_visible()
        await section.locator("summary").nth(number).click()
        await expect(section.get_by_role("table", name=text(title))).to_be_visible()
    groups, points = section.locator("tbody").nth(0), section.locator("tbody").nth(1)
    await expect(groups.locator("tr").nth(8)).to_contain_text("95 %")
    await expect(points.locator("tr")).to_have_count(11)
    await expect(points.locator("tr").last).to_contain_text("–")


@pytest.mark.parametrize("look", SOME)
async def test_the_page_fits_and_is_accessible(product: Product, stage: Stage, look: str) -> None:
    page = await stage.staff(product, "Admin", "/admin#/confidence", **LOOKS[look])
    await page.get_by_label(text("admin.confidence.by_choice")).check()
    await page.locator("#language-en summary").first.click()
    await check(stage, page, "confidence", full_page=True)


async def test_every_language_has_the_page(product: Product, stage: Stage) -> None:
    for locale, browser in {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "ms": "ms-MY"}.items():
        page = await stage.staff(product, "Admin", "/admin#/confidence", locale=browser)
        await expect(page.locator("h1")).to_have_text(text("admin.confidence", locale))
        await page.get_by_label(text("admin.confidence.by_choice", locale)).check()
        await check(stage, page, f"confidence-{locale}", full_page=True)
