"""One customer in two browsers, and somebody else after them in the first."""

from pathlib import Path

from playwright.async_api import FilePayload, Page, expect

from tests.bot.web.attached import paper
from tests.browser.people import Console, Widget, text
from tests.browser.stage import Stage
from tests.product import Product, running
from tests.signing import IDENTITY, token

SECRET = "my cabin number is 4711"


async def _identify(site: Product, page: Page, who: str) -> None:
    """What a site does on every page of somebody who is signed in there."""
    signed = token(site.clock(), sub=who, name=who.title())
    await page.evaluate("signed => Handrail.identify(() => Promise.resolve(signed))", signed)


async def test_a_customer_is_the_same_everywhere_and_nobody_else_here(
    home: Path, stage: Stage
) -> None:
    async with running(home, settings={"identity": IDENTITY}) as site:
        page, phone = await stage.customer(site), await stage.customer(site)
        await _identify(site, page, "ann lim")
        here = await Widget(page).open()
        await here.say(SECRET)
        await expect(here.answers).to_have_count(1)
        there = await Widget(phone).open()
        await expect(there.mine).to_have_count(0)
        await _identify(site, phone, "ann lim")
        await expect(there.mine.last).to_have_text(SECRET)
        await there.say("and I would like a person")
        await expect(here.mine.last).to_have_text("and I would like a person")

        console = await Console(await stage.staff(site, "Aina")).ready()
        await console.claim_first()
        await expect(console.head.locator("h2")).to_have_text("Ann Lim")
        said = console.log.locator(".entry-customer")
        await expect(said.first.locator(".badge")).to_have_text(text("console.identified"))
        await expect(console.about.locator(".ticks")).to_contain_text("Ann Lim")

        await here.field.fill("half written")
        await page.reload()
        again = Widget(page)
        await expect(again.panel).to_be_visible()
        await expect(again.panel.locator(".greeting")).to_be_visible()
        await expect(again.field).to_have_value("")
        await expect(again.mine).to_have_count(0)
        await _identify(site, page, "ann lim")
        await expect(again.mine.first).to_have_text(SECRET)
        await expect(again.field).to_have_value("half written")

        await _identify(site, page, "ben tan")
        await expect(again.mine).to_have_count(0)
        await expect(again.field).to_have_value("")
        await again.say("where do I board")
        await expect(again.mine).to_have_text(["where do I board"])
        await page.evaluate("Handrail.forget()")
        await expect(again.mine).to_have_count(0)
        await expect(again.panel.locator(".greeting")).to_be_visible()
        assert SECRET not in (await page.evaluate("JSON.stringify(localStorage)"))
        await expect(there.mine.first).to_have_text(SECRET)
        await stage.close()  # before the server goes: a page that loses it says so


async def test_files_go_with_who_chose_them(home: Path, stage: Stage) -> None:
    """Begun before the page says who it is, they become theirs; nobody after them sees any."""
    async with running(home, settings={"identity": IDENTITY}) as site:
        page = await stage.customer(site)
        chat = await Widget(page).open()
        chosen, tray = chat.panel.locator(".clip input"), chat.panel.locator(".tray li")
        await chosen.set_input_files(_file("before.pdf"))
        await expect(chat.panel.locator(".send")).to_be_enabled()
        async with page.expect_response("**/api/attachments") as again:
            await _identify(site, page, "ann lim")
        assert (await again.value).ok
        await expect(chat.panel.locator(".send")).to_be_enabled()
        await chat.field.press("Enter")
        await expect(tray).to_have_count(0)
        await expect(chat.answers).to_have_count(1)
        await expect(chat.panel.locator(".message.customer .attached-file")).to_contain_text(
            "before.pdf"
        )

        await chosen.set_input_files([_file("private.pdf"), _file("private too.txt", b"no PDF")])
        stage.allow("status of 415")
        await expect(tray.last).to_contain_text(text("attach.failed.unsupported_type"))
        await expect(chat.panel.locator(".send")).to_be_enabled()
        await _identify(site, page, "ben tan")
        await expect(tray).to_have_count(0)
        await expect(chat.panel).not_to_contain_text("private")
        await expect(chat.panel.locator(".send")).to_be_disabled()
        await stage.close()


def _file(name: str, content: bytes | None = None) -> FilePayload:
    return {
        "name": name,
        "mimeType": "application/pdf",
        "buffer": paper() if content is None else content,
    }
