"""Chromium for the tests in this folder."""

import re
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import async_playwright, expect

from tests.browser.stage import ARGS, ARTEFACTS, DRAWING, Stage, find_chromium

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


@pytest.fixture
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Chromium for one test. At the end no page may have had an error or have left the server."""
    executable = find_chromium()
    folder = ARTEFACTS / re.sub(r"[^\w-]+", "-", request.node.name).strip("-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=ARGS, timeout=180_000
        )
        it = Stage(browser, folder)
        yield it
        failed = request.node.stash.get(_FAILED, False)
        if failed:
            await it.last_pictures()
        await it.close()
        await browser.close()
    if not failed:
        assert it.wrong == [], "errors in the console of a page"
        assert it.executed == [], "a page did what only a script put into it would do"
