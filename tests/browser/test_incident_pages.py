"""What admins do about an incident beside declaring a prepared one, by clicking."""

import math
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from retrieval.incidents import sensor_proposals
from tests.browser.incident_acts import declared, in_every_light, post
from tests.browser.looks import check
from tests.browser.people import Console, Widget, text
from tests.browser.stage import Stage
from tests.product import Product, running
from tests.retrieval.incidents import status_server as s
from tests.retrieval.incidents.shapes import STATUSPAGE
from tests.retrieval.incidents.status_server import status_server

ASKED = ("My card was refused three times", "Payment page hangs after the code", "Bayaran gagal")
SECRET = "Gateway team says disk full, call Ravi on #kumquat"


async def test_a_proposal_is_declared_by_clicking(product: Product, stage: Stage) -> None:
    widget = await Widget(await stage.customer(product)).open()
    await expect(widget.panel.locator(".suggestions")).to_be_visible()
    await _propose(product, "payments")
    async with product.rest("Wei Ling") as agent:
        for problem in (
            {"text": "Two callers: Visa refused", "component": "payments"},
            {"text": "Labels print blank?"},
        ):
            assert (await agent.post("/api/console/problems", json=problem)).status_code == 200
    admin = await stage.staff(product, "Admin", "/admin#/incidents")
    proposed = admin.locator(".proposal", has_text="Visa refused")
    await expect(proposed).to_contain_text(text("admin.proposal.count", n=14, minutes=15, usual=1))
    chance = text("admin.proposal.chance", odds="200,000")
    await expect(proposed).to_contain_text(chance)
    for words in ASKED:
        await expect(proposed.get_by_role("link", name=words)).to_be_visible()
    await expect(proposed.get_by_role("img")).to_be_visible()
    await expect(proposed.locator(".rise-bar")).to_have_count(36)
    await stage.shot(admin, "proposals", full_page=True)
    await in_every_light(stage, admin, "proposals")

    report = admin.locator(".proposal", has_text="Labels print blank?")
    button = report.get_by_role("button", name=text("admin.incident.declare"))
    await expect(button).to_be_disabled()
    await report.get_by_label(text("admin.proposal.component")).select_option("tickets-checkin")
    await expect(button).to_be_enabled()
    await report.get_by_role("button", name=text("admin.proposal.dismiss")).click()
    await expect(report).to_have_count(0)
    await expect(widget.banner).to_have_count(0)

    await proposed.get_by_role("button", name=text("admin.incident.declare")).click()
    dialog = admin.locator("dialog[open]")
    await expect(dialog).to_contain_text(text("admin.proposal.declare.text"))
    await expect(widget.banner).to_have_count(0)  # asked first
    await check(stage, admin, "sure")
    await dialog.get_by_role("button", name=text("staff.cancel")).click()
    await admin.reload()
    await proposed.get_by_role("button", name=text("admin.incident.declare")).click()
    await dialog.get_by_role("button", name=text("admin.incident.declare")).click()
    await expect(admin.locator("h1")).to_have_text("Problems with Payments")
    await expect(widget.banner).to_contain_text("Problems with Payments")
    assert "Visa refused" not in await widget.panel.inner_text()
    await admin.goto(f"{product.url}/admin#/incidents")
    await expect(admin.locator(".line-row", has_text="Problems with Payments")).to_be_visible()
    await expect(admin.locator(".proposal")).to_have_count(0)


