"""What the pages of the help centre show: topics, an article, the service status, nothing."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.answering import words
from bot.conversation.events import instant
from bot.web import help_page
from bot.web.article_html import Heading, Rendered
from bot.web.help_page import Place
from bot.web.markup import Markup, element, join
from bot.web.shelves import Card, Shelf
from retrieval.articles import Article
from retrieval.incidents.incident import Incident, Update

MORE = 6
"""Other articles of the same category below an article."""


def index(
    place: Place,
    shelves: Sequence[Shelf],
    collections: Sequence[tuple[str, str]] = (),
    chosen: str | None = None,
) -> str:
    """All topics with their articles; several collections can be chosen from."""
    said = place.words
    if not shelves:
        content = [element("p", said["empty"], class_="quiet")]
    else:
        topics = [element("a", shelf.name, href=f"#{shelf.id}") for shelf in shelves]
        content = [
            element("nav", *topics, class_="topics", aria_label=said["topics"]),
            element("div", *(_topic(shelf) for shelf in shelves), class_="shelves"),
        ]
    hero = element("div", element("h1", said["title"]), element("p", said["lead"]), class_="hero")
    return help_page.document(
        place,
        said["help"],
        hero,
        help_page.trouble(place),
        _collections(place, collections, chosen) if len(collections) > 1 else None,
        *content,
        about=said["lead"],
        kind="index",
    )


def article(
    place: Place, found: Article, body: Rendered, category: Shelf | None, about: str
) -> str:
    """One article with its table of contents, and what else there is on its topic."""
    said = place.words
    crumbs = [element("a", said["all"], href=place.home)]
    if category is not None:
        crumbs.append(element("a", category.name, href=f"{place.home}#{category.id}"))
    updated = Markup(said["updated"].format(date=help_page.day(found.updated, place.locale)))
    text = element(
        "article",
        element("nav", *crumbs, class_="crumbs", aria_label=said["topics"]),
        element("h1", found.title),
        element("p", updated, class_="quiet"),
        help_page.trouble(place),
        element("div", body.html, class_="text"),
    )
    aside = join(_contents(place, body.headings), _more(place, found, category))
    return help_page.document(
        place,
        found.title,
        text,
        element("aside", aside) if aside else None,
        about=about,
        kind="reading",
    )


def status(
    place: Place,
    now: Sequence[Incident],
    recent: Sequence[Incident],
    *,
    at: datetime,
    zone: tzinfo,
    unread_since: datetime | None = None,
) -> str:
    """What is broken, and what was in the last days, with everything that was said about it.

    `unread_since`: a status page could not be read since then, so nobody may say that all is well.
    """
    said = place.words
    shown = [_incident(place, one, at, zone) for one in now]
    past = [_incident(place, one, at, zone) for one in recent]
    title, lead = element("h1", said["status"]), element("p", said["status_lead"])
    return help_page.document(
        place,
        said["status"],
        element("div", title, lead, class_="hero"),
        element("h2", said["now"]) if shown else None,
        *(shown or [_calm(place, unread_since, at, zone)]),
        element("h2", said["recent"]),
        *(past or [element("p", said["nothing_recent"], class_="quiet")]),
        about=said["status_lead"],
        kind="status",
    )


def _calm(place: Place, unread_since: datetime | None, at: datetime, zone: tzinfo) -> Markup:
    if unread_since is None:
        return element("p", place.words["well"], class_="well")
    return element("p", _at(place.words["unconfirmed"], unread_since, at, zone), class_="quiet")


def missing(place: Place, elsewhere: Sequence[Card]) -> str:
    """Nothing is here; perhaps in another language."""
    said = place.words
    others = [_link(card, help_page.words_in(card.locale)["language"]) for card in elsewhere]
    return help_page.document(
        place,
        said["missing"],
        element("h1", said["missing"]),
        element("p", said["missing_text"]),
        join(element("h2", said["elsewhere"]), element("ul", *others)) if others else None,
        element("p", element("a", said["all"], href=place.home)),
        kind="missing",
    )


def _collections(
    place: Place, collections: Sequence[tuple[str, str]], chosen: str | None
) -> Markup:
    said = place.words
    links = [(None, said["everything"]), *collections]
    return element(
        "nav",
        *(
            element(
                "a",
                name,
                href=place.home if one is None else f"{place.home}?collection={one}",
                aria_current="page" if one == chosen else None,
            )
            for one, name in links
        ),
        class_="topics",
        aria_label=said["collections"],
    )


def _topic(shelf: Shelf) -> Markup:
    return element(
        "section",
        element("h2", shelf.name, id=f"{shelf.id}_title"),
        _list(shelf.cards),
        *(join(element("h3", inner.name), _list(inner.cards)) for inner in shelf.shelves),
        id=shelf.id,
        class_="topic",
        aria_labelledby=f"{shelf.id}_title",
    )


def _list(cards: Sequence[Card]) -> Markup | None:
    return element("ul", *(_link(card) for card in cards)) if cards else None


def _link(card: Card, prefix: str | None = None) -> Markup:
    title = f"{prefix}: {card.title}" if prefix else card.title
    return element("li", element("a", title, href=card.url, hreflang=card.locale, lang=card.locale))


def _contents(place: Place, headings: Sequence[Heading]) -> Markup | None:
    if len(headings) < 2:
        return None
    entries = [
        element("li", element("a", one.text, href=f"#{one.anchor}"), class_=f"level-{one.level}")
        for one in headings
    ]
    title = element("h2", place.words["contents"], id="_contents")
    return element(
        "nav", title, element("ul", *entries), class_="contents", aria_labelledby="_contents"
    )


def _more(place: Place, found: Article, category: Shelf | None) -> Markup | None:
    if category is None:
        return None
    every = sorted(category.every_card(), key=lambda card: card.subcategory != found.subcategory)
    others = [card for card in every if card.id != found.id][:MORE]
    if not others:
        return None
    title = place.words["more"].format(category=category.name)
    return element("section", element("h2", title), _list(others), class_="more")


def _incident(place: Place, one: Incident, at: datetime, zone: tzinfo) -> Markup:
    said, names = place.words, place.company.component_names()
    affected = said["join"].join(
        words.choose(names.get(part, {}), place.locale) or part for part in one.components
    )
    workaround = words.choose(one.workaround, place.locale) if one.ongoing else ""
    began = _at(said["began"], one.started_at, at, zone)
    ended = _at(said["ended"], one.resolved_at, at, zone)
    following = _at(said["next"], one.next_update_at, at, zone) if one.ongoing else None
    expected = _at(said["expected"], one.expected_at, at, zone) if one.ongoing else None
    unsure = _at(said["unconfirmed"], one.unconfirmed_since, at, zone) if one.ongoing else None
    title = words.choose(one.title, place.locale) or one.id
    state = said["statuses"].get(one.status, one.status)
    severity = said["severities"].get(one.severity, one.severity)
    facts = [
        element("span", state, class_=f"badge badge-{one.status}"),
        element("span", severity, class_="quiet"),
        began,
        ended,
    ]
    return element(
        "section",
        element("h3", title),
        element("p", *(join(fact, " ") for fact in facts if fact is not None), class_="facts"),
        element("p", element("b", said["affected"]), " ", affected) if affected else None,
        element("p", element("b", said["workaround"]), " ", workaround) if workaround else None,
        element("p", following) if following is not None else None,
        element("p", expected) if expected is not None else None,
        element("p", unsure, class_="quiet") if unsure is not None else None,
        element(
            "ol",
            *(_update(place, update, at, zone) for update in reversed(one.updates)),
            class_="updates",
            aria_label=said["updates"],
        ),
        id=one.id,
        class_="incident",
    )


def _update(place: Place, update: Update, at: datetime, zone: tzinfo) -> Markup:
    state = place.words["statuses"].get(update.status, update.status)
    head = element("p", element("b", state), " ", _time(update.at, at, zone), class_="quiet")
    return element("li", head, element("p", words.choose(update.text, place.locale)))


def _at(template: str, when: datetime | None, now: datetime, zone: tzinfo) -> Markup | None:
    if when is None:
        return None
    before, _, after = template.partition("{time}")
    return element("span", before, _time(when, now, zone), after)


def _time(when: datetime, now: datetime, zone: tzinfo) -> Markup:
    return element("time", words.clock(when, now, zone), datetime=instant(when))
