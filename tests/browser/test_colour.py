"""A site gives the chat its colour: whatever it is, everything can be read."""

from pathlib import Path
from typing import Any

from playwright.async_api import expect

from tests.browser.host_site import host_site
from tests.browser.looks import check
from tests.browser.people import Widget
from tests.browser.stage import Stage
from tests.product import running

PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title></head>'
    '<body><main><h1>A shop</h1></main><script src="{server}/widget.js" {given} async></script>'
    "</body></html>"
)
_WORST = """(steps) => {
    const chat = document.querySelector("handrail-chat");
    const place = chat.shadowRoot.querySelector(".place");
    const launcher = chat.shadowRoot.querySelector(".launcher");
    const probe = place.appendChild(document.createElement("span"));
    const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const light = (colour) => {
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...brush.getImageData(0, 0, 1, 1).data].map((n) => n / 255)
            .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (element) => {
        const { color, backgroundColor } = getComputedStyle(element);
        const [low, high] = [light(color), light(backgroundColor)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const pairs = [["accent", "surface"], ["accent", "hover"], ["accent", "accent-soft"],
        ["text", "accent-soft"], ["on-accent", "accent"], ["on-accent", "accent-strong"]];
    const worst = {};
    const note = (name, ratio, colour) => {
        if (ratio < (worst[name]?.[0] ?? 99)) worst[name] = [ratio, colour];
    };
    for (const scheme of ["light", "dark"]) {
        chat.dataset.theme = scheme;
        for (const r of steps) for (const g of steps) for (const b of steps) {
            const colour = `rgb(${r}, ${g}, ${b})`;
            chat.style.setProperty("--handrail-accent", colour);
            for (const [ink, paper] of pairs) {
                probe.style.cssText = `color: var(--${ink}); background: var(--${paper})`;
                note(`${ink} on ${paper}, ${scheme}`, contrast(probe), colour);
            }
            note(`launcher, ${scheme}`, contrast(launcher), colour);
        }
    }
    probe.remove();
    return worst;
}"""


async def test_every_colour_can_be_read(home: Path, stage: Stage) -> None:
    async with host_site() as site:
        origins = {"web": {"allowed_origins": (site.url,)}}
        async with running(home, settings=origins) as product:
            given = 'data-accent="#ffd400" data-theme="light"'
            site.files["/"] = ("text/html", PAGE.format(server=product.url, given=given))
            page = await stage.visit(site.url)
            widget = await Widget(page).open()
            await expect(widget.panel.locator(".suggestions")).to_be_visible()
            await check(stage, page, "yellow")
            own = "e => getComputedStyle(e).getPropertyValue('--accent')"
            assert "255, 212, 0" in await page.locator("handrail-chat").evaluate(
                "e => getComputedStyle(e.shadowRoot.querySelector('.launcher')).backgroundColor"
            )
            assert "ffd400" in await widget.panel.evaluate(own)
            worst: dict[str, Any] = await page.evaluate(_WORST, list(range(0, 256, 51)))
            assert len(worst) == 14
            least = {name: 3 if name.startswith("launcher") else 4.5 for name in worst}
            faint = {name: found for name, found in worst.items() if found[0] < least[name]}
            assert faint == {}, faint
            await stage.close()


async def test_a_site_that_is_not_allowed_reads_why(home: Path, stage: Stage) -> None:
    """Its owner reads it in the console, once; its customers are shown no chat that cannot work."""
    stage.allow("may not show the chat")
    async with host_site() as site, running(home) as product:
        site.files["/"] = ("text/html", PAGE.format(server=product.url, given=""))
        page = await stage.visit(site.url)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        widget = Widget(page)
        async with page.expect_console_message(lambda told: "may not show" in told.text):
            await widget.launcher.click()
        await expect(widget.launcher).to_be_hidden()
        await expect(widget.panel).to_be_hidden()
        await page.evaluate("Handrail.open()")
        await page.mouse.click(1252, 772)  # where it was
        await expect(widget.panel).to_be_hidden()
        why = f"Handrail: {site.url} may not show the chat of {product.url}."
        assert said == [f"{why} Add it there to web.allowed_origins."]
        stored = await page.evaluate("localStorage.length + sessionStorage.length")
        assert stored == 0
        await stage.shot(page, "nothing")
        await stage.close()
