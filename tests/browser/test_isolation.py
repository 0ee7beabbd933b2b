"""The chat in other people's pages: it looks the same, changes nothing, and runs nobody's code."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.host_site import HostSite, host_site
from tests.browser.people import TWICE, Widget
from tests.browser.stage import Stage
from tests.product import running

HOSTILE = """
*, *::before, *::after {
  all: unset !important; color: lime !important; background: black !important;
  font: italic 40px/3 cursive !important; letter-spacing: 9px !important;
  text-transform: uppercase !important; visibility: hidden !important; direction: rtl !important;
  text-align: end !important; word-spacing: 20px !important; cursor: none !important;
}
html { font-size: 48px !important; zoom: 1; }
button { display: none !important; }
"""
_STYLES = """() => {
    const names = ["color", "background-color", "font-family", "font-size", "font-style",
        "font-weight", "line-height", "letter-spacing", "text-transform", "visibility", "display",
        "text-align", "word-spacing", "cursor", "direction", "border-top-width", "opacity"];
    const root = document.querySelector("handrail-chat").shadowRoot;
    return [...root.querySelectorAll("*")].map((element) => {
        const style = getComputedStyle(element);
        const { width, height } = element.getBoundingClientRect();
        const size = element.closest("#panel") ? [Math.round(width), Math.round(height)] : [];
        const text = names.map((name) => `${name}:${style.getPropertyValue(name)}`);
        return [element.tagName, element.className.baseVal ?? element.className, ...size, ...text];
    });
}"""


_SCHEMES = """() => {
    const root = document.querySelector("handrail-chat").shadowRoot;
    const of = (selector) => getComputedStyle(root.querySelector(selector)).colorScheme;
    return [of(".launcher"), of("#panel")];
}"""


def _page(product_url: str, *, styled: bool, theme: str = "") -> str:
    sheet = '<link rel="stylesheet" href="/hostile.css">' if styled else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{sheet}</head><body>'
        f'<p id="own">A shop</p><script src="{product_url}/widget.js"{theme} async></script>'
        "</body></html>"
    )


async def test_a_hostile_page_with_a_strict_policy(home: Path, stage: Stage) -> None:
    async with host_site() as site:
        origins = {"web": {"allowed_origins": (site.url,)}}
        async with running(home, settings=origins) as product:
            site.files["/hostile.css"] = ("text/css", HOSTILE)
            site.files["/plain"] = ("text/html", _page(product.url, styled=False))
            site.files["/hostile"] = ("text/html", _page(product.url, styled=True))
            site.headers["Content-Security-Policy"] = (
                f"default-src 'none'; script-src {product.url}; style-src 'self'; "
                f"connect-src {product.url} {product.ws}; img-src {product.url} data:; "
                "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
            )
            plain = await _conversation(stage, site, "/plain")
            hostile = await _conversation(stage, site, "/hostile")
            assert hostile == plain
            await stage.close()


async def _conversation(stage: Stage, site: HostSite, path: str) -> list[Any]:
    """Ask in this page; gives how every element of the chat is drawn."""
    page = await stage.visit(site.url + path)
    await expect(page.locator("handrail-chat")).to_be_attached()
    before = await _traces(page)
    assert before == {"api": True, "cookies": "", "stored": 0, "head": before["head"]}
    widget = await Widget(page).open()
    answer = await widget.ask(TWICE["en"])
    await expect(answer.locator(".sources")).to_be_visible()
    await expect(widget.panel.locator(".message.typing")).to_have_count(0)
    await page.mouse.move(5, 5)
    await stage.shot(page, path.strip("/"))
    assert (await _traces(page))["head"] == before["head"], "nothing is put into the page's head"
    found: list[Any] = await page.evaluate(_STYLES)
    assert len(found) > 50
    return found


async def _traces(page: Page) -> dict[str, Any]:
    """What the chat has left in the page so far."""
    found: dict[str, Any] = await page.evaluate(
        "() => ({ api: typeof Handrail === 'object', cookies: document.cookie,"
        " stored: localStorage.length, head: document.head.children.length })"
    )
    return found


async def test_the_theme_is_the_one_asked_for_whatever_the_page_has(
    home: Path, stage: Stage
) -> None:
    async with host_site() as site:
        origins = {"web": {"allowed_origins": (site.url,)}}
        async with running(home, settings=origins) as product:
            dark = _page(product.url, styled=False, theme=' data-theme="dark"')
            site.files["/dark"] = ("text/html", dark)
            page = await stage.visit(site.url + "/dark")
            await Widget(page).open()
            await stage.shot(page, "dark")
            assert await page.evaluate(_SCHEMES) == ["dark", "dark"]
            await stage.close()