async def test_an_incident_is_edited_translated_and_corrected(
    product: Product, stage: Stage
) -> None:
    widget = await Widget(await stage.customer(product)).open()
    malay = await Widget(await stage.customer(product, "ms")).open()
    incident = await declared(product)
    await expect(malay.banner).to_contain_text("Cards are refused")
    label = malay.banner.locator(".foreign").first
    await expect(label).to_have_text("teks asal dalam bahasa Inggeris")
    await expect(malay.banner.locator("strong [lang=en]")).to_have_text("Cards are refused")
    await stage.shot(malay.page, "in-english-for-malay")
    await widget.ask("I can't pay with my card")
    admin = await stage.staff(product, "Admin", f"/admin#/incidents/{incident}")
    missing = "简体中文, 繁體中文, Bahasa Melayu"
    await expect(
        admin.get_by_text(text("admin.incident.missing", languages=missing))
    ).to_be_visible()
    await _edit(stage, product, admin)
    await expect(malay.banner).to_contain_text("Kad ditolak")
    await malay.banner.get_by_role("button", name=text("chat.more", "ms")).click()
    await expect(malay.banner).to_contain_text("Guna FPX")
    await expect(malay.banner).to_contain_text("Dijangka selesai sebelum")
    await check(stage, malay.page, "edited-for-malay")

    await post(admin, "Most cards work. Watching it.")
    await expect(widget.news).to_have_count(1)
    row = admin.locator(".timeline li").first
    await row.get_by_role("button", name=text("admin.update.edit")).click()
    field = row.get_by_role("textbox")
    await row.get_by_role("button", name="Bahasa Melayu").click()
    await field.fill("Kebanyakan kad berfungsi.")
    await expect(row).to_contain_text(text("admin.update.added", languages="Bahasa Melayu"))
    await row.get_by_role("button", name="English").click()
    await field.fill("Only Visa debit cards work. Watching it.")
    await expect(row).to_contain_text(text("admin.update.correction", languages="English"))
    await check(stage, admin, "correcting", full_page=True)
    await row.get_by_role("button", name=text("admin.update.correct")).click()
    await expect(widget.news).to_have_count(2)
    corrected = widget.news.last
    await expect(corrected.locator(".correction")).to_have_text(text("chat.news.correction"))
    await expect(corrected).to_contain_text("Only Visa debit cards work.")
    await expect(corrected).to_contain_text("Hoped to be over by")
    await expect(widget.news.first.locator(".correction")).to_have_count(0)
    await expect(admin.locator(".timeline .badge-accent")).to_have_count(1)
    await corrected.scroll_into_view_if_needed()
    await check(stage, widget.page, "corrected")
    await in_every_light(stage, admin, "incident")


async def test_a_note_is_seen_by_admins_alone(product: Product, stage: Stage) -> None:
    widget = await Widget(await stage.customer(product)).open()
    incident = await declared(product)
    console = await Console(await stage.staff(product, "Aina")).ready()
    admin = await stage.staff(product, "Admin", f"/admin#/incidents/{incident}")
    notes = admin.locator(".staff-notes")
    await notes.get_by_label(text("admin.note.kind")).select_option("owner")
    await notes.get_by_label(text("admin.note.new")).fill(SECRET)
    await notes.get_by_role("button", name=text("admin.note.add")).click()
    await expect(notes.locator(".notes li")).to_contain_text(SECRET)
    await expect(notes.locator(".notes li")).to_contain_text(text("admin.note.owner"))
    await expect(notes.get_by_label(text("admin.note.new"))).to_have_value("")
    await stage.shot(admin, "noted", full_page=True)
    await post(admin, "Still looking.")
    await expect(widget.banner).to_contain_text("Cards are refused")
    answer = await widget.ask("I can't pay with my card, what is wrong?")
    await expect(answer).to_contain_text("Still looking.")
    await widget.banner.get_by_role("button", name=text("chat.more")).click()
    await expect(console.page.locator(".bar-incidents")).to_be_visible()
    status = await stage.visit(f"{product.url}/help/en/status#{incident}")
    await expect(status.locator("body")).to_contain_text("Still looking.")
    for page in (widget.page, console.page, status):
        assert "kumquat" not in await page.content()
        assert "kumquat" not in await page.locator("body").inner_text()
    for path in ("/api/incidents?locale=en", f"/help/en/status#{incident}", "/demo"):
        answered = await status.request.get(product.url + path)
        assert answered.ok
        assert "kumquat" not in await answered.text(), path
    await admin.reload()
    await expect(notes.locator(".notes li")).to_contain_text(SECRET)


