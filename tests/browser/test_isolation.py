"""The chat in other people's pages: it looks the same, changes nothing, and runs nobody's code."""

import asyncio
import io
import os
from itertools import groupby
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops
from playwright.async_api import Page, WebSocket, expect

from tests.browser.host_site import HostSite, host_site
from tests.browser.people import TWICE, Widget, text
from tests.browser.stage import Stage
from tests.product import Product, running, until

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
LISTENED = """
window.listened = [];
const { addEventListener: add, removeEventListener: drop } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (name, what, how) {
  const one = { on: this, name, what };
  const outside = this === window || this === document || this === visualViewport;
  if (outside && /widget[.]js|[/]a[/]/.test(new Error().stack)) window.listened.push(one);
  how?.signal?.addEventListener("abort", () => { one.on = null; });
  return add.call(this, name, what, how);
};
EventTarget.prototype.removeEventListener = function (name, what, how) {
  for (const one of window.listened)
    if (one.on === this && one.name === name && one.what === what) one.on = null;
  return drop.call(this, name, what, how);
};
"""
"""Keeps a list of what the chat listens to outside of itself."""
_HEARD = "listened.filter((one) => one.on).map((one) => one.name).sort()"
_OUTSIDE = ["offline", "online", "resize", "visibilitychange", "visibilitychange"]
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


async def test_a_page_steers_the_chat_and_takes_it_away(home: Path, stage: Stage) -> None:
    async with host_site() as site:
        origins = {"web": {"allowed_origins": (site.url,)}}
        async with running(home, settings=origins) as product:
            away = "handrail-chat { --handrail-x: 40px; --handrail-y: 60px }"
            site.files |= {"/away.css": ("text/css", away), "/l.js": ("text/javascript", LISTENED)}
            begin = '<script src="/l.js"></script>'
            left = _page(product.url, sheets=("away",), begin=begin, more=' data-position="left"')
            site.files["/"] = ("text/html", left)
            page = await (await stage.context()).new_page()
            sockets: list[WebSocket] = []
            page.on("websocket", lambda socket: sockets.append(socket))  # noqa: PLW0108
            await page.goto(site.url)
            widget = await Widget(page).open()
            await _steered(widget)
            said = await _followed(widget, product, site.url)
            await _swapped(widget, said)
            await _destroyed(page, sockets)
            await _afresh(widget, product, site.url, said)
            await stage.close()


async def _steered(widget: Widget) -> None:
    """Place, theme, colour and language are what the page says, at the start and later."""
    page = widget.page
    heard = await page.evaluate("""() => {
        const heard = [];
        const told = (detail) => new CustomEvent("unread", { detail });
        const tell = (count) => Handrail.dispatchEvent(told(count));
        const off = Handrail.on("unread", (count) => heard.push(count));
        tell(1);
        off();
        tell(2);
        return heard;
    }""")
    assert heard == [1], "a listener that was taken off hears nothing more"
    assert await _edges(widget) == {"launcher": (40, 96), "panel": (40, 440), "top": 60}
    await page.evaluate("Handrail.set({ position: 'right', theme: 'dark', accent: '#123456' })")
    assert await _edges(widget) == {"launcher": (1184, 1240), "panel": (840, 1240), "top": 60}
    assert await page.evaluate(_SCHEMES) == ["dark", "dark"]
    await page.evaluate("Handrail.set({ theme: '', accent: 'no colour' })")
    assert await page.evaluate(_SCHEMES) == ["light dark", "light dark"]
    await expect(widget.launcher).to_have_css("background-color", "rgb(18, 52, 86)")
    await page.evaluate("Handrail.set({ locale: 'zh-TW' })")
    await expect(widget.panel).to_have_attribute("lang", "zh-Hant")
    await expect(widget.launcher).to_have_attribute("aria-label", text("chat.title", "zh-Hant"))


