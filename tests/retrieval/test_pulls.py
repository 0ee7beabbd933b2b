"""A pulled article is answered from no more: at once, in every process, until it is built anew."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from retrieval_collection import draft, drafts
from retrieval_parts import NOON, Clock, Database
from sqlalchemy.engine import Connection

from retrieval import articles, pulls
from retrieval.articles import ArticleDraft, Pull
from retrieval.errors import UnknownArticle
from retrieval.index import Index
from retrieval.settings import RetrievalSettings

Make = Callable[[], Index]
QUESTION = "Can I bring my dog?"


@pytest.fixture
def make(store: Database, home: Path, clock: Clock) -> Make:
    """What gives one more process its index; it would notice a pull by itself in an hour only."""
    for one in drafts():
        if one.locale == "en" and one.id in ("pets", "receipt"):
            save(store, one)
    settings = RetrievalSettings(recheck=timedelta(hours=1), small_build=0)
    return lambda: Index(store, home, settings, clock)


def save(store: Database, one: ArticleDraft) -> None:
    store.write(lambda tx: articles.save(tx, one, author="Aina", now=NOON))


def pull(store: Database, name: str, reason: str = "") -> None:
    store.write(lambda tx: pulls.pull(tx, name, "en", author="Aina", now=NOON, reason=reason))


def found(index: Index, audience: str = "public") -> set[str]:
    evidence = index.search(QUESTION, audience=audience)
    shown = (*evidence.found, *evidence.alternatives)
    return {one.passage.article_id for one in shown}


def test_another_process_answers_no_more_from_what_was_pulled_a_moment_ago(
    make: Make, store: Database
) -> None:
    index = make()
    index.build()
    passage = index.search(QUESTION).found[0].passage
    assert passage.article_id == "pets"
    assert index.suggest("dog", "en")
    pull(store, "pets")  # by somebody who cannot tell this index
    assert "pets" not in found(index)
    assert "pets" not in found(index, "staff")
    assert index.suggest("dog", "en") == []
    with pytest.raises(UnknownArticle):
        index.passage(passage.id)


@pytest.mark.parametrize("look", ["suggest", "passage", "search"])
def test_each_way_to_it_looks_by_itself(make: Make, store: Database, look: str) -> None:
    index = make()
    index.build()
    passage = index.search(QUESTION).found[0].passage
    pull(store, "pets")
    if look == "suggest":
        assert index.suggest("dog", "en") == []
    elif look == "search":
        assert "pets" not in found(index)
    else:
        with pytest.raises(UnknownArticle):
            index.passage(passage.id)


def test_what_was_pulled_stays_unsaid_when_it_is_corrected_until_that_is_built(
    make: Make, store: Database, clock: Clock
) -> None:
    index = make()
    index.build()
    pull(store, "pets")
    save(store, replace(draft("pets"), body="Pets stay at home."))
    index.refresh()
    assert "pets" not in found(index), "the index still has the text that was pulled"
    clock.pass_(timedelta(minutes=1))
    index.build()
    assert index.search(QUESTION).found[0].passage.text == "Pets stay at home."
    index.rollback()
    assert "pets" not in found(index), "an index from before the pull has that text, too"


def test_an_article_put_back_unchanged_is_answered_from_after_a_build(
    make: Make, store: Database, clock: Clock
) -> None:
    index = make()
    index.build()
    pull(store, "pets")
    save(store, draft("pets"))
    clock.pass_(timedelta(minutes=1))
    index.build()
    assert "pets" in found(index)


def test_whom_an_article_is_for_counts_from_now_on_not_from_the_next_build(
    make: Make, store: Database
) -> None:
    index = make()
    index.build()
    save(store, replace(draft("pets"), audience="staff"))
    assert "pets" not in found(index)
    assert "pets" in found(index, "staff")


def test_who_pulled_which_version_and_why_stays_in_the_history(store: Database) -> None:
    save(store, draft("pets"))
    save(store, replace(draft("pets"), body="All pets fly."))
    pull(store, "pets", "It is wrong.")
    newest, first = store.read(lambda tx: articles.versions(tx, "pets", "en"))
    assert (newest.published, newest.pulled) == (False, Pull("Aina", NOON, "It is wrong.", None))
    assert first.pulled is None
    pull(store, "pets", "Once more.")
    again = store.read(lambda tx: articles.versions(tx, "pets", "en"))
    assert again[0] == newest, "what nobody could read is not pulled again"


def test_what_somebody_pulled_is_told_from_what_is_gone_at_its_source(store: Database) -> None:
    for name, source in (("pets", None), ("receipt", "guide")):
        save(store, draft(name))
        before = store.read(lambda tx, n=name: articles.get(tx, n, "en"))
        assert not store.read(lambda tx, a=before: pulls.by_hand(tx, a))
        pulled = store.write(
            lambda tx, n=name, s=source: pulls.pull(
                tx, n, "en", author="Aina", now=NOON, source=s
            )
        )  # fmt: skip
        assert store.read(lambda tx, a=pulled: pulls.by_hand(tx, a)) == (source is None)
    save(store, replace(draft("pets"), title="Corrected"))
    corrected = store.read(lambda tx: articles.get(tx, "pets", "en"))
    assert not store.read(lambda tx: pulls.by_hand(tx, corrected))


def test_a_history_follows_an_article_to_its_new_id(store: Database) -> None:
    save(store, draft("pets"))
    save(store, draft("receipt", "ms"))
    pull(store, "pets", "It is wrong.")
    store.write(lambda tx: articles.move(tx, "pets", "en", "receipt", NOON))
    moved = store.read(lambda tx: articles.versions(tx, "receipt", "en"))
    assert moved[0].pulled is not None


def test_an_unknown_article_is_no_silent_success(store: Database) -> None:
    with pytest.raises(UnknownArticle, match="'pets'"):
        pull(store, "pets")
    with pytest.raises(UnknownArticle, match="'pets'"):
        store.read(lambda tx: pulls.published_locales(tx, "pets"))
    save(store, draft("pets"))
    with pytest.raises(UnknownArticle, match="in ms"):
        store.read(lambda tx: pulls.published_locales(tx, "pets", "ms"))
    assert store.read(lambda tx: pulls.published_locales(tx, "pets")) == ["en"]


def test_only_pulls_of_these_articles_after_this_one_count(store: Database) -> None:
    for name in ("pets", "receipt"):
        save(store, draft(name))
    before = store.read(pulls.last)
    pull(store, "pets")
    after = store.read(pulls.last)
    assert store.read(lambda tx: pulls.any_since(tx, before, {("pets", "en")}))
    assert not store.read(lambda tx: pulls.any_since(tx, before, {("pets", "ms")}))
    assert not store.read(lambda tx: pulls.any_since(tx, before, {("receipt", "en")}))
    assert not store.read(lambda tx: pulls.any_since(tx, after, {("pets", "en")}))
    assert not store.read(lambda tx: pulls.any_since(tx, before, set()))


def test_a_look_without_a_change_reads_no_articles(
    make: Make, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server looks twice a second; reading ten thousand articles each time would be its work."""
    index = make()
    index.build()
    reads: list[object] = []
    whole = pulls.answerable

    def counted(tx: Connection, ids: Collection[str] | None = None) -> object:
        if ids is None:
            reads.append(tx)
        return whole(tx, ids)

    monkeypatch.setattr(pulls, "answerable", counted)
    for _ in range(5):
        index.refresh()
    assert reads == []
    pull(store, "pets")
    index.refresh()
    assert len(reads) == 1
    assert index.suggest("dog", "en") == []
    save(store, replace(draft("receipt"), title="Where is my receipt?"))
    index.refresh()
    assert len(reads) == 2
