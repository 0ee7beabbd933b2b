"""What articles are put into: categories, collections, and the components they are about."""

from fastapi import APIRouter, Request

from bot.web import shelves
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer
from retrieval import articles

router = APIRouter()


class Part(Answer):
    """A component or subcategory by its names."""

    id: str
    name: dict[str, str]


class CategoryParts(Part):
    """A category with its subcategories."""

    subcategories: list[Part]


@router.get("/categories")
async def categories(request: Request, _: Admin) -> list[CategoryParts]:
    """Categories in display order, those last that only sources have named."""
    parts = parts_of(request)
    found = await parts.database.read(lambda tx: shelves.categories(tx, parts.company.categories))
    return [
        CategoryParts(
            id=one.id,
            name=one.name,
            subcategories=[Part(id=part.id, name=part.name) for part in one.subcategories],
        )
        for one in found
    ]


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
