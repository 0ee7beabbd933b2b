"""What browser tests stand on: pages, pictures of them, and an eye on what goes wrong."""

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    WebSocket,
)

from tests.product import Product

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "test-artefacts" / "browser"
DRAWING = os.environ.get("HANDRAIL_TEST_SCREENSHOTS") == "1"
"""Draw the pictures of the README instead of testing."""
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_HARMLESS = re.compile(r"^(data|blob|about):")


def find_chromium() -> str:
    """Where Chromium is; without one the test is skipped (see `missing`)."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return found or missing("no Chromium here (Debian: apt-get install chromium fonts-noto-cjk)")


def missing(what: str) -> NoReturn:
    """Skip, or fail where HANDRAIL_TEST_REQUIRE=all says that nothing may be skipped."""
    if os.environ.get("HANDRAIL_TEST_REQUIRE") == "all":
        pytest.fail(what)
    pytest.skip(what)


class Chromium:
    """A Chromium that many tests use, each with contexts of its own."""

    def __init__(self, playwright: Playwright, executable: str) -> None:
        self._playwright, self._executable = playwright, executable
        self._browser: Browser | None = None

    async def browser(self) -> Browser:
        """The running one without a context; another one where it has crashed."""
        if self._browser is None or not self._browser.is_connected():
            self._browser = await self._playwright.chromium.launch(
                executable_path=self._executable, args=ARGS, timeout=180_000
            )
        return self._browser

    async def close(self) -> None:
        """End it."""
        if self._browser is not None:
            await self._browser.close()


@dataclass
class Stage:
    """Opens pages and keeps what went wrong in any of them."""

    browser: Browser
    folder: Path
    pages: list[Page] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    executed: list[str] = field(default_factory=list)
    _allowed: list[re.Pattern[str]] = field(default_factory=list)
    _pictures: int = 0

    def allow(self, pattern: str) -> None:
        """A console message like this is part of the story, such as a refused sign-in."""
        self._allowed.append(re.compile(pattern))

    @property
    def wrong(self) -> list[str]:
        """What no page should do and no test expected."""
        return [f for f in self.faults if not any(p.search(f) for p in self._allowed)]

    async def context(self, **options: Any) -> BrowserContext:
        """A browser of somebody's own: cookies and storage are shared with nobody."""
        defaults: dict[str, Any] = {
            "viewport": {"width": 1280, "height": 800},
            "locale": "en-GB",
            "timezone_id": "Asia/Kuala_Lumpur",
            "reduced_motion": "reduce",
            "color_scheme": "light",
        }
        context = await self.browser.new_context(**(defaults | options))
        context.set_default_timeout(60_000)
        context.on("request", self._look)
        context.on("page", self._watch)
        return context

    async def visit(self, url: str, **options: Any) -> Page:
        """A page in a browser of its own."""
        page = await (await self.context(**options)).new_page()
        await page.goto(url)
        return page

    async def customer(self, product: Product, locale: str = "en", **options: Any) -> Page:
        """A customer on the demo page."""
        return await self.visit(f"{product.url}/demo?lang={locale}", **options)

    async def staff(
        self, product: Product, name: str, path: str = "/console", **options: Any
    ) -> Page:
        """Somebody of the staff who is signed in already."""
        context = await self.context(**options)
        _, secret, _ = await product.staff(name)
        await context.add_cookies(
            [{"name": "handrail_session", "value": secret, "url": product.url}]
        )
        page = await context.new_page()
        await page.goto(product.url + path)
        return page

    async def shot(self, page: Page, name: str, **options: Any) -> Path:
        """Keep a picture; they are numbered in the order of the story."""
        self._pictures += 1
        path = self.folder / f"{self._pictures:02}-{name}.png"
        await page.screenshot(path=path, animations="disabled", **options)
        return path

    async def close(self) -> None:
        """Close every browser of somebody's own; nothing of one test is there in the next."""
        for context in list(self.browser.contexts):
            await context.close()

    async def last_pictures(self) -> None:
        """After a failure: what every page looked like then."""
        for number, page in enumerate(self.pages):
            if not page.is_closed():
                with suppress(Exception):
                    await page.screenshot(path=self.folder / f"failed-{number}.png", timeout=3000)

    def _watch(self, page: Page) -> None:
        self.pages.append(page)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"pageerror: {error}"))
        page.on("websocket", self._look_at_socket)
        page.on("dialog", self._dismiss)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _look(self, request: Request) -> None:
        self._own(request.url)

    def _look_at_socket(self, socket: WebSocket) -> None:
        self._own(socket.url)

    def _own(self, url: str) -> None:
        if not _HARMLESS.match(url) and urlsplit(url).hostname != "127.0.0.1":
            self.executed.append(f"asked {url}")

    async def _dismiss(self, dialog: Any) -> None:
        self.executed.append(f"dialog {dialog.type}: {dialog.message}")
        await dialog.dismiss()
