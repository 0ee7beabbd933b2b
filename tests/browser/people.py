"""What people do in a page: a customer in the widget, an agent in the console."""

import json
import re
from functools import cache
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.stage import ROOT

LOCALES = ("en", "zh-Hans", "zh-Hant", "ms")
_STAFF = ("staff/", "console/console-", "admin/base-", "admin/admin-")
"""Where the texts of the staff's pages lie, less the language."""
TWICE = {
    "en": "the payment went through twice",
    "zh-Hans": "钱被扣了两次",
    "zh-Hant": "信用卡被刷了兩次",
    "ms": "duit saya kena potong dua kali",
}


@cache
def _texts(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "widget/locales" / f"{name}.json").read_text())
    return found


def text(key: str, locale: str = "en", **values: object) -> str:
    """What the pages say for this key."""
    places = (locale, *(f"{place}{locale}" for place in _STAFF))
    words = next(found[key] for found in map(_texts, places) if key in found)
    if isinstance(words, dict):
        words = words["one" if values["n"] == 1 and "one" in words else "other"]
    return re.sub(r"\{(\w+)\}", lambda found: str(values[found[1]]), words)


async def by_keyboard(target: Locator, key: str | None = "Enter") -> None:
    """Walk there with Tab, as somebody without a mouse does, and press this key."""
    await expect(target).to_be_visible()
    await expect(target).to_be_enabled()
    for _ in range(200):
        if await target.evaluate("(one) => one.getRootNode().activeElement === one"):
            break
        await target.page.keyboard.press("Tab")
    else:
        raise AssertionError(f"Tab does not lead to {target}")
    if key is not None:
        await target.page.keyboard.press(key)


class Widget:
    """The chat of one customer, in the page of a company or alone on `/chat`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator("handrail-chat button.launcher")
        self.panel = page.locator("#panel")
        self.field = self.panel.locator(".field")
        self.log = self.panel.locator(".log")
        self.mine = self.panel.locator(".message.customer .bubble")
        self.answers = self.panel.locator("li .message.bot")
        self.from_agents = self.panel.locator("li .message.agent .bubble")
        self.lines = self.panel.locator("li.line")
        self.banner = self.panel.locator(".incidents")
        self.news = self.panel.locator(".news")
        self.queue = self.panel.locator(".queue")
        self.speaker = self.panel.locator(".header .speaker")

    async def open(self) -> "Widget":
        """Press the launcher."""
        await self.launcher.click()
        await expect(self.field).to_be_focused()
        return self

    async def say(self, words: str) -> None:
        """Write and press Enter, once the field can be written in: a source may lie over it."""
        await self.field.click()
        await self.field.fill(words)
        await self.field.press("Enter")

    async def ask(self, words: str) -> Locator:
        """Say something and give the bot's next message."""
        before = await self.answers.count()
        await self.say(words)
        answer = self.answers.nth(before)
        await expect(answer).to_be_visible()
        return answer

    async def said(self) -> list[str]:
        """Every bubble, line and piece of news of the conversation, in order."""
        parts = self.panel.locator("li .bubble, li.line, li .news")
        return [" ".join(words.split()) for words in await parts.all_inner_texts()]


class Console:
    """The console of one agent."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.waiting = page.locator("section[aria-labelledby=waiting-title] .row")
        self.mine = page.locator("section[aria-labelledby=mine-title] .row")
        self.talk = page.locator(".talk-column")
        self.head = page.locator(".talk-head")
        self.log = page.locator(".talk-column .log")
        self.field = page.locator(".composer textarea")
        self.about = page.locator(".about-column")
        self.toast = page.locator(".toast")
        self.dialog = page.locator("dialog[open]")

    async def ready(self) -> "Console":
        """Wait for the queue, and be on duty."""
        switch = self.page.get_by_role("switch")
        await expect(switch).to_be_enabled()
        if await switch.get_attribute("aria-checked") != "true":
            await switch.click()
        await expect(switch).to_have_attribute("aria-checked", "true")
        return self

    async def press(self, key: str) -> None:
        """A button of the conversation, by the key of its text."""
        await self.head.get_by_role("button", name=text(key), exact=True).click()

    async def claim_first(self) -> None:
        """Open the most urgent conversation and take it over."""
        await self.waiting.first.click()
        await self.press("console.claim")
        await expect(self.head).to_contain_text(text("console.holder.me"))

    async def write(self, words: str, kind: str = "console.reply") -> None:
        """A reply or a note."""
        await self.page.locator(".modes").get_by_role("button", name=text(kind)).click()
        await self.field.fill(words)
        await self.page.locator(".composer button[type=submit]").click()

    async def confirm(self, key: str) -> None:
        """Say yes in the dialog that asks."""
        await self.dialog.get_by_role("button", name=text(key), exact=True).click()
        await expect(self.dialog).to_have_count(0)
