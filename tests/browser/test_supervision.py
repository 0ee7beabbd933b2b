"""A supervisor at the keyboard, and what stands beside a conversation: the solved, the mood."""

from playwright.async_api import expect

from tests.browser.people import Console, text
from tests.browser.stage import Stage
from tests.clients import AgentClient, CustomerClient
from tests.product import Product

SOLVED = "Hello Mei, the violin case of SP-7K2M4Q is repaired at counter nine, free of charge."


async def test_a_supervisor_listens_in_whispers_and_takes_over(
    product: Product, stage: Stage
) -> None:
    async with product.customer() as before, product.customer() as now, product.agent() as aina:
        await _solve(product, before, aina)
        await now.ask("THIS IS USELESS!!! Somebody scratched my violin case, I am furious")
        await aina.act("claim", conversation=now.conversation)

        console = Console(await stage.staff(product, "Admin"))
        page, keys = console.page, console.page.keyboard
        await expect(page.locator(".list-tools [aria-keyshortcuts=v]")).to_be_visible()
        await keys.press("v")
        rows = page.locator("[data-live]")
        await expect(rows).to_have_count(1)
        await expect(page.locator(".overview")).to_contain_text("Aina")
        await stage.shot(page, "overview")
        await keys.press("j")
        await expect(rows.first).to_be_focused()
        await keys.press("Enter")
        await expect(console.log).to_contain_text("violin case")
        about = page.locator(".about-column")
        await expect(about).to_contain_text(text("console.supervise.listening", name="Aina"))

        field = about.get_by_label(text("console.whisper", name="Aina"))
        await field.fill("Offer the repair.")
        await field.press("Control+Enter")
        note = await aina.wait(lambda f: f["type"] == "told")
        assert note["what"] == "whispered"
        await expect(console.log.locator(".entry-note")).to_contain_text("Offer the repair.")

        await keys.press("Escape")
        await keys.press("o")
        await expect(console.head).to_contain_text(text("console.holder.me"))
        await expect(about.locator(".solved")).to_contain_text("violin case was scratched")
        earlier = about.locator(".suggestions > li", has_text="counter nine")
        await expect(earlier).to_contain_text(text("console.suggested.earlier"))
        await expect(about.locator(".part", has_text=text("console.mood")).first).to_be_visible()
        await stage.shot(page, "beside")
        await keys.press(await earlier.locator("kbd").inner_text())
        await expect(console.field).to_have_value(
            "Hello […], the violin case of […] is repaired at counter nine, free of charge."
        )
        await expect(console.field).to_be_focused()
        await keys.press("Escape")
        await expect(console.field).not_to_be_focused()
        await keys.press("l")
        await expect(console.dialog).to_contain_text(text("console.alerts.text"))
        await expect(console.dialog.get_by_role("checkbox").first).not_to_be_checked()
        await stage.shot(page, "alerts")


async def _solve(product: Product, customer: CustomerClient, agent: AgentClient) -> None:
    """An agent answers and resolves, and the next question may learn from it."""
    await customer.say("My violin case was scratched on the way")
    await agent.act("claim", conversation=customer.conversation)
    await agent.act("say", conversation=customer.conversation, text=SOLVED)
    await agent.act("resolve", conversation=customer.conversation)
    while await product.parts.solved.learn():
        pass
