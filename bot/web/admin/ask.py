"""A question to try the bot with: nothing is stored, and nobody is called."""

from time import perf_counter
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from bot.conversation import text
from bot.observing import Asked
from bot.reply_wire import wire
from bot.web.auth import Admin, parts_of
from bot.web.wire import Locale
from handoff.signals import Turn

router = APIRouter(prefix="/ask")


@router.get("")
async def ask(
    request: Request,
    _: Admin,
    q: Annotated[str, Query(max_length=text.MAX_MESSAGE)],
    locale: Locale | None = None,
) -> dict[str, Any]:
    """What the bot would say to it, on the same path as a chat: as `handrail ask --json`."""
    said = text.message(q)
    started = perf_counter()
    reply = await parts_of(request).responder.respond(Asked(said, (Turn(said),), hint=locale))
    return wire(reply, (perf_counter() - started) * 1000)
