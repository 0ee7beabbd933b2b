"""The audit trail only grows, and says where somebody has been at it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError
from typer.testing import CliRunner

from bot import audit, schema
from bot.audit import Actor, Broken, audit_head, audit_lines
from bot.cli import app
from bot.settings import load
from bot.storage.engine import Database
from bot.web.admin.audit import as_csv

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADMIN = Actor("admin", "Mei Chen", "a1")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new database with five lines in its trail."""
    path = load(tmp_path).database_path
    schema.migrate(path)
    made = Database(path)
    for number in range(5):
        made.sync.write(
            lambda tx, number=number: audit.record(
                tx, ADMIN, "article.saved", f"pets-{number}", now=NOON + timedelta(hours=number),
                before={"title": "Katzen 🐈", "version": number}, after={"version": number + 1},
            )
        )  # fmt: skip
    yield made
    made.close()


def unguarded(database: Database, *statements: Any) -> None:
    """Do what somebody with the database's file in hand can do."""

    def work(tx: Any) -> None:
        tx.execute(text("DROP TRIGGER IF EXISTS audit_lines_no_update"))
        tx.execute(text("DROP TRIGGER IF EXISTS audit_lines_no_delete"))
        for statement in statements:
            tx.execute(statement)

    database.sync.write(work)


def test_a_whole_trail_is_good_and_every_line_stands_behind_the_one_before(
    database: Database,
) -> None:
    lines = database.sync.read(lambda tx: audit.lines(tx, audit.found()))
    assert [one.number for one in lines] == [5, 4, 3, 2, 1]
    assert lines[0].before == {"title": "Katzen 🐈", "version": 4}
    verified = database.sync.read(audit.verify)
    assert (verified.lines, verified.hash, verified.broken) == (5, lines[0].hash, None)
    known = (lines[2].number, lines[2].hash)
    assert database.sync.read(lambda tx: audit.verify(tx, known)).broken is None


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        ([update(audit_lines).where(audit_lines.c.number == 2).values(name="Aina")],
         Broken(2, "changed")),
        ([update(audit_lines).where(audit_lines.c.number == 3).values(after={"version": 9})],
         Broken(3, "changed")),
        ([update(audit_lines).where(audit_lines.c.number == 4).values(at=NOON)],
         Broken(4, "changed")),
        ([delete(audit_lines).where(audit_lines.c.number == 3)], Broken(3, "missing")),
        ([delete(audit_lines).where(audit_lines.c.number == 1)], Broken(1, "missing")),
        ([delete(audit_lines).where(audit_lines.c.number > 3)], Broken(4, "cut")),
    ],
    ids=["name", "facts", "time", "one taken out", "the first taken out", "the end cut off"],
)  # fmt: skip
def test_whoever_changes_it_behind_its_back_is_found(
    database: Database, statements: list[Any], broken: Broken
) -> None:
    unguarded(database, *statements)
    assert database.sync.read(audit.verify).broken == broken


def test_even_a_trail_written_anew_is_found_by_a_line_that_was_kept_elsewhere(
    database: Database,
) -> None:
    kept = database.sync.read(lambda tx: audit.lines(tx, audit.found()))[0]
    fresh = update(audit_head).values(number=0, hash=audit.BEFORE_THE_FIRST)
    unguarded(database, delete(audit_lines), fresh)
    for _ in range(6):
        database.sync.write(lambda tx: audit.record(tx, ADMIN, "article.saved", now=NOON))
    assert database.sync.read(audit.verify).broken is None
    expected = (kept.number, kept.hash)
    found = database.sync.read(lambda tx: audit.verify(tx, expected))
    assert found.broken == Broken(5, "other")
    later = database.sync.read(lambda tx: audit.verify(tx, (7, kept.hash)))
    assert later.broken == Broken(7, "cut")


@pytest.mark.parametrize(
    "statement",
    [update(audit_lines).values(name="x"), delete(audit_lines)],
    ids=["change", "remove"],
)
def test_the_database_itself_refuses_to_change_or_remove_a_line(
    database: Database, statement: Any
) -> None:
    with pytest.raises(IntegrityError, match="only grows"):
        database.sync.write(lambda tx: tx.execute(statement))
    assert database.sync.read(audit.verify).lines == 5


def test_what_was_not_done_leaves_no_line(database: Database) -> None:
    def work(tx: Any) -> None:
        audit.record(tx, ADMIN, "article.saved", now=NOON)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.sync.write(work)
    assert database.sync.read(audit.verify).lines == 5


def test_values_are_named_in_short(database: Database) -> None:
    facts = {"text": "x" * 5_000, "ids": [f"id-{n}" for n in range(80)], "at": NOON, "on": True}
    database.sync.write(lambda tx: audit.record(tx, ADMIN, "x", "s" * 500, now=NOON, after=facts))
    line = database.sync.read(lambda tx: audit.lines(tx, audit.found().limit(1)))[0]
    assert len(line.subject) == len(line.after["text"]) == audit.LONGEST
    assert len(line.after["ids"]) == audit.MOST + 1
    assert line.after["ids"][-1] == "+30"
    assert line.after["at"] == "2026-11-22T12:00:00+00:00"
    assert database.sync.read(audit.verify).broken is None


def test_a_spreadsheet_takes_no_cell_for_a_formula(database: Database) -> None:
    sly = Actor("agent", '=HYPERLINK("http://x")', "a2")
    database.sync.write(lambda tx: audit.record(tx, sly, "x", "@SUM(A1)", now=NOON))
    text = as_csv(database.sync.read(lambda tx: audit.lines(tx, audit.found())))
    first, second, *_ = text.splitlines()
    assert first.startswith("number,at,who")
    assert "\"'=HYPERLINK" in second
    assert ",'@SUM(A1)," in second


def test_the_command_says_whether_the_trail_is_whole(database: Database, tmp_path: Path) -> None:
    run: Callable[..., Any] = lambda *words: CliRunner().invoke(  # noqa: E731
        app, ["audit", *words, "--home", str(tmp_path)]
    )
    good = run("verify")
    assert (good.exit_code, "5 lines" in good.output) == (0, True)
    last = good.output.split("Last: ")[1].strip()
    assert run("verify", "--expect", last).exit_code == 0
    assert "Mei Chen  article.saved  pets-4" in run("list", "--action", "article").output
    unguarded(database, delete(audit_lines).where(audit_lines.c.number == 5))
    cut = run("verify")
    assert cut.exit_code == 1
    assert "line 5" in cut.output
