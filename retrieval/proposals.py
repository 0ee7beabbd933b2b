"""What imports leave to people: removals to confirm, and newer texts of edited articles."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.engine import Connection

from retrieval import articles, pulls, sources
from retrieval.articles import Article
from retrieval.errors import UnknownArticle
from retrieval.store import Transactions


def remove(
    store: Transactions,
    name: str,
    keys: Iterable[tuple[str, str]],
    *,
    author: str,
    now: datetime,
) -> list[Article]:
    """Pull the articles whose documents (source id, locale) are gone; their versions stay.

    Only what is proposed for removal is removed: what came back meanwhile is left alone.
    """
    wanted = set(keys)

    def work(tx: Connection) -> list[Article]:
        gone = [d for d in sources.documents(tx, name) if d.state == "missing" and d.key in wanted]
        pulled = []
        for one in gone:
            sources.set_state(tx, one, "removed")
            here = one.article_id, one.locale
            pulled.append(pulls.pull(tx, *here, author=author, now=now, source=name))
        return pulled

    return store.write(work)


def keep(store: Transactions, name: str, keys: Iterable[tuple[str, str]]) -> int:
    """Keep articles although their documents are gone; returns how many."""
    wanted = set(keys)

    def work(tx: Connection) -> int:
        gone = [d for d in sources.documents(tx, name) if d.state == "missing" and d.key in wanted]
        for one in gone:
            sources.set_state(tx, one, "kept")
        return len(gone)

    return store.write(work)


def decide(
    store: Transactions,
    name: str,
    key: tuple[str, str],
    *,
    accept: bool,
    author: str,
    now: datetime,
) -> Article:
    """Take over what the source has now, or stay with what was edited here.

    Returns the article as it is then; UnknownArticle if nothing is proposed for this document.
    """

    def work(tx: Connection) -> Article:
        held = sources.find(tx, name, *key)
        if held is None or held.proposed is None:
            raise UnknownArticle(f"proposal for {key[0]!r} in {key[1]}")
        if not accept:
            sources.settle(tx, held, None)
            return articles.get(tx, held.article_id, held.locale)
        draft = replace(held.proposed, id=held.article_id)
        saved, _ = articles.save(tx, draft, author=author, now=now, source=name)
        sources.settle(tx, held, saved.version)
        return saved

    return store.write(work)
