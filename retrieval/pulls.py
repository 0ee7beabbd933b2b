"""Articles pulled from the answers: at once, whatever the index holds, with who did it and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, Select, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from retrieval import articles as kept
from retrieval.articles import Article
from retrieval.errors import UnknownArticle
from retrieval.tables import article_pulls, article_versions, articles

Key = tuple[str, str]
"""Article id and locale."""


@dataclass(frozen=True, slots=True)
class Answerable:
    """What may be answered from an article now, whatever an index has of it."""

    newer_than: int
    """The last version that was pulled, 0 if none was: it and those before it stay unsaid."""
    audience: str
    """Of the version published now: one that was narrowed counts before the next build."""


def pull(
    tx: Connection,
    article_id: str,
    locale: str,
    *,
    author: str,
    now: datetime,
    reason: str = "",
    source: str | None = None,
) -> Article:
    """Take an article out of every answer; its versions stay. UnknownArticle if there is none.

    What it said until now is never answered from again, also when it is published anew before the
    next build. `source`: it was pulled because it is gone there. An article that is not published
    is left as it is, and nothing is noted.
    """
    here = (articles.c.id == article_id) & (articles.c.locale == locale)
    version = tx.execute(select(articles.c.published_version).where(here)).scalar()
    if version is not None:
        tx.execute(update(articles).where(here).values(published_version=None, changed_at=now))
        tx.execute(
            insert(article_pulls).values(
                article_id=article_id, locale=locale, version=version, author=author,
                pulled_at=now, reason=reason, source=source,
            )
        )  # fmt: skip
    return kept.get(tx, article_id, locale)


def published_locales(tx: Connection, article_id: str, locale: str | None = None) -> list[str]:
    """Return the languages (or whether this one) in which an article is answered from.

    UnknownArticle if there is no such article in any language, or not in this one.
    """
    query = select(articles.c.locale, articles.c.published_version.is_not(None).label("answers"))
    query = query.where(articles.c.id == article_id).order_by(articles.c.locale)
    if locale is not None:
        query = query.where(articles.c.locale == locale)
    rows = tx.execute(query).all()
    if not rows:
        raise UnknownArticle(f"article {article_id!r}" + (f" in {locale}" if locale else ""))
    return [row.locale for row in rows if row.answers]


def by_hand(tx: Connection, article: Article) -> bool:
    """Whether somebody pulled this version; not when it went because it was gone at its source.

    Also true of what was pulled before pulls were noted: it was published, and nothing is now.
    """
    head, version, note = articles.c, article_versions.c, article_pulls.c
    same = and_(version.id == head.id, version.locale == head.locale)
    noted = and_(
        note.article_id == head.id, note.locale == head.locale, note.version == version.version
    )
    query = (
        select(note.source)
        .join_from(articles, article_versions, same)
        .outerjoin(article_pulls, noted)
        .where(head.id == article.id, head.locale == article.locale)
        .where(head.published_version.is_(None), version.version == article.version)
        .where(version.published.is_(True))
    )
    row = tx.execute(query).first()
    return row is not None and row.source is None


def answerable(tx: Connection, ids: Collection[str] | None = None) -> dict[Key, Answerable]:
    """Return what may be answered from now: of all articles, or of those with these ids."""
    some = {} if ids is None else {"ids": list(ids)}
    return {
        (row.id, row.locale): Answerable(row.newer_than or 0, row.audience)
        for row in tx.execute(_answerable(some=ids is not None), some)
    }


@cache
def _answerable(*, some: bool) -> Select[tuple[str, str, str, int]]:
    """Return the query of `answerable`; made once, since every answer asks it."""
    pulled = select(
        article_pulls.c.article_id,
        article_pulls.c.locale,
        func.max(article_pulls.c.version).label("newer_than"),
    ).group_by(article_pulls.c.article_id, article_pulls.c.locale)
    ids: BindParameter[str] = bindparam("ids", expanding=True)
    if some:
        pulled = pulled.where(article_pulls.c.article_id.in_(ids))
    last = pulled.subquery()
    head, version = articles.c, article_versions.c
    shown = and_(
        version.id == head.id,
        version.locale == head.locale,
        version.version == head.published_version,
    )
    query = (
        select(head.id, head.locale, version.audience, last.c.newer_than)
        .join_from(articles, article_versions, shown)
        .outerjoin(last, and_(last.c.article_id == head.id, last.c.locale == head.locale))
    )
    return query.where(head.id.in_(ids)) if some else query


_LAST = select(func.max(article_pulls.c.number))


def last(tx: Connection) -> int:
    """Return the number of the last pull, 0 before the first: what comes later has a higher one."""
    return tx.execute(_LAST).scalar() or 0


def any_since(tx: Connection, number: int, keys: Collection[Key]) -> bool:
    """Whether one of these articles was pulled after the pull of this number."""
    if not keys:
        return False
    mine = or_(
        *(
            and_(article_pulls.c.article_id == article, article_pulls.c.locale == locale)
            for article, locale in keys
        )
    )
    query = select(article_pulls.c.number).where(article_pulls.c.number > number, mine).limit(1)
    return tx.execute(query).first() is not None
