"""A customer asks in each of four languages, and looks at where the answer comes from."""

import re

import pytest
from opencc import OpenCC
from playwright.async_api import Page, expect

from tests.browser.people import LOCALES, TWICE, Widget, text
from tests.browser.stage import Stage
from tests.product import Product

HAN = re.compile(r"[\u4e00-\u9fff]")
MALAY = {"anda", "yang", "tidak", "dan", "bayaran", "kad", "dalam"}


@pytest.mark.parametrize("locale", LOCALES)
async def test_an_answer_and_its_source(product: Product, stage: Stage, locale: str) -> None:
    page = await stage.customer(product, locale)
    await expect(page.locator("html")).to_have_attribute("lang", locale)
    await stage.shot(page, "demo")
    widget = await Widget(page).open()
    await expect(widget.panel.locator(".suggestions button").first).to_be_visible()
    await stage.shot(page, "welcome")
    answer = await widget.ask(TWICE[locale])
    await expect(answer).to_contain_text(text("chat.note.quoted", locale))
    await stage.shot(page, "answer")
    assert_script(await answer.locator(".bubble").inner_text(), locale)
    await _open_source(stage, page, widget, locale)
    article = await _open_article(page, locale)
    await stage.shot(article, "article")
    await page.bring_to_front()
    await page.keyboard.press("Escape")
    await expect(widget.panel.locator(".source")).to_have_count(0)
    await expect(widget.panel).to_be_visible()


async def _open_source(stage: Stage, page: Page, widget: Widget, locale: str) -> None:
    """The passage opens in the panel; what is marked in it stands in the source word for word."""
    async with page.expect_response(re.compile("/api/passages/")) as waiting:
        await widget.panel.locator(".bubble .mark").first.click()
    passage = await (await waiting.value).json()
    assert (passage["article"], passage["locale"]) == ("payments-charged-twice", locale)
    source = widget.panel.locator(".source")
    await expect(source.locator("h3")).to_have_text(passage["title"])
    marked = source.locator("mark")
    await expect(marked.first).to_be_visible()
    quoted = "".join(await marked.all_inner_texts())
    assert len(quoted) > 20
    assert _bare(quoted) in _bare(passage["text"])
    back = source.get_by_role("button", name=text("chat.source.back", locale))
    await expect(back).to_be_focused()
    await stage.shot(page, "source")


async def _open_article(page: Page, locale: str) -> Page:
    async with page.expect_popup() as waiting:
        await page.locator("#panel .source .foot a").click()
    article = await waiting.value
    await article.wait_for_load_state()
    assert f"/help/{locale}/payments-charged-twice" in article.url
    await expect(article.locator("html")).to_have_attribute("lang", locale)
    await expect(article.locator("h1")).to_be_visible()
    if anchor := article.url.partition("#")[2]:
        await expect(article.locator(f'[id="{anchor}"]')).to_be_in_viewport()
    return article


def assert_script(words: str, locale: str) -> None:
    """The words are in the language, and for Chinese in the script, that was asked for."""
    han = HAN.findall(words)
    if locale in ("en", "ms"):
        assert not han
        malay = MALAY & set(re.findall(r"[a-z]+", words.lower()))
        assert (len(malay) >= 3) is (locale == "ms"), malay
        return
    assert len(han) > 30
    simplified = OpenCC("t2s").convert(words)
    changed = sum(one != other for one, other in zip(words, simplified, strict=True))
    if locale == "zh-Hans":
        assert changed == 0
    else:
        assert changed > len(han) / 10


def _bare(words: str) -> str:
    """Without what Markdown and its drawing add or take away."""
    return re.sub(r"[\W_\d]+", "", words)
