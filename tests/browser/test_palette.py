"""The console's palette: everything by typing, and the note that the next agent reads first."""

from playwright.async_api import Locator, expect
from sqlalchemy.engine import Connection as Tx

from handoff import agents, presence
from tests.browser.looks import check
from tests.browser.people import Console, text
from tests.browser.stage import Stage
from tests.product import Product

NOTE = "Has sent the receipt, ask nothing twice"
ENDED = {
    "en": ("my blue kayak has a hole", "blue kayak"),
    "ms": ("kayak biru saya berlubang", "biru berlubang"),
    "zh-Hans": ("我的蓝色皮划艇上有个洞", "皮划艇"),
    "zh-Hant": ("我的藍色獨木舟破了一個洞", "獨木舟"),
}
"""What a customer said, and by what an agent looks for it later."""


async def test_everything_is_done_by_typing_what_it_is_called(
    product: Product, stage: Stage
) -> None:
    async with product.customer() as one, product.customer() as other:
        await one.ask("let me talk to someone")
        await other.say("my kayak has a hole")
        await other.ask("let me talk to someone")
        console = await Console(await stage.staff(product, "Aina")).ready()
        await expect(console.waiting).to_have_count(2)
        assert other.conversation is not None
        await _type(stage, console, other.conversation)
        await expect(console.log).to_contain_text("my kayak has a hole")
        await _type(stage, console, text("console.keys.claim"))
        await expect(console.head).to_contain_text(text("console.holder.me"))
        await _type(stage, console, text("console.keys.reply"))
        await expect(console.field).to_be_focused()
        await _type(stage, console, text("console.keys.give_back"))
        note = console.dialog.get_by_role("textbox")
        await expect(note).to_be_focused()
        await note.fill(NOTE)
        await check(stage, console.page, "give-back-note")
        await console.page.keyboard.press("Enter")
        await expect(console.toast.last).to_contain_text(text("console.undo"))
        await _pass(product)
        await expect(console.head).to_contain_text(text("console.holder.bot"))
        await other.ask("let me talk to someone")
        handed = console.about.locator(".part").first
        await expect(handed).to_contain_text(NOTE)
        await expect(handed).to_contain_text(text("console.handed", name="Aina"))
        await _settings(stage, console)


async def _pass(product: Product) -> None:
    """Ten seconds are over, and the agent is at the desk all the while."""

    def beat(tx: Tx) -> None:
        agent = agents.by_name(tx, "Aina")
        assert agent is not None
        presence.beat(tx, agent.id, product.clock())

    await product.parts.database.write(beat)
    product.clock.pass_(seconds=11)


async def _opened(console: Console) -> Locator:
    await console.page.keyboard.press("Control+k")
    field = console.dialog.get_by_role("combobox")
    await expect(field).to_be_focused()
    return field


async def _type(stage: Stage, console: Console, words: str) -> None:
    """Find it by these words and press Enter."""
    field = await _opened(console)
    await field.fill(words)
    chosen = console.dialog.locator("[role=option][aria-selected=true]")
    await expect(chosen).to_have_count(1)
    await expect(field).to_have_attribute("aria-activedescendant", "palette-list-0")
    await stage.shot(console.page, f"palette-{words[:12]}")
    await console.page.keyboard.press("Enter")
    await expect(console.dialog.get_by_role("combobox")).to_have_count(0)


async def _settings(stage: Stage, console: Console) -> None:
    page, options = console.page, console.dialog.get_by_role("option")
    field = await _opened(console)
    await stage.shot(page, "palette")
    await field.fill("no such thing anywhere")
    await expect(console.dialog.get_by_role("status")).to_have_text(text("console.search.none"))
    await field.fill(text("staff.theme"))
    await expect(options).to_have_count(2)
    await page.keyboard.press("ArrowUp")  # round to the last
    await expect(options.last).to_have_attribute("aria-selected", "true")
    await expect(options.last).to_contain_text(text("staff.theme.dark"))
    await page.keyboard.press("Enter")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await _type(stage, console, text("console.status.away"))
    await expect(page.get_by_role("switch")).to_have_attribute("aria-checked", "false")
    await _type(stage, console, "Bahasa Melayu")
    await expect(page.get_by_role("switch")).to_have_text(text("console.status.away", "ms"))
    await _opened(console)
    await check(stage, page, "palette-ms")
    wider = "list => list.scrollWidth - list.clientWidth"
    assert await page.locator(".palette").evaluate(wider) <= 0, "an option is cut off"
    await page.keyboard.press("Escape")
    await expect(console.dialog).to_have_count(0)


async def test_what_has_ended_is_found_by_its_words_in_every_language(
    product: Product, stage: Stage
) -> None:
    async with product.agent("Aina") as aina:
        for said, _ in ENDED.values():
            async with product.customer() as customer:
                await customer.say(said)
                conversation = customer.conversation or ""
                await aina.act("claim", conversation=conversation)
                await aina.act("say", conversation=conversation, text="Our workshop mends it")
                await aina.act("resolve", conversation=conversation, why="solved")
    console = await Console(await stage.staff(product, "Aina")).ready()
    page, options = console.page, console.dialog.get_by_role("option")
    for said, words in ENDED.values():
        field = await _opened(console)
        await field.fill(words)
        await expect(options).to_have_count(1)
        await expect(options).to_contain_text(said)
        await page.keyboard.press("Enter")
        await expect(console.log).to_contain_text(said)
        await expect(console.log).to_contain_text("Our workshop mends it")
    field = await _opened(console)
    await field.fill("workshop")
    await expect(options).to_have_count(len(ENDED) - 1)  # the open one is on the screen
    await check(stage, page, "palette-ended")
    await page.keyboard.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    second = await options.nth(1).locator(".palette-label").inner_text()
    await page.keyboard.press("Enter")
    await expect(console.log).to_contain_text(second.partition(": ")[2])
    field = await _opened(console)
    await field.fill("workshop submarine")
    await expect(console.dialog.get_by_role("status")).to_have_text(text("console.search.none"))
