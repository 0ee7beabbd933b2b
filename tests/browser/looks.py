"""How a page looks, to the eye and to a screen reader: axe-core, its window, what it is called."""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import Locator, Page, expect

from tests.browser.stage import Stage

_AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
"""axe-core itself; of the package that carries it nothing else is used."""
_SPOKEN = Path(__file__).with_name("spoken")
_WRITING = os.environ.get("HANDRAIL_TEST_SPOKEN") == "1"
_WIDER = """() => {
    const wide = document.scrollingElement.scrollWidth - document.documentElement.clientWidth;
    if (wide <= 0) return null;
    const all = [...document.querySelectorAll("body *")];
    const worst = all.filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
    return `${wide}px wider: ${worst.slice(0, 5).map((e) => e.className || e.tagName)}`;
}"""
_CUT = """(css) => {
    const within = (root) => [...root.querySelectorAll("*")].flatMap((element) =>
        [element, ...(element.shadowRoot ? within(element.shadowRoot) : [])]);
    const plain = (e, style) => e.clientWidth > 1 && style.display !== "inline"
        && style.overflowX === "visible" && !e.closest("svg, canvas, table, pre");
    return within(document.querySelector(css))
        .filter((e) => plain(e, getComputedStyle(e)) && e.scrollWidth > e.clientWidth + 1)
        .map((e) => `${e.localName}.${e.className} ${e.scrollWidth}px: ${e.textContent}`)
        .slice(0, 5);
}"""
_RUN = """async (css) => {
    const found = await axe.run(css ?? document, { resultTypes: ["violations"] });
    return found.violations.map((v) => ({
        rule: v.id, impact: v.impact, nodes: v.nodes.map((n) => n.target.flat().join(" ")),
    }));
}"""


@cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")


async def check(
    stage: Stage, page: Page, name: str, *, within: str | None = None, **options: Any
) -> None:
    """Keep a picture of this state; it must fit its window and be without a fault for axe.

    `within`: look at this element alone, and at each box in it: no text may be wider.
    """
    await stage.shot(page, name, **options)
    assert await page.evaluate(_WIDER) is None, f"{name} scrolls sideways"
    if within is not None:
        assert await page.evaluate(_CUT, within) == [], f"{name}: wider than its box"
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_axe())
    found = await page.evaluate(_RUN, within)
    lines = [f"{v['impact']} {v['rule']}: {v['nodes'][:4]}" for v in found]
    assert lines == [], f"{name}: " + "\n".join(lines)


async def reads(place: Locator, name: str) -> None:
    """What a screen reader finds here is what `spoken/NAME.yaml` says, in that order.

    HANDRAIL_TEST_SPOKEN=1 writes the files anew: read the difference before you keep it.
    """
    path = _SPOKEN / f"{name}.yaml"
    if _WRITING:
        lines = (await place.aria_snapshot()).splitlines()
        path.write_text("\n".join(map(_for_anybody, lines)) + "\n", encoding="utf-8")
    await expect(place).to_match_aria_snapshot(path.read_text(encoding="utf-8"))


def _for_anybody(line: str) -> str:
    """The line of a snapshot with a pattern for each visitor's own name."""
    return re.sub(r'"Visitor [0-9A-F]{6}"', "/Visitor [0-9A-F]{6}/", line)
