"""The index: what is live, how a build goes, to another one and back."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy.engine import Connection as Tx

from bot.indexing import Indexing
from bot.parts import Parts
from bot.storage import choices
from bot.storage.choices import Choice
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Body, Instant
from bot.web.trail import Noting, Trail
from retrieval import generations
from retrieval.errors import NothingToResume
from retrieval.generations import Generation

router = APIRouter(prefix="/index")

LOOK = 0.02
"""Seconds between two looks whether a build that was started has a name yet."""
LOOKS = 250
_ASKED = "index_build"
"""Under this name the last build is remembered as it was asked for."""


class GenerationLine(Answer):
    """One build of the index."""

    id: str
    state: Literal["building", "ready", "live", "retired", "removed", "failed", "cancelled"]
    """A `ready` one is finished and checked, and waits for somebody to switch to it."""
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


class StoppedBuild(Answer):
    """A build that did not come to its end: what it has embedded already is not done again."""

    generation: str
    state: Literal["building", "failed", "cancelled"]
    """`building`: its program was killed."""
    kept: int
    """Texts with a vector; 0 also where a killed build could not count them."""
    whole: bool


class IndexState(Answer):
    """Everything the index page shows; `pending` counts articles changed since the live build."""

    live: str | None
    generations: list[GenerationLine]
    build: BuildProgress | None
    pending: int
    stopped: StoppedBuild | None
    """The last build, when it was cancelled, failed or killed."""


class Started(Answer):
    """The generation being built; null when its builder has not begun yet."""

    generation: str | None


class Wanted(Body):
    """How to build; `whole` makes all of it anew, though few articles changed.

    `hold` leaves the switch to you: the new index is finished and checked, and the old one answers
    until you switch (`rollback` with its name).
    """

    whole: bool = False
    hold: bool = False


class Back(Body):
    """Where to switch to: a ready or an earlier one; null is the one before the live one."""

    generation: Annotated[str, Field(min_length=1, max_length=64)] | None = None


@router.get("")
async def state(request: Request, _: Admin) -> IndexState:
    """The index as it is now; asked every half second while something is built."""
    parts = parts_of(request)
    generations = await asyncio.to_thread(parts.index.generations)
    pending = await asyncio.to_thread(parts.index.pending)
    building = parts.indexing.wire()
    stopped = None
    if not parts.indexing.building and (last := await asyncio.to_thread(parts.index.stopped)):
        as_asked = await _as_asked(parts)
        stopped = StoppedBuild.model_validate(
            {
                "generation": last.id,
                "state": last.state,
                "kept": last.embedded + last.reused,
                "whole": as_asked.whole,
            }
        )
    return IndexState(
        live=next((one.id for one in generations if one.state == "live"), None),
        generations=[_line(one) for one in generations],
        build=BuildProgress.model_validate(building) if building is not None else None,
        pending=pending,
        stopped=stopped,
    )


@router.post("/build")
async def build(request: Request, note: Noting, wanted: Wanted | None = None) -> Started:
    """Begin a build beside the live index; raises AlreadyBuilding, and what stops it at once."""
    return await _begin(parts_of(request), note, wanted or Wanted(), "index.begun")


@router.post("/resume")
async def resume(request: Request, note: Noting) -> Started:
    """Go on with the build that was stopped, as it was asked for; raises NothingToResume.

    Texts that it had embedded are not embedded again; everything else is done anew, with the
    articles as they are now.
    """
    parts = parts_of(request)
    if await asyncio.to_thread(parts.index.stopped) is None:
        raise NothingToResume
    return await _begin(parts, note, await _as_asked(parts), "index.resumed")


async def _begin(parts: Parts, note: Trail, wanted: Wanted, action: str) -> Started:
    parts.indexing.start(whole=wanted.whole, hold=wanted.hold, by=note.by)
    asked = wanted.model_dump()

    def work(tx: Tx) -> None:
        note(tx, action, after=asked)
        choices.put(tx, _ASKED, Choice(asked, note.by.name, parts.now()))

    await parts.database.write(work)
    return Started(generation=await _first_sight(parts.indexing))


async def _as_asked(parts: Parts) -> Wanted:
    """How the last build was to be made; the plain way where it was not begun here."""
    choice = await parts.database.read(lambda tx: choices.get(tx, _ASKED))
    return Wanted() if choice is None else Wanted.model_validate(choice.value)


@router.post("/cancel", status_code=204)
async def cancel(request: Request, note: Noting) -> None:
    """Stop the running build; nothing happens when there is none."""
    parts = parts_of(request)
    parts.indexing.cancel()
    await parts.database.write(lambda tx: note(tx, "index.cancelled"))


@router.post("/rollback")
async def rollback(request: Request, note: Noting, back: Back) -> Started:
    """Answer from a ready or an earlier index at once; raises NothingToRollBack."""
    parts = parts_of(request)
    old = await parts.database.read(generations.live)
    known = await parts.database.read(generations.listing)
    ready = any(one.id == back.generation and one.state == "ready" for one in known)
    action = "index.switched" if ready else "index.rolled_back"
    live = await asyncio.to_thread(parts.index.rollback, back.generation)
    before = {"live": old.id if old is not None else None}
    told = {"live": live.id}
    await parts.database.write(lambda tx: note(tx, action, live.id, before=before, after=told))
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
