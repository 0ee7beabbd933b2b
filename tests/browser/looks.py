"""How a page looks: whether it fits its window, and what axe-core says about it."""

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import Page

from tests.browser.stage import Stage

_AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
"""axe-core itself; of the package that carries it nothing else is used."""
_WIDER = """() => {
    const wide = document.scrollingElement.scrollWidth - document.documentElement.clientWidth;
    if (wide <= 0) return null;
    const all = [...document.querySelectorAll("body *")];
    const worst = all.filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
    return `${wide}px wider: ${worst.slice(0, 5).map((e) => e.className || e.tagName)}`;
}"""
_RUN = """async () => {
    const found = await axe.run({ resultTypes: ["violations"] });
    return found.violations.map((v) => ({
        rule: v.id, impact: v.impact, nodes: v.nodes.map((n) => n.target.flat().join(" ")),
    }));
}"""


@cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")


async def check(stage: Stage, page: Page, name: str, **options: Any) -> None:
    """Keep a picture of this state; it must fit its window and be without a fault for axe."""
    await stage.shot(page, name, **options)
    assert await page.evaluate(_WIDER) is None, f"{name} scrolls sideways"
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_axe())
    found = await page.evaluate(_RUN)
    lines = [f"{v['impact']} {v['rule']}: {v['nodes'][:4]}" for v in found]
    assert lines == [], f"{name}: " + "\n".join(lines)
