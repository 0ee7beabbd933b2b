"""The published, public articles by category: what strangers may see of the help centre."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection as Tx

from bot import categories as arranged
from bot.company import Category, in_language
from bot.company import Collection as Set
from retrieval.articles import MAIN, Article
from retrieval.tables import article_versions, articles

PUBLIC = "public"

_PUBLISHED = article_versions.join(
    articles,
    and_(
        articles.c.id == article_versions.c.id,
        articles.c.locale == article_versions.c.locale,
        articles.c.published_version == article_versions.c.version,
    ),
)


@dataclass(frozen=True, slots=True)
class Card:
    """An article as a list shows it."""

    id: str
    locale: str
    title: str
    category: str
    subcategory: str
    collection: str = MAIN

    @property
    def url(self) -> str:
        """Path of its page."""
        return f"/help/{self.locale}/{self.id}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category or subcategory with its articles, in display order; it is never empty."""

    id: str
    name: str
    cards: tuple[Card, ...] = ()
    shelves: tuple["Shelf", ...] = ()

    def every_card(self) -> list[Card]:
        """The articles of this shelf and of those in it."""
        return [*self.cards, *(card for shelf in self.shelves for card in shelf.every_card())]


def cards(tx: Tx, *, locale: str | None = None, ids: Collection[str] | None = None) -> list[Card]:
    """Published, public articles by title, without their texts."""
    shown = article_versions.c
    query = (
        select(
            shown.id, shown.locale, shown.title, shown.category, shown.subcategory, shown.collection
        )
        .select_from(_PUBLISHED)
        .where(shown.audience == PUBLIC)
        .order_by(shown.title, shown.id, shown.locale)
    )
    if locale is not None:
        query = query.where(shown.locale == locale)
    if ids is not None:
        query = query.where(shown.id.in_(ids))
    return [Card(**row) for row in tx.execute(query).mappings()]


def article(tx: Tx, article_id: str, locale: str) -> Article | None:
    """The published version, which may be older than the latest; None when strangers see none."""
    query = (
        select(article_versions)
        .select_from(_PUBLISHED)
        .where(
            article_versions.c.id == article_id,
            article_versions.c.locale == locale,
            article_versions.c.audience == PUBLIC,
        )
    )
    row = tx.execute(query).mappings().one_or_none()
    if row is None:
        return None
    lists = {"components": tuple(row["components"]), "questions": tuple(row["questions"])}
    return Article(**{**row, **lists, "published": True})


def categories(tx: Tx, known: Iterable[Category]) -> list[Category]:
    """The categories in their order, then those that only sources have named."""
    return arranged.in_force(tx, known)


def collections(found: Iterable[Card], known: Iterable[Set], locale: str) -> list[tuple[str, str]]:
    """The collections of these articles, (id, name), in the company's order."""
    ids = {card.collection for card in found}
    names = {one.id: in_language(one.name, locale) for one in known}
    ordered = [one for one in names if one in ids] + sorted(ids - names.keys())
    return [(one, names.get(one) or arranged.spoken(one)["en"]) for one in ordered]


def arrange(found: Sequence[Card], categories: Iterable[Category], locale: str) -> list[Shelf]:
    """The articles by category and subcategory in the company's order; unknown ones come last."""
    shelves = []
    for category in [*categories, *_unknown(found, categories)]:
        mine = [card for card in found if card.category == category.id]
        if not mine:
            continue
        inner, rest = [], mine
        for part in category.subcategories:
            own = tuple(card for card in mine if card.subcategory == part.id)
            if own:
                inner.append(Shelf(part.id, in_language(part.name, locale) or part.id, own))
                rest = [card for card in rest if card not in own]
        name = in_language(category.name, locale) or category.id
        shelves.append(Shelf(category.id, name, tuple(rest), tuple(inner)))
    return shelves


def _unknown(found: Sequence[Card], categories: Iterable[Category]) -> list[Category]:
    """Categories of articles that the company's list does not have."""
    known = {category.id for category in categories}
    ids = dict.fromkeys(card.category for card in found if card.category not in known)
    return [Category(id=one, name=arranged.spoken(one)) for one in ids]
