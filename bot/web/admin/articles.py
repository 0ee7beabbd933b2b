"""Articles: read, write, publish, pull; categories and components to put them in."""

import asyncio
import re
from dataclasses import replace
from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Query, Request
from pydantic import AfterValidator, Field
from sqlalchemy.engine import Connection as Tx

from bot.parts import Parts
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Body, Instant, Line, Slug
from bot.web.wire import Locale
from retrieval import articles
from retrieval.articles import Article, ArticleDraft
from retrieval.errors import RetrievalError, UnknownArticle, VersionConflict

logger = structlog.get_logger()

router = APIRouter()

MAX_BODY = 200_000
"""Characters of an article."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _markdown(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
    if not text.strip():
        raise ValueError("an article needs a text")
    if _CONTROL.search(text):
        raise ValueError("control characters are no text")
    return text


ArticleId = Annotated[str, Path(max_length=128, pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]


class Edited(Body):
    """An article as the editor sends it, with the version its author saw: null for a new one."""

    title: Line
    category: Slug
    subcategory: Annotated[str, Field(max_length=128)] | None = None
    components: Annotated[list[Slug], Field(default_factory=list, max_length=20)]
    questions: Annotated[list[Line], Field(default_factory=list, max_length=50)]
    body: Annotated[str, Field(max_length=MAX_BODY), AfterValidator(_markdown)]
    publish: bool
    base_version: Annotated[int, Field(ge=1)] | None = None


class InLanguage(Answer):
    """One language of an article in the list."""

    title: str
    version: int
    published: bool
    updated_at: Instant


class Row(Answer):
    """An article in the list, with the languages it has."""

    id: str
    category: str
    subcategory: str
    components: list[str]
    locales: dict[str, InLanguage]


class Shown(Answer):
    """An article as the editor gets it: the latest version, published or not."""

    id: str
    locale: str
    title: str
    category: str
    subcategory: str
    components: list[str]
    questions: list[str]
    body: str
    version: int
    published: bool
    updated_at: Instant
    author: str


class VersionLine(Answer):
    """One line of an article's history."""

    version: int
    author: str
    at: Instant
    published: bool
    title: str


class Part(Answer):
    """A component or subcategory by its names."""

    id: str
    name: dict[str, str]


class CategoryParts(Part):
    """A category with its subcategories."""

    subcategories: list[Part]


@router.get("/articles")
async def listing(
    request: Request,
    _: Admin,
    locale: Locale | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> list[Row]:
    """Every article that has this language and contains the text, with all its languages."""
    found = await parts_of(request).database.read(articles.listing)
    sought = q.strip().casefold()
    rows: dict[str, list[Article]] = {}
    for one in found:
        rows.setdefault(one.id, []).append(one)
    return [
        _row(languages)
        for languages in rows.values()
        if any(
            locale in (None, one.locale)
            and sought in f"{one.id}\n{one.title}\n{one.body}".casefold()
            for one in languages
        )
    ]


@router.get("/articles/{article}/{locale}")
async def read(request: Request, _: Admin, article: ArticleId, locale: Locale) -> Shown:
    """The latest version; NotFound."""
    found = await parts_of(request).database.read(lambda tx: articles.get(tx, article, locale))
    return _shown(found)


@router.put("/articles/{article}/{locale}")
async def write(
    request: Request, session: Admin, article: ArticleId, locale: Locale, edited: Edited
) -> Shown:
    """Save a version; VersionConflict when it is not based on the latest one.

    The index is not touched: it is built when the admin says so.
    """
    parts = parts_of(request)

    def work(tx: Tx) -> Article:
        now = parts.now()
        current = _latest(tx, article, locale)
        if edited.base_version is None and current is not None:
            raise VersionConflict(article, locale, current.version)
        draft = ArticleDraft(
            id=article,
            locale=locale,
            title=edited.title,
            category=edited.category,
            subcategory=edited.subcategory or "",
            components=tuple(dict.fromkeys(edited.components)),
            questions=tuple(dict.fromkeys(edited.questions)),
            body=edited.body,
            updated=now.date(),
            audience=current.audience if current is not None else "public",
        )
        if current is not None and replace(draft, updated=current.updated) == current.draft:
            draft = current.draft  # nothing was changed today, it is only published
        saved, _ = articles.save(
            tx,
            draft,
            author=session.agent.name,
            now=now,
            publish=edited.publish,
            base_version=edited.base_version,
        )
        return saved

    return _shown(await parts.database.write(work))


@router.delete("/articles/{article}/{locale}")
async def pull(request: Request, _: Admin, article: ArticleId, locale: Locale) -> Shown:
    """Unpublish: no answer rests on it from now on."""
    parts = parts_of(request)
    pulled = await parts.database.write(
        lambda tx: articles.unpublish(tx, article, locale, parts.now())
    )
    await _look_again(parts)
    return _shown(pulled)


@router.get("/articles/{article}/{locale}/versions")
async def history(
    request: Request, _: Admin, article: ArticleId, locale: Locale
) -> list[VersionLine]:
    """Every version, newest first."""
    found = await parts_of(request).database.read(lambda tx: articles.versions(tx, article, locale))
    return [
        VersionLine(
            version=one.version,
            author=one.author,
            at=one.saved_at,
            published=one.published,
            title=one.title,
        )
        for one in found
    ]


@router.get("/categories")
async def categories(request: Request, _: Admin) -> list[CategoryParts]:
    """Categories in display order."""
    return [
        CategoryParts(
            id=one.id,
            name=one.name,
            subcategories=[Part(id=part.id, name=part.name) for part in one.subcategories],
        )
        for one in parts_of(request).company.categories
    ]


@router.get("/components")
async def components(request: Request, _: Admin) -> list[Part]:
    """The parts of the product that can break."""
    return [Part(id=one.id, name=one.name) for one in parts_of(request).company.components]


async def _look_again(parts: Parts) -> None:
    """Make the index learn at once what is published; it would within seconds by itself."""
    try:
        await asyncio.to_thread(parts.index.refresh)
    except RetrievalError as error:
        logger.warning("index_refresh_failed", code=error.code)


def _latest(tx: Tx, article: str, locale: str) -> Article | None:
    try:
        return articles.get(tx, article, locale)
    except UnknownArticle:
        return None


def _row(languages: list[Article]) -> Row:
    first = languages[0]
    return Row(
        id=first.id,
        category=first.category,
        subcategory=first.subcategory,
        components=list(first.components),
        locales={
            one.locale: InLanguage(
                title=one.title,
                version=one.version,
                published=one.published,
                updated_at=one.saved_at,
            )
            for one in languages
        },
    )


def _shown(found: Article) -> Shown:
    return Shown(
        id=found.id,
        locale=found.locale,
        title=found.title,
        category=found.category,
        subcategory=found.subcategory,
        components=list(found.components),
        questions=list(found.questions),
        body=found.body,
        version=found.version,
        published=found.published,
        updated_at=found.saved_at,
        author=found.author,
    )
