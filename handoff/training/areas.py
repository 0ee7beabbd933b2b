"""Texts by hand about the parts of services: what they are called, broken, and asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from handoff.errors import BadData
from handoff.training.examples import Example

_TEXTS = Path(__file__).with_name("texts")


@dataclass(frozen=True, slots=True)
class Said:
    """A text about a part of a service, or words that name it."""

    area: str
    text: str
    language: str
    broken: bool | None
    """Whether it tells of trouble; None: words alone."""


@cache
def said(folder: Path = _TEXTS) -> tuple[Said, ...]:
    """What `areas.<language>.yaml` hold, in the order of the files' names. Raises BadData."""
    found = [one for path in sorted(folder.glob("areas.*.yaml")) for one in _read(path)]
    if not found:
        raise BadData(folder, "there are no areas.<language>.yaml in it")
    return tuple(found)


def examples(folder: Path = _TEXTS) -> tuple[Example, ...]:
    """The whole texts among them, with whether they tell of trouble."""
    return tuple(
        Example(one.text, one.broken, one.language, one.text)
        for one in said(folder)
        if one.broken is not None
    )


def _read(path: Path) -> Iterator[Said]:
    language = path.name.split(".")[1]
    try:
        areas = dict(yaml.safe_load(path.read_text(encoding="utf-8")))
        for area, texts in areas.items():
            for key, broken in (("words", None), ("broken", True), ("asks", False)):
                yield from (Said(str(area), str(text), language, broken) for text in texts[key])
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise BadData(path, "an area has lists of words, broken and asks") from error
