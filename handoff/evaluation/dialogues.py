"""Labelled conversations, read from JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handoff.errors import BadData

ROLES = ("customer", "bot", "agent")
LABELS = ("handoff", "asks_for_person", "urgent", "dissatisfied")
"""What may be said of a customer's turn; `satisfaction` (1-5) says `dissatisfied` as well."""
_CONTENT = 3
"""A satisfaction below this is dissatisfied."""


@dataclass(frozen=True, slots=True)
class Said:
    """One turn; labels only where the file has them."""

    role: str
    text: str
    labels: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One conversation."""

    id: str
    language: str
    turns: tuple[Said, ...]


def read(path: Path, language: str | None = None, half: str | None = None) -> list[Dialogue]:
    """The conversations of a file, or those of one language or one `half`, in order.

    Labels stand in the turn's `label` or in the turn itself; a bare 0 or 1 as `label` means
    `handoff`. A conversation of a single message may be one object with `text`, its labels and
    the turns `before` it. Raises BadData, which names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(path, str(error)) from error
    found = [_dialogue(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    kept = [
        dialogue
        for dialogue, stored_half in found
        if (language is None or _within(dialogue.language, language))
        and (half is None or stored_half == half)
    ]
    if not kept:
        asked = " and ".join(
            f"{name} {value!r}" for name, value in (("language", language), ("half", half)) if value
        )
        raise BadData(path, f"there is no conversation{f' of {asked}' if asked else ''} in it")
    return kept


def _within(language: str, asked: str) -> bool:
    return language == asked or language.startswith(f"{asked}-")


def _dialogue(path: Path, number: int, line: str) -> tuple[Dialogue, str | None]:
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise BadData(path, f"not JSON: {error}", number) from error
    if not isinstance(raw, dict):
        raise BadData(path, "a conversation is an object with id, language and turns", number)
    turns = raw.get("turns")
    if turns is None and "text" in raw:
        # A message marked by itself.
        own = {name: raw[name] for name in (*LABELS, "satisfaction") if name in raw}
        turns = [*raw.get("before", ()), {"role": "customer", "text": raw["text"], "label": own}]
    if not isinstance(turns, list) or not turns:
        raise BadData(path, "`turns` must be a list of at least one turn", number)
    said = tuple(_said(path, number, at, turn) for at, turn in enumerate(turns, 1))
    name = str(raw.get("id", number))
    return Dialogue(name, str(raw.get("language", "")), said), raw.get("half")


def _said(path: Path, number: int, at: int, turn: Any) -> Said:
    if not isinstance(turn, dict) or not isinstance(turn.get("text"), str):
        raise BadData(path, f"turn {at} must be an object with role and text", number)
    role = turn.get("role")
    if role not in ROLES:
        raise BadData(path, f"turn {at}: role is one of {', '.join(ROLES)}, not {role!r}", number)
    given = turn.get("label", {})
    if given is None:
        given = {}
    if isinstance(given, bool | int | float):
        given = {"handoff": given}
    if not isinstance(given, dict):
        raise BadData(path, f"turn {at}: `label` is an object or 0 or 1, not {given!r}", number)
    own = {name: turn[name] for name in (*LABELS, "satisfaction") if name in turn}
    if role != "customer":
        return Said(role, turn["text"], {})
    try:
        return Said(role, turn["text"], dict(_labels({**own, **given})))
    except ValueError as error:
        raise BadData(path, f"turn {at}: {error}", number) from error


def _labels(given: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for name in LABELS:
        value = given.get(name)
        if value is None:
            continue
        if value not in (0, 1):
            raise ValueError(f"{name} is 0 or 1, not {value!r}")
        yield name, bool(value)
    satisfaction = given.get("satisfaction")
    if satisfaction is None or given.get("dissatisfied") is not None:
        return
    number = isinstance(satisfaction, int | float) and not isinstance(satisfaction, bool)
    if not number or not 1 <= satisfaction <= 5:
        raise ValueError(f"satisfaction is a number from 1 to 5, not {satisfaction!r}")
    yield "dissatisfied", satisfaction < _CONTENT
