"""The index: what is live, how a build goes, back to an earlier one."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field

from bot.indexing import Indexing
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Body, Instant
from bot.web.trail import Noting
from retrieval import generations
from retrieval.generations import Generation

router = APIRouter(prefix="/index")

LOOK = 0.02
"""Seconds between two looks whether a build that was started has a name yet."""
LOOKS = 250


class GenerationLine(Answer):
    """One build of the index."""

    id: str
    state: Literal["building", "live", "retired", "removed", "failed", "cancelled"]
    created_at: Instant
    passages: int
    articles: int
    embedded: int
    reused: int
    model: str
    seconds: float
    error: str | None
    base: str | None
    """The generation that this one adds its changes to; null when it is whole."""


class BuildProgress(Answer):
    """How far the running build is."""

    generation: str
    stage: str
    done: int
    total: int
    rate: float
    seconds_left: float | None
    document: str
    failures: list[str]
    embedded: int
    reused: int
    """Texts whose vectors were there already: from the live index, or a build that was stopped."""


class IndexState(Answer):
    """Everything the index page shows; `pending` counts articles changed since the live build."""

    live: str | None
    generations: list[GenerationLine]
    build: BuildProgress | None
    pending: int


class Started(Answer):
    """The generation being built; null when its builder has not begun yet."""

    generation: str | None


class Wanted(Body):
    """How to build; `whole` makes all of it anew, though few articles changed."""

    whole: bool = False


class Back(Body):
    """Where to roll back to; null is the one before the live one."""

    generation: Annotated[str, Field(min_length=1, max_length=64)] | None = None


@router.get("")
async def state(request: Request, _: Admin) -> IndexState:
    """The index as it is now; asked every half second while something is built."""
    parts = parts_of(request)
    generations = await asyncio.to_thread(parts.index.generations)
    pending = await asyncio.to_thread(parts.index.pending)
    building = parts.indexing.wire()
    return IndexState(
        live=next((one.id for one in generations if one.state == "live"), None),
        generations=[_line(one) for one in generations],
        build=BuildProgress.model_validate(building) if building is not None else None,
        pending=pending,
    )


@router.post("/build")
async def build(request: Request, note: Noting, wanted: Wanted | None = None) -> Started:
    """Begin a build beside the live index; raises AlreadyBuilding, and what stops it at once."""
    parts, whole = parts_of(request), wanted is not None and wanted.whole
    parts.indexing.start(whole=whole, by=note.by)
    await parts.database.write(lambda tx: note(tx, "index.begun", after={"whole": whole}))
    return Started(generation=await _first_sight(parts.indexing))


@router.post("/cancel", status_code=204)
async def cancel(request: Request, note: Noting) -> None:
    """Stop the running build; nothing happens when there is none."""
    parts = parts_of(request)
    parts.indexing.cancel()
    await parts.database.write(lambda tx: note(tx, "index.cancelled"))


@router.post("/rollback")
async def rollback(request: Request, note: Noting, back: Back) -> Started:
    """Answer from an earlier index at once; raises NothingToRollBack."""
    parts = parts_of(request)
    old = await parts.database.read(generations.live)
    live = await asyncio.to_thread(parts.index.rollback, back.generation)
    before = {"live": old.id if old is not None else None}
    told = {"live": live.id}
    await parts.database.write(
        lambda tx: note(tx, "index.rolled_back", live.id, before=before, after=told)
    )
    await asyncio.to_thread(parts.index.refresh)
    return Started(generation=live.id)


def _line(generation: Generation) -> GenerationLine:
    return GenerationLine.model_validate(generation, from_attributes=True)


async def _first_sight(indexing: Indexing) -> str | None:
    """The name of the build that was just started, as soon as it has one."""
    for _ in range(LOOKS):
        if not indexing.building:
            return (await indexing.wait()).id
        if indexing.progress is not None:
            return indexing.progress.generation
        await asyncio.sleep(LOOK)
    return None