async def _edges(widget: Widget) -> dict[str, Any]:
    """Left and right of the launcher and the panel, and how far the launcher is from below."""
    launcher, panel = await widget.launcher.bounding_box(), await widget.panel.bounding_box()
    assert launcher is not None
    assert panel is not None
    assert panel["y"] >= 0
    assert panel["y"] + panel["height"] < launcher["y"]
    sides = {
        name: (round(box["x"]), round(box["x"] + box["width"]))
        for name, box in (("launcher", launcher), ("panel", panel))
    }
    return sides | {"top": 800 - round(launcher["y"] + launcher["height"])}


async def _followed(widget: Widget, product: Product, url: str) -> list[str]:
    """Every message tells the page it was written on, though none was loaded since the first."""
    page, said = widget.page, ["where is my room", "how do I pay", "can I cancel"]
    await widget.ask(said[0])
    await page.evaluate("history.pushState({}, '', '/booking/7?guest=Ann#room')")
    await widget.ask(said[1])
    await page.evaluate("Handrail.set({ page: '/step/2?guest=Ann' })")
    await page.evaluate("document.title = 'Step 2 \\ud83d'")
    await widget.ask(said[2])
    assert await _pages(page, product) == [f"{url}/", f"{url}/booking/7", f"{url}/step/2"]
    assert (await _told(page, product))[-1]["page_title"] == "Step 2 \ufffd", "half an emoji"
    return said


async def _pages(page: Page, product: Product) -> list[str]:
    """Where the customer was, in order, by the log."""
    pages = [data["page"] for data in await _told(page, product)]
    return [one for one, _ in groupby(pages)]


async def _told(page: Page, product: Product) -> list[dict[str, Any]]:
    kept = "JSON.parse(localStorage.handrail).conversation"
    events = await product.log_of(await page.evaluate(kept))
    return [event.data for event in events if event.data.get("page")]


async def _swapped(widget: Widget, said: list[str]) -> None:
    """A body that is a copy of the old one brings no second chat, and loses not the first."""
    await widget.page.evaluate("document.body.replaceWith(document.body.cloneNode(true))")
    own = "document.querySelector('handrail-chat') === Handrail"
    await widget.page.wait_for_function(own)
    await expect(widget.page.locator("handrail-chat")).to_have_count(1)
    await expect(widget.mine).to_have_text(said)


async def _destroyed(page: Page, sockets: list[WebSocket]) -> None:
    """Nothing is left on the page: no element, name, connection or listener."""
    assert await page.evaluate(_HEARD) == _OUTSIDE
    came_back = await page.evaluate("""async () => {
        const chat = Handrail;
        chat.destroy();
        let changes = 0;
        const body = new MutationObserver(() => (changes += 1));
        body.observe(document.body, { childList: true });
        chat.open();
        await new Promise((done) => setTimeout(done));  // what it had planned comes before this
        body.disconnect();
        return changes;
    }""")
    assert came_back == 0
    await until(lambda: all(socket.is_closed() for socket in sockets))
    await expect(page.locator("handrail-chat")).to_have_count(0)
    assert await page.evaluate("'Handrail' in window") is False
    assert await page.evaluate(_HEARD) == []


async def _afresh(widget: Widget, product: Product, url: str, said: list[str]) -> None:
    """Another script tag: nothing of the first one's wishes, all of the conversation."""
    page = widget.page
    await page.evaluate(
        """(src) => {
            document.dir = "rtl";
            document.body.append(Object.assign(document.createElement("script"), { src }));
        }""",
        f"{product.url}/widget.js",
    )
    await widget.open()
    assert await page.evaluate("({ ...Handrail.dataset })") == {"position": "left"}
    assert (await _edges(widget))["panel"] == (40, 440)
    await expect(widget.mine).to_have_text(said)
    await page.evaluate("Handrail.set({ page: 'http://[' })")
    await widget.ask("and breakfast")
    assert (await _pages(page, product))[-1] == f"{url}/booking/7"
    assert await page.evaluate(_HEARD) == _OUTSIDE
