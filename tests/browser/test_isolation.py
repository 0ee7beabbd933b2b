"""The chat in other people's pages: it looks the same, changes nothing, and runs nobody's code."""

import asyncio
import io
import os
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops
from playwright.async_api import expect

from tests.browser.host_site import HostSite, host_site
from tests.browser.people import TWICE, Widget
from tests.browser.stage import Stage
from tests.product import running

EVERYTHING = os.environ.get("HANDRAIL_TEST_ALL") == "1"
DIFFERENT = 0.005
"""Share of the panel's pixels that may look different: its round corners show what lies behind."""
LOUD = """
*, *::before, *::after {
  all: unset !important; color: lime !important; background: black !important;
  font: italic 40px/3 cursive !important; letter-spacing: 9px !important;
  text-transform: uppercase !important; visibility: hidden !important; direction: rtl !important;
  text-align: end !important; word-spacing: 20px !important; cursor: none !important;
}
html { font-size: 48px !important; zoom: 1; }
button { display: none !important; }
"""
HOSTILE = {
    "loud": LOUD,
    "initial": "* { all: initial !important }",
    "reset": """
html, body, div, span, h1, h2, h3, p, a, ol, ul, li, form, label, button, input, textarea {
  margin: 0 !important; padding: 0 !important; border: 0 !important; outline: 0 !important;
  font: inherit !important; vertical-align: baseline !important; list-style: none !important;
  background: none !important; box-sizing: content-box !important; min-width: 0 !important;
  -webkit-appearance: none !important; line-height: 1 !important; box-shadow: none !important;
}
table { border-collapse: collapse !important; border-spacing: 0 !important }
""",
    "on-top": """
body > p { position: fixed; inset: 0 auto auto 0; z-index: 2147483647 !important }
body, html { transform: none; isolation: isolate; overflow: hidden !important }
""",
}
PATCHED = """
Array.prototype.first = function () { return this[0]; };
Array.prototype.remove = function (one) { this.splice(this.indexOf(one), 1); };
Object.defineProperty(Array.prototype, "last", { get() { return this[this.length - 1]; } });
String.prototype.format = function () { return String(this); };
const wrap = (owner, name) => {
  const own = owner[name];
  owner[name] = function (...given) { window.seen += 1; return own.apply(this, given); };
};
window.seen = 0;
for (const name of ["map", "filter", "forEach", "find", "push", "includes", "join", "slice"])
  wrap(Array.prototype, name);
wrap(JSON, "stringify"); wrap(JSON, "parse"); wrap(window, "fetch"); wrap(window, "setTimeout");
wrap(Promise.prototype, "then"); wrap(Element.prototype, "attachShadow");
wrap(Node.prototype, "appendChild"); wrap(Element.prototype, "append");
wrap(EventTarget.prototype, "addEventListener"); wrap(Storage.prototype, "setItem");
const Own = window.WebSocket;
window.WebSocket = class extends Own {
  constructor(...given) { super(...given); window.seen += 1; }
  send(data) { window.seen += 1; super.send(data); }
};
"""
"""What measuring scripts and old libraries do to a page before the chat comes."""
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


_PAGE = """() => {
    const own = [...document.querySelectorAll("html, head *, body, body *")]
        .filter((e) => e.localName !== "handrail-chat" && !/widget/.test(e.src ?? ""));
    const drawn = (e) => {
        const style = getComputedStyle(e);
        const { x, y, width, height } = e.getBoundingClientRect();
        return [e.localName, e.getAttributeNames().join(), x, y, width, height,
            ...[...style].map((name) => style.getPropertyValue(name))].join("|");
    };
    const kinds = [Object, Array, String, Promise, Element, Node, EventTarget, Storage, Function];
    const names = (owner) => Object.getOwnPropertyNames(owner).sort();
    return {
        drawn: own.map(drawn),
        head: document.head.innerHTML,
        globals: names(window),
        prototypes: kinds.map((kind) => names(kind.prototype)),
        sheets: document.adoptedStyleSheets.length,
        cookies: document.cookie,
    };
}"""


def _page(url: str | None, *, sheets: tuple[str, ...] = (), begin: str = "", more: str = "") -> str:
    links = "".join(f'<link rel="stylesheet" href="/{one}.css">' for one in sheets)
    chat = f'<script src="{url}/widget.js"{more} async></script>' if url else ""
    return (
        f'<!doctype html><html lang="en"{" dir=rtl" if "rtl" in begin else ""}><head>'
        f'<meta charset="utf-8">{links}{begin.removeprefix("rtl")}</head><body>'
        f'<p id="own">A shop</p><table><tr><td>RM 20</td></tr></table>{chat}</body></html>'
    )


