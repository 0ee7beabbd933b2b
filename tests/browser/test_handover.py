"""An admin sees whom other limits would have called a person for, chooses, and it holds."""

from playwright.async_api import Page, expect

from bot.conversation import events as e
from tests.browser.people import text
from tests.browser.stage import Stage
from tests.product import Product

ANGRY = "I paid twice and nobody helps me!!!"


async def _answer(product: Product) -> str:
    async with product.customer() as customer:
        await customer.ask(ANGRY)
        log = await product.log_of(customer.conversation or "")
    return next(one.kind for one in log if one.kind in (e.BOT_ANSWERED, e.PERSON_CALLED))


async def _set(page: Page, name: str, percent: int) -> None:
    slider = page.get_by_role("slider", name=text(f"admin.handover.{name}"))
    await slider.fill(str(percent))
    await expect(slider).to_have_attribute(
        "aria-valuetext", text("admin.confidence.percent", n=percent)
    )


async def test_limits_are_tried_chosen_and_hold(product: Product, stage: Stage) -> None:
    stage.allow("409 .*api/admin/handover")  # the page that was overtaken
    assert await _answer(product) == e.PERSON_CALLED
    page = await stage.staff(product, "Admin", "/admin#/handover")
    handed = page.locator("tbody tr").filter(has_text=text("admin.handover.called")).locator("td")
    await expect(handed).to_have_text([text("admin.handover.called"), "1"])

    await _set(page, "frustration_limit", 99)
    await _set(page, "person_limit", 100)
    gone = text("admin.handover.change", new=0, gone=1)
    await expect(page.locator("main [role=status]")).to_contain_text(gone)
    await expect(handed.last).to_have_text(f"{text('admin.handover.minus', n=1)} 0")
    example = page.get_by_role("link", name=ANGRY)
    await expect(example).to_have_attribute("href", "/console#" + await _conversation(product))
    await stage.shot(page, "tried")
    assert await _answer(product) == e.PERSON_CALLED, "nothing holds before it is saved"

    async with product.rest() as other:
        theirs = await other.put("/api/admin/handover", json={"urgency_limit": 0.9})
        assert theirs.status_code == 200
    save = page.get_by_role("button", name=text("admin.save"))
    await save.click()
    newer = page.get_by_role("alert")
    await expect(newer).to_contain_text("Admin")
    await expect(page.get_by_role("slider").nth(2)).to_have_value("99")
    await stage.shot(page, "newer")
    await save.click()
    await expect(page.get_by_text(text("admin.handover.saved"))).to_be_visible()
    assert await _answer(product) == e.BOT_ANSWERED
    await page.get_by_role("button", name=text("admin.handover.reset")).click()
    await save.click()
    await expect(page.get_by_role("button", name=text("admin.handover.reset"))).to_have_count(0)
    assert await _answer(product) == e.PERSON_CALLED
    await stage.close()


async def _conversation(product: Product) -> str:
    async with product.rest("Aina") as agent:
        found = (await agent.post("/api/admin/handover/trial", json={"limits": {}})).status_code
        assert found == 403, "agents choose no limits"
    async with product.rest() as admin:
        tried = (await admin.post("/api/admin/handover/trial", json={"limits": {}})).json()
    first: str = tried["examples"][-1]["conversation"]
    return first
