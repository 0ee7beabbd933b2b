"""Any sequence of edits, builds, deaths, roll-backs says the same as a fresh build."""

import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from build_parts import Hashing, answers, article
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from retrieval_parts import Clock, database

from retrieval import articles, builder, generations, pulls
from retrieval.articles import ArticleDraft
from retrieval.draft import Progress
from retrieval.errors import BuildCancelled, NoIndex
from retrieval.generations import Lease
from retrieval.index import Index
from retrieval.settings import RetrievalSettings

STAGES = ("read", "cut", "embed", "keywords", "verify", "switch")
SETTINGS = RetrievalSettings(
    keep_generations=3,
    small_build=0.6,
    calibration_questions=20,
    verify_margin=1.0,  # the articles here differ in a word: what they find is not the point
    recheck=timedelta(0),
)


_SAID: dict[tuple[frozenset[ArticleDraft], frozenset[ArticleDraft]], Any] = {}
"""What fresh builds said: many sequences lead to the same articles."""


class Killed(BaseException):
    """Stands for a process that ends at once: nothing cleans up behind it."""


class Builds(RuleBasedStateMachine):
    """One home, edited and built by one process, read by another."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="builds-"))
        self.clock = Clock()
        self.store = database(self.home / "test.db")
        self.index, self.reader = self.opened(), self.opened()
        self.published: dict[str, ArticleDraft] = {}
        self.built: dict[str, dict[str, ArticleDraft]] = {}  # generation → what it holds
        self.live: str | None = None

    def opened(self) -> Index:
        return Index(self.store, self.home, SETTINGS, self.clock, Hashing())

    def teardown(self) -> None:
        self.index.close()
        self.reader.close()
        self.store.engine.dispose()
        shutil.rmtree(self.home)

    @initialize()
    def begin(self) -> None:
        for number in range(6):
            self.edit(number, 0)
        self.build(whole=True)

    @rule(number=st.integers(0, 7), edition=st.integers(0, 5))
    def edit_and_build(self, number: int, edition: int) -> None:
        self.edit(number, edition)
        self.build(whole=False)

    @rule(number=st.integers(0, 7))
    def pull_and_build(self, number: int) -> None:
        self.pull(number)
        self.build(whole=False)

    @rule(number=st.integers(0, 7), edition=st.integers(0, 5))
    def edit(self, number: int, edition: int) -> None:
        draft = article(number, edition)
        self.clock.pass_(timedelta(seconds=1))
        now = self.clock()
        self.store.write(lambda tx: articles.save(tx, draft, author="a", now=now))
        self.published[draft.id] = draft

    @rule(number=st.integers(0, 7))
    def pull(self, number: int) -> None:
        name = article(number, 0).id
        if name in self.published:
            self.clock.pass_(timedelta(seconds=1))
            now = self.clock()
            self.store.write(lambda tx: pulls.pull(tx, name, "en", author="Aina", now=now))
            del self.published[name]

    @rule(whole=st.booleans())
    def build(self, whole: bool) -> None:
        self.clock.pass_(timedelta(minutes=2))
        self.live = self.index.build(whole=whole).id
        self.built[self.live] = dict(self.published)

    @rule(stage=st.sampled_from(STAGES), whole=st.booleans(), killed=st.booleans())
    def interrupted(self, stage: str, whole: bool, killed: bool) -> None:
        self.clock.pass_(timedelta(minutes=2))

        def stop(progress: Progress) -> None:
            if progress.stage == stage:
                raise Killed if killed else BuildCancelled("stopped")

        with pytest.MonkeyPatch.context() as patch:
            if killed:
                patch.setattr(builder.Builder, "_give_up", lambda *_: None)
                patch.setattr(Lease, "release", lambda *_: None)
            try:
                self.index.build(stop, whole=whole)
            except (Killed, BuildCancelled):
                return
        raise AssertionError(f"no stage {stage}")  # pragma: no cover

    @precondition(lambda self: len(self.kept()) > 1)
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(sorted(self.kept() - {self.live})))
        self.live = self.index.rollback(target).id

    @rule()
    def restart(self) -> None:
        self.index.close()
        self.index = self.opened()

    def kept(self) -> set[str]:
        states = {g.id: g.state for g in self.store.read(generations.listing)}
        return {g for g in self.built if states.get(g) in generations.FINISHED}

    @invariant()
    def every_process_says_what_a_fresh_build_says(self) -> None:
        if self.live is None:
            with pytest.raises(NoIndex):
                self.index.search("anything")
            return
        expected = self.fresh(
            {
                name: draft
                for name, draft in self.built[self.live].items()
                if name in self.published
            },
            self.built[self.live],
        )
        self.reader.refresh()
        for reading in (self.index, self.reader):
            found = answers(reading)
            assert found == expected

    def fresh(
        self, may: dict[str, ArticleDraft], held: dict[str, ArticleDraft]
    ) -> dict[str, list[tuple[str, str, float]]]:
        """Return what an index says that was made of these articles and nothing else."""
        key = (frozenset(may.values()), frozenset(held.values()))
        if key not in _SAID:
            _SAID[key] = self.said(may, held)
        return _SAID[key]

    def said(
        self, may: dict[str, ArticleDraft], held: dict[str, ArticleDraft]
    ) -> dict[str, list[tuple[str, str, float]]]:
        home = Path(tempfile.mkdtemp(prefix="fresh-"))
        store = database(home / "test.db")
        for draft in held.values():
            store.write(lambda tx, d=draft: articles.save(tx, d, author="a", now=self.clock()))
        index = Index(store, home, SETTINGS, self.clock, Hashing())
        try:
            index.build()
            for name in held.keys() - may.keys():
                store.write(
                    lambda tx, n=name: pulls.pull(tx, n, "en", author="Aina", now=self.clock())
                )
            index.refresh()
            return answers(index)
        finally:
            index.close()
            store.engine.dispose()
            shutil.rmtree(home)


Builds.TestCase.settings = settings(
    max_examples=30 if os.environ.get("HANDRAIL_TEST_ALL") == "1" else 5,
    stateful_step_count=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),  # making a failure smaller takes minutes
    suppress_health_check=list(HealthCheck),
)
test_any_sequence = Builds.TestCase
