"""What disappears at its source is proposed for removal, and never removed by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from retrieval_imports import FOLDER, bring, items, outcomes, page, published
from retrieval_parts import NOON, Clock, Database

from retrieval import articles, importing, proposals, sources
from retrieval.defaults import Defaults
from retrieval.errors import ImportRefused
from retrieval.importers.refusals import Incomplete, NotOffered
from retrieval.importing import Item


def test_what_disappeared_is_proposed_and_removed_on_confirmation_only(store: Database) -> None:
    three = [page(name) for name in ("pets", "bags", "seats")]
    bring(store, *three)
    report = bring(store, *three[:2])
    assert [one.article_id for one in report.missing] == ["about-seats"]
    assert report.warning is None
    assert published(store) == {"about-pets", "about-bags", "about-seats"}
    removed = proposals.remove(
        store, "guide", [("pets.html", "en"), ("seats.html", "en")], author="Aina", now=NOON
    )
    assert [one.id for one in removed] == ["about-seats"]  # the other one is still there
    assert published(store) == {"about-pets", "about-bags"}
    assert len(store.read(lambda tx: articles.versions(tx, "about-seats", "en"))) == 1
    assert bring(store, *three[:2]).missing == ()
    back = bring(store, *three)
    assert back.results[2].article == "about-seats"
    assert "about-seats" in published(store)


def test_what_is_kept_is_not_proposed_again(store: Database) -> None:
    bring(store, page("pets"), page("bags"), page("seats"))
    (gone,) = bring(store, page("pets"), page("bags")).missing
    assert proposals.keep(store, "guide", [gone.key]) == 1
    assert bring(store, page("pets"), page("bags")).missing == ()
    assert "about-seats" in published(store)


def test_what_came_back_before_the_confirmation_stays(store: Database) -> None:
    bring(store, page("pets"), page("bags"))
    (gone,) = bring(store, page("pets")).missing
    assert bring(store, page("pets"), page("bags")).missing == ()
    assert proposals.remove(store, "guide", [gone.key], author="Aina", now=NOON) == []
    assert published(store) == {"about-pets", "about-bags"}


def test_a_refused_document_has_not_disappeared(store: Database) -> None:
    bring(store, page("pets"), page("bags"))
    broken = ImportRefused("bags.html", None, "cannot be read.")
    assert bring(store, page("pets"), broken).missing == ()
    assert bring(store, page("pets"), page("bags", locale="fr")).missing == ()


def test_a_page_that_its_source_offers_no_more_has_disappeared(store: Database) -> None:
    bring(store, page("pets"), page("bags"))
    gone = NotOffered("bags.html", None, "answers 404: there is no such page.")
    report = bring(store, page("pets"), gone)
    assert outcomes(report) == ["unchanged", "skipped"]
    assert [one.article_id for one in report.missing] == ["about-bags"]


def test_a_source_that_was_not_seen_completely_proposes_nothing(store: Database) -> None:
    bring(store, page("pets"), page("bags"))
    partly = Incomplete("https://x", None, "was not read completely: the server is busy.")
    report = bring(store, page("pets"), partly)
    assert report.missing == ()
    assert "server is busy" in (report.warning or "")


@dataclass(frozen=True)
class Same:
    """What an importer says of a page that its server calls unchanged."""

    source_id: str


def test_a_page_that_its_server_calls_unchanged_is_not_read_again(store: Database) -> None:
    bring(store, page("pets", etag="one"), page("bags"))
    asked, other = Defaults(), Defaults(audience="staff")
    assert store.read(lambda tx: sources.etags(tx, "guide", asked)) == {"pets.html": "one"}
    assert store.read(lambda tx: sources.etags(tx, "guide", other)) == {}, "all is looked at anew"
    found: list[Item] = [("pets.html", Same("pets.html")), ("new.html", Same("new.html"))]
    report = importing.run(store, found, source=FOLDER, author="import", now=Clock())
    assert outcomes(report) == ["unchanged", "refused"]
    assert [one.article_id for one in report.missing] == ["about-bags"]


def test_what_its_source_takes_back_is_proposed_for_removal(store: Database) -> None:
    bring(store, page("pets"), page("bags"))
    withdrawn = page("pets", published=False)
    report = bring(store, withdrawn, page("bags"))
    assert [one.article_id for one in report.missing] == ["about-pets"]
    assert "about-pets" in published(store)
    again = bring(store, withdrawn, page("bags"))
    assert [one.article_id for one in again.missing] == ["about-pets"]
    proposals.remove(store, "guide", [report.missing[0].key], author="Aina", now=NOON)
    assert published(store) == {"about-bags"}
    assert bring(store, withdrawn, page("bags")).missing == ()


@pytest.mark.parametrize(("left", "warns"), [(0, True), (1, True), (2, False), (3, False)])
def test_a_source_that_lost_most_of_itself_warns(store: Database, left: int, warns: bool) -> None:
    four = [page(name) for name in ("pets", "bags", "seats", "meals")]
    bring(store, *four)
    report = bring(store, *four[:left])
    assert len(report.missing) == 4 - left
    assert (report.warning is not None) == warns
    noted = store.read(lambda tx: sources.get(tx, "guide", NOON))
    assert (noted.warning, noted.missing) == (report.warning, 4 - left)
    assert len(published(store)) == 4


def test_a_stopped_import_proposes_nothing(store: Database) -> None:
    three = [page(name) for name in ("pets", "bags", "seats")]
    bring(store, *three)
    asked = iter([False, True])
    report = bring(store, *three, cancelled=lambda: next(asked, True))
    assert (report.cancelled, len(report.results), report.missing) == (True, 1, ())
    noted = store.read(lambda tx: sources.get(tx, "guide", NOON))
    assert (noted.outcome, noted.missing, noted.busy) == ("cancelled", 0, False)


def test_an_import_that_broke_off_keeps_what_it_took_and_proposes_nothing(store: Database) -> None:
    bring(store, page("pets"), page("bags"))

    def breaking() -> Iterator[Item]:
        yield from items(page("seats"))
        raise ImportRefused("https://x", None, "the site does not answer.")

    with pytest.raises(ImportRefused, match="does not answer"):
        importing.run(store, breaking(), source=FOLDER, author="import", now=Clock())
    assert "about-seats" in published(store)
    noted = store.read(lambda tx: sources.get(tx, "guide", NOON))
    assert (noted.outcome, noted.missing) == ("failed", 0)
    assert "does not answer" in (noted.error or "")
    assert dict(noted.counts) == {"imported": 1}


def test_what_somebody_should_look_at_is_kept(store: Database) -> None:
    bring(store, page("pets"), page("empty", body=" "))
    (told,) = store.read(lambda tx: sources.problems(tx, "guide"))
    assert (told["name"], told["result"]) == ("empty.html", "refused")
    assert "no text" in told["reason"]
    bring(store, page("pets"))
    assert store.read(lambda tx: sources.problems(tx, "guide")) == []
