"""An admin edits an article, builds the index and goes back, with customers asking meanwhile."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.people import TWICE, Widget, by_keyboard, text
from tests.browser.stage import Stage
from tests.product import QUICK_BUILD, Product, running

NEW = "Send us a photo of the purple form P-77 and we return the second charge the same day."


async def test_edit_build_and_roll_back(home: Path, stage: Stage) -> None:
    async with running(home, settings=QUICK_BUILD) as product:
        await _edit_build_and_roll_back(product, stage)
        await stage.close()


async def _edit_build_and_roll_back(product: Product, stage: Stage) -> None:
    """The index is built and gone back to by keyboard alone."""
    admin = await stage.staff(product, "Admin", "/admin#/articles")
    await _edit(stage, admin)
    await by_keyboard(admin.locator("#admin-menu").get_by_role("link", name=text("admin.index")))
    await expect(admin.locator(".notice")).to_have_text(text("admin.index.pending", n=1))
    await stage.shot(admin, "pending")
    widget = await Widget(await stage.customer(product)).open()
    with product.build_held("verify"):
        await _build(stage, admin, widget)
    await _built(admin)
    await expect(admin.locator(".notice")).to_have_text(text("admin.index.current"))
    await stage.shot(admin, "built")
    new = await _fresh_answer(product, stage, "new-answer")
    assert "P-77" in new
    await by_keyboard(admin.get_by_role("button", name=text("admin.index.rollback")))
    dialog = admin.locator("dialog[open]")
    await stage.shot(admin, "go-back")
    sure = dialog.get_by_role("button", name=text("admin.index.rollback"), exact=True)
    await by_keyboard(sure)
    await expect(admin.get_by_text(text("admin.index.rolled_back"))).to_be_visible()
    await expect(admin.locator("tbody tr").last).to_contain_text(text("admin.index.state.live"))
    await stage.shot(admin, "rolled-back")
    old = await _fresh_answer(product, stage, "old-answer")
    assert "P-77" not in old


async def _edit(stage: Stage, admin: Page) -> None:
    rows = admin.locator("tbody tr")
    await expect(rows.nth(20)).to_be_visible()
    await stage.shot(admin, "articles")
    await admin.get_by_role("searchbox").fill("charged twice")
    await admin.locator("tbody a", has_text="I was charged twice").click()
    body = admin.locator(".body-field")
    await expect(body).to_have_value(re.compile("authorisation hold"))
    await body.fill(f"{NEW}\n\n{await body.input_value()}")
    await expect(admin.locator(".preview")).to_contain_text("P-77")
    await stage.shot(admin, "edited")
    await admin.get_by_role("button", name=text("admin.publish"), exact=True).click()
    await expect(admin.get_by_text(text("admin.published"))).to_be_visible()
    await expect(admin.locator(".state-line")).to_contain_text(text("admin.version", n=2))


async def _build(stage: Stage, admin: Page, widget: Widget) -> None:
    """The build shows where it is, and customers are answered all the while."""
    await by_keyboard(admin.get_by_role("button", name=text("admin.index.build"), exact=True))
    progress = admin.locator(".build")
    await expect(progress.locator("progress")).to_be_visible()
    await expect(progress.locator("[aria-current=step]")).to_be_visible()
    await stage.shot(admin, "building")
    answer = await widget.ask("how long does a refund take")
    await expect(answer.locator(".sources")).to_be_visible()


async def _built(admin: Page) -> None:
    await expect(admin.locator(".build")).to_have_count(0, timeout=300_000)
    await expect(admin.locator("tbody tr")).to_have_count(2)
    await expect(admin.locator("tbody tr").first).to_contain_text(text("admin.index.state.live"))


async def _fresh_answer(product: Product, stage: Stage, name: str) -> str:
    widget = await Widget(await stage.customer(product)).open()
    words: str = await (await widget.ask(TWICE["en"])).inner_text()
    await stage.shot(widget.page, name)
    await widget.page.context.close()
    return words


async def _menu(admin: Page, key: str) -> None:
    await admin.locator("#admin-menu").get_by_role("link", name=text(key), exact=True).click()


async def test_an_article_is_pulled_after_a_question_and_its_history_says_by_whom(
    product: Product, stage: Stage
) -> None:
    admin = await stage.staff(product, "Admin", "/admin#/articles/payments-charged-twice/en")
    body = admin.locator(".body-field")
    await expect(body).to_have_value(re.compile("authorisation hold"))
    await body.fill(f"{NEW}\n\n{await body.input_value()}")
    await admin.get_by_role("button", name=text("admin.save_draft"), exact=True).click()
    await expect(admin.locator(".state-line")).to_contain_text(text("admin.state.draft"))
    pull = admin.get_by_role("button", name=text("admin.pull"), exact=True)
    await pull.click()  # the version before the draft is what customers are told
    dialog = admin.locator("dialog[open]")
    await dialog.get_by_label(text("admin.pull.reason")).fill("The amount is wrong.")
    await dialog.get_by_label(text("admin.pull.everywhere")).check()
    await stage.shot(admin, "pulling")
    await dialog.get_by_role("button", name=text("admin.pull"), exact=True).click()
    await expect(admin.get_by_text(text("admin.pulled"))).to_be_visible()
    await expect(pull).to_have_count(0)
    assert "authorisation hold" not in await _fresh_answer(product, stage, "after-pull")
    await admin.get_by_role("button", name=text("admin.versions"), exact=True).click()
    row = dialog.locator("tbody tr").last
    await expect(row).to_contain_text(text("admin.state.pulled"))
    await expect(row).to_contain_text("Admin")
    await expect(row).to_contain_text("The amount is wrong.")
    await stage.shot(admin, "history")
    await _back_to_the_first_version(stage, admin)


async def _back_to_the_first_version(stage: Stage, admin: Page) -> None:
    """What the draft changed is marked; the version before it comes back as a third one."""
    dialog = admin.locator("dialog[open]").first
    shown = admin.get_by_role("button", name=text("admin.versions.show.of", n=2))
    await by_keyboard(shown)
    await expect(dialog.locator("ins")).to_contain_text([f"{text('admin.versions.added')} {NEW}"])
    await expect(dialog.locator("del")).to_have_count(0)
    await expect(admin.get_by_role("button", name=text("admin.versions.restore"))).to_have_count(0)
    await stage.shot(admin, "difference")
    await by_keyboard(dialog.get_by_role("button", name=text("admin.versions.all")))
    await expect(shown).to_be_focused()
    await by_keyboard(admin.get_by_role("button", name=text("admin.versions.show.of", n=1)))
    await by_keyboard(dialog.get_by_role("button", name=text("admin.versions.to.latest")))
    await expect(dialog.locator("ins")).to_contain_text([NEW])
    await by_keyboard(dialog.get_by_role("button", name=text("admin.versions.restore")))
    sure = admin.get_by_role("dialog", name=text("admin.versions.restore.title", n=1))
    await expect(sure).to_contain_text("The amount is wrong.")
    await expect(sure.get_by_role("checkbox")).not_to_be_checked()  # it was pulled
    await stage.shot(admin, "restoring")
    await by_keyboard(sure.get_by_role("button", name=text("admin.versions.restore")))
    await expect(admin.get_by_text(text("admin.versions.restored", n=3, old=1))).to_be_visible()
    await expect(admin.locator(".state-line")).to_contain_text(text("admin.version", n=3))
    await expect(admin.locator(".body-field")).not_to_have_value(re.compile("P-77"))


async def test_every_admin_page_opens(product: Product, stage: Stage) -> None:
    async with product.customer() as customer:
        await customer.ask("who won the football match yesterday")
        await customer.ask("let me talk to someone")
    admin = await stage.staff(product, "Admin", "/admin")
    for name in ("articles", "unanswered", "people", "rules", "figures", "try"):
        await _menu(admin, f"admin.{name}")
        await expect(admin.locator("h1")).to_have_text(text(f"admin.{name}"))
        await expect(admin.locator(".skeleton, .failure")).to_have_count(0)
        if name == "try":
            await admin.get_by_label(text("admin.try.question")).fill(TWICE["en"])
            await admin.get_by_role("button", name=text("admin.try.ask"), exact=True).click()
            await expect(admin.get_by_text("authorisation hold").first).to_be_visible()
        await stage.shot(admin, name)
