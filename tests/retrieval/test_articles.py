"""What saving, publishing and pulling an article means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from retrieval_collection import draft
from retrieval_parts import NOON, Database
from sqlalchemy.exc import StatementError

from retrieval import articles, pulls
from retrieval.errors import UnknownArticle, VersionConflict


def _save(
    store: Database, what: articles.ArticleDraft, **options: object
) -> tuple[articles.Article, str]:
    return store.write(
        lambda tx: articles.save(tx, what, author="aina", now=NOON, **options)  # type: ignore[arg-type]
    )


def test_the_first_save_imports_the_same_again_changes_nothing_and_an_edit_replaces(
    store: Database,
) -> None:
    first = draft("pets")
    assert _save(store, first)[1] == "imported"
    assert _save(store, first)[1] == "unchanged"
    article, what = _save(store, replace(first, body="New text."))
    assert (what, article.version, article.published) == ("replaced", 2, True)


def test_an_instant_comes_back_aware_and_in_utc(store: Database) -> None:
    east = NOON.astimezone(timezone(timedelta(hours=8)))
    saved = store.write(lambda tx: articles.save(tx, draft("pets"), author="a", now=east))[0]
    assert saved.saved_at == NOON
    assert saved.saved_at.tzinfo == UTC
    with pytest.raises(StatementError, match="time zone"):
        store.write(
            lambda tx: articles.save(tx, draft("pets", "ms"), author="a", now=datetime(2026, 1, 1))  # noqa: DTZ001 - the point
        )


def test_who_saves_over_somebody_elses_version_is_told(store: Database) -> None:
    first, _ = _save(store, draft("pets"))
    _save(store, replace(draft("pets"), title="Pets"), base_version=first.version)
    with pytest.raises(VersionConflict) as told:
        _save(store, replace(draft("pets"), title="Animals"), base_version=first.version)
    assert told.value.current == 2
    with pytest.raises(VersionConflict):
        _save(store, draft("receipt"), base_version=1)


def test_a_draft_leaves_the_published_version_in_place(store: Database) -> None:
    _save(store, draft("pets"))
    article, _ = _save(store, replace(draft("pets"), title="Draft"), publish=False)
    assert not article.published
    assert [a.title for a in store.read(articles.published)] == ["Travelling with pets"]
    assert _save(store, replace(draft("pets"), title="Draft"))[1] == "replaced"
    assert [a.title for a in store.read(articles.published)] == ["Draft"]


def test_a_pulled_article_keeps_its_versions(store: Database) -> None:
    _save(store, draft("pets"))
    before = store.read(articles.published_mark)
    store.write(lambda tx: pulls.pull(tx, "pets", "en", author="Aina", now=NOON))
    assert store.read(articles.published) == []
    assert store.read(articles.published_mark) != before
    assert [v.version for v in store.read(lambda tx: articles.versions(tx, "pets", "en"))] == [1]


def test_the_list_can_be_narrowed_by_locale_and_text(store: Database) -> None:
    for locale in ("en", "ms"):
        _save(store, draft("pets", locale))
    _save(store, draft("receipt"))
    found = store.read(lambda tx: articles.listing(tx, locale="en", text="CARRIER"))
    assert [(a.id, a.locale) for a in found] == [("pets", "en")]


@pytest.mark.parametrize("ask", [articles.get, articles.versions])
def test_an_unknown_article_is_named(store: Database, ask: object) -> None:
    with pytest.raises(UnknownArticle, match="nothing"):
        store.read(lambda tx: ask(tx, "nothing", "en"))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        ("public", {"public"}),
        ("signed_in", {"public", "signed_in"}),
        ("staff", {"public", "signed_in", "staff", "partners"}),
        ("partners", {"public", "partners"}),
    ],
)
def test_each_reader_sees_what_is_meant_for_them(reader: str, sees: set[str]) -> None:
    known = {"public", "signed_in", "staff", "partners"}
    assert {one for one in known if articles.may_read(reader, one)} == sees


def test_an_article_becomes_the_translation_of_another_and_keeps_its_versions(
    store: Database,
) -> None:
    _save(store, draft("pets"))
    malay = replace(draft("pets", "ms"), id="haiwan")
    _save(store, malay)
    _save(store, replace(malay, title="Haiwan"))
    moved = store.write(lambda tx: articles.move(tx, "haiwan", "ms", "pets", NOON))
    assert (moved.id, moved.title, moved.version, moved.published) == ("pets", "Haiwan", 2, True)
    assert set(store.read(pulls.answerable)) == {("pets", "en"), ("pets", "ms")}
    assert len(store.read(lambda tx: articles.versions(tx, "pets", "ms"))) == 2
    assert store.read(lambda tx: articles.moved_to(tx, "haiwan", "ms")) == "pets"
    assert store.read(lambda tx: articles.moved_to(tx, "haiwan", "en")) is None
    with pytest.raises(UnknownArticle):
        store.write(lambda tx: articles.move(tx, "haiwan", "ms", "pets", NOON))


def test_a_language_is_never_given_away_to_another_article(store: Database) -> None:
    for name in ("pets", "receipt"):
        _save(store, draft(name))
    with pytest.raises(VersionConflict):
        store.write(lambda tx: articles.move(tx, "receipt", "en", "pets", NOON))
    with pytest.raises(UnknownArticle, match="nothing"):
        store.write(lambda tx: articles.move(tx, "receipt", "en", "nothing", NOON))


def test_an_article_that_moved_twice_is_followed_to_where_it_is(store: Database) -> None:
    _save(store, draft("pets"))
    _save(store, draft("receipt"))
    _save(store, replace(draft("pets", "ms"), id="one"))
    store.write(lambda tx: articles.move(tx, "one", "ms", "pets", NOON))
    store.write(lambda tx: articles.move(tx, "pets", "ms", "receipt", NOON))
    assert store.read(lambda tx: articles.moved_to(tx, "one", "ms")) == "receipt"
    assert store.read(lambda tx: articles.moved_to(tx, "pets", "ms")) == "receipt"
    store.write(lambda tx: articles.move(tx, "receipt", "ms", "pets", NOON))
    assert store.read(lambda tx: articles.moved_to(tx, "pets", "ms")) is None
    assert store.read(lambda tx: articles.moved_to(tx, "one", "ms")) == "pets"
