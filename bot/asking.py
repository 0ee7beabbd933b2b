"""One question from the command line, on the same path as a chat."""

from time import perf_counter
from typing import Any

from rich.console import Console

from bot.app import make_parts
from bot.conversation import text as texts
from bot.observing import Asked
from bot.reply_wire import wire
from bot.settings import Settings
from bot.storage.engine import Database
from handoff.signals import Turn
from retrieval.errors import NoIndex


async def ask(
    settings: Settings, database: Database, text: str, locale: str | None
) -> dict[str, Any]:
    """What the bot would say, as one object; `ms` leaves out the start of the program."""
    said = texts.message(text)
    parts = make_parts(settings, database)
    parts.index.refresh()
    if not any(one.state == "live" for one in parts.index.generations()):
        raise NoIndex
    parts.board.refresh()
    started = perf_counter()
    reply = await parts.responder.respond(Asked(said, (Turn(said),), hint=locale))
    ms = (perf_counter() - started) * 1000
    await parts.responder.answerer.close()
    parts.index.close()
    return wire(reply, ms)


def show(found: dict[str, Any], console: Console) -> None:
    """Print it for a person."""
    from rich.markdown import Markdown  # it loads slowly, and --json does without

    console.print(Markdown(found["answer"]))
    for number, citation in enumerate(found["citations"], start=1):
        console.print(f"[{number}] {citation['title']}  {citation['url']}", markup=False)
    reason = f", {found['reason']}" if found["reason"] else ""
    console.print(
        f"{found['decision']}{reason} · {found['language']} · "
        f"confidence {found['confidence']:.2f} · {found['ms']:.0f} ms",
        style="dim",
    )
