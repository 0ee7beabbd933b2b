"""Reload, no network, a restarted server: both sides go on with nothing lost and nothing twice."""

from pathlib import Path

from playwright.async_api import expect

from tests.browser.people import TWICE, Console, Widget, text
from tests.browser.stage import Stage
from tests.product import Product, lasting_port, running

NO_SERVER = r"WebSocket connection to|net::ERR_(CONNECTION_REFUSED|INTERNET_DISCONNECTED)"


async def test_a_reload_shows_the_conversation_again(product: Product, stage: Stage) -> None:
    page = await stage.customer(product)
    widget = await Widget(page).open()
    await widget.ask(TWICE["en"])
    await expect(widget.panel.locator(".message.typing")).to_have_count(0)
    before = await widget.said()
    await page.reload()
    await expect(widget.answers).to_have_count(1)
    assert await widget.said() == before
    other = await page.context.new_page()
    await other.goto(f"{product.url}/chat?locale=en")
    beside = Widget(other)
    await expect(beside.answers).to_have_count(1)
    await beside.say("how long does a refund take")
    await expect(widget.answers).to_have_count(2)
    await expect(beside.answers).to_have_count(2)
    for window in (widget, beside):
        await expect(window.panel.locator(".message.typing, .message.sending")).to_have_count(0)
    await stage.shot(other, "chat-page")
    assert await beside.said() == await widget.said(), "two windows of one customer"


async def test_what_is_said_without_a_network_arrives_once(product: Product, stage: Stage) -> None:
    stage.allow(NO_SERVER)
    page = await stage.customer(product)
    widget = await Widget(page).open()
    async with product.agent("Aina") as agent, product.customer() as _:
        await widget.say("let me talk to someone")
        await expect(widget.queue).to_contain_text(text("chat.queue.next"))
        queue = await agent.queue(lambda q: q["waiting_total"] == 1)
        conversation = queue["waiting"][0]["conversation"]
        await agent.act("claim", conversation=conversation)
        await expect(widget.lines).to_have_count(1)
        await page.context.set_offline(True)
        await expect(widget.panel.locator(".link")).to_have_text(text("chat.link.offline"))
        await agent.act("say", conversation=conversation, text="Are you still there?")
        await widget.say("I was in a tunnel")
        pending = widget.panel.locator(".message.sending")
        await expect(pending).to_contain_text(text("chat.state.waiting"))
        await stage.shot(page, "offline")
        await page.context.set_offline(False)
        await expect(pending).to_have_count(0)
        await expect(widget.from_agents).to_have_text(["Are you still there?"])
        await agent.follow(conversation)
        await agent.event("customer.said", text="I was in a tunnel")
    await expect(widget.panel.locator(".link")).to_have_count(0)
    assert (await widget.said()).count("I was in a tunnel") == 1
    await stage.shot(page, "back")


async def test_both_sides_outlive_a_restart(home: Path, stage: Stage) -> None:
    stage.allow(NO_SERVER)
    port = lasting_port()
    async with running(home, port=port) as product:
        page = await stage.customer(product)
        widget = await Widget(page).open()
        await widget.say("let me talk to someone")
        console = await Console(await stage.staff(product, "Aina")).ready()
        await console.claim_first()
        await console.write("Before the restart")
        await expect(widget.from_agents).to_have_text(["Before the restart"])
    await expect(widget.panel.locator(".link")).to_be_visible()
    await expect(console.page.locator(".link-state")).to_be_visible()
    await widget.say("Said while the server was away")
    await console.write("Written while the server was away")
    await stage.shot(page, "customer-without-server")
    await stage.shot(console.page, "agent-without-server")
    async with running(home, port=port):
        await expect(widget.panel.locator(".link")).to_have_count(0, timeout=120_000)
        await console.page.locator(".link-state").wait_for(state="detached", timeout=120_000)
        expected = ["Before the restart", "Written while the server was away"]
        await expect(widget.from_agents).to_have_text(expected)
        await expect(widget.panel.locator(".message.sending")).to_have_count(0)
        await expect(console.log.locator(".entry-customer")).to_have_count(2)
        await expect(console.log.locator(".entry-agent")).to_have_count(2)
        await stage.shot(page, "customer-after")
        await stage.shot(console.page, "agent-after")
        await page.reload()
        await expect(widget.from_agents).to_have_text(expected)
        await expect(widget.mine).to_have_count(2)
        await stage.close()
