"""What articles are put into: categories, collections, and the components they are about."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy.engine import Connection as Tx

from bot import categories as arranged
from bot import revisions
from bot.company import Category
from bot.parts import Parts
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Base, Body, Slug, Titles
from bot.web.trail import Noting
from retrieval import articles

router = APIRouter()


class Part(Answer):
    """A component or subcategory by its names."""

    id: str
    name: dict[str, str]


class Filled(Part):
    """A place for articles, with how many are in it: drafts, too, each once in all languages."""

    articles: int


class CategoryParts(Filled):
    """A category with its subcategories; `articles` counts theirs, too."""

    subcategories: list[Filled]


class NewPart(Body):
    """A category or subcategory: an id for addresses, and its name per language."""

    id: Slug
    name: Annotated[Titles, Field(min_length=1)]


class NewCategory(NewPart):
    """A category with its subcategories in their order."""

    subcategories: Annotated[list[NewPart], Field(max_length=200, default_factory=list)]


class Arranged(Body):
    """All categories in their order, and which are removed: `tickets`, or `tickets/paper`."""

    categories: Annotated[list[NewCategory], Field(max_length=200)]
    removed: Annotated[list[Annotated[str, Field(max_length=257)]], Field(max_length=500)]


@router.get("/categories")
async def categories(request: Request, response: Response, _: Admin) -> list[CategoryParts]:
    """In display order, those last that only sources have named; the ETag is their revision."""
    return await _listed(parts_of(request), response)


@router.put("/categories")
async def arrange(
    request: Request, response: Response, note: Noting, wanted: Arranged, base: Base = None
) -> list[CategoryParts]:
    """Store names and order; raises CategoryNotEmpty, BadCategories, Overwritten.

    A category that is neither named nor removed stays, at the end.
    """
    parts = parts_of(request)
    new = [Category.model_validate(_plain(one)) for one in wanted.categories]
    removed = [_place(one) for one in wanted.removed]

    def work(tx: Tx) -> None:
        written = parts.company.categories
        revisions.hold(tx)
        known = arranged.in_force(tx, written)
        what = "list of categories"
        revisions.require(tx, base, _revision(known), what, ["categories.changed"])
        old = {one.id: one for one in known}
        arranged.arrange(tx, written, new, removed, author=note.by.name, now=parts.now())
        note(
            tx,
            "categories.changed",
            after={
                "added": [one.id for one in new if one.id not in old],
                "changed": [one.id for one in new if one.id in old and one != old[one.id]],
                "removed": sorted(wanted.removed),
                "order": [one.id for one in new],
            },
        )

    await parts.database.write(work)
    return await _listed(parts, response)


def _revision(known: Sequence[Category]) -> str:
    return revisions.revision([one.model_dump(mode="json") for one in known])


async def _listed(parts: Parts, response: Response) -> list[CategoryParts]:
    def work(tx: Tx) -> tuple[str, list[CategoryParts]]:
        held = arranged.counts(tx)
        known = arranged.in_force(tx, parts.company.categories)
        return _revision(known), [
            CategoryParts(
                id=one.id,
                name=one.name,
                articles=held[one.id, ""],
                subcategories=[
                    Filled(id=part.id, name=part.name, articles=held[one.id, part.id])
                    for part in one.subcategories
                ],
            )
            for one in known
        ]

    revision, found = await parts.database.read(work)
    response.headers["ETag"] = f'"{revision}"'
    return found


def _plain(one: NewPart) -> dict[str, Any]:
    plain: dict[str, Any] = {"id": one.id, "name": {str(k): v for k, v in one.name.items()}}
    if isinstance(one, NewCategory):
        plain["subcategories"] = [_plain(part) for part in one.subcategories]
    return plain


def _place(removed: str) -> arranged.Place:
    category, _, sub = removed.partition("/")
    return category, sub


@router.get("/collections")
async def collections(request: Request, _: Admin) -> list[Part]:
    """The collections that the company names, and those that articles are in."""
    parts = parts_of(request)
    known = {one.id: one.name for one in parts.company.collections}
    used = await parts.database.read(lambda tx: {one.collection for one in articles.listing(tx)})
    for one in sorted({articles.MAIN, *used} - known.keys()):
        known[one] = {"en": one.replace("-", " ").capitalize()}
    return [Part(id=one, name=name) for one, name in known.items()]


@router.get("/components")
async def components(request: Request, _: Admin) -> list[Part]:
    """The parts of the product that can break."""
    return [Part(id=one.id, name=one.name) for one in parts_of(request).company.components]
