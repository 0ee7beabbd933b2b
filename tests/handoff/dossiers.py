"""How much of what customers already said reaches the agent: `python -m tests.handoff.dossiers`.

Every written conversation of `dialogues/` goes into a real log, and the dossier is what the
console would get. A fact is present when its kind and value are in the do-not-ask-again list, and
wrong when the list has it and nobody marked it.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine

from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import NewEvent
from bot.conversation.tables import metadata
from bot.web.dossier import dossier

LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ms")
HALVES = ("dev", "held_out")
_FOLDER = Path(__file__).with_name("dialogues")


@dataclass
class Shares:
    """Counts over some conversations, and every single thing that is not as marked."""

    marked: int = 0
    shown: int = 0
    present: int = 0
    problems: int = 0
    conversations: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def share_present(self) -> float:
        """Of the marked facts, how many the agent sees."""
        return self.present / self.marked

    @property
    def share_wrong(self) -> float:
        """Of what the agent sees, how much nobody marked."""
        return len(self.wrong) / self.shown if self.shown else 0.0

    @property
    def share_of_problems(self) -> float:
        """Of the conversations, how many summaries quote the marked sentence."""
        return self.problems / self.conversations


def dialogues(language: str) -> Iterator[dict[str, Any]]:
    """The written conversations of one language."""
    for line in (_FOLDER / f"{language}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def as_the_agent_sees(dialogue: dict[str, Any], *, locale: str = "en") -> dict[str, Any]:
    """The dossier of one conversation that took place at noon of its day."""
    now = datetime.combine(datetime.fromisoformat(dialogue["today"]), time(12), UTC)
    engine = create_engine("sqlite://")
    try:
        metadata.create_all(engine)
        with engine.begin() as tx:
            return dossier(tx, _written(tx, dialogue, now), locale)
    finally:
        engine.dispose()


def _written(tx: Connection, dialogue: dict[str, Any], now: datetime) -> str:
    state = log.start(
        tx, visitor_id="v" * 12, channel="web", locale=dialogue["language"], page=None, now=now
    )
    tried = iter(dialogue["tried"])
    for turn in dialogue["turns"]:
        data = {"text": turn["text"], "language": dialogue["language"]}
        if turn["role"] == "customer":
            state = log.append(tx, state, [NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, data)], now=now)
            continue
        title = next(tried, None)
        staff = (
            {"confidence": 0.9, "passages": [{"title": title, "text": title}]} if title else None
        )
        data["decision"] = "answer"
        state = log.append(tx, state, [NewEvent(e.BOT_ANSWERED, e.BOT, data, staff)], now=now)
    return state.id


def measure(language: str, half: str) -> Shares:
    """The figures of one language and half."""
    found = Shares()
    for dialogue in dialogues(language):
        if dialogue["half"] != half:
            continue
        frame = as_the_agent_sees(dialogue)
        shown = {(one["kind"], one["value"]): one["said"] for one in frame["do_not_ask"]}
        marked = {(one["kind"], one["value"]): one["as_written"] for one in dialogue["facts"]}
        found.conversations += 1
        found.problems += dialogue["problem"] in frame["summary"].splitlines()[0]
        found.marked += len(marked)
        found.shown += len(shown)
        found.present += len(marked.keys() & shown.keys())
        name = dialogue["id"]
        found.missed += [f"{name}: {key} {marked[key]!r}" for key in marked.keys() - shown.keys()]
        found.wrong += [f"{name}: {key} {shown[key]!r}" for key in shown.keys() - marked.keys()]
    return found


def main() -> None:
    """Print a table; with `--list` also each miss and each wrong fact of the dev half."""
    listed = []
    print(f"{'language':10}{'half':10}{'facts':>7}{'present':>9}{'wrong':>7}{'problem':>9}")
    for half in HALVES:
        for language in LANGUAGES:
            one = measure(language, half)
            print(
                f"{language:10}{half:10}{one.marked:7}{one.share_present:9.3f}"
                f"{one.share_wrong:7.3f}{one.share_of_problems:9.3f}"
            )
            if half == "dev":
                listed += [
                    *(f"missed {it}" for it in one.missed),
                    *(f"wrong {it}" for it in one.wrong),
                ]
    if "--list" in sys.argv:
        print("\n".join(listed))


if __name__ == "__main__":
    main()
