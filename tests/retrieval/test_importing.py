"""What becomes of documents: one result each, nothing twice, no edit lost, removal on request."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from retrieval_imports import FOLDER, article, bring, edit, items, outcomes, page, published
from retrieval_parts import NOON, Clock, Database

from retrieval import articles, importing, proposals, pulls, sources
from retrieval.defaults import Defaults
from retrieval.errors import AlreadyImporting, ImportRefused, UnknownArticle
from retrieval.importing import Item, Origin, Report


def test_new_same_and_changed_documents_each_have_their_result(store: Database) -> None:
    first = bring(store, page("pets"), page("bags"))
    assert outcomes(first) == ["imported", "imported"]
    assert first.counts == {"imported": 2}
    assert [one.article for one in first.results] == ["about-pets", "about-bags"]
    again = bring(store, page("pets"), page("bags"))
    assert outcomes(again) == ["unchanged", "unchanged"]
    changed = bring(store, page("pets", body="Pets stay at home now."), page("bags"))
    assert outcomes(changed) == ["replaced", "unchanged"]
    saved = article(store, "about-pets")
    assert (saved.version, saved.source, saved.author) == (2, "guide", "import")
    assert article(store, "about-bags").version == 1


def test_the_day_of_the_import_alone_makes_no_version(store: Database) -> None:
    clock = Clock()
    bring(store, page("pets"), now=clock)
    clock.pass_(timedelta(days=3))
    assert outcomes(bring(store, page("pets"), now=clock)) == ["unchanged"]
    dated = page("pets", updated=date(2026, 12, 1))  # a web page's own date is no news either
    assert outcomes(bring(store, dated, now=clock)) == ["unchanged"]
    assert article(store, "about-pets").version == 1


def test_one_broken_document_never_stops_the_rest(store: Database) -> None:
    report = bring(
        store,
        ImportRefused("scan.pdf", None, "has no text. Scan it with text recognition."),
        page("french", locale="fr"),
        page("empty", body=" \n\x00 "),
        page("untitled", title="\x01 "),
        page("long", body="x" * 200_001),
        page("odd", audience="Some people!"),
        page("wrong", id="Not An Id"),
        page("good", body="Quite \x07 right."),
    )
    assert outcomes(report) == [*["refused"] * 7, "imported"]
    reasons = [one.reason or "" for one in report.results[:7]]
    for reason, word in zip(
        reasons,
        ("no text", "`fr`", "no text", "no title", "200,001", "audience", "`id`"),
        strict=True,
    ):
        assert word.replace("`fr`", "'fr'") in reason
    assert article(store, "about-good").body == "Quite  right."


@pytest.mark.parametrize(
    ("tag", "title", "locale"),
    [
        ("zh-CN", "退款", "zh-Hans"),
        ("zh_Hans", "退款", "zh-Hans"),
        ("zh-TW", "退款", "zh-Hant"),
        ("zh_HK", "退款", "zh-Hant"),
        ("zh-Hant-MO", "退款", "zh-Hant"),
        ("zh-Hans-HK", "退款", "zh-Hans"),
        ("zh", "如何申請退款並查詢進度", "zh-Hant"),
        ("zh", "如何申请退款并查询进度", "zh-Hans"),
        ("en-US", "Refunds", "en"),
        ("EN_gb", "Refunds", "en"),
        ("ms-MY", "Bayaran balik", "ms"),
        (None, "Bagaimana saya boleh mendapatkan bayaran balik untuk tiket", "ms"),
        (None, "如何申请退款并查询进度", "zh-Hans"),
        (None, "How do I get the money for my ticket back", "en"),
    ],
)
def test_the_language_is_one_of_ours(
    store: Database, tag: str | None, title: str, locale: str
) -> None:
    report = bring(store, page("a", title=title, body=f"{title}。", locale=tag))
    assert [one.locale for one in report.results] == [locale]


def test_the_admin_says_what_the_source_does_not(store: Database) -> None:
    said = Defaults(
        locale="ms", category="Money Matters", collection="shop", audience="staff", draft=True
    )
    origin = replace(FOLDER, defaults=said)
    bring(store, page("fees"), page("other", category="other", locale="en"), origin=origin)
    fees = article(store, "about-fees", "ms")
    assert (fees.category, fees.collection, fees.audience) == ("money-matters", "shop", "staff")
    assert not fees.published
    assert article(store, "about-other").category == "other"
    kept = store.read(lambda tx: sources.get(tx, "guide", NOON)).defaults
    assert kept == said


def test_an_id_stays_when_the_title_changes_and_never_names_two_pages(store: Database) -> None:
    bring(store, page("a", "Refunds!", "One."), page("b", "Refunds", "Two."))
    report = bring(store, page("a", "Money back", "One."), page("b", "Refunds", "Two."))
    assert [one.article for one in report.results] == ["refunds", "refunds-2"]
    assert article(store, "refunds").title == "Money back"
    new = bring(
        store,
        page("a", "Money back", "One."),
        page("b", "Refunds", "Two."),
        page("c", "Refunds", "Drei.", locale="ms"),  # another page, so no translation of `refunds`
    )
    assert new.results[2].article == "refunds-3"


@pytest.mark.parametrize(
    ("source_id", "title", "wanted"),
    [
        ("help/refund-policy.html", "退款政策", "refund-policy"),
        ("https://example.com/zh/refund-policy/index.html", "退款政策", "refund-policy"),
        ("help/退款.html", "退款政策", r"article-[0-9a-f]{8}"),
        ("help/退款.html", "iPhone 用户怎样重置密码和邮箱", r"iphone-[0-9a-f]{8}"),
        ("x.html", "Où est mon Café?", "ou-est-mon-cafe"),
        ("x.html", "What's new", "whats-new"),
        ("x.html", "very " * 40, "very(-very)+"),
    ],
)
def test_an_id_is_readable_in_an_address(
    store: Database, source_id: str, title: str, wanted: str
) -> None:
    document = replace(page("x"), source_id=source_id, title=title, locale="en")
    made = bring(store, document).results[0].article or ""
    assert articles.is_id(made)
    assert len(made) <= 90
    assert re.fullmatch(wanted, made), made


def test_translations_share_an_id_and_a_category(store: Database) -> None:
    report = bring(
        store,
        page("zh/1", "退款", "七天之内。", locale="zh-CN", category="账单", translation_key="1"),
        page("en/1", "Refunds", "In a week.", category="Billing", translation_key="1"),
        page("ms/1", "Bayaran", "Seminggu.", locale="ms", category="Bil", translation_key="1"),
    )
    assert len({one.article for one in report.results}) == 1
    held = store.read(articles.published)
    assert len({one.category for one in held}) == 1
    names = store.read(sources.category_listing)[(held[0].category, "")]
    assert names == {"zh-Hans": "账单", "en": "Billing", "ms": "Bil"}


def test_the_same_text_is_taken_once(store: Database) -> None:
    copy = replace(page("pets"), source_id="copy.html", name="copy.html")
    report = bring(store, page("pets"), copy)
    assert outcomes(report) == ["imported", "refused"]
    assert "pets.html" in (report.results[1].reason or "")
    other = bring(store, replace(copy, title=copy.title), origin=Origin("site", "web", "https://x"))
    assert outcomes(other) == ["refused"]
    assert "'guide'" in (other.results[0].reason or "")
    assert published(store) == {"about-pets"}


def test_one_id_belongs_to_one_document(store: Database) -> None:
    report = bring(store, page("a", id="fees", body="One."), page("b", id="fees", body="Two."))
    assert outcomes(report) == ["imported", "refused"]
    assert "as a.html is" in (report.results[1].reason or "")
    twice = bring(store, page("c", body="One."), page("c", body="One."))
    assert [one.outcome for one in twice.results][1] == "refused"


def test_a_document_that_moved_keeps_its_article(store: Database) -> None:
    bring(store, page("a", id="fees"), page("pets"), page("bags"))
    moved = replace(page("pets"), source_id="new/pets.html", name="new/pets.html")
    other = replace(page("a", id="fees", body="New words."), source_id="b.html", name="b.html")
    report = bring(store, moved, other, page("bags"))
    assert {one.name: one.outcome for one in report.results} == {
        "new/pets.html": "unchanged",
        "b.html": "replaced",
        "bags.html": "unchanged",
    }
    assert report.missing == ()
    assert published(store) == {"fees", "about-pets", "about-bags"}
    assert outcomes(bring(store, moved, other, page("bags"))) == ["unchanged"] * 3


def test_two_pages_may_swap_their_texts(store: Database) -> None:
    one, two = page("one", "One", "First."), page("two", "Two", "Second.")
    bring(store, one, two)
    swapped = [replace(one, title="Two", body="Second."), replace(two, title="One", body="First.")]
    report = bring(store, *swapped)
    assert "imported" not in outcomes(report)
    again = bring(store, *swapped)
    assert published(store) == {"one", "two"}
    texts = {one.body for one in store.read(articles.published)}
    assert texts <= {"First.", "Second."}
    assert again.missing == ()


def test_what_was_edited_here_is_proposed_and_never_overwritten(store: Database) -> None:
    bring(store, page("pets"))
    edit(store, "about-pets", "Our own words.")
    assert outcomes(bring(store, page("pets"))) == ["unchanged"]
    report = bring(store, page("pets", body="Their new words."))
    assert outcomes(report) == ["kept"]
    assert article(store, "about-pets").body == "Our own words."
    (held,) = store.read(lambda tx: sources.documents(tx, "guide"))
    assert held.proposed is not None
    assert held.proposed.body == "Their new words."
    assert store.read(lambda tx: sources.get(tx, "guide", NOON)).proposed == 1
    assert outcomes(bring(store, page("pets", body="Their new words."))) == ["unchanged"]
    taken = proposals.decide(store, "guide", held.key, accept=True, author="Aina", now=NOON)
    assert (taken.body, taken.version, taken.published) == ("Their new words.", 3, True)
    assert outcomes(bring(store, page("pets", body="And newer."))) == ["replaced"]
    with pytest.raises(UnknownArticle):
        proposals.decide(store, "guide", held.key, accept=True, author="Aina", now=NOON)


def test_a_declined_proposal_comes_back_only_when_the_source_changes(store: Database) -> None:
    bring(store, page("pets"))
    edit(store, "about-pets", "Our own words.")
    theirs = page("pets", body="Their new words.")
    bring(store, theirs)
    key = ("pets.html", "en")
    stays = proposals.decide(store, "guide", key, accept=False, author="Aina", now=NOON)
    assert stays.body == "Our own words."
    assert outcomes(bring(store, theirs)) == ["unchanged"]
    assert store.read(lambda tx: sources.get(tx, "guide", NOON)).proposed == 0
    assert outcomes(bring(store, page("pets", body="Their newest words."))) == ["kept"]


def test_an_article_written_or_pulled_here_is_not_published_over(store: Database) -> None:
    own = replace(articles_draft("about-pets"), body="By hand.")
    store.write(lambda tx: articles.save(tx, own, author="Aina", now=NOON))
    report = bring(store, page("pets", id="about-pets"))
    assert outcomes(report) == ["kept"]
    assert article(store, "about-pets").body == "By hand."
    bring(store, page("pets", id="about-pets"), page("bags"))
    store.write(lambda tx: pulls.pull(tx, "about-bags", "en", author="Aina", now=NOON))
    changed = bring(store, page("pets", id="about-pets"), page("bags", body="New."))
    assert outcomes(changed) == ["unchanged", "kept"]
    assert "about-bags" not in published(store)


def articles_draft(article_id: str) -> articles.ArticleDraft:
    return articles.ArticleDraft(
        article_id, "en", "Title", "general", "", (), (), "Body.", date(2026, 11, 1)
    )


def test_publishing_a_draft_is_no_edit(store: Database) -> None:
    origin = replace(FOLDER, defaults=Defaults(draft=True))
    bring(store, page("pets"), origin=origin)
    draft = article(store, "about-pets").draft
    store.write(lambda tx: articles.save(tx, draft, author="Aina", now=NOON))
    assert published(store) == {"about-pets"}
    changed = bring(store, page("pets", body="New."), origin=origin)
    assert outcomes(changed) == ["replaced"]
    assert not article(store, "about-pets").published
    assert published(store) == {"about-pets"}  # the version before, until somebody publishes


def test_one_source_is_imported_once_at_a_time(store: Database) -> None:
    inner: list[Callable[[], Report]] = [lambda: bring(store, page("pets"))]

    def meanwhile() -> Iterable[Item]:
        with pytest.raises(AlreadyImporting):
            inner[0]()
        yield from items(page("bags"))

    report = importing.run(store, meanwhile(), source=FOLDER, author="import", now=Clock())
    assert outcomes(report) == ["imported"]
    assert outcomes(bring(store, page("bags"))) == ["unchanged"]


def test_an_import_that_died_does_not_block_the_next(store: Database) -> None:
    bring(store, page("pets"))
    store.write(lambda tx: sources.begin(tx, "guide", "folder", "/srv", Defaults(), NOON))
    blocked = store.read(lambda tx: sources.get(tx, "guide", NOON))
    assert blocked.busy
    late = Clock(NOON + sources.LEASE + timedelta(seconds=1))
    assert outcomes(bring(store, page("pets"), now=late)) == ["unchanged"]


def test_chosen_files_say_nothing_of_the_others(store: Database) -> None:
    upload = Origin("upload", "upload", "")
    bring(store, page("pets"), page("bags"), origin=upload)
    report = bring(store, page("seats"), origin=upload)
    assert (report.missing, report.warning) == ((), None)
    other = page("index", "Another page", "With another text.")
    same_name = page("index", "A page", "With a text.")
    made = bring(store, other, same_name, origin=upload)
    assert outcomes(made) == ["imported", "imported"]


def test_a_source_takes_over_what_was_uploaded_before(store: Database) -> None:
    upload = Origin("upload", "upload", "")
    bring(store, page("pets", id="pets"), origin=upload)
    assert outcomes(bring(store, page("pets", id="pets", body="New."))) == ["replaced"]
    (held,) = store.read(lambda tx: sources.documents(tx, "guide"))
    assert held.article_id == "pets"
    again = bring(store, page("x", id="pets", body="From a desk."), origin=upload)
    assert outcomes(again) == ["replaced"]
    kept = bring(store, page("pets", id="pets", body="Newest."))
    assert outcomes(kept) == ["kept"]  # the upload was an edit of it


def test_progress_tells_each_result(store: Database) -> None:
    seen: list[importing.Progress] = []
    bring(store, page("pets"), page("empty", body=" "), progress=seen.append)
    assert [(one.done, one.latest.outcome) for one in seen] == [(1, "imported"), (2, "refused")]
    assert seen[-1].counts == {"imported": 1, "refused": 1}


def test_a_source_has_one_name_and_another_address_another(store: Database) -> None:
    bring(store, page("pets"))

    def name(address: str) -> str:
        return store.read(lambda tx: sources.named(tx, "folder", address, "guide"))

    assert name("/srv/guide") == "guide"
    assert name("/home/guide") == "guide-2"


def test_forgetting_a_source_keeps_its_articles(store: Database) -> None:
    bring(store, page("pets"))
    store.write(lambda tx: sources.forget(tx, "guide"))
    assert store.read(lambda tx: sources.listing(tx, NOON)) == []
    assert published(store) == {"about-pets"}
