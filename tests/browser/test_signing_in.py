"""A one-time link signs in once; after that it says clearly that it does not any more."""

from datetime import timedelta
from typing import Any

from playwright.async_api import expect

from handoff import agents
from tests.browser.people import text
from tests.browser.stage import Stage
from tests.product import Product


async def _link(product: Product, name: str) -> str:
    now = product.clock()

    def work(tx: Any) -> str:
        agent = agents.by_name(tx, name)
        assert agent is not None
        return agents.new_link(tx, agent.id, now, timedelta(hours=1))

    return f"{product.url}/sign-in#{await product.parts.database.write(work)}"


async def test_a_link_works_once_and_a_password_again(product: Product, stage: Stage) -> None:
    link = await _link(product, "Aina")
    page = await stage.visit(link)
    await expect(page.locator("h1")).to_have_text(text("staff.welcome", name="Aina"))
    assert "#" not in page.url, "the token stands in no history and no picture"
    field = page.get_by_label(text("staff.password.new"))
    await field.fill("short")
    await page.get_by_role("button", name=text("staff.password.set")).click()
    await expect(page.locator(".field-error")).to_have_text(text("staff.password.short", n=10))
    await stage.shot(page, "too-short")
    await field.fill("ferry kettle umbrella")
    await page.get_by_role("button", name=text("staff.password.set")).click()
    await page.wait_for_url("**/console")
    await expect(page.get_by_role("switch")).to_be_enabled()

    stage.allow("status of 40[0-9]")  # the refusals below
    second = await stage.visit(link)
    await expect(second.get_by_role("alert")).to_contain_text(text("staff.link.refused"))
    await stage.shot(second, "used-link")
    await second.get_by_label(text("staff.name")).fill("Aina")
    await second.get_by_label(text("staff.password")).fill("ferry kettle parasol")
    await second.keyboard.press("Enter")
    await expect(second.get_by_text(text("staff.sign_in.wrong"))).to_be_visible()
    await stage.shot(second, "wrong-password")
    await second.get_by_label(text("staff.password")).fill("ferry kettle umbrella")
    await second.keyboard.press("Enter")
    await second.wait_for_url("**/console")
    await expect(second.get_by_role("switch")).to_be_enabled()


async def test_staff_pages_are_for_staff(product: Product, stage: Stage) -> None:
    stage.allow("status of 40[13]")
    page = await stage.visit(f"{product.url}/console")
    await page.wait_for_url("**/sign-in?next=/console")
    await expect(page.locator("h1")).to_have_text(text("staff.sign_in"))
    await stage.shot(page, "sign-in")
    agent = await stage.staff(product, "Aina", "/admin")
    await expect(agent.get_by_text(text("admin.refused"))).to_be_visible()
    await stage.shot(agent, "not-an-admin")
    admin = await stage.staff(product, "Admin", "/admin")
    await expect(admin.locator("h1")).to_have_text(text("admin.articles"))
    await admin.get_by_role("button", name=text("staff.sign_out")).click()
    await admin.wait_for_url("**/sign-in")
    await admin.goto(f"{product.url}/admin")
    await admin.wait_for_url("**/sign-in?next=/admin")
