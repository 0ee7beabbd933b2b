"""An admin declares an incident, tells how it goes and ends it; customers see and hear of it."""

from playwright.async_api import Page, expect

from tests.browser.people import Widget, by_keyboard, text
from tests.browser.stage import Stage
from tests.product import Product

TITLE = "Card payments are failing or staying pending"
WORKAROUND = "Pay with an e-wallet or FPX instead of a card"


async def test_declared_updated_and_resolved_by_keyboard(product: Product, stage: Stage) -> None:
    page = await stage.customer(product)
    widget = await Widget(page).open()
    await expect(widget.panel.locator(".suggestions")).to_be_visible()
    admin = await stage.staff(product, "Admin", "/admin#/incidents")
    await _declare(stage, admin)
    await expect(widget.banner).to_contain_text(TITLE)
    await widget.banner.get_by_role("button", name=text("chat.more")).click()
    await expect(widget.banner).to_contain_text(WORKAROUND)
    await stage.shot(page, "banner")
    await widget.banner.get_by_role("button", name=text("chat.less")).click()
    answer = widget.panel.locator(".message.bot .bubble").last
    await widget.ask("I can't pay with my card")
    await expect(answer).to_contain_text(WORKAROUND)
    await expect(answer).to_contain_text("UTC")
    words = await answer.inner_text()
    assert words.index("Card payments") < words.index(WORKAROUND), "the incident comes first"
    await expect(answer.locator(".mark").first).to_be_visible()
    await stage.shot(page, "answer")
    await answer.locator(".mark").first.click()
    await expect(widget.panel.locator(".source")).to_contain_text(text("chat.source.status"))
    await expect(widget.panel.locator(".source mark").first).to_be_visible()
    await expect(widget.panel.locator(".source .note")).to_have_count(0)
    await stage.shot(page, "source")
    await page.keyboard.press("Escape")
    await _post(stage, admin, "monitoring", "Most card payments go through. We keep watching.")
    await expect(widget.news).to_have_count(1)
    await expect(widget.news).to_contain_text("Most card payments go through. We keep watching.")
    stop = widget.news.last.get_by_role("button", name=text("chat.news.mute"))
    await expect(stop).to_be_visible()
    await stage.shot(page, "told")
    await _post(stage, admin, "resolved", "Card payments work again.")
    await expect(widget.news).to_have_count(2)
    await expect(widget.news.last).to_contain_text(text("chat.incident.status.resolved"))
    await expect(widget.banner).to_have_count(0)
    await expect(stop).to_have_count(0)
    await expect(widget.news.last.locator(".options button")).to_have_count(2)  # does it work?
    await stage.shot(page, "resolved")
    for _ in range(3):
        await product.parts.clock.tick()
    await page.reload()
    await expect(widget.news).to_have_count(2)
    await admin.goto(f"{product.url}/admin#/incidents")
    await expect(admin.get_by_text(text("admin.incidents.none"))).to_be_visible()
    await stage.shot(admin, "over", full_page=True)


async def _declare(stage: Stage, admin: Page) -> None:
    row = admin.locator(".line-row", has_text=TITLE)
    await by_keyboard(row.get_by_role("button", name=text("admin.incident.declare")))
    dialog = admin.locator("dialog[open]")
    await expect(dialog).to_contain_text(TITLE)
    await stage.shot(admin, "declare")
    sure = dialog.get_by_role("button", name=text("admin.incident.declare"), exact=True)
    await by_keyboard(sure)
    await expect(admin.get_by_text(text("admin.incident.declared"))).to_be_visible()
    await expect(admin.locator("h1")).to_have_text(TITLE)
    await stage.shot(admin, "declared", full_page=True)


async def _post(stage: Stage, admin: Page, status: str, words: str) -> None:
    choice = admin.get_by_label(text("admin.incident.status"), exact=True)
    await by_keyboard(choice, None)
    options = await choice.locator("option").evaluate_all("all => all.map((one) => one.value)")
    for _ in range(options.index(status) - options.index(await choice.input_value())):
        await admin.keyboard.press("ArrowDown")
    await expect(choice).to_have_value(status)
    label = f"{text('admin.incident.text')} (English)"
    await by_keyboard(admin.get_by_role("textbox", name=label), None)
    await admin.keyboard.press("Control+A")
    await admin.keyboard.insert_text(words)
    await by_keyboard(admin.get_by_role("button", name=text("admin.incident.post")))
    await expect(admin.locator(".timeline")).to_contain_text(words)
    await stage.shot(admin, status, full_page=True)
