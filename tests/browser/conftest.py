"""Chromium for the tests in this folder."""

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from tests.browser.stage import ARTEFACTS, DRAWING, Chromium, Stage, find_chromium
from tests.product import Product, running

HERE = Path(__file__).parent

collect_ignore = [] if DRAWING else ["test_screenshots.py"]

expect.set_options(timeout=60_000)
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember a failure, so that the stage can keep the last pictures."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests share a loop, because Chromium is bound to the one that started it."""
    on_session = pytest.mark.asyncio(loop_scope="session")
    for item in items:
        if item.path.is_relative_to(HERE) and pytest_asyncio.is_async_test(item):
            item.add_marker(on_session, append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def product(home: Path) -> AsyncIterator[Product]:
    """A running server with the sample company, on the loop of these tests."""
    async with running(home) as it:
        yield it


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    """Chromium for all of these tests: it takes a second to start."""
    executable = find_chromium()
    async with async_playwright() as playwright:
        it = Chromium(playwright, executable)
        yield it
        await it.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(request: pytest.FixtureRequest, chromium: Chromium) -> AsyncIterator[Stage]:
    """Browsers for one test. At the end no page may have had an error or have left the server."""
    folder = ARTEFACTS / re.sub(r"[^\w-]+", "-", request.node.name).strip("-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    it = Stage(await chromium.browser(), folder)
    yield it
    failed = request.node.stash.get(_FAILED, False)
    if failed:
        await it.last_pictures()
    await it.close()
    if not failed:
        assert it.wrong == [], "errors in the console of a page"
        assert it.executed == [], "a page did what only a script put into it would do"
