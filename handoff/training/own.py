"""Training texts written for Handrail: templates with slots, filled in a fixed order."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from handoff.errors import BadData
from handoff.training.examples import Example

_TEXTS = Path(__file__).with_name("texts")
_SLOT = re.compile(r"\{(\w+)\}")
_FILLED = 14
"""Texts made of one template, at most; all of them are one group."""


@cache
def own(subject: str, positive: str, negative: str) -> tuple[Example, ...]:
    """The examples of `texts/<subject>.<language>.yaml`; the two names are keys of the file."""
    found: list[Example] = []
    for path in sorted(_TEXTS.glob(f"{subject}.*.yaml")):
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        language = path.name.split(".")[1]
        for key, label in ((positive, True), (negative, False)):
            for template in raw[key]:
                group = f"{path.name}:{template}"
                found += [
                    Example(text, label, language, group)
                    for text in _filled(template, raw.get("slots", {}))
                ]
    return tuple(found)


@cache
def messages(label: str) -> tuple[Example, ...]:
    """The examples of `texts/messages.<language>.jsonl`: one message a line, with its labels.

    Written by people who saw neither lists nor models, a third of them near-misses. Raises
    BadData.
    """
    found: list[Example] = []
    for path in sorted(_TEXTS.glob("messages.*.jsonl")):
        language = path.name.split(".")[1].split("-")[0]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
                found.append(Example(row["text"], bool(row[label]), language, row["text"]))
            except (ValueError, KeyError, TypeError) as error:
                raise BadData(
                    path, f"a message is an object with text and {label}", number
                ) from error
    return tuple(found)


def _filled(template: str, slots: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Up to twelve fillings; which ones depends on the template alone."""
    names = _SLOT.findall(template)
    if not names:
        yield template
        return
    seed = int.from_bytes(hashlib.sha256(template.encode()).digest()[:8], "big")
    chance = random.Random(seed)
    seen: set[str] = set()
    for _ in range(_FILLED):
        text = _SLOT.sub(lambda found: str(chance.choice(slots[found.group(1)])), template)
        if text not in seen:
            seen.add(text)
            yield text
