"""Which part of a service a text is likely about: also one that only tells what is seen of it.

"The other side is still empty-handed" has no word in common with "transfers are delayed". A table
tells of thousands of words, in four languages, with which parts of services people use them.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from retrieval.incidents.matching_words import RAREST, words

Scores = Mapping[str, float]
"""Area → how much speaks for it; what is missing has 0."""
_PACKAGED = Path(__file__).with_name("matching_areas.json")
_LEAST = 0.3
"""What a word of every message still counts."""
_KNOWN = 1.0
"""Uses of a word that are taken to be elsewhere: what was heard once proves little."""
_WEAKEST = 0.05
_TITLE, _TOLD = 2.0, 1.5
"""How much the title and the updates count: both say much the same in several languages."""
_FLOOR = 0.02
_LOWEST, _HIGHEST = -3.0, 4.0


@dataclass(frozen=True, slots=True)
class Area:
    """A part of services, as the table is learned: how a text of it is written."""

    name: str
    text: str
    language: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Lean:
    """What a text speaks of, by area: how many times likelier than by chance, less one."""

    gains: Mapping[str, float]
    whole: float
    """The sum of the gains."""


@lru_cache(maxsize=4096)
def scores(text: str, language: str) -> Scores:
    """What speaks for each area in a text; remembered."""
    known = _table()
    found: dict[str, float] = defaultdict(float)
    for word, weight in words(text, language).items():
        for area, telling in known.get(word, {}).items():
            found[area] += _counts(weight) * telling
    return dict(found)


def lean(found: Scores) -> Lean:
    """The scores of a text as they are compared."""
    gains = {area: math.expm1(score) for area, score in found.items()}
    return Lean(gains, sum(gains.values()))


def together(title: Sequence[Scores], told: Sequence[Scores]) -> Lean:
    """The areas of an incident, by its title and its updates in every language."""
    found: dict[str, float] = defaultdict(float)
    for texts, share in ((title, _TITLE), (told, _TOLD)):
        for one in texts:
            for area, score in one.items():
                found[area] += share * score / len(texts)
    return lean(found)


def likeness(asked: Lean, known: Lean) -> float:
    """How much likelier than by chance both are about the same area: from -3/4 over 0 to 1."""
    count, theirs = _read()[0], known.gains
    shared = sum(gain * theirs[area] for area, gain in asked.gains.items() if area in theirs)
    both = count + asked.whole + known.whole + shared
    odds = math.log(both * count / ((count + asked.whole) * (count + known.whole)) + _FLOOR)
    return max(_LOWEST, min(_HIGHEST, odds)) / _HIGHEST


def table(examples: Iterable[Area]) -> dict[str, Any]:
    """The table that is packaged: for each word the areas in which it is at home."""
    uses: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    areas = set()
    for one in examples:
        areas.add(one.name)
        for word, weight in words(one.text, one.language).items():
            uses[word][one.name] += one.weight * _counts(weight)
    found = {}
    for word, each in sorted(uses.items()):
        whole = sum(each.values()) + _KNOWN
        telling = {area: round(math.log(whole / (whole - n)), 2) for area, n in each.items()}
        kept = {area: value for area, value in sorted(telling.items()) if value >= _WEAKEST}
        if kept:
            found[word] = kept
    return {"areas": len(areas), "words": found}


def _counts(weight: float) -> float:
    return max(_LEAST, weight) / RAREST


@cache
def _read() -> tuple[int, dict[str, dict[str, float]]]:
    read = json.loads(_PACKAGED.read_text("utf-8"))
    return read["areas"], read["words"]


def _table() -> dict[str, dict[str, float]]:
    return _read()[1]
