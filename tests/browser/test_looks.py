"""Phone, small phone, light, dark and forced colours: every main state fits and is accessible."""

import os
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.looks import check, reads
from tests.browser.people import TWICE, Console, Widget, text
from tests.browser.stage import Stage
from tests.product import Product

PHONE = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced-colours": {"forced_colors": "active"},
    "phone-360": {"viewport": {"width": 360, "height": 780}, **PHONE},
    "small-320": {"viewport": {"width": 320, "height": 568}, "color_scheme": "dark", **PHONE},
}
PERSON = (
    "let me talk to someone: booking SP-7K2M4Q, flight MH603 to Langkawi on 5 March at 9.40 am, "
    "4 adults, paid RM1,250.50 with Touch n Go on my Samsung Galaxy A54, Android 14, "
    "app version 4.12.0, my name is Nurul Izzah, "
    "nurul.izzah.binti.abdul.rahman@averylongaddress.example"
)
PAGES = (
    "articles", "imports", "index", "confidence", "incidents", "people", "rules", "figures", "try",
)  # fmt: skip


COVERED = {
    "light": {"widget", "console", "admin"},
    "dark": {"admin"},
    "forced-colours": {"widget", "console"},
    "small-320": {"widget", "console", "admin"},
}
"""Every page in light and, dark, at its smallest; `make test-all` looks at everything."""
EVERYTHING = os.environ.get("HANDRAIL_TEST_ALL") == "1"
SOME = tuple(LOOKS) if EVERYTHING else ("light", "forced-colours", "small-320")
"""For one page: the smallest is dark, too."""


@pytest.mark.parametrize("look", LOOKS if EVERYTHING else COVERED)
async def test_every_state(product: Product, stage: Stage, look: str) -> None:
    options = LOOKS[look]
    shown = {"widget", "console", "admin"} if EVERYTHING else COVERED[look]
    if "widget" in shown:
        await _widget(product, stage, options)
    if "console" in shown:  # who waits there is the customer of the widget
        await _console(product, stage, options)
    if "admin" in shown:
        await _admin(product, stage, options)


async def _widget(product: Product, stage: Stage, options: dict[str, Any]) -> None:
    page = await stage.customer(product, **options)
    widget = Widget(page)
    await check(stage, page, "demo")
    await widget.open()
    await expect(widget.panel.locator(".suggestions")).to_be_visible()
    await check(stage, page, "welcome")
    if not options:
        await reads(widget.panel, "welcome")
    answer = await widget.ask(TWICE["en"])
    await expect(answer.locator(".sources")).to_be_visible()
    await check(stage, page, "answer")
    if not options:
        await reads(answer.locator(".after"), "answer")
    await answer.locator(".mark").first.click()
    await expect(widget.panel.locator(".source mark").first).to_be_visible()
    await check(stage, page, "source")
    await widget.panel.get_by_role("button", name=text("chat.source.back")).click()
    await expect(widget.panel.locator(".source")).to_have_count(0)
    await widget.say(PERSON)
    await expect(widget.queue).to_be_visible()
    await widget.panel.get_by_role("button", name=text("chat.menu")).click()
    await check(stage, page, "queue-and-menu")
    if not options:
        await reads(widget.panel.locator(".header"), "header-and-menu")
        await reads(widget.panel.locator(".bottom"), "queue")
    await page.context.close()


async def _console(product: Product, stage: Stage, options: dict[str, Any]) -> None:
    console = await Console(await stage.staff(product, "Aina", **options)).ready()
    page = console.page
    await expect(console.waiting).to_have_count(1)
    await check(stage, page, "console-list")
    await console.claim_first()
    await console.write("A note for later", "console.note")
    await console.write("Hello, I am looking at it.")
    await expect(console.log).to_contain_text("Hello, I am looking at it.")
    await check(stage, page, "console-talk")
    if not options:
        await reads(console.head, "console-head")
        await reads(page.locator(".composer"), "console-composer")
    about = console.head.get_by_role("button", name=text("console.about"))
    if await about.is_visible():
        await about.click()
    known = console.about.locator(".ticks li")
    for kind in ("booking", "flight", "place", "date", "time", "people", "payment", "device"):
        name = text(f"console.known.{kind}")
        await expect(known.filter(has=page.get_by_text(name, exact=True))).to_be_visible()
    await known.last.scroll_into_view_if_needed()
    await check(stage, page, "console-about")
    wider = "e => e.scrollWidth - e.clientWidth"
    assert await console.about.locator(".column-scroll").evaluate(wider) <= 0, "a fact is cut off"
    await page.context.close()


async def _admin(product: Product, stage: Stage, options: dict[str, Any]) -> None:
    page = await stage.staff(product, "Admin", "/admin", **options)
    for name in PAGES:
        await page.goto(f"{product.url}/admin#/{name}")
        await expect(page.locator("h1")).to_have_text(text(f"admin.{name}"))
        await expect(page.locator(".skeleton, .failure")).to_have_count(0)
        await check(stage, page, f"admin-{name}")
        if not options and name == "try":
            await reads(page.locator("#admin-menu"), "admin-menu")
            await reads(page.locator("main"), "admin-try")
    await page.goto(f"{product.url}/admin#/articles/payments-charged-twice/zh-Hans")
    await expect(page.locator(".body-field")).to_be_visible()
    await check(stage, page, "admin-article")
    await page.get_by_role("button", name=text("admin.pull"), exact=True).click()
    await expect(page.locator("dialog[open]")).to_be_visible()
    await check(stage, page, "admin-pull")
    await page.goto(f"{product.url}/admin#/incidents/sample-payments")
    await expect(page.locator("h1")).to_contain_text("Card payments")
    await check(stage, page, "admin-incident")
    await page.context.close()
