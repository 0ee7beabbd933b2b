"""Articles and their versions: the truth that every index is built from."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, and_, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from retrieval.errors import UnknownArticle, VersionConflict
from retrieval.tables import article_versions, articles


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as somebody wrote it, before it was saved."""

    id: str
    locale: str
    title: str
    category: str
    subcategory: str
    components: tuple[str, ...]
    questions: tuple[str, ...]
    body: str
    updated: date
    audience: str = "public"


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it was saved, with its version."""

    id: str
    locale: str
    title: str
    category: str
    subcategory: str
    components: tuple[str, ...]
    questions: tuple[str, ...]
    body: str
    updated: date
    audience: str
    version: int
    published: bool
    author: str
    saved_at: datetime

    @property
    def draft(self) -> ArticleDraft:
        """What was written, without who saved it when."""
        return ArticleDraft(**{f.name: getattr(self, f.name) for f in fields(ArticleDraft)})


@dataclass(frozen=True, slots=True)
class Version:
    """One line of an article's history."""

    version: int
    author: str
    saved_at: datetime
    published: bool
    title: str


_CURRENT = select(article_versions, articles.c.published_version).join(
    articles,
    and_(articles.c.id == article_versions.c.id, articles.c.locale == article_versions.c.locale),
)


def save(
    tx: Connection,
    draft: ArticleDraft,
    *,
    author: str,
    now: datetime,
    publish: bool = True,
    base_version: int | None = None,
) -> tuple[Article, str]:
    """Return the saved article and what that meant: `imported`, `unchanged` or `replaced`.

    `base_version` is the version that the author saw; VersionConflict when it is not the latest
    one any more. Without it the last one who saves wins. A draft that is not published leaves
    the published version in place.
    """
    latest = _latest(tx, draft.id, draft.locale)
    current = None if latest is None else latest.version
    if base_version is not None and base_version != current:
        raise VersionConflict(draft.id, draft.locale, current)
    if latest is not None and latest.draft == draft and (latest.published or not publish):
        return latest, "unchanged"
    version = (current or 0) + 1
    try:
        _store(tx, draft, version=version, author=author, now=now, publish=publish)
    except IntegrityError as error:  # somebody saved between our read and our write
        raise VersionConflict(draft.id, draft.locale, version) from error
    return get(tx, draft.id, draft.locale), "imported" if latest is None else "replaced"


def get(tx: Connection, article_id: str, locale: str) -> Article:
    """Return the latest version, published or not; UnknownArticle if there is none."""
    found = _latest(tx, article_id, locale)
    if found is None:
        raise UnknownArticle(f"article {article_id!r} in {locale}")
    return found


def listing(tx: Connection, *, locale: str | None = None, text: str | None = None) -> list[Article]:
    """Return the latest versions, by id and locale, optionally those that contain a text."""
    query = _CURRENT.where(article_versions.c.version == articles.c.version)
    if locale is not None:
        query = query.where(articles.c.locale == locale)
    rows = tx.execute(query.order_by(articles.c.id, articles.c.locale)).mappings()
    found = [_article(row) for row in rows]
    if text is None or not text.strip():
        return found
    sought = text.strip().casefold()
    return [a for a in found if sought in f"{a.id}\n{a.title}\n{a.body}".casefold()]


def versions(tx: Connection, article_id: str, locale: str) -> list[Version]:
    """Return an article's history, newest first; UnknownArticle if there is none."""
    query = (
        _CURRENT.where(articles.c.id == article_id, articles.c.locale == locale)
        .order_by(article_versions.c.version.desc())
    )  # fmt: skip
    found = [_article(row) for row in tx.execute(query).mappings()]
    if not found:
        raise UnknownArticle(f"article {article_id!r} in {locale}")
    return [Version(a.version, a.author, a.saved_at, a.published, a.title) for a in found]


def unpublish(tx: Connection, article_id: str, locale: str, now: datetime) -> Article:
    """Pull an article from the answers, keeping its versions; UnknownArticle if there is none."""
    tx.execute(
        update(articles)
        .where(articles.c.id == article_id, articles.c.locale == locale)
        .values(published_version=None, changed_at=now)
    )
    return get(tx, article_id, locale)


def published(tx: Connection) -> list[Article]:
    """Return what a build indexes: every published version, by id and locale."""
    query = _CURRENT.where(article_versions.c.version == articles.c.published_version)
    rows = tx.execute(query.order_by(articles.c.id, articles.c.locale)).mappings()
    return [_article(row) for row in rows]


def published_keys(tx: Connection) -> dict[tuple[str, str], int]:
    """Return the published version of every (article, locale) that may be answered from."""
    rows = tx.execute(
        select(articles.c.id, articles.c.locale, articles.c.published_version).where(
            articles.c.published_version.is_not(None)
        )
    )
    return {(row.id, row.locale): row.published_version for row in rows}


def published_mark(tx: Connection) -> tuple[datetime | None, int | None]:
    """Return a value that changes whenever `published_keys` may have changed. Cheap."""
    row = tx.execute(
        select(func.max(articles.c.changed_at), func.sum(articles.c.published_version))
    ).one()
    return row[0], row[1]


def _latest(tx: Connection, article_id: str, locale: str) -> Article | None:
    query = _CURRENT.where(
        articles.c.id == article_id,
        articles.c.locale == locale,
        article_versions.c.version == articles.c.version,
    )
    row = tx.execute(query).mappings().one_or_none()
    return None if row is None else _article(row)


def _store(
    tx: Connection, draft: ArticleDraft, *, version: int, author: str, now: datetime, publish: bool
) -> None:
    written = {f.name: getattr(draft, f.name) for f in fields(ArticleDraft)}
    written |= {"components": list(draft.components), "questions": list(draft.questions)}
    tx.execute(
        insert(article_versions).values(
            **written, version=version, published=publish, author=author, saved_at=now
        )
    )
    head: dict[str, Any] = {"version": version, "changed_at": now}
    if publish:
        head["published_version"] = version
    if version == 1:
        tx.execute(insert(articles).values(id=draft.id, locale=draft.locale, **head))
        return
    tx.execute(
        update(articles)
        .where(articles.c.id == draft.id, articles.c.locale == draft.locale)
        .values(**head)
    )


def _article(row: RowMapping) -> Article:
    return Article(
        **{f.name: row[f.name] for f in fields(ArticleDraft) if f.name not in _LISTS},
        components=tuple(row["components"]),
        questions=tuple(row["questions"]),
        version=row["version"],
        published=row["version"] == row["published_version"],
        author=row["author"],
        saved_at=row["saved_at"],
    )


_LISTS = ("components", "questions")
