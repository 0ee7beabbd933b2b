"""What is learned of "something does not work": texts by hand, in four languages."""

from __future__ import annotations

import json
from pathlib import Path

from handoff.errors import BadData
from handoff.training import areas
from handoff.training.examples import Example, Part
from handoff.training.fitting import Task
from handoff.training.own import own

TEXTS = Path(__file__).with_name("texts")
_MOST = 200_000
"""Weights kept: with fewer the Chinese and the Malay messages are told apart less well."""


def trouble() -> Task:
    """Tells, or asks, that something does not work as it should: for the writer, now."""
    # One part: apart, what is asked for in `own` would count for less than how it is asked.
    texts = (*messages(TEXTS), *own("trouble", "tells", "does_not"), *areas.examples())
    part = Part("texts", texts)
    return Task("trouble", (part,), lambda _text: {}, loose=3.0, wide=True, most=_MOST)


def messages(folder: Path) -> tuple[Example, ...]:
    """The messages of `messages.<language>.jsonl`, in the order of the files' names.

    Left out is what is urgent and no trouble: a burst pipe is none of the service, and of a
    stolen card nobody can say whether it is. Raises BadData.
    """
    found: list[Example] = []
    for path in sorted(folder.glob("messages.*.jsonl")):
        language = path.name.split(".")[1].split("-")[0]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
                text, told, urgent = str(row["text"]), bool(row["trouble"]), bool(row["urgent"])
            except (ValueError, KeyError, TypeError) as error:
                problem = "a message is an object with text, trouble and urgent"
                raise BadData(path, problem, number) from error
            if told or not urgent:
                found.append(Example(text, told, language, text))
    if not found:
        raise BadData(folder, "there are no messages.<language>.jsonl in it")
    return tuple(found)
