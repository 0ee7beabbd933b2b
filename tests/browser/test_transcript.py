"""A customer keeps the conversation as a text, made in the browser under a strict policy."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from tests.browser.host_site import host_site
from tests.browser.people import TWICE, Widget, text
from tests.browser.stage import Stage
from tests.product import running

PAGE = (
    '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"></head><body>'
    '<script src="{server}/widget.js" async></script></body></html>'
)


async def test_the_conversation_is_downloaded_as_text(home: Path, stage: Stage) -> None:
    async with host_site() as site:
        origins = {"web": {"allowed_origins": (site.url,)}}
        async with running(home, settings=origins) as product:
            site.files["/"] = ("text/html", PAGE.format(server=product.url))
            site.headers["Content-Security-Policy"] = (
                f"default-src 'none'; script-src {product.url}; connect-src {product.url} "
                f"{product.ws}; require-trusted-types-for 'script'; trusted-types 'none'"
            )
            page = await stage.visit(site.url)
            widget = await Widget(page).open()
            menu = widget.panel.get_by_role("button", name=text("chat.menu", "zh-Hans"))
            keep = widget.panel.get_by_role("button", name=text("chat.transcript", "zh-Hans"))
            await menu.click()
            await expect(widget.panel.locator(".menu")).to_be_visible()
            await expect(keep).to_have_count(0)  # nothing was said yet
            await menu.click()
            answer = await widget.ask(TWICE["zh-Hans"])
            await expect(answer.locator(".sources")).to_be_visible()
            await menu.click()
            await stage.shot(page, "menu")
            asked: list[str] = []
            page.on("request", lambda one: asked.append(one.url))
            before = datetime.now(UTC)
            async with page.expect_download() as waiting:
                await keep.click()
            download = await waiting.value
            zone = ZoneInfo("Asia/Kuala_Lumpur")
            days = {f"{at.astimezone(zone):%Y-%m-%d}" for at in (before, datetime.now(UTC))}
            name = download.suggested_filename
            assert name.removesuffix(".txt").rpartition(" ")[2] in days, name
            path = await download.path()
            kept = await asyncio.to_thread(path.read_text, "utf-8")
            assert f"    {TWICE['zh-Hans']}\n" in kept
            assert text("chat.you", "zh-Hans") in kept
            assert text("chat.bot.tag", "zh-Hans") in kept
            assert f"{product.url}/help/zh-Hans/payments-charged-twice" in kept
            sent = [url for url in asked if "/a/transcript" not in url]
            assert all(url.startswith("blob:") for url in sent), sent
            await expect(widget.panel.locator(".menu")).to_have_count(0)
            await stage.close()
