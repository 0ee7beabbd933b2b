"""What becomes of ordinary questions: `python -m tests.handoff.ordinary HOME`.

Puts the sample's questions to the bot, each in a conversation of its own, and prints for each
language the share that is answered, asked back, not known, and handed to a person. Nobody should
be called for an ordinary question, whether or not the help centre has an answer to it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.app import make_parts
from bot.observing import Asked
from bot.opened import opened
from bot.parts import Parts
from bot.settings import load
from bot.setup import data_folder
from handoff.observed import Turn

Outcomes = dict[str, Counter[str]]
"""By language, how often each decision was taken; a handoff as `handoff: reason`."""


def questions() -> list[dict[str, Any]]:
    """The sample's questions."""
    path = data_folder() / "questions.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def outcomes(parts: Parts, asked: Iterable[Mapping[str, Any]]) -> Outcomes:
    """What the bot decides about each question when it is the first of a conversation."""
    found: Outcomes = {}
    for one in asked:
        text = one["text"]
        reply = await parts.responder.respond(Asked(text, (Turn(text),), hint=one["locale"]))
        decision: str = reply.decision
        if reply.escalation is not None:
            urgent = ", urgent" if reply.escalation.urgent else ""
            decision = f"handoff: {reply.escalation.reason}{urgent}"
            print(f"{one['locale']}: {text!r}: {decision} {reply.escalation.evidence}")
        found.setdefault(one["locale"], Counter())[decision] += 1
    return found


async def _run(home: Path) -> None:
    settings = load(home)
    with opened(settings) as database:
        parts = make_parts(settings, database)
        parts.index.refresh()
        parts.board.refresh()
        found = await outcomes(parts, questions())
        await parts.responder.answerer.close()
        parts.index.close()
    for locale, counted in found.items():
        total = counted.total()
        shares = ", ".join(f"{name} {n / total:.3f}" for name, n in counted.most_common())
        print(f"{locale} ({total}): {shares}")


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1])))
