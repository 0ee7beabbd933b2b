"""The help centre's categories: those of `categories.yaml`, or as an admin arranged them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection as Tx

from bot.company import Category
from bot.errors import BotError
from bot.storage import choices
from bot.storage.choices import Choice
from retrieval import sources
from retrieval.tables import article_versions, articles, category_names

_NAME = "categories"
Place = tuple[str, str]
"""(category, subcategory); an empty one is the category itself."""


class BadCategories(BotError):
    """Categories that cannot be stored; the message names which, and what is wrong."""

    code = "bad_categories"


class CategoryNotEmpty(BotError):
    """Articles are in the category that was to be removed."""

    code = "category_not_empty"

    def __init__(self, place: Place, number: int) -> None:
        name = "/".join(part for part in place if part)
        super().__init__(
            f"{number} articles are in {name!r}. Put them into another category, then remove it."
        )


def in_force(tx: Tx, written: Iterable[Category]) -> list[Category]:
    """The categories in their order, those last that only sources have named.

    `written` are those of the company's file, which hold until somebody changes them on the page.
    """
    choice = choices.get(tx, _NAME)
    chosen = None if choice is None else choice.value
    known = list(written) if chosen is None else [Category.model_validate(one) for one in chosen]
    found = {one.id: one.model_copy(deep=True) for one in known}
    for (category, sub), names in sorted(sources.category_listing(tx).items()):
        place = found.setdefault(category, Category(id=category, name={}))
        if not sub:
            place.name = {**names, **place.name}
        elif all(one.id != sub for one in place.subcategories):
            place.subcategories.append(Category(id=sub, name=names))
    for one in found.values():
        one.name = one.name or spoken(one.id)
    return list(found.values())


def spoken(place: str) -> dict[str, str]:
    """The name of a category that has none: its id as words."""
    return {"en": place.replace("-", " ").capitalize()}


def counts(tx: Tx) -> Counter[Place]:
    """How many articles each place holds, drafts included; one in several languages counts once."""
    latest = article_versions.join(
        articles,
        (articles.c.id == article_versions.c.id)
        & (articles.c.locale == article_versions.c.locale)
        & (
            (articles.c.version == article_versions.c.version)
            | (articles.c.published_version == article_versions.c.version)
        ),
    )
    shown = article_versions.c
    query = select(shown.id, shown.category, shown.subcategory).select_from(latest).distinct()
    found: Counter[Place] = Counter()
    seen: set[tuple[str, Place]] = set()
    for row in tx.execute(query):
        for place in {(row.category, ""), (row.category, row.subcategory)}:
            if (row.id, place) not in seen:
                seen.add((row.id, place))
                found[place] += 1
    return found


def arrange(
    tx: Tx,
    written: Iterable[Category],
    wanted: Sequence[Category],
    removed: Iterable[Place],
    *,
    author: str,
    now: datetime,
) -> None:
    """Store names and order; raises CategoryNotEmpty, BadCategories.

    What is neither wanted nor removed stays, at the end: somebody else may have added it meanwhile.
    """
    gone = set(removed)
    _check(wanted, gone)
    held = counts(tx)
    for place in gone:
        if held[place]:
            raise CategoryNotEmpty(place, held[place])
    kept = {one.id: one.model_copy(deep=True) for one in wanted}
    for known in in_force(tx, written):
        if (known.id, "") in gone:
            continue
        mine = kept.setdefault(known.id, known.model_copy(update={"subcategories": []}, deep=True))
        have = {one.id for one in mine.subcategories}
        mine.subcategories += [
            one
            for one in known.subcategories
            if one.id not in have and (known.id, one.id) not in gone
        ]
    for category, sub in gone:
        named = category_names.c.category == category
        if sub:
            named &= category_names.c.subcategory == sub
        tx.execute(delete(category_names).where(named))
    value = [one.model_dump() for one in kept.values()]
    choices.put(tx, _NAME, Choice(value, author, now))


def _check(wanted: Sequence[Category], gone: set[Place]) -> None:
    places = [(one.id, "") for one in wanted]
    places += [(one.id, sub.id) for one in wanted for sub in one.subcategories]
    for place, number in Counter(places).items():
        if number > 1:
            raise BadCategories(f"{'/'.join(filter(None, place))!r} is there twice. Remove one.")
        if place in gone:
            raise BadCategories(f"{'/'.join(filter(None, place))!r} is both kept and removed.")
