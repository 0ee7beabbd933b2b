"""From the bot to a person and back, as the customer and two agents see it."""

import asyncio
import time

from playwright.async_api import Page, expect

from tests.browser.people import TWICE, Console, Widget, text
from tests.browser.stage import Stage
from tests.product import Product

UNKNOWN = "who won the football match yesterday"


async def test_what_nobody_knows_is_said_and_a_person_is_offered(
    product: Product, stage: Stage
) -> None:
    page = await stage.customer(product)
    widget = await Widget(page).open()
    answer = await widget.ask(UNKNOWN)
    offer = answer.locator(".offer")
    # Nobody is at the desk yet: what is offered is what would happen.
    await expect(offer).to_have_text(text("chat.person.message"))
    assert await answer.locator(".mark, .sources").count() == 0, "nothing made up"
    await stage.shot(page, "unsure")
    async with product.agent("Aina") as agent, product.customer() as earlier:
        await earlier.ask("let me talk to someone")
        await offer.click()
        await expect(widget.queue).to_contain_text(text("chat.queue.place", n=2))
        await expect(widget.answers).to_have_count(2)
        await expect(widget.mine.last).to_have_text(text("chat.person.ask"))
        await expect(offer).to_have_count(0)
        await expect(widget.log).to_be_focused()  # the button is gone, the focus is not lost
        await stage.shot(page, "second-in-line")
        await agent.act("claim", conversation=earlier.conversation)
        await expect(widget.queue).to_contain_text(text("chat.queue.next"))
        await stage.shot(page, "next")


async def test_the_console_shows_why_a_frustrated_customer_came(
    product: Product, stage: Stage
) -> None:
    console = await Console(await stage.staff(product, "Aina")).ready()
    await expect(console.page.locator(".empty-title").first).to_be_visible()
    await stage.shot(console.page, "nobody-waits")
    page = await stage.customer(product)
    widget = await Widget(page).open()
    await widget.ask(TWICE["en"])
    await widget.say("this is useless, you stupid bot!!!")
    await expect(widget.queue).to_be_visible()
    await stage.shot(page, "customer")
    await expect(console.waiting).to_have_count(1)
    await expect(console.waiting).to_contain_text(text("console.reason.frustrated"))
    await console.waiting.click()
    await expect(console.about).to_contain_text(text("console.reason.long.frustrated"))
    await expect(console.about.locator(".evidence li").first).to_contain_text("useless")
    await expect(console.about).to_contain_text(text("console.tried"))
    await expect(console.about.locator(".attempts")).to_contain_text(TWICE["en"])
    await console.log.locator(".why summary").click()
    await stage.shot(console.page, "why")


async def test_two_agents_one_customer(product: Product, stage: Stage) -> None:
    page = await stage.customer(product)
    widget = await Widget(page).open()
    await widget.ask(TWICE["en"])
    await widget.say("let me talk to someone")
    consoles = {
        name: await Console(await stage.staff(product, name)).ready()
        for name in ("Aina", "Wei Ling")
    }
    winner, loser = await _claim_at_once(stage, consoles)
    one, other = consoles[winner], consoles[loser]
    await expect(widget.lines.last).to_have_text(text("chat.event.joined", name=winner))
    await expect(widget.speaker).to_contain_text(winner)
    await _both_type(stage, page, one, winner)
    await _note(one, widget)
    await stage.shot(one.page, "note")
    await _transfer(stage, one, loser)
    product.clock.pass_(seconds=11)
    await expect(one.head).to_contain_text(text("console.holder.agent", name=loser))
    await expect(widget.lines.last).to_have_text(text("chat.event.transferred", name=loser))
    await other.mine.first.click()
    await expect(other.head).to_contain_text(text("console.holder.me"))
    await expect(other.log).to_contain_text("Speaks Chinese")
    await stage.shot(other.page, "taken-on")
    await _give_back(product, other, widget)
    await _resolve_and_rate(product, stage, other, widget)
    assert "VIP" not in await widget.log.inner_text()


_ARM = """() => {
    const button = document.querySelector(".talk-head .button-primary");
    const toast = new Promise((done) => {
        const look = () => {
            const shown = document.querySelector(".toast");
            if (shown) done(shown.innerText);
        };
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    });
    window.press = async (at) => {
        setTimeout(() => button.click(), at - Date.now());
        return await toast;
    };
}"""
"""A toast is there for seconds only, so the page itself writes down what the first one says."""


