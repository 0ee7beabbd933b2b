"""What tests of incident pages do again and again."""

from playwright.async_api import Page, expect

from tests.browser.looks import check
from tests.browser.people import text
from tests.browser.stage import Stage
from tests.product import Product

NEW = {
    "title": {"en": "Cards are refused"},
    "components": ["payments"],
    "severity": "major",
    "status": "investigating",
    "workaround": {},
    "next_update_minutes": 30,
    "text": {"en": "Visa cards fail. We are looking."},
}


async def declared(product: Product) -> str:
    """An incident in English alone; gives its id."""
    async with product.rest() as admin:
        made = await admin.post("/api/admin/incidents", json=NEW)
        assert made.status_code == 200, made.text
        return str(made.json()["id"])


async def post(admin: Page, words: str) -> None:
    """Post an update on the page of an incident."""
    label = f"{text('admin.incident.text')} (English)"
    form = admin.locator("form.stack").first
    await form.get_by_role("textbox", name=label).fill(words)
    await form.get_by_role("button", name=text("admin.incident.post")).click()
    await expect(admin.locator(".timeline")).to_contain_text(words)


async def in_every_light(stage: Stage, page: Page, name: str) -> None:
    """The same page in Chinese, and on a phone in the dark: nothing sticks out, axe is content."""
    size = page.viewport_size
    assert size is not None
    await _speak(page, "zh-Hant")
    await check(stage, page, f"{name}-zh-Hant", full_page=True)
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size({"width": 390, "height": 844})
    await check(stage, page, f"{name}-phone-dark", full_page=True)
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(size)
    await _speak(page, "en")


async def _speak(page: Page, locale: str) -> None:
    """Choose the language of the page; the console then connects anew."""
    menu = page.locator(".bar-name")
    if console := await menu.count() > 0:
        await menu.click()
    await page.locator(".person-menu select").first.select_option(locale)
    await expect(page.locator("html")).to_have_attribute("lang", locale)
    if console:
        await menu.click()
    await expect(page.locator(".person-menu")).to_have_count(0 if console else 1)
    await expect(page.locator(".link-state, .skeleton")).to_have_count(0)
