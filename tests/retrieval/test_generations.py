"""Building, switching, dying, rolling back."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from build_parts import Hashing, article
from retrieval_collection import draft, drafts
from retrieval_parts import Clock, Database

from retrieval import articles, builder, building, generations, pulls, vectors
from retrieval.draft import Progress
from retrieval.errors import (
    AlreadyBuilding,
    BuildCancelled,
    GenerationGone,
    NoIndex,
    NothingToRollBack,
    VerificationFailed,
)
from retrieval.generations import Lease
from retrieval.index import Index
from retrieval.settings import RetrievalSettings

Make = Callable[[], Index]


@pytest.fixture
def make(store: Database, home: Path, clock: Clock) -> Make:
    """Return what gives one more process its index, over the same database and home."""
    settings = RetrievalSettings(keep_generations=2, small_build=0)
    return lambda: Index(store, home, settings, clock)


@pytest.fixture
def index(store: Database, make: Make, clock: Clock) -> Index:
    """Return an index with a few articles saved and nothing built."""
    for one in drafts():
        if one.locale == "en" and one.id in ("pets", "receipt"):
            save(store, clock, one)
    return make()


def save(store: Database, clock: Clock, what: articles.ArticleDraft) -> None:
    store.write(lambda tx: articles.save(tx, what, author="a", now=clock()))


def build(index: Index, clock: Clock) -> generations.Generation:
    clock.pass_(timedelta(minutes=1))
    return index.build()


def folders(home: Path) -> set[str]:
    return {p.name for p in (home / "index").iterdir() if p.is_dir()}


def best(index: Index, text: str) -> str:
    return index.search(text).found[0].passage.text


def test_before_the_first_build_there_is_nothing_to_search(index: Index) -> None:
    with pytest.raises(NoIndex):
        index.search("dog")
    assert index.pending() == 2


def test_a_build_tells_how_far_it_is_and_becomes_live(index: Index, home: Path) -> None:
    seen: list[Progress] = []
    built = index.build(seen.append)
    stages = list(dict.fromkeys(p.stage for p in seen))
    assert stages == [
        "read", "cut", "embed", "keywords", "store", "calibrate", "verify", "switch", "done",
    ]  # fmt: skip
    assert (built.state, built.articles, built.error) == ("live", 2, None)
    assert index.pending() == 0
    assert folders(home) == {built.id}
    assert all(p.generation == built.id for p in seen)


def test_only_what_changed_is_embedded_again(
    index: Index, store: Database, clock: Clock, make: Make
) -> None:
    first = build(index, clock)
    assert first.reused == 0
    save(store, clock, replace(draft("pets"), category="animals"))
    assert index.pending() == 1
    again = build(make(), clock)  # as another process, which has nothing in memory
    assert again.embedded == 0
    assert again.reused == first.embedded
    save(store, clock, replace(draft("pets"), body=draft("pets").body + " And cheap."))
    assert build(index, clock).embedded == 1


def test_another_process_sees_the_switch(
    index: Index, make: Make, clock: Clock, store: Database
) -> None:
    build(index, clock)
    other = make()
    assert "carrier" in best(other, "How do small pets travel?")
    save(store, clock, replace(draft("pets"), body="Pets stay at home."))
    build(index, clock)
    assert other.refresh()
    assert not other.refresh()
    assert best(other, "How do small pets travel?") == "Pets stay at home."


def test_a_pulled_article_is_not_answered_from(index: Index, store: Database, clock: Clock) -> None:
    build(index, clock)
    store.write(lambda tx: pulls.pull(tx, "pets", "en", author="Aina", now=clock()))
    index.refresh()
    assert all(f.passage.article_id != "pets" for f in index.search("Can I bring my dog?").found)
    assert index.suggest("dog", "en") == []
    assert index.pending() == 1
    assert build(index, clock).articles == 1


def test_rolling_back_returns_to_the_one_before_and_forwards_by_name(
    index: Index, store: Database, clock: Clock
) -> None:
    first = build(index, clock)
    with pytest.raises(NothingToRollBack):
        index.rollback()
    save(store, clock, replace(draft("pets"), body="Pets stay at home."))
    second = build(index, clock)
    assert index.rollback().id == first.id
    assert "carrier" in best(index, "How do small pets travel?")
    assert index.rollback(second.id).state == "live"
    with pytest.raises(NothingToRollBack):
        index.rollback("g-unknown")


def test_a_held_build_answers_only_when_somebody_switches_to_it(
    index: Index, store: Database, clock: Clock, home: Path
) -> None:
    first = build(index, clock)
    save(store, clock, replace(draft("pets"), body="Pets stay at home."))
    save(store, clock, replace(draft("pets"), id="birds", title="Birds", body="They fly."))
    clock.pass_(timedelta(minutes=1))
    held = index.build(hold=True)
    assert (held.state, index.generations()[1].state) == ("ready", "live")
    assert "carrier" in best(index, "How do small pets travel?")
    found = index.differences(held.id)
    assert [(one.id, one.change) for one in found.articles] == [
        ("birds", "added"),
        ("pets", "changed"),
    ]
    checks = index.checks(held.id)
    assert checks is not None
    assert {one.article for one in checks.questions} == {"pets", "receipt"}
    with pytest.raises(NothingToRollBack):
        index.rollback()  # without a name: nothing is earlier than the first
    assert index.rollback(held.id).state == "live"
    assert best(index, "How do small pets travel?") == "Pets stay at home."
    back = index.differences(first.id)
    assert [(one.id, one.change) for one in back.articles] == [
        ("birds", "removed"),
        ("pets", "changed"),
    ]
    for _ in range(2):
        build(index, clock)
    with pytest.raises(GenerationGone):
        index.differences(first.id)


def test_old_generations_lose_their_files(index: Index, home: Path, clock: Clock) -> None:
    built = [build(index, clock).id for _ in range(4)]
    assert folders(home) == set(built[-2:])
    states = {g.id: g.state for g in index.generations()}
    assert [states[g] for g in built] == ["removed", "removed", "retired", "live"]


@pytest.mark.parametrize("stage", ["read", "embed", "keywords", "verify", "switch"])
def test_a_stopped_build_leaves_the_live_index_as_it_was(
    index: Index, home: Path, clock: Clock, store: Database, stage: str
) -> None:
    live = build(index, clock)
    save(store, clock, replace(draft("pets"), body="Pets stay at home."))
    seen: list[str] = []
    with pytest.raises(BuildCancelled):
        index.build(lambda p: seen.append(p.stage), lambda: bool(seen) and seen[-1] == stage)
    assert folders(home) == {live.id}
    assert [g.state for g in index.generations() if g.id != live.id] == ["cancelled"]
    assert "carrier" in best(index, "How do small pets travel?")
    assert build(index, clock).state == "live"


def test_a_failing_check_is_not_switched_to(
    index: Index, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = build(index, clock)
    with monkeypatch.context() as broken:
        broken.setattr(vectors.Vectors, "count", lambda *_: 0)
        with pytest.raises(VerificationFailed, match="vectors"):
            index.build()
    states = {g.state for g in index.generations() if g.id != live.id}
    assert states == {"failed"}
    assert index.search("dog").generation == live.id


class Killed(BaseException):
    """Stands for a process that ends at once: nothing cleans up behind it."""


def test_what_a_dead_builder_left_is_collected_when_its_lease_is_over(
    index: Index, home: Path, clock: Clock, make: Make, store: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    live = build(index, clock)

    def die(progress: Progress) -> None:
        if progress.stage == "keywords":
            raise Killed

    clock.pass_(timedelta(minutes=1))
    with monkeypatch.context() as killed:
        killed.setattr(builder.Builder, "_give_up", lambda *_: None)
        killed.setattr(Lease, "release", lambda *_: None)
        with pytest.raises(Killed):
            index.build(die)
    assert len(folders(home)) == 2
    with pytest.raises(AlreadyBuilding):
        make().build()
    clock.pass_(timedelta(seconds=61))
    after = make().build()
    states = sorted(g.state for g in index.generations())
    assert states == ["failed", "live", "retired"]
    assert folders(home) == {live.id, after.id}


def test_only_one_builds_at_a_time(index: Index, make: Make) -> None:
    refused: list[str | None] = []

    def try_too(progress: Progress) -> None:
        if progress.stage == "cut" and not refused:
            with pytest.raises(AlreadyBuilding) as told:
                make().build()
            refused.append(told.value.generation)

    built = index.build(try_too)
    assert refused == [built.id]


def test_a_builder_that_lost_its_lease_does_not_switch(
    store: Database, clock: Clock, index: Index
) -> None:
    live = build(index, clock)
    lost: list[bool] = []

    def lose(progress: Progress) -> None:
        if progress.stage == "switch" and not lost:
            lost.append(True)
            clock.pass_(timedelta(minutes=2))
            Lease(store, timedelta(seconds=60)).take("other", clock())

    with pytest.raises(BuildCancelled):
        index.build(lose)
    assert index.search("dog").generation == live.id


def test_questions_during_a_build_are_answered_from_one_generation(
    index: Index, store: Database, clock: Clock
) -> None:
    build(index, clock)
    answers: set[tuple[str, str]] = set()
    errors: list[Exception] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                evidence = index.search("Can I bring my dog?")
                answers.add((evidence.generation, evidence.found[0].passage.text))
            except Exception as error:  # noqa: BLE001 - any error fails the test below
                errors.append(error)

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    for number in range(2):
        save(store, clock, replace(draft("pets"), body=f"Version {number} of the pets article."))
        build(index, clock)
    stop.set()
    for thread in asking:
        thread.join()
    assert errors == []
    assert len({generation for generation, _ in answers}) == len(answers) >= 2


def test_an_article_in_another_language_only_is_offered_as_such(
    index: Index, store: Database, clock: Clock
) -> None:
    save(store, clock, draft("refund-time", "zh-Hans"))
    build(index, clock)
    evidence = index.search("退款要等幾天才入帳", hint="zh-Hant")
    assert evidence.language == "zh-Hant"
    assert evidence.missing_language
    assert evidence.found[0].passage.id.startswith("refund-time.zh-Hans")


def test_articles_for_agents_are_hidden_from_customers(
    index: Index, store: Database, clock: Clock
) -> None:
    save(store, clock, replace(draft("refund-time"), audience="agents"))
    build(index, clock)
    question = "How long does a refund take?"
    shown = index.search(question).found
    assert all(f.passage.article_id != "refund-time" for f in shown)
    assert index.search(question, audience="agents").found[0].passage.article_id == "refund-time"


def test_an_empty_collection_can_be_built_and_answers_nothing(
    store: Database, make: Make, clock: Clock
) -> None:
    empty = make()
    assert build(empty, clock).passages == 0
    evidence = empty.search("dog")
    assert (evidence.found, evidence.confidence) == ((), 0.0)


def test_a_few_changes_stand_beside_the_base_and_end_in_a_whole_build(
    store: Database, home: Path, clock: Clock
) -> None:
    settings = RetrievalSettings(small_build=0.3, calibration_questions=20, verify_margin=1.0)
    index = Index(store, home, settings, clock, Hashing())
    for number in range(7):
        save(store, clock, article(number, 0))
    whole = build(index, clock)
    assert whole.base is None
    save(store, clock, article(0, 2))
    small = build(index, clock)
    assert small.base == whole.id
    assert (small.articles, small.passages) == (whole.articles, whole.passages)
    texts = {one.passage.text for one in index.search(article(0, 2).title, hint="en").found}
    assert "It costs 2 coins." in texts
    assert "It costs 0 coins." in texts  # of the articles that did not change
    old = [one for one in texts if one.startswith("To change your luggage, take step 0")]
    assert old == []
    save(store, clock, article(1, 2))
    store.write(lambda tx: pulls.pull(tx, article(2, 0).id, "en", author="Aina", now=clock()))
    states: list[str] = []
    clock.pass_(timedelta(minutes=1))
    last = index.build(lambda p: states.append(p.generation))
    assert len(set(states)) == 2  # the small one answered before the whole one was made
    assert last.base is None
    assert (last.articles, last.embedded) == (6, 0)
    assert index.build(whole=True).base is None
    index.close()


def test_an_index_that_answers_worse_is_not_switched_to(
    store: Database, home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = RetrievalSettings(small_build=0, calibration_questions=20)
    index = Index(store, home, settings, clock, Hashing())
    for number in range(7):
        save(store, clock, article(number, 0))
    live = build(index, clock)
    whole = building.whole

    def turned(*given: Any) -> Any:
        """Put the articles of every later index in the wrong order."""
        made = whole(*given)
        rank = made.search.ranker.rank

        def backwards(question: Any, *others: Any, **more: Any) -> Any:
            found = rank(question, *others, **more)
            asks = question.text.endswith(("?", "trouble"))  # titles are found as ever
            return replace(found, order=found.order[::-1]) if asks else found

        monkeypatch.setattr(made.search.ranker, "rank", backwards)
        return made

    with monkeypatch.context() as worse:
        worse.setattr(building, "whole", turned)
        with pytest.raises(VerificationFailed, match="HANDRAIL_RETRIEVAL__VERIFY_MARGIN"):
            index.build()
    assert index.search("ferry", hint="en").generation == live.id
    assert index.build().state == "live"
    index.close()
