"""A customer finds an article while writing, by keyboard alone, and can always send."""

import re

from playwright.async_api import expect

from tests.browser.looks import check
from tests.browser.people import Widget, text
from tests.browser.stage import Stage
from tests.product import Product


async def test_articles_come_while_somebody_writes(product: Product, stage: Stage) -> None:
    small = {"viewport": {"width": 320, "height": 568}, "color_scheme": "dark"}
    page = await stage.customer(product, **small)
    widget = await Widget(page).open()
    found = widget.panel.locator(".found button")
    async with page.expect_response(re.compile(r"/api/suggest\?q=charged\+twi&")) as waiting:
        await widget.field.press_sequentially("charged twi")
    count = min(3, len(await (await waiting.value).json()))
    assert count >= 1
    await expect(found).to_have_count(count)  # fewer letters may have found others before
    await expect(found.first).to_contain_text(re.compile("twice", re.IGNORECASE))
    await expect(widget.panel.locator("[role=status].quiet")).to_contain_text(
        text("chat.search.found", n=count)
    )
    await expect(found.last).to_be_in_viewport()
    await check(stage, page, "found")

    await widget.field.press("ArrowUp")
    await expect(found.last).to_be_focused()
    for _ in range(count):
        await page.keyboard.press("ArrowUp")
    await expect(found.first).to_be_focused()
    title = await found.first.inner_text()
    await page.keyboard.press("Enter")
    source = widget.panel.locator(".source")
    await expect(source.locator("h3")).to_have_text(title)
    await expect(source.locator(".foot a")).to_have_attribute("href", re.compile(r"/help/en/\w"))
    await stage.shot(page, "article")
    await page.keyboard.press("Escape")
    await expect(found.first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(widget.field).to_be_focused()
    await expect(found).to_have_count(0)
    await expect(widget.field).to_have_value("charged twi")

    await widget.field.press_sequentially("ce")
    await expect(found.first).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(widget.mine).to_have_text("charged twice")
    await expect(widget.answers.first).to_be_visible()
    await expect(found).to_have_count(0)


async def test_a_chinese_keyboard_is_not_disturbed(product: Product, stage: Stage) -> None:
    """Half a word is searched nowhere, and its arrows and Enter stay with the keyboard."""
    page = await stage.customer(product, "zh-Hans")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/api/suggest" in one.url else None)
    widget = await Widget(page).open()
    keyboard = await page.context.new_cdp_session(page)
    half = {"text": "tui kuan", "selectionStart": 8, "selectionEnd": 8}
    await keyboard.send("Input.imeSetComposition", half)
    await expect(widget.field).to_have_value("tui kuan")
    await keyboard.send("Input.insertText", {"text": "退款"})
    await expect(widget.panel.locator(".found button").first).to_be_visible()
    assert asked
    assert all("tui" not in url for url in asked), asked
    await stage.shot(page, "found")
    await widget.field.press("Enter")
    await expect(widget.mine).to_have_text("退款")


async def test_a_question_is_chosen_by_topic(product: Product, stage: Stage) -> None:
    """In the customer's language and by keyboard alone; what failed once can be tried again."""
    stage.allow("Failed to load resource|ERR_FAILED")
    small = {"viewport": {"width": 320, "height": 568}, "color_scheme": "dark"}
    page = await stage.customer(product, "ms", **small)
    widget = await Widget(page).open()
    await page.route("**/api/articles?*", lambda route: route.abort(), times=1)
    topics = widget.panel.get_by_role("button", name=text("chat.welcome.topics", "ms"))
    await topics.click()
    again = widget.panel.get_by_role("button", name=text("chat.retry", "ms"))
    async with page.expect_response("**/api/articles?locale=ms") as answered:
        await again.click()
    first, *others = await (await answered.value).json()
    shelves = widget.panel.locator(".topics summary")
    await expect(shelves).to_have_text([one["name"] for one in (first, *others)])
    await expect(shelves.first).to_be_focused()
    await page.keyboard.press("Enter")
    questions = widget.panel.locator(".topics details[open] button")
    titles = [one["title"] for one in first["articles"]]
    await expect(questions).to_have_text(titles[:6])
    await expect(shelves.first).to_be_in_viewport()
    await check(stage, page, "topics", within="handrail-chat")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(widget.mine).to_have_text([titles[0]])
    await expect(widget.answers.first.locator(".sources")).to_contain_text(titles[0])
