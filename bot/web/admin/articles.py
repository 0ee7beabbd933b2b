"""Articles: read, write, publish, make one a translation of another."""

import asyncio
import re
from dataclasses import replace
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Path, Query, Request
from pydantic import AfterValidator, Field
from sqlalchemy.engine import Connection as Tx

from bot.audit import changed
from bot.errors import BotError
from bot.parts import Parts
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Body, Instant, Line, Slug
from bot.web.trail import Noting
from bot.web.wire import Locale
from retrieval import articles, pulls, sources, translations
from retrieval.articles import Article, ArticleDraft
from retrieval.errors import RetrievalError, VersionConflict
from retrieval.translations import Gap

logger = structlog.get_logger()

router = APIRouter()

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _markdown(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
    if not text.strip():
        raise ValueError("an article needs a text")
    if _CONTROL.search(text):
        raise ValueError("control characters are no text")
    return text


ArticleId = Annotated[str, Path(max_length=128, pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]


class WrongAudience(BotError):
    """Nobody is called that; the message names who there is."""

    code = "bad_request"


class Edited(Body):
    """An article as the editor sends it, with the version its author saw: null for a new one."""

    title: Line
    category: Slug
    subcategory: Annotated[str, Field(max_length=128)] | None = None
    components: Annotated[list[Slug], Field(default_factory=list, max_length=20)]
    questions: Annotated[list[Line], Field(default_factory=list, max_length=50)]
    audience: Annotated[str, Field(max_length=32)] | None = None
    collection: Slug | None = None
    body: Annotated[str, Field(max_length=articles.MAX_BODY), AfterValidator(_markdown)]
    publish: bool
    base_version: Annotated[int, Field(ge=1)] | None = None


class InLanguage(Answer):
    """One language of an article in the list."""

    title: str
    version: int
    published: bool
    updated_at: Instant


class Lacking(Answer):
    """What a language of an article lacks, and since when; `than` is the language ahead of it."""

    state: Literal["missing", "draft", "stale"]
    since: Instant
    than: str | None


class Row(Answer):
    """An article in the list, with the languages it has, and those in which it lacks something."""

    id: str
    category: str
    subcategory: str
    components: list[str]
    collection: str
    audience: str
    locales: dict[str, InLanguage]
    gaps: dict[str, Lacking]


class Followed(Answer):
    """The source that an article follows."""

    name: str
    url: str | None
    state: Literal["present", "missing", "kept"]
    proposed: bool


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
    collection: str
    audience: str
    source: Followed | None
    version: int
    published: bool
    answers: bool
    """Whether some version is answered from: an older one may be while the latest is a draft."""
    updated_at: Instant
    author: str


class Translated(Body):
    """The article that this one is a translation of."""

    article: Slug


@router.get("/articles")
async def listing(
    request: Request,
    _: Admin,
    locale: Locale | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> list[Row]:
    """Every article that has this language and contains the text, with all its languages."""
    found, gaps = await parts_of(request).database.read(
        lambda tx: (articles.listing(tx), translations.gaps(tx))
    )
    sought = q.strip().casefold()
    rows: dict[str, list[Article]] = {}
    for one in found:
        rows.setdefault(one.id, []).append(one)
    return [
        _row(languages, gaps.get(languages[0].id, {}))
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
    return await parts_of(request).database.read(
        lambda tx: shown(tx, articles.get(tx, article, locale))
    )


@router.put("/articles/{article}/{locale}")
async def write(
    request: Request, note: Noting, article: ArticleId, locale: Locale, edited: Edited
) -> Shown:
    """Save a version; VersionConflict when it is not based on the latest one.

    The index is not touched: it is built when the admin says so.
    """
    parts = parts_of(request)

    def work(tx: Tx) -> Shown:
        now = parts.now()
        current = articles.find(tx, article, locale)
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
            audience=_audience(edited.audience, current),
            collection=edited.collection or (current.collection if current else articles.MAIN),
        )
        if current is not None and replace(draft, updated=current.updated) == current.draft:
            draft = current.draft  # nothing was changed today, it is only published
        saved, _ = articles.save(
            tx,
            draft,
            author=note.by.name,
            now=now,
            publish=edited.publish,
            base_version=edited.base_version,
        )
        _note_saved(tx, note, current, saved)
        return shown(tx, saved)

    return await parts.database.write(work)


@router.post("/articles/{article}/{locale}/translates")
async def translates(
    request: Request, note: Noting, article: ArticleId, locale: Locale, wanted: Translated
) -> Shown:
    """Make this a translation of another article, under its id; NotFound, VersionConflict.

    The old address leads to the new one. Answers use it again after the next index build.
    """
    parts = parts_of(request)

    def work(tx: Tx) -> Shown:
        moved = articles.move(tx, article, locale, wanted.article, parts.now())
        subject = f"{moved.id} ({locale})"
        note(tx, "article.moved", subject, before={"id": article}, after={"id": moved.id})
        return shown(tx, moved)

    moved = await parts.database.write(work)
    await look_again(parts)
    return moved


def _note_saved(tx: Tx, note: Noting, old: Article | None, saved: Article) -> None:
    """What was changed, by name: the texts themselves stand in the article's versions."""
    action = "article.published" if saved.published else "article.saved"
    names = ("title", "category", "subcategory", "audience", "collection", "version", "published")
    before, after = changed(
        {name: getattr(old, name) for name in names} if old is not None else {},
        {name: getattr(saved, name) for name in names},
    )
    after["text"] = old is None or old.body != saved.body
    note(tx, action, f"{saved.id} ({saved.locale})", before=before, after=after)


async def look_again(parts: Parts) -> None:
    """Make the index learn at once what is published; it would within seconds by itself."""
    try:
        await asyncio.to_thread(parts.index.refresh)
    except RetrievalError as error:
        logger.warning("index_refresh_failed", code=error.code)


def _audience(wanted: str | None, current: Article | None) -> str:
    """Who may read it; a name of one's own, from before, may stay."""
    stands = current.audience if current is not None else "public"
    if wanted is not None and wanted not in (*articles.AUDIENCES, stands):
        known = ", ".join(articles.AUDIENCES)
        raise WrongAudience(f"Field 'audience': {wanted!r} is none of {known}.")
    return wanted or stands


def _row(languages: list[Article], gaps: dict[str, Gap]) -> Row:
    first = languages[0]
    return Row(
        id=first.id,
        category=first.category,
        subcategory=first.subcategory,
        components=list(first.components),
        collection=first.collection,
        audience=first.audience,
        locales={
            one.locale: InLanguage(
                title=one.title,
                version=one.version,
                published=one.published,
                updated_at=one.saved_at,
            )
            for one in languages
        },
        gaps={
            locale: Lacking(state=gap.state, since=gap.since, than=gap.than)
            for locale, gap in gaps.items()
        },
    )


def shown(tx: Tx, found: Article) -> Shown:
    """The article as the editor gets it, with the source that it follows."""
    held = sources.of_article(tx, found.id, found.locale)
    followed = None
    if held is not None:
        followed = Followed.model_validate(
            {
                "name": held.source,
                "url": held.url,
                "state": held.state,
                "proposed": held.proposed is not None,
            }
        )
    return Shown(
        id=found.id,
        locale=found.locale,
        title=found.title,
        category=found.category,
        subcategory=found.subcategory,
        components=list(found.components),
        questions=list(found.questions),
        body=found.body,
        collection=found.collection,
        audience=found.audience,
        source=followed,
        version=found.version,
        published=found.published,
        answers=(found.id, found.locale) in pulls.answerable(tx, [found.id]),
        updated_at=found.saved_at,
        author=found.author,
    )
