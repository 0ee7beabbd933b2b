"""Which language of an article lacks something, since when, and which one went ahead."""

from dataclasses import replace
from datetime import datetime, timedelta

from retrieval_collection import draft
from retrieval_parts import NOON, Database

from retrieval import articles, pulls
from retrieval.translations import Gap, gaps

HOUR = timedelta(hours=1)


def save(
    store: Database, locale: str, at: datetime, body: str = "As ever.", *, publish: bool = True
) -> None:
    """One more version of the same article."""
    text = replace(draft("refund-time", locale), body=body)
    store.write(lambda tx: articles.save(tx, text, author="aina", now=at, publish=publish))


def test_each_language_says_what_it_lacks_and_since_when(store: Database) -> None:
    for locale in ("en", "zh-Hans", "ms"):
        save(store, locale, NOON)
    found = store.read(gaps)["refund-time"]
    assert found == {"zh-Hant": Gap("missing", NOON)}
    save(store, "en", NOON + 2 * HOUR, "It is quicker.")
    save(store, "en", NOON + 9 * HOUR, "It is quicker now.")
    save(store, "ms", NOON + 3 * HOUR, "Lebih cepat.", publish=False)
    save(store, "ms", NOON + 4 * HOUR, "Lebih cepat lagi.", publish=False)
    found = store.read(gaps)["refund-time"]
    assert found == {
        "zh-Hant": Gap("missing", NOON),
        "zh-Hans": Gap("stale", NOON + 2 * HOUR, "en"),
        "ms": Gap("draft", NOON + 3 * HOUR),
    }
    save(store, "zh-Hans", NOON + 10 * HOUR, "现在更快。")
    assert "zh-Hans" not in store.read(gaps)["refund-time"]


def test_neither_a_draft_nor_what_was_pulled_puts_another_language_behind(store: Database) -> None:
    for locale in ("en", "zh-Hans", "zh-Hant", "ms"):
        save(store, locale, NOON)
    save(store, "en", NOON + 5 * HOUR, "A plan.", publish=False)
    assert store.read(gaps)["refund-time"] == {"en": Gap("draft", NOON + 5 * HOUR)}
    save(store, "en", NOON + 6 * HOUR, "A plan.")
    assert set(store.read(gaps)["refund-time"]) == {"zh-Hans", "zh-Hant", "ms"}
    late = NOON + 7 * HOUR
    store.write(lambda tx: pulls.pull(tx, "refund-time", "en", author="aina", now=late))
    assert store.read(gaps)["refund-time"] == {"en": Gap("draft", late)}


def test_what_is_saved_within_the_hour_was_carried_over(store: Database) -> None:
    for locale in ("en", "zh-Hans", "zh-Hant", "ms"):
        save(store, locale, NOON)
    save(store, "en", NOON + HOUR, "It is quicker.")
    assert store.read(gaps)["refund-time"] == {}
