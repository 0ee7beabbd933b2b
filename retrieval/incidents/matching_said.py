"""What a text speaks of, and how it is said: the lists of `matching.yaml` over folded text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from retrieval.analysis import fold
from retrieval.incidents.incident import Texts

_CLAUSE = re.compile(r"(?<=[。！？!?;；\n])|(?<=\.)\s|[,，；;]\s*")
_PERIOD = re.compile(r"(?<=[。！？!?])|(?<=\.)\s")
_HAN = re.compile("[\u4e00-\u9fff]")
_SHORT, _SHORT_HAN = 40, 14
"""Characters of a short message, in Latin letters and in Chinese."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a text speaks of: topics, kinds of things (`payment` → `visa`), and how."""

    topics: frozenset[str]
    kinds: Mapping[str, frozenset[str]]
    ways: frozenset[str]
    short: bool = False
    """A few words, which have no room for anything else that is meant."""


@lru_cache(maxsize=4096)
def said(text: str) -> Said:
    """What the lists find in a text; remembered."""
    folded = fold(text)
    known = rules()
    kinds = {
        kind: frozenset(value for value, shapes in values.items() if _any(shapes, folded))
        for kind, values in known["kinds"].items()
    }
    return Said(
        frozenset(topic for topic, shapes in known["topics"].items() if _any(shapes, folded)),
        {kind: values for kind, values in kinds.items() if values},
        frozenset(way for way, shapes in known["ways"].items() if _any(shapes, folded)),
        short=len(folded) <= (_SHORT_HAN if _HAN.search(folded) else _SHORT),
    )


def works(text: str) -> bool:
    """Whether a sentence of an update says that something goes on working."""
    return _any(rules()["unaffected"], fold(text))


def instead(text: str) -> bool:
    """Whether a sentence of an update says what to use instead, and nothing of the trouble."""
    return _any(rules()["instead"], fold(text)) and not _troubled(text)


def sentences(text: str) -> list[str]:
    """The sentences of a text, not empty."""
    return [part.strip() for part in _PERIOD.split(text) if part and part.strip()]


def clauses(texts: Iterable[Texts]) -> Iterable[str]:
    """The parts of all texts between commas."""
    for each in texts:
        for text in each.values():
            yield from (part for part in _CLAUSE.split(text) if part and part.strip())


def parts(text: str) -> Iterable[str]:
    """The sentences; one that tells of trouble and of what works is cut at its commas."""
    for sentence in sentences(text):
        if (works(sentence) or _any(rules()["instead"], fold(sentence))) and _troubled(sentence):
            yield from (part for part in _CLAUSE.split(sentence) if part and part.strip())
        else:
            yield sentence


def _troubled(sentence: str) -> bool:
    """Whether it tells of trouble besides: "not affected" itself sounds like it."""
    folded = fold(sentence)
    for shape in rules()["unaffected"]:
        folded = shape.sub(" ", folded)
    return _any(rules()["ways"]["trouble"], folded)


def kinds(many: Iterable[Said]) -> dict[str, frozenset[str]]:
    """The kinds of things in several texts together, without general words."""
    found: dict[str, frozenset[str]] = {}
    for one in many:
        for kind, values in one.kinds.items():
            found[kind] = found.get(kind, frozenset()) | values
    return {kind: narrowest(values) for kind, values in found.items()}


def narrowest(values: frozenset[str]) -> frozenset[str]:
    """Without the general word where a special one says more: `card` beside `visa`."""
    parents: dict[str, list[str]] = rules()["parents"]
    return frozenset(v for v in values if not values & set(parents.get(v, ())))


def wider(values: frozenset[str]) -> frozenset[str]:
    """The values, what they are kinds of, and the kinds of them."""
    parents: dict[str, list[str]] = rules()["parents"]
    above = {parent for parent, children in parents.items() if values & set(children)}
    below = {child for value in values for child in parents.get(value, ())}
    return values | above | below


def _any(shapes: Iterable[re.Pattern[str]], text: str) -> bool:
    return any(shape.search(text) for shape in shapes)


@cache
def rules() -> dict[str, Any]:
    """The lists, with their regular expressions compiled."""
    read = yaml.load(Path(__file__).with_name("matching.yaml").read_text("utf-8"), yaml.CSafeLoader)
    plain = ("parents", "exclusive", "near")
    return {key: value if key in plain else _compiled(value) for key, value in read.items()}


def _compiled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _compiled(inner) for key, inner in value.items()}
    return [re.compile(shape) for shape in value]