async def _claim_at_once(stage: Stage, consoles: dict[str, Console]) -> tuple[str, str]:
    """Both press the button in the same millisecond; gives who won and who lost."""
    for console in consoles.values():
        await console.waiting.first.click()
        await expect(console.head.locator(".button-primary")).to_be_visible()
    for console in consoles.values():
        await console.page.evaluate(_ARM)
    at = time.time() * 1000 + 3000
    presses = [console.page.evaluate("(at) => press(at)", at) for console in consoles.values()]
    told = dict(zip(consoles, await asyncio.gather(*presses), strict=True))
    winner, loser = sorted(told, key=lambda name: text("console.done.claimed") not in told[name])
    assert text("console.taken_by", name=winner) in told[loser]
    blocked = consoles[loser].page.locator(".blocked")
    await expect(blocked).to_contain_text(text("console.blocked.agent", name=winner))
    await stage.shot(consoles[winner].page, "won")
    await stage.shot(consoles[loser].page, "lost")
    return winner, loser


async def _both_type(stage: Stage, page: Page, console: Console, agent: str) -> None:
    widget = Widget(page)
    await widget.field.press_sequentially("My booking is SP-7K2M4Q")
    await expect(console.talk.locator(".typing")).to_contain_text("is typing")
    await stage.shot(console.page, "customer-types")
    await widget.field.press("Enter")
    await expect(console.log).to_contain_text("SP-7K2M4Q")
    await console.field.press_sequentially("Let me look at that.")
    typing = widget.panel.locator(".message.agent.typing")
    await expect(typing).to_contain_text(text("chat.typing.person", name=agent))
    await expect(typing).to_be_in_viewport(ratio=1)
    await stage.shot(page, "agent-types")
    await console.field.press("Control+Enter")
    await expect(widget.from_agents.last).to_have_text("Let me look at that.")
    await expect(typing).to_have_count(0)
    await stage.shot(page, "agent-said")


async def _note(console: Console, widget: Widget) -> None:
    await console.write("VIP, be careful", "console.note")
    await expect(console.log.locator(".entry-note")).to_contain_text("VIP, be careful")
    await expect(console.log.locator(".entry-note")).to_contain_text(text("console.side.note"))
    await console.write("Which card did you use?")
    await expect(widget.from_agents.last).to_have_text("Which card did you use?")


async def _transfer(stage: Stage, console: Console, to: str) -> None:
    await console.press("console.transfer")
    await console.dialog.get_by_role("radio", name=to).check()
    await console.dialog.locator("textarea").fill("Speaks Chinese")
    await stage.shot(console.page, "transfer")
    await console.confirm("console.transfer")
    await expect(console.head).to_contain_text(text("console.undo"))


async def _give_back(product: Product, console: Console, widget: Widget) -> None:
    await console.press("console.give_back")
    await console.confirm("console.give_back")
    await expect(console.head).to_contain_text(text("console.undo"))
    product.clock.pass_(seconds=11)
    await expect(widget.lines.last).to_have_text(text("chat.event.returned"))
    answer = await widget.ask("how long does a refund take")
    await expect(answer.locator(".sources")).to_be_visible()


async def _resolve_and_rate(
    product: Product, stage: Stage, console: Console, widget: Widget
) -> None:
    await widget.say("I want a human please")
    await console.claim_first()
    await console.press("console.resolve")
    await stage.shot(console.page, "resolve")
    await console.confirm("console.resolve")
    await expect(console.head).to_contain_text(text("console.undo"))
    product.clock.pass_(seconds=11)
    rating = widget.panel.locator("form.rating")
    await rating.get_by_role("radio").last.check()
    await expect(rating.get_by_role("button")).to_be_in_viewport(ratio=1)
    await rating.locator("textarea").fill("Quick and kind")
    await stage.shot(widget.page, "rate")
    await rating.get_by_role("button").click()
    await expect(widget.panel).to_contain_text(text("chat.rating.thanks"))
    await expect(console.log).to_contain_text("Quick and kind")
    await stage.shot(console.page, "ended")
    await stage.shot(widget.page, "thanks")
