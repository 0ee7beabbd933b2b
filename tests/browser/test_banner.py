"""The one-line incident banner, on a page of another site: above its content, live, dismissible."""

from datetime import timedelta

from playwright.async_api import Page, expect

from retrieval.incidents import ledger
from tests.browser.host_site import host_site
from tests.browser.stage import Stage
from tests.product import Product

PAGE = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>A shop</title>'
    "<style>* {{ all: initial !important }} body, h1, p {{ display: block !important }}</style>"
    '</head><body><h1 id="own">A shop</h1><p>Tickets from RM 20.</p>'
    '<script src="{url}/banner.js" defer></script></body></html>'
)
TITLE = "Card payments fail"


async def _declare(product: Product) -> str:
    def work(tx: object) -> str:
        made = ledger.create(
            tx,  # type: ignore[arg-type]
            title={"en": TITLE, "zh-Hans": "银行卡付款失败"},
            components=["payments"],
            severity="critical",
            status="investigating",
            text={"en": "Cards are refused."},
            now=product.parts.now(),
        )
        return made.id

    made = await product.parts.database.write(work)
    await product.parts.clock.tick()
    return made


async def _look(page: Page) -> None:
    """What a customer does who comes back to the tab: it asks again at once."""
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def test_the_banner_of_an_incident(product: Product, stage: Stage) -> None:
    async with host_site() as site:
        site.files["/"] = ("text/html", PAGE.format(lang="en", url=product.url))
        page = await stage.visit(site.url + "/")
        banner = page.locator("handrail-banner")
        await expect(banner).to_be_attached()
        await expect(banner.locator("section")).to_have_count(0)
        before = await page.locator("#own").bounding_box()
        incident = await _declare(product)
        await _look(page)
        await expect(banner).to_contain_text(TITLE)
        await expect(banner).to_contain_text("Investigating")
        await stage.shot(page, "banner")
        own, strip = await page.locator("#own").bounding_box(), await banner.bounding_box()
        assert before is not None
        assert own is not None
        assert strip is not None
        assert strip["y"] + strip["height"] <= own["y"], "it stands above the content, not over it"
        link = banner.get_by_role("link")
        assert await link.get_attribute("href") == f"{product.url}/help/en/status#{incident}"
        await banner.get_by_role("button").click()
        await expect(banner.locator("section")).to_have_count(0)
        await page.reload()
        await expect(banner).to_have_attribute("data-drawn", "")
        await product.parts.database.write(
            lambda tx: ledger.add_update(
                tx, incident, status="monitoring", text={"en": "Most cards work."},
                now=product.parts.now() + timedelta(minutes=1),
            )
        )  # fmt: skip
        await product.parts.clock.tick()
        await _look(page)
        await expect(banner).to_contain_text("Fix in place, being watched")
        await product.parts.database.write(
            lambda tx: ledger.add_update(
                tx, incident, status="resolved", text={"en": "Cards work again."},
                now=product.parts.now() + timedelta(minutes=2),
            )
        )  # fmt: skip
        await product.parts.clock.tick()
        await _look(page)
        await expect(banner.locator("section")).to_have_count(0)


async def test_the_banner_speaks_the_page_and_marks_another_language(
    product: Product, stage: Stage
) -> None:
    await _declare(product)
    async with host_site() as site:
        site.files["/zh"] = ("text/html", PAGE.format(lang="zh-CN", url=product.url))
        site.files["/ms"] = ("text/html", PAGE.format(lang="ms", url=product.url))
        page = await stage.visit(site.url + "/zh", viewport={"width": 320, "height": 640})
        banner = page.locator("handrail-banner")
        await expect(banner).to_contain_text("银行卡付款失败")
        await expect(banner).to_contain_text("正在调查")
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, "nothing is wider than a small phone"
        await stage.shot(page, "banner-phone")
        dark = await stage.visit(site.url + "/ms", color_scheme="dark")
        banner = dark.locator("handrail-banner")
        await expect(banner).to_contain_text("Sedang disiasat")
        await expect(banner.locator("strong")).to_have_attribute("lang", "en")
        await stage.shot(dark, "banner-dark")
