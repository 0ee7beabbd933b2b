"""The writer commits in groups, one bad write undoes only itself, and nothing is told too early."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select
from sqlalchemy.exc import IntegrityError

from bot.errors import Unavailable
from bot.storage.engine import Database, news_of, sqlite_engine

metadata = MetaData()
words = Table(
    "words", metadata, Column("id", Integer, primary_key=True), Column("word", String, unique=True)
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "words.db"
    engine = sqlite_engine(path, writer=True)
    metadata.create_all(engine)
    engine.dispose()
    database = Database(path)
    yield database
    database.close()


def _say(word: str) -> Any:
    return lambda tx: tx.execute(insert(words).values(word=word)).inserted_primary_key[0]


def _all(tx: Any) -> list[str]:
    return list(tx.execute(select(words.c.word).order_by(words.c.id)).scalars())


async def test_what_was_written_is_read(database: Database) -> None:
    await database.write(_say("hello"))
    assert await database.read(_all) == ["hello"]


async def test_a_bad_write_in_a_group_undoes_only_itself(database: Database) -> None:
    def broken(tx: Any) -> None:
        tx.execute(insert(words).values(word="half"))
        raise RuntimeError("no")

    results = await asyncio.gather(
        *(database.write(_say(f"w{n}")) for n in range(20)),
        database.write(broken),
        database.write(_say("w3")),
        *(database.write(_say(f"v{n}")) for n in range(20)),
        return_exceptions=True,
    )
    assert isinstance(results[20], RuntimeError)
    assert isinstance(results[21], IntegrityError)
    assert len(await database.read(_all)) == 40


async def test_news_is_told_after_the_commit_and_not_for_what_failed(database: Database) -> None:
    told: list[tuple[str, int]] = []
    seen: list[list[str]] = []

    def listen(news: Any) -> None:
        told.extend(news)
        seen.append(database.sync.read(_all))

    database.on_news(listen)

    def tell(word: str, *, fail: bool) -> Any:
        def work(tx: Any) -> None:
            tx.execute(insert(words).values(word=word))
            news_of(tx).append((word, 1))
            if fail:
                raise RuntimeError("no")

        return work

    await asyncio.gather(
        database.write(tell("good", fail=False)),
        database.write(tell("bad", fail=True)),
        database.write(tell("fine", fail=False)),
        return_exceptions=True,
    )
    database.close()  # news goes out after the writer has answered; this waits for it
    assert sorted(told) == [("fine", 1), ("good", 1)]
    assert all("good" in words_then or "fine" in words_then for words_then in seen)


async def test_a_locked_database_is_unavailable_and_recovers(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = sqlite3.connect(database.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(database.write(_say("late")))
    with pytest.raises(Unavailable, match="Nothing was stored"):
        await waiting
    holder.execute("ROLLBACK")
    holder.close()
    await database.write(_say("now"))
    assert await database.read(_all) == ["now"]


async def test_a_cancelled_writer_neither_breaks_nor_blocks_the_others(database: Database) -> None:
    tasks = [asyncio.create_task(database.write(_say(f"w{n}"))) for n in range(50)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await database.write(_say("after"))
    assert "after" in await database.read(_all)


async def test_commits_are_synced_before_they_are_acknowledged(database: Database) -> None:
    def pragmas(tx: Any) -> tuple[str, int]:
        mode = tx.exec_driver_sql("PRAGMA journal_mode").scalar()
        sync = tx.exec_driver_sql("PRAGMA synchronous").scalar()
        return mode, sync

    assert await database.write(pragmas) == ("wal", 2), "WAL with synchronous=FULL"


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(Unavailable, match="readonly"):
        await database.read(_say("sneaky"))


async def test_a_closed_database_says_so(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    database.close()
    with pytest.raises(Unavailable, match="closed"):
        await database.write(_all)
