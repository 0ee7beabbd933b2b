"""The help centre: server-rendered pages of published, public articles, and the service status."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from sqlalchemy.engine import Connection as Tx
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.answering import words
from bot.company import LANGUAGES, Category
from bot.parts import Parts
from bot.web import article_html, files, help_views, shelves
from bot.web.auth import parts_of
from bot.web.help_page import Place
from bot.web.shelves import Card, Shelf
from retrieval import articles
from retrieval.articles import Article
from retrieval.incidents import ledger
from retrieval.incidents.incident import Incident
from retrieval.passages import cut, plain

router = APIRouter()

RECENT = timedelta(days=30)
ABOUT = 160
"""Characters of the description that search engines show."""
_ACCENT = "#0f766e"
_STYLE = Path(__file__).with_name("static") / "help.css"
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
}
_HTML = "text/html; charset=utf-8"


@router.get("/help.css")
async def style(request: Request) -> Response:
    """How the help centre looks, in the company's colour."""
    text = await asyncio.to_thread(_STYLE.read_text, encoding="utf-8")
    accent = parts_of(request).company.accent
    if len(accent) == 7 and accent[0] == "#" and accent[1:].isalnum():
        text = text.replace(_ACCENT, accent)
    kind = files.TYPES[".css"]
    return files.answer(request, text.encode(), kind, {"Cache-Control": files.REVALIDATE})


@router.get("/help")
async def start(request: Request) -> RedirectResponse:
    """The help centre in the company's first language."""
    return RedirectResponse(f"/help/{parts_of(request).company.languages[0]}", 307)


@router.get("/help/{locale}")
async def index(request: Request, locale: str, collection: str | None = None) -> Response:
    """All topics and articles of one language, or of one collection of them."""
    parts = parts_of(request)
    if locale not in LANGUAGES:
        return _missing(request, "en", [])
    found, categories = await parts.database.read(
        lambda tx: (
            shelves.cards(tx, locale=locale),
            shelves.categories(tx, parts.company.categories),
        )
    )
    sets = shelves.collections(found, parts.company.collections, locale)
    chosen = collection if collection in dict(sets) else None
    shown = [card for card in found if chosen in (None, card.collection)]
    arranged = shelves.arrange(shown, categories, locale)
    place = _place(request, locale, {one: f"/help/{one}" for one in parts.company.languages})
    return _page(request, help_views.index(place, arranged, sets, chosen))


@router.get("/help/{locale}/status")
async def status(request: Request, locale: str) -> Response:
    """What is broken now, and what was lately, with every public update."""
    parts = parts_of(request)
    if locale not in LANGUAGES:
        return _missing(request, "en", [])
    now = parts.now()

    def recent(tx: Tx) -> list[Incident]:
        after = now - RECENT
        return [
            one
            for one in ledger.listing(tx)
            if one.active and one.resolved_at is not None and one.resolved_at >= after
        ]

    active = await parts.database.read(lambda tx: ledger.listing(tx, ongoing=True))
    resolved = await parts.database.read(recent)
    languages = {one: f"/help/{one}/status" for one in parts.company.languages}
    place = _place(request, locale, languages)
    unread = await parts.feeds.unconfirmed_since()
    zone = _zone(parts)
    page = help_views.status(place, active, resolved, at=now, zone=zone, unread_since=unread)
    return _page(request, page)


@router.get("/help/{locale}/{article}")
async def article(request: Request, locale: str, article: str) -> Response:
    """One article; its anchors are those of its passages."""
    parts = parts_of(request)
    if locale not in LANGUAGES:
        return _missing(request, "en", [])

    found = await parts.database.read(lambda tx: shelves.article(tx, article, locale))
    if found is None:
        return await _elsewhere(request, locale, article)

    def look(tx: Tx) -> tuple[list[Card], list[Card], dict[str, str], list[Category]]:
        translations = shelves.cards(tx, ids=[article])
        linked = shelves.cards(tx, ids=article_html.linked_articles(found.body))
        categories = shelves.categories(tx, parts.company.categories)
        return translations, shelves.cards(tx, locale=locale), _urls(linked, locale), categories

    translations, cards, urls, categories = await parts.database.read(look)
    body = await asyncio.to_thread(article_html.render, found, urls)
    arranged = shelves.arrange(cards, categories, locale)
    category = next((one for one in arranged if one.id == found.category), None)
    return _page(request, _article_page(request, found, translations, body, category))


async def _elsewhere(request: Request, locale: str, article: str) -> Response:
    """To where the article is now, or to its other languages."""

    def look(tx: Tx) -> tuple[str | None, list[Card]]:
        return articles.moved_to(tx, article, locale), shelves.cards(tx, ids=[article])

    moved, translations = await parts_of(request).database.read(look)
    if moved is not None:
        return RedirectResponse(f"/help/{locale}/{moved}", 308)
    return _missing(request, locale, translations)


def _article_page(
    request: Request,
    found: Article,
    translations: list[Card],
    body: article_html.Rendered,
    category: Shelf | None,
) -> str:
    known = {card.locale: card.url for card in translations}
    languages = {one: known[one] for one in LANGUAGES if one in known}
    about = " ".join(plain(cut(found)[0].text).split())
    shown = about if len(about) <= ABOUT else f"{about[: ABOUT - 1].rstrip()}…"
    place = _place(request, found.locale, languages)
    return help_views.article(place, found, body, category, shown)


def _urls(linked: list[Card], locale: str) -> dict[str, str]:
    """The page of each linked article: in the reader's language, else in one there is."""
    urls: dict[str, str] = {}
    for card in linked:
        if card.locale == locale or card.id not in urls:
            urls[card.id] = card.url
    return urls


def _place(request: Request, locale: str, languages: Mapping[str, str]) -> Place:
    parts = parts_of(request)
    active = parts.board.active()
    return Place(
        company=parts.company,
        locale=locale,
        path=languages.get(locale, f"/help/{locale}"),
        base=parts.settings.web.public_url.rstrip("/"),
        languages=languages,
        trouble=(words.choose(active[0].title, locale) or active[0].id) if active else None,
    )


def _missing(request: Request, locale: str, elsewhere: list[Card]) -> Response:
    languages = {one: f"/help/{one}" for one in parts_of(request).company.languages}
    page = help_views.missing(_place(request, locale, languages), elsewhere)
    return HTMLResponse(page, 404, headers=_HEADERS | {"Content-Language": locale})


def _page(request: Request, page: str) -> Response:
    return files.answer(request, page.encode(), _HTML, _HEADERS)


def _zone(parts: Parts) -> tzinfo:
    hours = parts.company.hours
    return ZoneInfo(hours.timezone) if hours is not None else UTC
