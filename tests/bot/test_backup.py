"""Backup and restore: a copy beside a running server, and clients that begin anew after it."""

import asyncio
import io
import json
import sqlite3
import tarfile
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import backup, schema, serving
from bot.cli import app
from bot.conversation.events import PRIVATE_KINDS
from bot.errors import SetupError
from bot.settings import Settings, load
from tests.faults.history import History, check
from tests.product import Product, running

CUSTOMERS = 20
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def handrail(*words: str) -> str:
    """What the command prints; it must succeed."""
    done = CliRunner().invoke(app, [*words])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


async def test_after_a_restore_every_customer_begins_anew_and_nobody_merges(
    home: Path, tmp_path: Path
) -> None:
    history, kept = History(), tmp_path / "kept.tar.gz"
    async with AsyncExitStack() as stack:
        before = await stack.enter_async_context(running(home))
        before.history = history
        known = [await stack.enter_async_context(before.customer()) for _ in range(CUSTOMERS)]
        await asyncio.gather(*(one.ask("hello") for one in known))
        writing = [asyncio.create_task(one.ask("thank you")) for one in known]
        _, cookie, _ = await before.staff("Admin")
        await asyncio.to_thread(handrail, "backup", str(kept), "--home", str(home))
        await asyncio.gather(*writing)
        await asyncio.gather(*(one.ask("goodbye for now") for one in known))
        newcomer = await stack.enter_async_context(before.customer())
        await newcomer.ask("hello")
    said = handrail("restore", str(kept), "--home", str(home), "--force")
    assert "new log identity" in said
    async with running(home) as after:
        for one in (*known, newcomer):
            one._url = f"{after.ws}/ws/customer"
        assert (await newcomer.connect())["code"] == 4401  # it was made after the backup
        newcomer.token, newcomer.conversation = None, None
        for one in (*known, newcomer):
            welcome = await one.connect()
            assert welcome["log"] == after.parts.log_id
        await newcomer.ask("hello")
        for one in known:
            await one.ask("are you there")
            await same_as_on_disk(after, one.conversation or "", one.log_of(one.conversation or ""))
        print(f"explicit resync: {sum(one.began_anew == 1 for one in known)} of {len(known)}")
        assert [one.began_anew for one in (*known, newcomer)] == [1] * (CUSTOMERS + 1)
        assert "goodbye for now" not in json.dumps([one.events for one in known])
        async with after.rest() as rest:
            assert (await rest.get("/api/session")).status_code == 200
            rest.cookies = {"handrail_session": cookie}
            assert (await rest.get("/api/session")).status_code == 401
        for one in (*known, newcomer):
            await one.close()
    assert check(home / "handrail.db", history) == []
    moved = next(home.glob("before-restore-*"))  # noqa: ASYNC240 - the servers have stopped
    with closing(sqlite3.connect(moved / "handrail.db")) as old:
        lost = "SELECT count(*) FROM events WHERE data LIKE '%goodbye for now%'"
        assert old.execute(lost).fetchone() == (CUSTOMERS,)


async def same_as_on_disk(
    product: Product, conversation: str, seen: list[dict[str, object]]
) -> None:
    """What a customer saw is the whole log, in order."""
    log = await product.log_of(conversation)
    assert [(one["position"], one["kind"]) for one in seen] == [
        (one.position, "private" if one.kind in PRIVATE_KINDS else one.kind) for one in log
    ]


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """A home with a database, a company file and nothing else."""
    settings = load(tmp_path / "small")
    schema.migrate(settings.database_path)
    (settings.home / "company.yaml").write_text("name: Tern Ferries\n", "utf-8")
    return settings


def identity(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute("SELECT id FROM log_identity").fetchone()[0])


def test_a_backup_goes_into_an_empty_home_and_no_other(small: Settings, tmp_path: Path) -> None:
    made = backup.make(small, tmp_path, now=NOW)
    assert made.path.name == "handrail-20261122-093000.tar.gz"
    assert made.path.stat().st_mode & 0o077 == 0, "others may not read what customers wrote"
    with pytest.raises(SetupError, match="is in use"):
        backup.restore(small, made.path, force=False, now=NOW)
    with pytest.raises(SetupError, match="already"):
        backup.make(small, tmp_path, now=NOW)
    empty = load(tmp_path / "empty")
    found, aside = backup.restore(empty, made.path, force=False, now=NOW)
    assert found.log == identity(small.database_path) != identity(empty.database_path)
    assert not aside.exists()
    assert (empty.home / "company.yaml").read_text("utf-8") == "name: Tern Ferries\n"
    assert [one.name for one in tmp_path.glob(".handrail*")] == []
    schema.check(empty.database_path)


def test_a_damaged_backup_changes_nothing(small: Settings, tmp_path: Path) -> None:
    whole = backup.make(small, tmp_path / "whole.tar.gz", now=NOW).path.read_bytes()
    before = identity(small.database_path)
    broken = tmp_path / "broken.tar.gz"
    for content in (b"", b"no archive", whole[: len(whole) // 2], repacked(whole, flipped=True)):
        broken.write_bytes(content)
        with pytest.raises(SetupError, match="no whole backup"):
            backup.restore(small, broken, force=True, now=NOW)
    broken.write_bytes(repacked(whole, added="../elsewhere.yaml"))
    with pytest.raises(SetupError, match="no backup has"):
        backup.restore(small, broken, force=True, now=NOW)
    assert identity(small.database_path) == before
    assert sorted(one.name for one in small.home.iterdir()) == ["company.yaml", "handrail.db"]
    assert not (tmp_path / "elsewhere.yaml").exists()


def repacked(whole: bytes, *, flipped: bool = False, added: str | None = None) -> bytes:
    """The backup with a changed database, or with one more file, told in its manifest."""
    target = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(whole)) as old,
        tarfile.open(fileobj=target, mode="w:gz") as new,
    ):
        for member in old.getmembers():
            file = old.extractfile(member)
            assert file is not None
            content = bytearray(file.read())
            if member.name == "handrail.db" and flipped:
                content[-1] ^= 1
            if member.name == "backup.json" and added:
                manifest = json.loads(content)
                manifest["files"] = {added: "0"} | manifest["files"]
                content = bytearray(json.dumps(manifest).encode())
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    return target.getvalue()


def test_a_home_that_is_served_is_not_restored(small: Settings, tmp_path: Path) -> None:
    made = backup.make(small, tmp_path / "kept.tar.gz", now=NOW)
    with serving.alone(small.home):
        done = CliRunner().invoke(
            app, ["restore", str(made.path), "--home", str(small.home), "--force"]
        )
    assert isinstance(done.exception, SetupError)
    assert identity(small.database_path) == made.log


def test_postgresql_is_left_to_its_own_tools(small: Settings, tmp_path: Path) -> None:
    elsewhere = load(small.home, database={"url": "postgresql://db.invalid/handrail"})
    with pytest.raises(SetupError, match="pg_dump"):
        backup.make(elsewhere, tmp_path / "x", now=NOW)
    with pytest.raises(SetupError, match="--new-log"):
        backup.restore(elsewhere, tmp_path / "x", force=True, now=NOW)


def test_migrate_gives_a_new_identity_only_when_asked(small: Settings) -> None:
    before = identity(small.database_path)
    handrail("migrate", "--home", str(small.home))
    assert identity(small.database_path) == before
    handrail("migrate", "--new-log", "--home", str(small.home))
    assert identity(small.database_path) != before
