"""Which ongoing incidents a question is about, and why: by what it says, and how it says it."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from retrieval.analysis import fold
from retrieval.incidents.incident import Incident, Texts

_SENTENCE = re.compile(r"(?<=[。！？!?;；\n])|(?<=\.)\s|[,，；;]\s*")
_PERIOD = re.compile(r"(?<=[。！？!?])|(?<=\.)\s")
_LONGEST = 600
"""Characters of a question that are looked at: what it is about shows before that."""
_HAN = re.compile("[\u4e00-\u9fff]")
_SHORT, _SHORT_HAN = 40, 14
"""Characters of a short message, in Latin letters and in Chinese."""
_WIDE = frozenset({"app", "site"})
"""What people call the whole product: "is the app down?" asks about everything."""
_TELLING = ("payment:", "language:")
"""Kinds of things that say alone what a question is about."""
_WEIGHT = {"named": 3.0, "told": 1.0, "kind": 2.0, "component": 1.0}

Why = Literal["status", "trouble"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a text speaks of: topics, kinds of things (`payment` → `visa`), and how."""

    topics: frozenset[str]
    kinds: Mapping[str, frozenset[str]]
    ways: frozenset[str]
    short: bool = False
    """A few words, which have no room for anything else that is meant."""


@dataclass(frozen=True, slots=True)
class Touched:
    """An incident that a question is about."""

    incident: Incident
    score: float
    """For the order alone: the more of the question the incident explains, the higher."""
    why: Why
    evidence: tuple[str, ...]
    """What both speak of: `pay`, `payment:visa`; for people who look into it."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What an incident breaks, as its own texts say it, and what they say goes on working."""

    incident: Incident
    named: frozenset[str]
    """Topics of the title."""
    told: frozenset[str]
    """Topics of the updates besides."""
    hit: Mapping[str, frozenset[str]]
    spared: Mapping[str, frozenset[str]]


def profile(incident: Incident) -> Profile:
    """Read an incident once; what its title leaves open the first update may say."""
    title = [_said(text) for text in incident.title.values()]
    told: list[Said] = []
    spared: list[Said] = [_said(text) for text in incident.workaround.values()]
    for part in _sentences(update.text for update in incident.updates):
        works = _any(_rules()["unaffected"], fold(part)) or _any(_rules()["instead"], fold(part))
        (spared if works else told).append(_said(part))
    named = _mostly(title)
    hit = _kinds(title)
    for kind, values in _kinds(told).items():
        hit.setdefault(kind, values)
    free = {
        kind: values - _wider(hit.get(kind, frozenset())) for kind, values in _kinds(spared).items()
    }
    also = frozenset().union(*(one.topics for one in told)) - named
    return Profile(incident, named, also, hit, free)


def _mostly(title: Sequence[Said]) -> frozenset[str]:
    """Topics of at least half of the languages: one alone may have them by a turn of phrase."""
    topics = frozenset().union(*(one.topics for one in title))
    return frozenset(t for t in topics if 2 * sum(t in one.topics for one in title) >= len(title))


def touched(
    question: str, profiles: Sequence[Profile], components: Collection[str] = ()
) -> list[Touched]:
    """Return the incidents a question is about, the most fitting first; empty for any other.

    `components` are those that the question names by the company's own words for them. They
    count only where nothing else says what the question is about.
    """
    said = _said(question[:_LONGEST])
    why = _why(said)
    if why is None:
        return []
    found = [one for each in profiles if (one := _fit(said, each, why, components)) is not None]
    return sorted(found, key=lambda one: -one.score)


def asks_status(question: str) -> bool:
    """Whether somebody asks how things stand: "is anything down?"."""
    return "status" in _said(question[:_LONGEST]).ways


def spared(incident: Incident, locale: str) -> str:
    """The sentences of its updates that say what goes on working, in one language; may be empty.

    The latest update that has any counts: what it says holds now.
    """
    for update in reversed(incident.updates):
        parts = _PERIOD.split(update.text.get(locale, ""))
        said = [part.strip() for part in parts if _any(_rules()["unaffected"], fold(part))]
        if said:
            return " ".join(said)
    return ""


def _why(said: Said) -> Why | None:
    """Whether the question tells of trouble or asks how things stand; else it is any question."""
    ways = said.ways
    if "thanks" in ways or ("suppose" in ways and "asking" in ways):
        return None
    if "before" in ways:
        return None
    if "trouble" in ways:
        return "trouble"
    if "recent" in ways:
        return None
    return "status" if "status" in ways else None