async def test_a_hostile_page_with_a_strict_policy(home: Path, stage: Stage) -> None:
    async with host_site() as site:
        origins = {"web": {"allowed_origins": (site.url,)}}
        async with running(home, settings=origins) as product:
            product.clock.stop()
            for name, sheet in HOSTILE.items():
                site.files[f"/{name}.css"] = ("text/css", sheet)
            site.files["/patched.js"] = ("text/javascript", PATCHED)
            site.headers["Content-Security-Policy"] = (
                f"default-src 'none'; script-src 'self' {product.url}; style-src 'self'; "
                f"connect-src {product.url} {product.ws}; img-src {product.url} data:; "
                "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
            )
            plain, panel = await _conversation(stage, site, "plain", product.url)
            patched = '<script src="/patched.js"></script>'
            pages: dict[str, dict[str, Any]] = {
                "hostile": {"sheets": tuple(HOSTILE), "begin": "rtl" + patched}
            }
            if EVERYTHING:
                pages |= {name: {"sheets": (name,)} for name in HOSTILE}
                pages |= {"patched": {"begin": patched}, "right-to-left": {"begin": "rtl"}}
            for name, page in pages.items():
                drawn, picture = await _conversation(stage, site, name, product.url, **page)
                assert drawn == plain, name
                share = await asyncio.to_thread(_differs, panel, picture)
                assert share < DIFFERENT, f"{name}: {share:.2%} of the panel looks different"
            await stage.close()


async def _conversation(
    stage: Stage, site: HostSite, name: str, url: str, **page_: Any
) -> tuple[list[Any], bytes]:
    """Ask in this page; gives how every element of the chat is drawn, and the panel's picture."""
    site.files[f"/{name}"] = ("text/html", _page(url, **page_))
    site.files[f"/{name}-without"] = ("text/html", _page(None, **page_))
    page = await stage.visit(f"{site.url}/{name}-without")
    without = await page.evaluate(_PAGE)
    await page.goto(f"{site.url}/{name}")
    await expect(page.locator("handrail-chat")).to_be_attached()
    assert await page.evaluate("localStorage.length") == 0
    _unchanged(await page.evaluate(_PAGE), without)
    widget = await Widget(page).open()
    answer = await widget.ask(TWICE["en"])
    await expect(answer.locator(".sources")).to_be_visible()
    await expect(widget.panel.locator(".message.typing")).to_have_count(0)
    await page.mouse.move(5, 5)
    await stage.shot(page, name)
    _unchanged(await page.evaluate(_PAGE), without)
    found: list[Any] = await page.evaluate(_STYLES)
    assert len(found) > 50
    picture = await widget.panel.screenshot(animations="disabled", caret="hide")
    await page.context.close()
    return found, picture


def _unchanged(now: dict[str, Any], without: dict[str, Any]) -> None:
    """The page is what it is without the chat, but for the one name that the chat takes."""
    assert set(now.pop("globals")) - set(without["globals"]) == {"Handrail"}
    for what, found in now.items():
        assert found == without[what], f"{what} of the page is another with the chat"


def _differs(one: bytes, other: bytes) -> float:
    """The share of pixels that a person could tell apart."""
    pictures = [Image.open(io.BytesIO(data)).convert("L") for data in (one, other)]
    assert pictures[0].size == pictures[1].size
    far = ImageChops.difference(*pictures).point(lambda value: 255 if value > 24 else 0)
    return sum(far.histogram()[1:]) / (far.width * far.height)


async def test_the_theme_is_the_one_asked_for_whatever_the_page_has(
    home: Path, stage: Stage
) -> None:
    async with host_site() as site:
        origins = {"web": {"allowed_origins": (site.url,)}}
        async with running(home, settings=origins) as product:
            dark = _page(product.url, more=' data-theme="dark"')
            site.files["/dark"] = ("text/html", dark)
            page = await stage.visit(site.url + "/dark")
            await Widget(page).open()
            await stage.shot(page, "dark")
            assert await page.evaluate(_SCHEMES) == ["dark", "dark"]
            await stage.close()
