"""Without a mouse: an agent's whole work in the console, and a customer in the chat."""

from playwright.async_api import Page, expect

from tests.browser.people import TWICE, Console, Widget, by_keyboard, text
from tests.browser.stage import Stage
from tests.product import Product


async def test_an_agent_needs_no_mouse(product: Product, stage: Stage) -> None:
    async with product.customer() as customer, product.customer("ms") as other:
        await other.ask("nak cakap dengan manusia")
        await customer.ask(TWICE["en"])
        await customer.ask("let me talk to someone")
        console = Console(await stage.staff(product, "Aina"))
        keys = console.page.keyboard
        await expect(console.waiting).to_have_count(2)
        await _reach(console.page, "[role=switch]")
        await keys.press("Space")
        await expect(console.page.get_by_role("switch")).not_to_be_checked()
        await keys.press("Space")
        await expect(console.page.get_by_role("switch")).to_be_checked()
        await keys.press("j")
        await keys.press("j")
        await expect(console.waiting.nth(1)).to_be_focused()
        await keys.press("Enter")
        await expect(console.log).to_contain_text(TWICE["en"])
        await keys.press("a")
        await expect(console.head).to_contain_text(text("console.holder.me"))
        await keys.press("n")
        await expect(console.field).to_be_focused()
        await keys.type("Checks the statement first")
        await keys.press("Control+Enter")
        await expect(console.log.locator(".entry-note")).to_contain_text("Checks the statement")
        await keys.press("Escape")
        await expect(console.field).not_to_be_focused()
        await keys.press("r")
        await expect(console.field).to_be_focused()
        await keys.type("Hello, I am looking at your booking.")
        await stage.shot(console.page, "reply")
        await keys.press("Control+Enter")
        await customer.event("agent.said", text="Hello, I am looking at your booking.")
        await keys.press("Escape")
        await expect(console.field).not_to_be_focused()
        await keys.press("?")
        await expect(console.dialog).to_contain_text(text("console.keys"))
        await stage.shot(console.page, "keys")
        await keys.press("Escape")
        await expect(console.dialog).to_have_count(0)
        await keys.press("e")
        await expect(console.dialog.get_by_role("radio").first).to_be_focused()
        await keys.press("2")
        await expect(console.dialog.get_by_role("radio").nth(1)).to_be_checked()
        await keys.press("Enter")
        await expect(console.head).to_contain_text(text("console.undo"))
        product.clock.pass_(seconds=11)
        await customer.event("conversation.resolved")
        await expect(console.head).to_contain_text(text("console.holder.over"))
        await stage.shot(console.page, "resolved")


async def test_a_customer_needs_no_mouse(product: Product, stage: Stage) -> None:
    page = await stage.customer(product)
    widget = Widget(page)
    await widget.launcher.focus()
    await page.keyboard.press("Enter")
    await expect(widget.field).to_be_focused()
    await page.keyboard.type(TWICE["en"])
    await page.keyboard.press("Enter")
    await expect(widget.panel.locator(".sources")).to_be_visible()
    await expect(widget.field).to_be_focused()
    await page.keyboard.press("F6")
    await expect(widget.log).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(widget.panel.locator(".mark").first).to_be_focused()
    await stage.shot(page, "mark")
    await page.keyboard.press("Enter")
    source = widget.panel.locator(".source")
    await expect(source.get_by_role("button")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(source).to_have_count(0)
    await expect(widget.panel.locator(".mark").first).to_be_focused()
    thumb = widget.panel.get_by_role("button", name=text("chat.helpful.up"))
    await by_keyboard(thumb)
    await expect(thumb).to_have_attribute("aria-pressed", "true")
    await by_keyboard(widget.panel.get_by_role("button", name=text("chat.person.call")).last)
    await expect(widget.queue).to_be_visible()
    await by_keyboard(widget.field, None)
    await page.keyboard.type("My booking is SP-7K2M4Q")
    await page.keyboard.press("Enter")
    await expect(widget.mine.last).to_have_text("My booking is SP-7K2M4Q")
    menu = widget.panel.get_by_role("button", name=text("chat.menu"))
    await by_keyboard(menu)
    await by_keyboard(widget.panel.get_by_role("button", name=text("chat.start_over"), exact=True))
    await by_keyboard(widget.panel.get_by_role("button", name=text("chat.start_over")).last)
    await expect(widget.panel.locator(".suggestions")).to_be_visible()
    await expect(widget.mine).to_have_count(0)
    await expect(widget.panel.locator(":focus")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(widget.panel).to_be_hidden()
    await expect(widget.launcher).to_be_focused()
    await stage.shot(page, "closed")


async def _reach(page: Page, selector: str) -> None:
    """Press Tab until this has the focus."""
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.evaluate("(css) => document.activeElement.matches(css)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")