async def test_a_status_page_shows_its_age_what_fails_and_what_does_not_fit(
    home: Path, stage: Stage
) -> None:
    async with status_server() as page:
        page.pages = {path: s.body(content) for path, content in STATUSPAGE.broken().items()}
        sources = {"sources": f"statuspage={page.url},name=acme", "unconfirmed_after": "PT5M"}
        async with running(home, settings={"incidents": sources}) as product:
            await _polled(product, "Card payments")
            widget = await Widget(await stage.customer(product)).open()
            await expect(widget.banner).to_contain_text("Card payments fail")
            admin = await stage.staff(product, "Admin", "/admin#/incidents")
            panel = admin.locator(".status-pages")
            await expect(panel).to_contain_text(text("admin.status_page.fresh"))
            await admin.get_by_role("link", name="Card payments fail").click()
            await expect(admin.locator("h1")).to_have_text("Card payments fail")
            await expect(admin.locator(".page-head")).to_contain_text("acme")
            row = admin.locator(".timeline li").first
            await row.get_by_role("button", name=text("admin.update.edit")).click()
            await expect(row.get_by_role("textbox")).not_to_be_editable()
            await expect(row).to_contain_text(text("admin.update.fixed"))
            await stage.shot(admin, "from-a-page", full_page=True)

            page.pages = dict.fromkeys(STATUSPAGE.quiet(), s.status(500))
            product.clock.pass_(minutes=6)
            await product.parts.feeds.poll("acme")
            await product.parts.clock.tick()
            await product.parts.clock.tick()
            await expect(widget.banner.locator(".doubt")).to_be_visible()
            await check(stage, widget.page, "not-confirmed")
            await admin.goto(f"{product.url}/admin#/incidents")
            await expect(panel).to_contain_text(text("admin.status_page.stale"))
            await expect(panel.locator(".trouble-bad")).to_contain_text("500")
            await in_every_light(stage, admin, "status-pages")
            await stage.close()  # before the server goes: a page that loses it says so


async def _polled(product: Product, part: str) -> None:
    """Read the page until its incident is here; a poll may fail on a machine that is very busy."""
    for _ in range(20):
        if product.parts.board.active():
            return
        await product.parts.feeds.poll("acme")
        await product.parts.clock.tick()
    raise AssertionError(f"{part}: the status page was never read")


async def _propose(product: Product, component: str) -> None:
    """What the sensor stores when it sees a rise: three hours, the last quarter far above usual."""
    async with product.customer() as customer:
        for words in ASKED:
            await customer.ask(words)
        conversation = str(customer.conversation)
    asked = [one for one in await product.log_of(conversation) if one.kind == "customer.said"]
    places = [(conversation, one.position) for one in asked]
    now = product.clock()
    start = now - timedelta(hours=3)
    plot = [
        {
            "at": (start + timedelta(minutes=5 * n)).isoformat(),
            "questions": n % 2 if n < 33 else 2 + 2 * (n - 32) // 2,
            "expected": 0.3 + 0.1 * math.sin(n / 6),
        }
        for n in range(36)
    ]
    evidence: dict[str, Any] = {
        "minutes": 15, "questions": 14, "expected": 1.02, "times": 13.7, "chance": 4.6e-6,
        "usual_per_hour": 4.1, "plot": plot,
    }  # fmt: skip
    await product.parts.database.write(
        lambda tx: sensor_proposals.propose(
            tx, component, evidence=evidence, examples=[list(one) for one in places], now=now
        )
    )


async def _edit(stage: Stage, product: Product, admin: Page) -> None:
    """Title and workaround in Malay, an expected time two hours ahead, a shorter cadence."""
    await admin.get_by_role("button", name=text("admin.incident.edit"), exact=True).click()
    dialog = admin.locator("dialog[open]")
    await expect(dialog.locator(".zone")).to_contain_text("Asia/Kuala Lumpur")
    await _write(dialog, "admin.incident.title", "Bahasa Melayu", "Kad ditolak")
    await _write(dialog, "admin.incident.workaround", "Bahasa Melayu", "Guna FPX")
    there = product.clock() + timedelta(hours=10)  # two hours ahead, in the zone of the page
    expected = dialog.get_by_label(text("admin.incident.expected"))
    await expected.fill(there.strftime("%Y-%m-%dT%H:%M"))
    await dialog.get_by_label(text("admin.incident.cadence")).fill("45")
    await check(stage, admin, "editing")
    await dialog.get_by_role("button", name=text("admin.incident.save")).click()
    await expect(dialog).to_have_count(0)
    async with product.rest() as rest:
        incident = admin.url.rsplit("/", 1)[-1]
        kept = (await rest.get(f"/api/admin/incidents/{incident}")).json()
    assert kept["cadence_minutes"] == 45
    assert kept["title"] == {"en": "Cards are refused", "ms": "Kad ditolak"}
    assert kept["expected_at"].startswith((there - timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M"))


async def _write(place: Locator, key: str, language: str, words: str) -> None:
    """Fill one language of a text."""
    label = text(key)
    group = place.get_by_role("group", name=label)
    await group.get_by_role("button", name=language).click()
    await place.get_by_role("textbox", name=f"{label} ({language})").fill(words)
