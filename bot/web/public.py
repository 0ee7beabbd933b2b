"""What anybody may read: passages behind citations, the article tree, incidents, suggestions."""

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from bot.errors import NotFound
from bot.web import shelves
from bot.web.auth import parts_of
from bot.web.incident_wire import active_incidents
from bot.web.models import Answer
from bot.web.wire import Locale
from retrieval.errors import NoIndex
from retrieval.passages import Passage

router = APIRouter(prefix="/api")

SUGGESTED = 5


class PassageText(Answer):
    """A passage as its article has it, verbatim."""

    passage: str
    article: str
    locale: str
    title: str
    heading: str
    anchor: str
    text: str
    url: str
    updated: date


class ArticleLink(Answer):
    """An article in the tree."""

    id: str
    title: str
    url: str


class Branch(Answer):
    """A category with its articles."""

    category: str
    name: str
    articles: list[ArticleLink]


class ActiveIncident(Answer):
    """An incident as the banner shows it."""

    id: str
    title: str
    title_language: str | None
    severity: str
    status: str
    components: list[str]
    as_of: str
    next_update_at: str | None
    expected_at: str | None
    unconfirmed_since: str | None
    workaround: str | None
    workaround_language: str | None
    text: str | None
    text_language: str | None
    corrected: bool
    url: str


class ActiveIncidents(Answer):
    """As in the `incidents` frame of the sockets."""

    items: list[ActiveIncident]


class Suggestion(Answer):
    """An article offered while somebody is typing, with the passage of it that fits best."""

    passage: str
    article: str
    locale: str
    title: str
    url: str
    heading: str


@router.get("/passages/{passage}")
async def passage(request: Request, passage: str) -> PassageText:
    """The text a citation points at; NotFound when it was pulled or is not for everybody."""
    index = parts_of(request).index
    found = await asyncio.to_thread(index.passage, passage)
    if found.audience != shelves.PUBLIC or not await _published(request, found):
        raise NotFound(f"There is no passage {passage!r}.")
    return PassageText(
        passage=found.id,
        article=found.article_id,
        locale=found.locale,
        title=found.title,
        heading=found.heading,
        anchor=found.anchor,
        text=found.text,
        url=found.url,
        updated=found.updated,
    )


@router.get("/articles")
async def articles(request: Request, locale: Locale = "en") -> list[Branch]:
    """The published articles of one language, by category."""
    parts = parts_of(request)
    found, categories = await parts.database.read(
        lambda tx: (
            shelves.cards(tx, locale=locale),
            shelves.categories(tx, parts.company.categories),
        )
    )
    return [
        Branch(
            category=shelf.id,
            name=shelf.name,
            articles=[
                ArticleLink(id=card.id, title=card.title, url=card.url)
                for card in shelf.every_card()
            ],
        )
        for shelf in shelves.arrange(found, categories, locale)
    ]


@router.get("/incidents", response_model=ActiveIncidents)
async def incidents(request: Request, locale: Locale = "en") -> dict[str, Any]:
    """What is broken now."""
    return {"items": active_incidents(parts_of(request), locale)}


@router.get("/suggest")
async def suggest(
    request: Request, q: Annotated[str, Query(max_length=200)] = "", locale: Locale = "en"
) -> list[Suggestion]:
    """A few articles for what was typed so far; none while there is no index."""
    index = parts_of(request).index
    if not q.strip():
        return []
    try:
        found = await asyncio.to_thread(index.suggest, q, locale, SUGGESTED)
    except NoIndex:
        return []
    return [
        Suggestion(
            passage=one.id,
            article=one.article_id,
            locale=one.locale,
            title=one.title,
            url=one.url,
            heading=one.heading,
        )
        for one in found
        if one.audience == shelves.PUBLIC
    ]


async def _published(request: Request, found: Passage) -> bool:
    """Asked of the database itself: what was pulled a moment ago is gone here as well."""
    cards = await parts_of(request).database.read(
        lambda tx: shelves.cards(tx, locale=found.locale, ids=[found.article_id])
    )
    return bool(cards)
