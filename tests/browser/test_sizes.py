"""What a page costs to load, from the files as they are committed (KB are 1000 bytes, gzip -9)."""

import gzip
import re
from pathlib import Path

import pytest

from tests.browser.people import LOCALES
from tests.browser.stage import ROOT

DIST = ROOT / "widget/dist"


def _gz(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def _entry(page: str) -> set[Path]:
    """The scripts and styles a page loads before it draws, with what they import."""
    names = set(re.findall(r"(?:src|href)=\"/a/([\w.-]+)\"", (DIST / f"{page}.html").read_text()))
    todo = list(names)
    while todo:
        words = (DIST / "a" / todo.pop()).read_text()
        for found in re.findall(r"(?:from|import)\s*[\"']\./([\w.-]+)[\"']", words):
            if found not in names:
                names.add(found)
                todo.append(found)
    assert names, page
    return {DIST / "a" / name for name in names}


def test_a_page_with_the_chat_loads_little() -> None:
    assert _gz(DIST / "widget.js") <= 2_500


def test_the_banner_is_one_small_file() -> None:
    assert _gz(DIST / "banner.js") <= 3_000


def test_opening_the_chat_loads_a_panel_and_one_language() -> None:
    texts = max(_gz(file) for file in DIST.glob("a/chat-*-*.js"))
    assert _gz(*DIST.glob("a/panel-*.js")) + texts <= 22_000


@pytest.mark.parametrize("page", ["console", "admin", "sign-in"])
def test_the_pages_of_the_staff_are_light(page: str) -> None:
    own = {"console": "console", "admin": "base"}.get(page, "none")
    texts = max(
        _gz(*DIST.glob(f"a/{locale}-*.js"), *DIST.glob(f"a/{own}-{locale}-*.js"))
        for locale in LOCALES
    )
    assert _gz(*_entry(page)) + texts <= 60_000


@pytest.mark.parametrize("page", ["console", "admin", "sign-in"])
def test_what_a_page_says_of_its_looks_comes_after_what_all_share(page: str) -> None:
    sheets = re.findall(r"href=\"/a/([a-z-]+)-[\w-]+\.css\"", (DIST / f"{page}.html").read_text())
    assert sheets.index("staff") < sheets.index(page)
