"""Tests share a Chromium and nothing else."""

from tests.browser.stage import Chromium, Stage
from tests.product import Product


async def test_what_one_leaves_is_not_there_for_the_next(product: Product, stage: Stage) -> None:
    left = await stage.visit(f"{product.url}/sign-in")
    await left.evaluate("localStorage.setItem('left', 'here'); document.cookie = 'left=here'")
    await stage.close()
    assert stage.browser.contexts == []
    found = await stage.visit(f"{product.url}/sign-in")
    assert await found.evaluate("[localStorage.getItem('left'), document.cookie]") == [None, ""]


async def test_one_that_has_crashed_is_replaced(chromium: Chromium) -> None:
    before = await chromium.browser()
    assert await chromium.browser() is before
    await before.close()
    after = await chromium.browser()
    assert after is not before
    assert after.is_connected()