def _fit(said: Said, known: Profile, why: Why, components: Collection[str]) -> Touched | None:
    kinds = {kind: _narrowest(values) for kind, values in said.kinds.items()}
    if any(_apart(values, known, kind) for kind, values in kinds.items()):
        return None
    same = [
        f"{kind}:{value}"
        for kind, values in kinds.items()
        for value in values & _wider(known.hit.get(kind, frozenset()))
    ]
    named, told = said.topics & known.named, said.topics & known.told
    ours = set(components) & set(known.incident.components)
    if not _explains(said, known, same):
        return None
    score = _WEIGHT["named"] * len(named) + _WEIGHT["kind"] * len(same)
    score += _WEIGHT["told"] * len(told) + _WEIGHT["component"] * len(ours)
    evidence = (*sorted(named), *sorted(same), *sorted(told), *sorted(ours))
    return Touched(known.incident, score, why, evidence or ("general",))


def _explains(said: Said, known: Profile, same: Sequence[str]) -> bool:
    """Whether what is hit is what the question is about, and not only near it."""
    alone = frozenset(_rules()["exclusive"])
    ours = said.topics & alone
    if ours - known.named - known.told or (known.named & alone and said.topics and not ours):
        return False  # a refund is no payment, a forgotten password no broken sign-in
    telling = (*_TELLING, "channel:") if said.ways & {"status", "arrival"} else _TELLING
    if any(one.startswith(telling) for one in same):
        return True
    named, special = said.topics & known.named, said.topics - _WIDE
    if named - _WIDE or (same and special & _around(known)):
        return True
    # Only the app or the site as such is named: unless something in it is meant.
    return not special and (bool(named) or _open(said, same))


def _open(said: Said, same: Sequence[str]) -> bool:
    """Whether it leaves open what is broken: "still not working", "is the app down?"."""
    if said.topics or said.kinds:
        return bool(same and not said.topics) or (
            "status" in said.ways and not said.kinds.keys() - {"platform"}
        )
    return "status" in said.ways or ("vague" in said.ways and said.short)


def _around(known: Profile) -> frozenset[str]:
    """The incident's topics with those that people name in their place."""
    near = [set(group) for group in _rules()["near"] if known.named & set(group)]
    return (known.named | known.told | frozenset().union(*near)) - _WIDE


def _apart(values: frozenset[str], known: Profile, kind: str) -> bool:
    """Whether question and incident name different ones of a kind."""
    hit, spared = known.hit.get(kind, frozenset()), known.spared.get(kind, frozenset())
    if hit and values & _wider(hit):
        return False
    return bool(hit) or bool(values & spared)


def _wider(values: frozenset[str]) -> frozenset[str]:
    """The values, what they are kinds of, and the kinds of them."""
    parents: dict[str, list[str]] = _rules()["parents"]
    above = {parent for parent, children in parents.items() if values & set(children)}
    below = {child for value in values for child in parents.get(value, ())}
    return values | above | below


def _kinds(many: Iterable[Said]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for said in many:
        for kind, values in said.kinds.items():
            found[kind] = found.get(kind, frozenset()) | values
    return {kind: _narrowest(values) for kind, values in found.items()}


def _narrowest(values: frozenset[str]) -> frozenset[str]:
    """Without the general word where a special one says more: `card` beside `visa`."""
    parents: dict[str, list[str]] = _rules()["parents"]
    return frozenset(v for v in values if not values & set(parents.get(v, ())))


def _sentences(texts: Iterable[Texts]) -> Iterable[str]:
    for each in texts:
        for text in each.values():
            yield from (part for part in _SENTENCE.split(text) if part and part.strip())


@lru_cache(maxsize=4096)
def _said(text: str) -> Said:
    folded = fold(text)
    rules = _rules()
    kinds = {
        kind: frozenset(value for value, shapes in values.items() if _any(shapes, folded))
        for kind, values in rules["kinds"].items()
    }
    return Said(
        frozenset(topic for topic, shapes in rules["topics"].items() if _any(shapes, folded)),
        {kind: values for kind, values in kinds.items() if values},
        frozenset(way for way, shapes in rules["ways"].items() if _any(shapes, folded)),
        short=len(folded) <= (_SHORT_HAN if _HAN.search(folded) else _SHORT),
    )


def _any(shapes: Iterable[re.Pattern[str]], text: str) -> bool:
    return any(shape.search(text) for shape in shapes)


@cache
def _rules() -> dict[str, Any]:
    read = yaml.load(Path(__file__).with_name("matching.yaml").read_text("utf-8"), yaml.CSafeLoader)
    plain = ("parents", "exclusive", "near")
    return {key: value if key in plain else _compiled(value) for key, value in read.items()}


def _compiled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _compiled(inner) for key, inner in value.items()}
    return [re.compile(shape) for shape in value]
