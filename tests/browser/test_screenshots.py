"""The pictures of README and docs: `make screenshots` draws them again."""

from playwright.async_api import Page, expect

from tests.browser.people import Console, Widget, text
from tests.browser.stage import ROOT, Stage
from tests.product import Product

IMAGES = ROOT / "docs" / "images"
MOST = 250_000


async def _draw(page: Page, name: str) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = IMAGES / f"{name}.png"
    await page.screenshot(path=path, animations="disabled", caret="hide")
    assert path.stat().st_size < MOST, f"{name}.png has {path.stat().st_size} bytes"


async def _quiet(page: Page) -> None:
    """Short messages float for some seconds: a picture waits until they are gone."""
    await expect(page.locator(".toast")).to_have_count(0)


async def test_screenshot_of_the_widget(product: Product, stage: Stage) -> None:
    page = await stage.customer(product)
    widget = await Widget(page).open()
    answer = await widget.ask("how long does a refund take")
    await expect(answer.locator(".sources")).to_be_visible()
    latest = widget.panel.get_by_role("button", name=text("chat.latest"))
    if await latest.is_visible():
        await latest.click()
    await widget.field.focus()
    await _draw(page, "widget")


async def test_screenshot_of_the_console(product: Product, stage: Stage) -> None:
    page = await stage.customer(product)
    widget = await Widget(page).open()
    async with product.customer("ms") as one, product.customer("zh-Hans") as other:
        await widget.ask("The payment for SP-7K2M4Q went through twice")
        await widget.panel.locator(".to-person button").click()
        await expect(widget.queue).to_be_visible()
        await one.ask("duit saya kena potong dua kali")
        await one.ask("nak cakap dengan manusia")
        await other.ask("钱被扣了两次")
        await other.ask("你们根本没用！！")
        console = await Console(await stage.staff(product, "Aina")).ready()
        await console.waiting.filter(has_text=text("chat.person.ask")).click()
        await console.press("console.claim")
        await console.write(
            "Same card twice, 09:14 and 09:15: the second is a hold", "console.note"
        )
        await console.write("Hello, I see both amounts. The second one is a hold.")
        await expect(console.log).to_contain_text("Hello, I see both amounts")
        await _quiet(console.page)
        await _draw(console.page, "console")


async def test_screenshot_of_the_widget_on_a_phone(product: Product, stage: Stage) -> None:
    """In the dark: what was asked, the incident that explains it, and the place in the queue."""
    async with product.rest() as rest, product.agent("Wei Ling") as _:
        await rest.post("/api/admin/incidents/sample-payments/declare")
        phone = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2}
        page = await stage.customer(product, "zh-Hans", color_scheme="dark", **phone)
        widget = await Widget(page).open()
        await widget.ask("银行卡付不了款")
        await widget.panel.locator(".to-person button").click()
        await expect(widget.queue).to_contain_text(text("chat.queue.next", "zh-Hans"))
        await _draw(page, "widget-phone")


async def test_screenshot_of_the_supervisors_page(product: Product, stage: Stage) -> None:
    async with (
        product.agent("Aina") as aina,
        product.agent("Wei Ling"),
        product.customer() as one,
        product.customer("zh-Hans") as two,
        product.customer("ms") as three,
    ):
        await one.ask("The payment for SP-7K2M4Q went through twice")
        await one.ask("let me talk to someone")
        await aina.act("claim", conversation=one.conversation)
        await two.ask("你们根本没用！！")
        await three.ask("berapa lama bayaran balik")
        page = await stage.staff(product, "Admin")
        await Console(page).ready()
        await page.keyboard.press("v")
        await expect(page.locator("[data-live]")).to_have_count(3)
        await _quiet(page)
        await _draw(page, "console-overview")


async def test_screenshots_of_articles_and_figures(product: Product, stage: Stage) -> None:
    async with product.customer() as one, product.customer("ms") as two:
        await one.ask("how long does a refund take")
        await one.ask("thanks, that helps")
        await two.ask("nak cakap dengan manusia")
        page = await stage.staff(product, "Admin", "/admin#/articles")
        for name in ("articles", "figures"):
            await page.goto(f"{product.url}/admin#/{name}")
            await expect(page.locator("h1")).to_have_text(text(f"admin.{name}"))
            await expect(page.locator(".skeleton, .failure")).to_have_count(0)
            await _draw(page, f"admin-{name}")


async def test_screenshot_of_the_index_page(product: Product, stage: Stage) -> None:
    async with product.rest() as rest:
        address = "/api/admin/articles/payments-charged-twice/en"
        article = (await rest.get(address)).json()
        kept = ("title", "category", "subcategory", "components", "questions", "body")
        body = {key: article[key] for key in kept}
        body |= {"publish": True, "base_version": article["version"]}
        body["body"] += "\n\nWe answer within two hours."
        await rest.put(address, json=body)
    page = await stage.staff(product, "Admin", "/admin#/index")
    with product.build_held("verify"):
        await page.get_by_role("button", name=text("admin.index.build"), exact=True).click()
        stages = page.locator(".stages")
        verify = stages.locator("[aria-current=step]", has_text=text("admin.index.stage.verify"))
        await expect(verify).to_be_visible()
        await _quiet(page)
        await page.wait_for_timeout(300)  # the bar moves smoothly to where it is
        await _draw(page, "admin-index")
    await expect(page.locator(".build")).to_have_count(0, timeout=120_000)


async def test_screenshot_of_the_incidents_page(product: Product, stage: Stage) -> None:
    async with product.rest() as rest, product.customer() as customer:
        await rest.post("/api/admin/incidents/sample-payments/declare")
        await customer.ask("I can't pay with my card")
        words = {"en": "Most card payments go through. We keep watching."}
        update = {"status": "identified", "text": words, "next_update_minutes": 30}
        await rest.post("/api/admin/incidents/sample-payments/updates", json=update)
    page = await stage.staff(product, "Admin", "/admin#/incidents/sample-payments")
    await expect(page.locator(".timeline li").nth(1)).to_be_visible()
    await _draw(page, "admin-incidents")
