"""`handrail import`: what it prints, how it ends, what it leaves for people to decide."""

import json
import sqlite3
from pathlib import Path

import pytest

from bot import schema
from bot.settings import load
from tests.commands import handrail

PAGE = "# {title}\n\n{text}\n"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A home without an article."""
    home = tmp_path / "home"
    schema.migrate(load(home).database_path)
    return home


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    """A folder with four articles."""
    folder = tmp_path / "guide"
    (folder / "zh-TW" / "fees").mkdir(parents=True)
    for name in ("pets", "bags", "seats"):
        page = PAGE.format(title=f"About {name}", text=f"Everything about {name}.")
        (folder / f"{name}.md").write_text(page, encoding="utf-8")
    page = PAGE.format(title="如何退款", text="七天內退款到您的卡片。")
    (folder / "zh-TW" / "fees" / "refunds.md").write_text(page, encoding="utf-8")
    return folder


def published(home: Path) -> set[tuple[str, str]]:
    """The articles that may be answered from."""
    database = sqlite3.connect(home / "handrail.db")
    try:
        query = "SELECT id, locale FROM articles WHERE published_version IS NOT NULL"
        return set(database.execute(query))
    finally:
        database.close()


def test_a_folder_is_imported_once_and_then_kept_up_to_date(empty: Path, guide: Path) -> None:
    first = handrail("import", str(guide), home=empty)
    assert first.returncode == 0, first.stderr
    assert "imported: pets.md → about-pets, en" in first.stdout
    assert "→ refunds, zh-Hant" in first.stdout
    assert "imported: 4" in first.stdout
    again = handrail("import", str(guide), "--json", home=empty)
    found = json.loads(again.stdout)
    assert (found["source"], found["counts"]) == ("guide", {"unchanged": 4})
    assert (found["missing"], found["warning"], found["cancelled"]) == ([], None, False)


def test_what_is_gone_is_removed_only_when_told_to(empty: Path, guide: Path) -> None:
    handrail("import", str(guide), home=empty)
    (guide / "pets.md").unlink()
    told = handrail("import", str(guide), home=empty)
    assert told.returncode == 0
    assert "gone at the source: pets.md" in told.stdout
    assert ("about-pets", "en") in published(empty)
    removed = handrail("import", str(guide), "--remove-missing", home=empty)
    assert "removed: 1" in removed.stdout
    assert ("about-pets", "en") not in published(empty)
    (guide / "bags.md").unlink()
    (guide / "seats.md").unlink()
    unsure = handrail("import", str(guide), "--remove-missing", home=empty)
    assert unsure.returncode == 1
    assert "Only 1 of the 3" in unsure.stderr
    assert ("about-bags", "en") in published(empty)


def test_options_left_out_stay_as_they_were(empty: Path, guide: Path) -> None:
    options = ("--category", "travel", "--audience", "staff", "--source", "Our guide")
    handrail("import", str(guide), *options, home=empty)
    later = handrail("import", str(guide), "--source", "Our guide", "--json", home=empty)
    assert json.loads(later.stdout)["counts"] == {"unchanged": 4}
    database = sqlite3.connect(empty / "handrail.db")
    rows = database.execute("SELECT DISTINCT audience FROM article_versions").fetchall()
    database.close()
    assert rows == [("staff",)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("/nowhere/at/all",), "no such file or folder"),
        (("https://example.com", "--kind", "files"), "is no file here"),
        (("guide", "--kind", "gopher"), "must be one of auto, files"),
        (("guide", "--locale", "fr"), "must be one of en"),
        (("guide", "--audience", "friends"), "must be one of public"),
        (("data", "--token-file", "/nowhere"), "token cannot be read"),
        (("http://127.0.0.1:9/",), "127.0.0.1"),
    ],
)
def test_what_cannot_be_imported_is_said(empty: Path, words: tuple[str, ...], said: str) -> None:
    refused = handrail("import", *words, home=empty)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
