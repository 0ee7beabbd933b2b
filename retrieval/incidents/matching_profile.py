"""What an incident is about, in its own words: what it breaks, and what goes on working."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.analysis import fold
from retrieval.incidents.incident import Incident
from retrieval.incidents.matching_areas import Lean, Scores, scores, together
from retrieval.incidents.matching_said import (
    Said,
    clauses,
    instead,
    kinds,
    narrowest,
    parts,
    said,
    wider,
    works,
)
from retrieval.incidents.matching_things import things
from retrieval.incidents.matching_words import is_han, words

_NAME = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z0-9]+")
_TELLING = 5.0
"""The weight below which a capital only begins a sentence."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What texts name, by where it stands: in the title, in the updates besides, as spared."""

    title: frozenset[str]
    told: frozenset[str]
    spared: frozenset[str]
    instead: frozenset[str] = frozenset()
    """What the workaround names besides."""
    names: frozenset[str] = frozenset()
    """Of title and updates what is written with a capital: towns, companies, products."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What an incident breaks, as its own texts say it, and what they say goes on working."""

    incident: Incident
    named: frozenset[str]
    """Topics of the title."""
    told: frozenset[str]
    """Topics of the updates besides."""
    hit: Mapping[str, frozenset[str]]
    also: Mapping[str, frozenset[str]]
    """What the updates say is hit, also where the title names something wider or other."""
    spared: Mapping[str, frozenset[str]]
    words: Sides
    things: Sides
    title_area: Lean
    """What parts of a service its title speaks of."""
    area: Lean
    """The same of title and updates, less what they say goes on working."""


def profile(incident: Incident) -> Profile:
    """Read an incident once; what its title leaves open the first update may say."""
    title = [said(text) for text in incident.title.values()]
    told: list[Said] = []
    free: list[Said] = [said(text) for text in incident.workaround.values()]
    for part in clauses(update.text for update in incident.updates):
        (free if _free(part) else told).append(said(part))
    named = _mostly([one.topics for one in title])
    hit = kinds(title)
    also = kinds(told)
    hit = {**also, **hit}
    spared = {
        kind: values - wider(hit.get(kind, frozenset())) for kind, values in kinds(free).items()
    }
    besides = frozenset().union(*(one.topics for one in told)) - named
    titles = [scores(text, language) for language, text in incident.title.items()]
    return Profile(
        incident,
        named,
        besides,
        hit,
        also,
        spared,
        _words(incident),
        _things(incident),
        together(titles, []),
        together(titles, _told_areas(incident)),
    )


def apart(values: frozenset[str], known: Profile, kind: str) -> bool:
    """Whether a question that names these and the incident name different ones of a kind."""
    hit, spared = known.hit.get(kind, frozenset()), known.spared.get(kind, frozenset())
    values = narrowest(values)
    if hit and values & (wider(hit) | known.also.get(kind, frozenset())):
        return False
    return bool(hit) or bool(values & spared)


def _words(incident: Incident) -> Sides:
    title, told, spared, other = (set[str]() for _ in range(4))
    for language, text in incident.title.items():
        title.update(words(text, language))
    for update in incident.updates:
        for language, text in update.text.items():
            for part in parts(text):
                (spared if _free(part) else told).update(words(part, language))
    for language, text in incident.workaround.items():
        other.update(words(text, language))
    hit = title | told
    return Sides(
        frozenset(title),
        frozenset(told - title),
        frozenset(word for word in spared - hit if not _within(word, hit)),
        frozenset(other - hit - spared),
        frozenset(_names(incident) & hit),
    )


def _names(incident: Incident) -> set[str]:
    texts = [*incident.title.items()]
    texts += [pair for update in incident.updates for pair in update.text.items()]
    return {
        word
        for language, text in texts
        for found in _NAME.findall(text)
        for word, weight in words(found, language).items()
        if weight >= _TELLING
    }


def _free(part: str) -> bool:
    """Whether a part of an update speaks of what is not broken."""
    return works(part) or instead(part)


def _within(pair: str, hit: set[str]) -> bool:
    """Whether a pair of Chinese letters only joins words that are broken: no word of its own."""
    if not is_han(pair[0]):
        return False
    letters = {letter for word in hit if is_han(word[0]) for letter in word}
    return set(pair) <= letters


def _things(incident: Incident) -> Sides:
    title = [things(fold(text)) for text in incident.title.values()]
    named, told, spared = _mostly(title), set[str]().union(*title), set[str]()
    for update in incident.updates:
        for text in update.text.values():
            for part in parts(text):
                (spared if _free(part) else told).update(things(fold(part)))
    return Sides(named, frozenset(told - named), frozenset(spared - named))


def _told_areas(incident: Incident) -> list[Scores]:
    return [
        scores(" ".join(part for part in parts(text) if not _free(part)), language)
        for update in incident.updates
        for language, text in update.text.items()
    ]


def _mostly(texts: Sequence[frozenset[str]]) -> frozenset[str]:
    """What at least half of the languages have: one alone may have it by a turn of phrase."""
    counts = Counter(one for each in texts for one in each)
    return frozenset(one for one, count in counts.items() if 2 * count >= len(texts))
