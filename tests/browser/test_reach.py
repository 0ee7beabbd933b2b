"""A customer writes while nobody is there: an address is left, and closing the page loses none."""

from playwright.async_api import expect

from tests.browser.looks import check
from tests.browser.people import Console, Widget, text
from tests.browser.stage import Stage
from tests.product import Product

ADDRESS = "mei.tan+sampan@post.example"


async def test_an_address_is_left_while_nobody_is_there(product: Product, stage: Stage) -> None:
    stage.allow("ERR_INTERNET_DISCONNECTED")
    small = {"viewport": {"width": 320, "height": 568}, "color_scheme": "dark"}
    page = await stage.customer(product, "zh-Hans", **small)
    widget = await Widget(page).open()
    await widget.panel.locator(".to-person button").click()
    await expect(widget.queue).to_contain_text(text("chat.queue.nobody", "zh-Hans"))
    await expect(widget.queue).to_contain_text(text("chat.queue.later", "zh-Hans"))
    await widget.queue.get_by_role("button", name=text("chat.reach", "zh-Hans")).click()
    field = widget.queue.locator("input")
    await expect(field).to_be_focused()
    for wrong in ("", "mei", "mei@tan", "梅@post.example", f"{'m' * 250}@post.example"):
        await field.fill(wrong)
        await field.press("Enter")
        await expect(widget.queue.locator(".error")).to_have_text(
            text("chat.reach.wrong", "zh-Hans")
        )
        await expect(field).to_be_focused()
    await check(stage, page, "wrong")
    await widget.field.fill("还有一件事")

    await page.context.set_offline(True)
    await expect(widget.panel.locator(".link")).to_be_visible()
    await field.fill(f" {ADDRESS} ")
    await field.press("Enter")
    words = text("chat.reach.words", "zh-Hans", address=ADDRESS)
    await expect(widget.mine.last).to_have_text(words)
    context = page.context
    await page.close()
    await context.set_offline(False)

    page = await context.new_page()
    await page.goto(f"{product.url}/demo?lang=zh-Hans")
    again = Widget(page)
    if not await again.panel.is_visible():
        await again.launcher.click()
    await expect(again.panel).to_be_visible()
    left = text("chat.reach.left", "zh-Hans", address=ADDRESS)
    await expect(again.queue).to_contain_text(left)
    await expect(again.mine.last).to_have_text(words)
    await expect(again.panel.locator(".message.sending")).to_have_count(0)
    await expect(again.field).to_have_value("还有一件事")
    await expect(again.queue.locator(".reach")).to_have_count(0)
    await check(stage, page, "left")

    console = await Console(await stage.staff(product, "Aina")).ready()
    await console.claim_first()
    await expect(console.about.locator(".ticks")).to_contain_text(ADDRESS)
    await expect(again.queue).to_have_count(0)
