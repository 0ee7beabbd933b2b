"""What the console shows and takes about incidents and handovers, by clicking and by key."""

from playwright.async_api import expect

from tests.browser.incident_acts import declared, in_every_light, post
from tests.browser.looks import check
from tests.browser.people import TWICE, Console, Widget, text
from tests.browser.stage import Stage
from tests.product import Product


async def test_a_late_update_is_said_to_the_staff_until_it_is_posted(
    product: Product, stage: Stage
) -> None:
    incident = await declared(product)
    agent = await Console(await stage.staff(product, "Aina")).ready()
    chief = await Console(await stage.staff(product, "Admin")).ready()
    strips = [one.page.locator(".late") for one in (agent, chief)]
    for strip in strips:
        await expect(strip).to_have_count(0)
    product.clock.pass_(minutes=31)
    await product.parts.clock.tick()
    for strip in strips:
        await expect(strip.locator("li")).to_contain_text("Cards are refused")
    await expect(strips[0]).to_contain_text(text("console.late.admin"))
    await expect(strips[0].get_by_role("link")).to_have_count(0)
    await stage.shot(agent.page, "late-for-an-agent")
    await in_every_light(stage, chief.page, "late")
    listing = await stage.staff(product, "Admin", "/admin#/incidents")
    row = listing.locator(".line-row", has_text="Cards are refused")
    await expect(row).to_contain_text(text("admin.incident.late"))
    await strips[1].get_by_role("link", name=text("console.late.write")).click()
    await expect(chief.page).to_have_url(f"{product.url}/admin#/incidents/{incident}")
    await expect(chief.page.locator(".incident-notices .notice-warn")).to_be_visible()
    await stage.shot(chief.page, "late-on-its-page", full_page=True)
    await post(chief.page, "No change yet.")
    await expect(strips[0]).to_have_count(0)
    await expect(chief.page.locator(".incident-notices .notice-warn")).to_have_count(0)


async def test_whether_a_person_was_needed_is_said_by_key_and_can_be_changed(
    product: Product, stage: Stage
) -> None:
    widget = await Widget(await stage.customer(product)).open()
    await widget.ask(TWICE["en"])
    console = await Console(await stage.staff(product, "Aina")).ready()
    await widget.say("let me talk to someone")
    await console.waiting.first.click()
    part = console.about.locator(".verdict")
    yes, no = part.get_by_role("button").first, part.get_by_role("button").last
    await expect(yes).to_have_attribute("aria-pressed", "false")
    await expect(no).to_have_attribute("aria-pressed", "false")
    await console.page.keyboard.press("x")
    await expect(no).to_have_attribute("aria-pressed", "true")
    line = console.log.locator(".line").last
    await expect(line).to_contain_text(text("console.line.not_needed", name="Aina"))
    await console.page.keyboard.press("y")
    await expect(yes).to_have_attribute("aria-pressed", "true")
    await expect(no).to_have_attribute("aria-pressed", "false")
    await expect(line).to_contain_text(text("console.line.needed", name="Aina"))
    await in_every_light(stage, console.page, "verdict")
    other = await Console(await stage.staff(product, "Wei Ling")).ready()
    await other.waiting.first.click()
    there = other.about.locator(".verdict")
    await expect(there.get_by_role("button").first).to_have_attribute("aria-pressed", "true")
    await expect(other.about).to_contain_text(text("console.verdict.by", name="Aina"))
    await there.get_by_role("button").last.click()
    await expect(no).to_have_attribute("aria-pressed", "true")  # the last word, live
    said = " ".join(await widget.said())
    assert "needed" not in said
    assert "bot could" not in said


async def test_a_problem_is_reported_by_key_and_waits_for_an_admin(
    product: Product, stage: Stage
) -> None:
    widget = await Widget(await stage.customer(product)).open()
    await expect(widget.panel.locator(".suggestions")).to_be_visible()
    chief = await Console(await stage.staff(product, "Admin")).ready()
    await chief.page.keyboard.press("p")
    await expect(chief.dialog).to_contain_text(text("console.report.hint"))
    line = chief.dialog.get_by_label(text("console.report.text"))
    await expect(line).to_be_focused()
    await line.fill("Three people cannot pay by card")
    await chief.dialog.get_by_label(text("console.report.component")).select_option("payments")
    await check(stage, chief.page, "report")
    await line.press("Enter")
    await expect(chief.toast).to_contain_text(text("console.report.done"))
    await expect(chief.dialog).to_have_count(0)

    agent = await Console(await stage.staff(product, "Aina")).ready()
    await agent.page.get_by_role("button", name=text("console.report")).click()
    send = agent.dialog.get_by_role("button", name=text("console.report.send"), exact=True)
    await expect(send).to_be_disabled()
    await expect(agent.dialog.get_by_label(text("console.report.component"))).to_be_visible()
    await agent.dialog.get_by_label(text("console.report.text")).fill("Vouchers look empty")
    await send.click()
    await expect(agent.toast).to_contain_text(text("console.report.done"))

    admin = await stage.staff(product, "Admin", "/admin#/incidents")
    reported = admin.locator(".proposal", has_text="Three people cannot pay by card")
    await expect(reported.locator("h3")).to_have_text("Payments")
    await expect(reported).to_contain_text(text("admin.proposal.by_staff"))
    await expect(admin.locator(".proposal", has_text="Vouchers look empty")).to_contain_text("Aina")
    await stage.shot(admin, "reported", full_page=True)
    await expect(widget.banner).to_have_count(0)
