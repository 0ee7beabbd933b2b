"""The admin pages about people, figures, the snippet, the trail, and unanswered questions."""

import re

from playwright.async_api import Page, expect

from tests.browser.people import text
from tests.browser.stage import Stage
from tests.product import Product

ASKED = "do you take parrots on the hovercraft"
REPLY = "Parrots travel for free, in a cage."


async def _menu(admin: Page, key: str) -> None:
    await admin.locator("#admin-menu").get_by_role("link", name=text(key), exact=True).click()
    await expect(admin.locator("h1")).to_have_text(text(key))
    await expect(admin.locator(".skeleton, .failure")).to_have_count(0)


async def test_an_admin_finds_everything_that_was_done(product: Product, stage: Stage) -> None:
    async with product.customer() as customer, product.agent("Aina") as aina:
        await customer.ask(ASKED)
        await customer.ask("let me talk to someone")
        assert customer.conversation is not None
        await aina.act("claim", conversation=customer.conversation)
        await aina.act("say", conversation=customer.conversation, text=REPLY)
    admin = await stage.staff(product, "Admin", "/admin")
    await _people(stage, admin)
    await _unanswered(stage, admin)
    await _figures(stage, admin)
    await _snippet(stage, admin)
    await _trail(stage, admin)


async def _people(stage: Stage, admin: Page) -> None:
    await _menu(admin, "admin.people")
    row = admin.locator("tbody tr", has_text="Wei Ling")
    await row.get_by_role("button", name=text("admin.people.edit")).click()
    dialog = admin.locator("dialog[open]")
    await dialog.get_by_label(text("admin.people.capacity")).fill("7")
    await stage.shot(admin, "person-edit")
    await dialog.get_by_role("button", name=text("admin.save"), exact=True).click()
    await expect(row).to_contain_text(text("admin.people.load", load=0, capacity=7))
    await row.get_by_role("button", name=text("admin.people.disable")).click()
    await dialog.get_by_role("button", name=text("admin.people.disable"), exact=True).click()
    await row.get_by_role("button", name=text("admin.people.enable")).click()
    await dialog.get_by_role("button", name=text("admin.people.enable"), exact=True).click()
    await expect(dialog).to_contain_text(text("admin.people.once.title", name="Wei Ling"))
    await dialog.get_by_role("button", name=text("admin.people.once.done"), exact=True).click()
    await expect(row).to_contain_text(text("admin.people.active"))


async def _unanswered(stage: Stage, admin: Page) -> None:
    await _menu(admin, "admin.unanswered")
    row = admin.locator("tbody tr", has_text=ASKED)
    await row.get_by_role("button", name=text("admin.unanswered.start")).click()
    dialog = admin.locator("dialog[open]")
    await expect(dialog).to_contain_text(REPLY)
    await stage.shot(admin, "start-article")
    await dialog.get_by_role("button", name=text("admin.article.write"), exact=True).click()
    await expect(admin.locator(".body-field")).to_have_value(REPLY)
    await stage.shot(admin, "started-article")
    await admin.get_by_role("button", name=text("admin.save_draft"), exact=True).click()
    await expect(admin.locator(".state-line")).to_contain_text(text("admin.state.draft"))


async def _figures(stage: Stage, admin: Page) -> None:
    await _menu(admin, "admin.figures")
    handed = admin.locator(".card", has_text=text("admin.figures.handed_over"))
    await expect(handed).to_contain_text("100%")
    await expect(admin.locator(".definitions dt")).to_have_count(11)
    # By day, hour and language; then one measure by hour and by language.
    await expect(admin.locator(".chart svg")).to_have_count(5)
    shown = admin.get_by_label(text("admin.figures.measure"))
    reason = text("admin.figures.because", reason=text("console.reason.asked_for_person"))
    await shown.select_option(label=reason)
    await expect(admin.locator(".paces h3").first).to_contain_text(reason)
    await expect(admin.locator(".paces .chart-pace")).to_have_count(2)
    await stage.shot(admin, "figures")
    await admin.get_by_label(text("staff.language"), exact=True).select_option("ms")
    await expect(admin.get_by_text(text("admin.figures.none"))).to_be_visible()


async def _snippet(stage: Stage, admin: Page) -> None:
    await _menu(admin, "admin.snippet")
    await admin.locator("main").get_by_label(text("admin.snippet.locale")).select_option("ms")
    await admin.get_by_label(text("admin.snippet.position")).select_option("left")
    await admin.get_by_label(text("admin.snippet.accent"), exact=True).fill("#ffe14d")
    await expect(admin.locator(".contrast")).to_contain_text("1.3:1")
    code = admin.get_by_label(text("admin.snippet.code"))
    await expect(code).to_have_value(
        re.compile('"ms" data-position="left" data-accent="#ffe14d" async')
    )
    chat = admin.frame_locator("iframe")
    await expect(chat.locator("handrail-chat #panel")).to_be_visible()
    await expect(chat.locator("handrail-chat")).to_have_attribute("data-position", "left")
    await stage.shot(admin, "snippet")


async def _trail(stage: Stage, admin: Page) -> None:
    await _menu(admin, "admin.audit")
    rows = admin.locator("tbody tr")
    await expect(rows.first).to_contain_text(text("admin.audit.did.article.saved"))
    await stage.shot(admin, "audit")
    await admin.get_by_label(text("admin.audit.what"), exact=True).select_option("person")
    await expect(rows).to_have_count(3)
    await expect(rows.last).to_contain_text("Wei Ling")
    await expect(rows.last).to_contain_text(text("admin.audit.field.capacity"))
    await admin.get_by_role("button", name=text("admin.audit.check")).click()
    await expect(admin.locator(".audit-seal")).to_be_visible()
    await stage.shot(admin, "audit-checked")
