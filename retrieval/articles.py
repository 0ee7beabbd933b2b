"""Articles and their versions: the truth that every index is built from."""

import re
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, and_, delete, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from retrieval.errors import UnknownArticle, VersionConflict
from retrieval.tables import (
    article_moves,
    article_pulls,
    article_versions,
    articles,
    source_documents,
)

MAIN = "main"
"""The collection of articles that name none."""
AUDIENCES = ("public", "signed_in", "staff")
"""From everybody to colleagues only; each sees what those before it see."""
MAX_BODY = 200_000
"""Characters of an article."""


_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_id(text: str) -> bool:
    """Whether an article may have this id: lower-case words joined by `-`, 128 at most."""
    return len(text) <= 128 and _ID.fullmatch(text) is not None


def may_read(reader: str, audience: str) -> bool:
    """Whether a reader of this audience may see an article that is for `audience`.

    Staff see everything, also an audience with a name of its own; such a name sees what is
    public and its own.
    """
    if reader == "staff" or audience in ("public", reader):
        return True
    return audience in AUDIENCES and reader in AUDIENCES[AUDIENCES.index(audience) :]


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
    collection: str = MAIN


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
    collection: str = MAIN
    source: str | None = None
    """The source this version was imported from; None: it was written here."""

    @property
    def draft(self) -> ArticleDraft:
        """What was written, without who saved it when."""
        return ArticleDraft(**{f.name: getattr(self, f.name) for f in fields(ArticleDraft)})


@dataclass(frozen=True, slots=True)
class Pull:
    """Who took a version out of the answers, when, and why as far as they said."""

    author: str
    at: datetime
    reason: str
    source: str | None
    """The source where its document was gone; None: somebody wanted it so."""


@dataclass(frozen=True, slots=True)
class Version:
    """One line of an article's history."""

    version: int
    author: str
    saved_at: datetime
    published: bool
    title: str
    source: str | None = None
    pulled: Pull | None = None
    """When and why it was taken out of the answers; None while nobody did that."""
    was_published: bool = False
    """Whether it was saved to be published, also where another version has replaced it since."""


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
    source: str | None = None,
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
        written = {"version": version, "author": author, "saved_at": now, "source": source}
        _store(tx, draft, written, publish=publish)
    except IntegrityError as error:  # somebody saved between our read and our write
        raise VersionConflict(draft.id, draft.locale, version) from error
    return get(tx, draft.id, draft.locale), "imported" if latest is None else "replaced"


def get(tx: Connection, article_id: str, locale: str) -> Article:
    """Return the latest version, published or not; UnknownArticle if there is none."""
    found = _latest(tx, article_id, locale)
    if found is None:
        raise UnknownArticle(f"article {article_id!r} in {locale}")
    return found


def find(
    tx: Connection, article_id: str, locale: str, version: int | None = None
) -> Article | None:
    """Return the latest version, or the one asked for; None if there is none."""
    if version is None:
        return _latest(tx, article_id, locale)
    query = _CURRENT.where(
        articles.c.id == article_id,
        articles.c.locale == locale,
        article_versions.c.version == version,
    )
    row = tx.execute(query).mappings().one_or_none()
    return None if row is None else _article(row)


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
    rows = tx.execute(query).mappings().all()
    if not rows:
        raise UnknownArticle(f"article {article_id!r} in {locale}")
    pulled = _pulled(tx, article_id, locale)
    found = ((_article(row), bool(row["published"])) for row in rows)
    return [
        Version(
            a.version, a.author, a.saved_at, a.published, a.title, a.source,
            pulled.get(a.version), was_published,
        )
        for a, was_published in found
    ]  # fmt: skip


def move(tx: Connection, article_id: str, locale: str, to: str, now: datetime) -> Article:
    """Make this the translation of another article, by taking over its id; versions stay.

    VersionConflict if that article has this language already, UnknownArticle if either is
    missing. Links to the old id are followed; the index learns of it with the next build.
    """
    get(tx, article_id, locale)
    if not tx.execute(select(articles.c.id).where(articles.c.id == to)).first():
        raise UnknownArticle(f"article {to!r}")
    taken = _latest(tx, to, locale)
    if taken is not None:
        raise VersionConflict(to, locale, taken.version)
    for table, column in (
        (article_versions, article_versions.c.id),
        (articles, articles.c.id),
        (source_documents, source_documents.c.article_id),
        (article_moves, article_moves.c.moved_to),
        (article_pulls, article_pulls.c.article_id),
    ):
        mine = (column == article_id) & (table.c.locale == locale)
        tx.execute(update(table).where(mine).values({column.name: to}))
    both = article_moves.c.id.in_((article_id, to)) & (article_moves.c.locale == locale)
    tx.execute(delete(article_moves).where(both))
    tx.execute(insert(article_moves).values(id=article_id, locale=locale, moved_to=to))
    here = (articles.c.id == to) & (articles.c.locale == locale)
    tx.execute(update(articles).where(here).values(changed_at=now))
    return get(tx, to, locale)


def moved_to(tx: Connection, article_id: str, locale: str) -> str | None:
    """Return the id that an article has now which had this one, None if it had not."""
    query = select(article_moves.c.moved_to).where(
        article_moves.c.id == article_id, article_moves.c.locale == locale
    )
    return tx.execute(query).scalar()


def published(tx: Connection) -> list[Article]:
    """Return what a build indexes: every published version, by id and locale."""
    query = _CURRENT.where(article_versions.c.version == articles.c.published_version)
    rows = tx.execute(query.order_by(articles.c.id, articles.c.locale)).mappings()
    return [_article(row) for row in rows]


def published_mark(tx: Connection) -> tuple[datetime | None, int | None]:
    """Return a value that changes whenever another version is published, or none. Cheap."""
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


def _pulled(tx: Connection, article_id: str, locale: str) -> dict[int, Pull]:
    query = select(article_pulls).where(
        article_pulls.c.article_id == article_id, article_pulls.c.locale == locale
    )
    return {
        row.version: Pull(row.author, row.pulled_at, row.reason, row.source)
        for row in tx.execute(query)
    }


def _store(tx: Connection, draft: ArticleDraft, written: dict[str, Any], *, publish: bool) -> None:
    values = {f.name: getattr(draft, f.name) for f in fields(ArticleDraft)} | written
    values |= {"components": list(draft.components), "questions": list(draft.questions)}
    tx.execute(insert(article_versions).values(**values, published=publish))
    head: dict[str, Any] = {"version": written["version"], "changed_at": written["saved_at"]}
    if publish:
        head["published_version"] = written["version"]
    if written["version"] == 1:
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
        source=row["source"],
    )


_LISTS = ("components", "questions")
