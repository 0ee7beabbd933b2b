"""Customers who wait because of one incident are one row of the console, answered together."""

from httpx import AsyncClient
from playwright.async_api import expect

from tests.browser.incident_acts import in_every_light
from tests.browser.looks import check
from tests.browser.people import Console, Widget, text
from tests.browser.stage import Stage
from tests.clients import CustomerClient
from tests.product import Product

INCIDENT = "sample-payments"
SAID = "Your card is fine.\n\nPlease pay by bank transfer today."


async def test_a_group_is_answered_by_key_and_each_customer_reads_it_once(
    product: Product, stage: Stage
) -> None:
    async with product.customer("en") as english, product.rest() as admin:
        widget = await _told_that_it_is_over(product, stage, english, admin)
        console = await Console(await stage.staff(product, "Aina")).ready()
        group = console.page.locator(".group")
        await english.ask("no")
        await expect(console.waiting).to_have_count(1)
        await expect(group).to_have_count(0)  # one alone is no group
        await widget.say("tak")
        await expect(group).to_contain_text(text("console.group", n=2))
        await expect(group).to_contain_text("Bahasa Melayu 1")
        await group.locator("summary").press("Enter")
        await expect(group.locator("[data-conversation]")).to_have_count(2)
        await in_every_light(stage, console.page, "group")

        await _answered_by_key(stage, console)
        told = widget.panel.locator("li .message.agent")
        await expect(told).to_have_count(1)
        await expect(told.locator(".foreign")).to_have_text("teks asal dalam bahasa Inggeris")
        await expect(told.locator("[lang=en]")).to_contain_text("by bank transfer today.")
        await stage.shot(widget.page, "group-copy")
        copy = await english.event("group.said")
        assert (copy["data"]["text"], copy["data"]["agent"]["name"]) == (SAID, "Aina")
        await expect(group).to_contain_text(text("console.group.told", n=2))

        await widget.say("terima kasih, tapi saya ada soalan lain")
        await expect(group).to_have_count(0)
        await expect(console.waiting).to_have_count(2)
        await _over_rest(admin)
        await console.claim_first()
    assert product.breaches() == []


async def _told_that_it_is_over(
    product: Product, stage: Stage, english: CustomerClient, admin: AsyncClient
) -> Widget:
    """Two customers asked about an incident; it is over, and both are asked whether it works."""
    await admin.post(f"/api/admin/incidents/{INCIDENT}/declare")
    widget = await Widget(await stage.customer(product, locale="ms")).open()
    await widget.ask("tak boleh bayar guna kad")
    await english.ask("I can't pay with my card")
    over = {"status": "resolved", "text": {"en": "Cards are accepted."}}
    await admin.post(f"/api/admin/incidents/{INCIDENT}/updates", json=over)
    await expect(widget.news.last).to_contain_text("?")
    await english.event("incident.told", status="resolved")
    return widget


async def _answered_by_key(stage: Stage, console: Console) -> None:
    """G, one text in English for a group of English and Malay, and Enter."""
    await console.page.keyboard.press("g")
    await expect(console.dialog.get_by_label("English (1)")).to_be_focused()
    await console.dialog.get_by_label("English (1)").fill(SAID)
    await expect(console.dialog).to_contain_text(
        text("console.group.marked", languages="Bahasa Melayu")
    )
    await check(stage, console.page, "answer-together")
    send = console.dialog.get_by_role("button", name=text("console.group.send"))
    await send.press("Enter")
    await expect(console.toast).to_contain_text(text("console.group.done", n=2))


async def _over_rest(admin: AsyncClient) -> None:
    """One is left in the group: whom it reaches, and what is refused."""
    path, body = f"/api/console/incidents/{INCIDENT}/group", {"id": "1", "texts": {"en": "Hi"}}
    answer = await admin.post(path, json=body)
    assert (answer.status_code, answer.json()) == (200, {"incident": INCIDENT, "recipients": 1})
    answer = await admin.post(path, json=body | {"id": "2", "only_new": True})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "nobody_waits")
    for wrong in ({}, {"de": "Hallo"}):
        answer = await admin.post(path, json=body | {"id": "3", "texts": wrong})
        assert answer.status_code == 422, answer.text
