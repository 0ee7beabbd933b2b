"""What changed between an article's versions, and going back to an old one."""

import asyncio
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from pydantic import Field
from sqlalchemy.engine import Connection as Tx

from bot import categories
from bot.parts import Parts
from bot.web.admin.articles import ArticleId, Shown, shown
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Body, Instant
from bot.web.trail import Noting
from bot.web.wire import Locale
from retrieval import articles, changes
from retrieval.articles import Article, ArticleDraft
from retrieval.changes import Kind
from retrieval.errors import UnknownArticle

router = APIRouter(prefix="/articles/{article}/{locale}/versions/{version}")

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class RunLine(Answer):
    """A stretch of plain text that stayed, came or went."""

    kind: Kind
    text: str


class ChangeLine(Answer):
    """A field that differs; its runs in order are both texts. Of `components` each run is one."""

    field: str
    runs: list[RunLine]


class Side(Answer):
    """One of the two versions that are compared."""

    version: int
    author: str
    at: Instant


class Difference(Answer):
    """What leads from one version to another; `before` is null where the first one is `after`."""

    before: Side | None
    after: Side
    changes: list[ChangeLine]


class Restored(Body):
    """The version its author saw as the latest one, and whether customers get it at once."""

    base_version: Annotated[int, Field(ge=1)]
    publish: bool


@router.get("")
async def difference(
    request: Request,
    _: Admin,
    article: ArticleId,
    locale: Locale,
    version: Number,
    to: Literal["before", "latest"] = "before",
) -> Difference:
    """What a version changed in the one before it, or what was changed since; NotFound."""

    def read(tx: Tx) -> tuple[Article | None, Article]:
        this = _find(tx, article, locale, version)
        if to == "latest":
            return this, articles.get(tx, article, locale)
        earlier = [n.version for n in articles.versions(tx, article, locale) if n.version < version]
        return articles.find(tx, article, locale, earlier[0]) if earlier else None, this

    before, after = await parts_of(request).database.read(read)
    found = await asyncio.to_thread(changes.between, before, after)  # long texts take a while
    return Difference(
        before=None if before is None else _side(before),
        after=_side(after),
        changes=[
            ChangeLine(
                field=one.field, runs=[RunLine(kind=run.kind, text=run.text) for run in one.runs]
            )
            for one in found
        ],
    )


@router.post("/restore")
async def restore(
    request: Request,
    note: Noting,
    article: ArticleId,
    locale: Locale,
    version: Number,
    wanted: Restored,
) -> Shown:
    """Make a new version that says what this one said; NotFound, VersionConflict.

    Who may read it and its collection stay as they are now: going back to an old text must not
    show an article to people it was taken from since. So does its place where the old category is
    gone. The index is not touched, as with any version that is saved. Nothing is stored where the
    latest version says the same.
    """
    parts = parts_of(request)

    def work(tx: Tx) -> Shown:
        current = articles.get(tx, article, locale)
        old = _find(tx, article, locale, version)
        saved, done = articles.save(
            tx,
            _draft(tx, parts, old, current),
            author=note.by.name,
            now=parts.now(),
            publish=wanted.publish,
            base_version=wanted.base_version,
        )
        if done == "unchanged":
            note.unchanged()
            return shown(tx, saved)
        told = {"version": saved.version, "restored": old.version, "published": saved.published}
        note(
            tx,
            "article.restored",
            f"{article} ({locale})",
            before={"version": current.version, "published": current.published},
            after=told,
        )
        return shown(tx, saved)

    return await parts.database.write(work)


def _draft(tx: Tx, parts: Parts, old: Article, current: Article) -> ArticleDraft:
    """What is saved when `old` comes back in place of `current`."""
    draft = replace(
        old.draft,
        audience=current.audience,
        collection=current.collection,
        updated=parts.now().date(),
    )
    if not _stands(tx, parts, old):
        draft = replace(draft, category=current.category, subcategory=current.subcategory)
    if replace(draft, updated=current.updated) == current.draft:
        return current.draft  # it says that already: no new date for an old text
    return draft


def _stands(tx: Tx, parts: Parts, old: Article) -> bool:
    """Whether the place that a version was in is still there."""
    for place in categories.in_force(tx, parts.company.categories):
        if place.id == old.category:
            return not old.subcategory or any(s.id == old.subcategory for s in place.subcategories)
    return False


def _find(tx: Tx, article: str, locale: str, version: int) -> Article:
    found = articles.find(tx, article, locale, version)
    if found is None:
        raise UnknownArticle(f"version {version} of article {article!r} in {locale}")
    return found


def _side(article: Article) -> Side:
    return Side(version=article.version, author=article.author, at=article.saved_at)
