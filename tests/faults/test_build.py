"""SIGKILL of a build at every stage: customers notice nothing, and its work is not lost."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "retrieval"))

from build_parts import Hashing, article
from retrieval_parts import Database, database

from retrieval import articles
from retrieval.draft import Progress
from retrieval.errors import BuildCancelled
from retrieval.index import Index
from retrieval.settings import RetrievalSettings

STAGES = ("read", "cut", "embed", "keywords", "verify", "switch")
LEASE = timedelta(seconds=60)


def opened(store: Database, home: Path, *, ahead: timedelta = timedelta(0)) -> Index:
    """One more process's view of the same home, its clock ahead of the others'."""
    settings = RetrievalSettings(small_build=0.5, verify_margin=1.0, calibration_questions=20)
    return Index(store, home, settings, lambda: datetime.now(UTC) + ahead, Hashing())


def die(home: Path, stage: str) -> None:
    """What the killed process does: builds until the stage, in its middle where it has one."""

    def kill(at: Progress) -> None:
        if at.stage == stage and (stage != "embed" or at.done > 0):
            os.kill(os.getpid(), signal.SIGKILL)

    opened(database(home / "test.db"), home).build(kill)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    made = database(tmp_path / "test.db")
    yield made
    made.engine.dispose()


def save(store: Database, number: int, edition: int) -> None:
    draft = article(number, edition)
    store.write(lambda tx: articles.save(tx, draft, author="a", now=datetime.now(UTC)))


async def killed(home: Path, stage: str) -> None:
    """Start the build in a process of its own and wait until it was killed."""
    code = f"import sys; sys.path[:0] = {sys.path!r}; import test_build; "
    code += f"from pathlib import Path; test_build.die(Path({str(home)!r}), {stage!r})"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    )  # fmt: skip
    async with asyncio.timeout(240):
        assert await child.wait() == -signal.SIGKILL


class Asking:
    """Somebody who never stops asking, and writes down from what was answered."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.heard: set[tuple[str, str]] = set()
        self.errors: list[Exception] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        while not self._stop.is_set():
            try:
                self.index.refresh()
                evidence = self.index.search(article(3, 0).title, hint="en")
                self.heard.add((evidence.generation, evidence.found[0].passage.text))
            except Exception as error:  # noqa: BLE001 - any error fails the test
                self.errors.append(error)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


async def test_a_build_killed_at_any_stage_changes_nothing_for_those_who_ask(
    tmp_path: Path, store: Database
) -> None:
    for number in range(8):
        save(store, number, 0)
    first = opened(store, tmp_path)
    live = first.build()
    save(store, 3, 1)
    with Asking(opened(store, tmp_path)) as customer:
        for stage in STAGES:
            await killed(tmp_path, stage)
            assert first.search("luggage", hint="en").generation == live.id
            with store.engine.begin() as tx:  # a minute later: the dead builder's lease is over
                tx.exec_driver_sql("UPDATE builder_leases SET expires_at = '2000-01-01'")
        assert {generation for generation, _ in customer.heard} == {live.id}
        built = first.build()
        async with asyncio.timeout(60):
            while customer.index.search("luggage", hint="en").generation != built.id:  # noqa: ASYNC110 - other thread
                await asyncio.sleep(0.01)
        first.rollback(live.id)
    assert customer.errors == []
    texts = {generation: {t for g, t in customer.heard if g == generation} for generation in
             (live.id, built.id)}  # fmt: skip
    assert all("step 0" in text for text in texts[live.id])
    assert all("step 1" in text for text in texts[built.id])
    first.close()
    customer.index.close()
    left = {path.name for path in (tmp_path / "index").iterdir() if path.is_dir()}
    assert left == {live.id, built.id}


async def test_what_a_killed_build_embedded_is_not_embedded_again(
    tmp_path: Path, store: Database
) -> None:
    for number in range(8):
        save(store, number, 0)
    await killed(tmp_path, "keywords")
    index = opened(store, tmp_path, ahead=2 * LEASE)
    seen: list[Progress] = []
    built = index.build(seen.append)
    assert built.embedded == 0
    assert built.reused > 8
    assert next(p.reused for p in seen if p.stage == "keywords") == built.reused
    index.close()


def test_a_cancelled_build_goes_on_where_it_stopped(tmp_path: Path, store: Database) -> None:
    for number in range(8):
        save(store, number, 0)
    index = opened(store, tmp_path)
    done: list[int] = []

    def halfway() -> bool:
        return bool(done) and done[-1] >= 10

    def note(at: Progress) -> None:
        if at.stage == "embed":
            done.append(at.done)

    with pytest.raises(BuildCancelled):
        index.build(note, halfway)
    stopped_at = done[-1]
    built = index.build()
    assert built.reused == stopped_at
    assert built.embedded > 0
    index.close()
