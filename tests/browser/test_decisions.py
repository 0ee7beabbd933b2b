"""An agent's decisions by keyboard: ready reply, put off, team, end with a reason, and undo."""

from playwright.async_api import Page, expect
from sqlalchemy.engine import Connection as Tx

from bot import canned
from handoff import agents, presence, teams
from tests.browser.people import Console, text
from tests.browser.stage import Stage
from tests.clients import CustomerClient
from tests.product import Product

REPLY = {"en": "Hello {customer}, your refund is on its way. {agent}"}


async def test_what_an_agent_decides_and_takes_back(product: Product, stage: Stage) -> None:
    await _prepare(product)
    async with product.customer() as customer:
        await customer.ask("let me talk to someone")
        console = await Console(await stage.staff(product, "Aina")).ready()
        await console.claim_first()
        await _insert_a_ready_reply(stage, console, customer)
        await _put_off_and_back(product, stage, console, customer)
        await _hand_to_the_team(product, stage, console)
        await _end(product, stage, console, customer)


async def _prepare(product: Product) -> None:
    now = product.clock()

    def work(tx: Tx) -> None:
        canned.save(tx, category="Refunds", name="Refund", texts=REPLY, now=now)
        teams.save(tx, "Refunds", ["en"], [], now)

    await product.parts.database.write(work)


async def _pass(product: Product) -> None:
    """Ten seconds are over, and the agent is at the desk all the while."""

    def beat(tx: Tx) -> None:
        agent = agents.by_name(tx, "Aina")
        assert agent is not None
        presence.beat(tx, agent.id, product.clock())

    await product.parts.database.write(beat)
    product.clock.pass_(seconds=11)


async def _insert_a_ready_reply(stage: Stage, console: Console, customer: CustomerClient) -> None:
    keys = console.page.keyboard
    await keys.press("r")
    await expect(console.field).to_be_focused()
    await keys.type("/ref")
    options = console.page.locator(".canned [role=option]")
    await expect(options).to_have_count(1)
    await stage.shot(console.page, "ready-replies")
    await keys.press("Enter")
    await expect(console.field).to_have_value("Hello {customer}, your refund is on its way. Aina")
    await expect(console.page.locator(".canned-missing")).to_contain_text("{customer}")
    await keys.press("Control+Enter")
    await expect(console.log.locator(".entry-agent")).to_have_count(0)
    await keys.type("Mei")  # over what is selected
    await stage.shot(console.page, "ready-reply-filled")
    await keys.press("Control+Enter")
    await customer.event("agent.said", text="Hello Mei, your refund is on its way. Aina")
    await keys.press("Escape")


async def _put_off_and_back(
    product: Product, stage: Stage, console: Console, customer: CustomerClient
) -> None:
    keys = console.page.keyboard
    await _snooze(stage, console.page)
    await expect(console.mine).to_have_count(0)
    await keys.press("z")
    await expect(console.mine).to_have_count(1)
    await _snooze(stage, console.page)
    await expect(console.toast.last).to_contain_text(text("console.undo"))
    await _pass(product)
    await expect(console.page.locator("nav")).to_contain_text(text("console.snoozed"))
    await expect(console.log).to_contain_text("Asks the bank")
    await customer.say("any news?")
    await expect(console.mine).to_contain_text(text("console.nap.woken.customer"))
    await stage.shot(console.page, "back-from-snooze")


async def _snooze(stage: Stage, page: Page) -> None:
    await page.keyboard.press("s")
    radios = page.locator("dialog[open]").get_by_role("radio")
    await expect(radios.first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(radios.nth(1)).to_be_checked()
    await page.keyboard.press("Tab")
    await page.keyboard.type("Asks the bank")
    await stage.shot(page, "snooze")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog[open]")).to_have_count(0)


async def _hand_to_the_team(product: Product, stage: Stage, console: Console) -> None:
    keys = console.page.keyboard
    await keys.press("t")
    await console.dialog.get_by_role("radio", name="Refunds").check()
    await stage.shot(console.page, "transfer-to-team")
    await console.confirm("console.transfer")
    await _pass(product)
    await expect(console.waiting).to_contain_text("Refunds")
    await expect(console.waiting).to_have_class("row row-others")
    await stage.shot(console.page, "team-in-queue")
    await keys.press("a")
    await expect(console.head).to_contain_text(text("console.holder.me"))


async def _end(product: Product, stage: Stage, console: Console, customer: CustomerClient) -> None:
    keys = console.page.keyboard
    for undone in (True, False):
        await keys.press("Control+e")
        await expect(console.dialog.get_by_role("radio").first).to_be_focused()
        await keys.press("3")
        await expect(console.dialog.get_by_role("radio").nth(2)).to_be_checked()
        await expect(console.dialog.get_by_role("radio").nth(2)).to_be_focused()
        await stage.shot(console.page, "resolve-reasons")
        await keys.press("Enter")
        await expect(console.dialog).to_have_count(0)
        await expect(console.head).to_contain_text(text("console.undo"))
        await stage.shot(console.page, "undo")
        if undone:
            await keys.press("Control+z")
            await expect(console.head).to_contain_text(text("console.resolve"))
    await _pass(product)
    await customer.event("conversation.resolved")
    await expect(console.log).to_contain_text(text("console.end.duplicate"))
    await console.page.locator("summary", has_text=text("console.ended")).click()
    await expect(console.page.locator(".ended")).to_contain_text(text("console.end.duplicate"))
    await stage.shot(console.page, "ended-with-reason")
