"""What speaks for and against a question being about an incident, and how much each sign weighs.

Two things must hold: the question tells of trouble, and what is in trouble is what the incident
breaks. Each is a sum of signs; the chance is the product of both. The weights are learned from
questions with answers by hand (`matching_weights.json`), the signs mean the same everywhere.
"""

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from retrieval.analysis import fold
from retrieval.incidents.matching_areas import Lean, lean, likeness, scores
from retrieval.incidents.matching_profile import Profile, Sides, apart
from retrieval.incidents.matching_said import Said, narrowest, rules, said, wider
from retrieval.incidents.matching_things import things
from retrieval.incidents.matching_words import is_han, words

LONGEST = 600
"""Characters of a question that are looked at: what it is about shows before that."""
WIDE = frozenset({"app", "site"})
"""What people call the whole product: "is the app down?" asks about everything."""
_WIDE_THINGS = WIDE | {"server", "maintenance"}
_TELLING = ("payment:", "language:")
"""Kinds of things that say alone what a question is about."""
_RARE = 6.0
"""The weight from which a word is as good as a name: a town, a product, an error's number."""
_STRONGEST = 4.0
"""Log odds of trouble beyond which the model's certainty says no more."""
CERTAIN = 2.2
"""Log odds from which a message surely tells of trouble that is there now."""
_GUESS = 1.5
"""Log odds of trouble by the lists of words alone, where nothing was learned."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is compared with incidents."""

    language: str
    said: Said
    words: Mapping[str, float]
    things: frozenset[str]
    trouble: float
    """Log odds that it tells of trouble."""
    named: frozenset[str]
    """Components that it names by the company's own words."""
    area: Lean
    """What parts of a service it likely speaks of."""

    @property
    def open(self) -> bool:
        """Whether it names nothing, or the whole product: "your app is acting up"."""
        heard = self.said
        plain = not heard.topics - WIDE and not heard.kinds.keys() - {"platform"}
        return plain and not self.things - _WIDE_THINGS

    @property
    def general(self) -> bool:
        """Whether it names nothing that the lists know."""
        return not self.said.topics and not self.said.kinds and not self.things - _WIDE_THINGS


def read(
    question: str, language: str, trouble: float | None = None, named: Collection[str] = ()
) -> Asked:
    """Read a question once for all incidents; `trouble` is the learned probability of it."""
    text = question[:LONGEST]
    heard = said(text)
    sure = _log_odds(trouble) if trouble is not None else _guessed(heard)
    return Asked(
        language,
        heard,
        words(text, language),
        things(fold(text)),
        sure,
        frozenset(named),
        lean(scores(text, language)),
    )


def chance(asked: Asked, known: Profile) -> float:
    """How likely it is (0-1) that the question is about the incident."""
    weights = _weights()
    return _sum(weights.tells, tells(asked)) * _sum(weights.about, about(asked, known))


def limit() -> float:
    """The chance from which a question is answered with an incident."""
    return _weights().limit


def tells(asked: Asked) -> dict[str, float]:
    """Signs of trouble that is there now; each from -1 to about 1."""
    ways = asked.said.ways
    found = {f"way_{way}": float(way in ways) for way in _WAYS}
    found["learned"] = asked.trouble / _STRONGEST
    found["learned_asking"] = found["learned"] * found["way_asking"]
    found["general"] = float(asked.general)
    found["general_status"] = float(asked.general and "status" in ways)
    found["short"] = float(asked.said.short)
    return {**found, **_language(asked)}


def about(asked: Asked, known: Profile) -> dict[str, float]:
    """Signs that what is in trouble is what the incident breaks; each from 0 to about 2."""
    said = _word_signs(asked.words, known.words)
    return {
        **said,
        **_area_signs(asked, known, alone=said["no_word"]),
        **_thing_signs(asked.things, known.things),
        **_list_signs(asked.said, known),
        **_component_signs(asked.named, frozenset(known.incident.components)),
        **_language(asked),
        "general": float(asked.general),
        "general_status": float(asked.general and "status" in asked.said.ways),
        "status": float("status" in asked.said.ways),
        "short": float(asked.said.short),
        "open": float(asked.open),
        "open_learned": float(asked.open) * max(0.0, asked.trouble) / _STRONGEST,
        "open_short": float(asked.open and asked.said.short),
    }


def shared(asked: Asked, known: Profile) -> tuple[list[str], list[str]]:
    """What both name: topics and kinds of the lists, then things and rare words."""
    topics = sorted(asked.said.topics & known.named)
    topics += [f"{kind}:{value}" for kind, value in _same(asked.said, known)]
    topics += sorted(asked.said.topics & known.told)
    named = known.things.title | known.things.told
    also = sorted((asked.things & named) - _WIDE_THINGS - set(topics))
    rare = [
        word
        for word, weight in asked.words.items()
        if weight >= _RARE and word in known.words.title and word.isalnum()
    ]
    return topics, [*also, *sorted(rare)]


def _word_signs(asked: Mapping[str, float], known: Sides) -> dict[str, float]:
    title = [weight for word, weight in asked.items() if word in known.title]
    told = [weight for word, weight in asked.items() if word in known.told]
    spared = [weight for word, weight in asked.items() if word in known.spared]
    ours, all_ = sum(title) + sum(told), sum(asked.values())
    names = [weight for weight in spared if weight >= _RARE]
    own = any(word in known.names for word in asked) or any(
        weight >= _RARE and is_han(word[0]) for word, weight in asked.items() if word in known.title
    )
    return {
        "title_rare": max(title, default=0.0) / 8,
        "title_share": sum(title) / (all_ + 1e-9),
        "told_rare": max(told, default=0.0) / 8,
        "told_sum": min(20.0, sum(told)) / 20,
        "told_share": sum(told) / (all_ + 1e-9),
        "spared_name": float(bool(names)),
        "spared_name_alone": float(bool(names) and not own),
        "spared_share": sum(spared) / (sum(spared) + ours) if spared else 0.0,
        "no_word": float(not title and not told),
        "much_said": min(40.0, all_) / 40,
    }


def _area_signs(asked: Asked, known: Profile, *, alone: float) -> dict[str, float]:
    told = likeness(asked.area, known.area)
    return {
        "area": likeness(asked.area, known.title_area),
        "area_told": told,
        "area_alone": told * alone,
        "area_learned": told * max(0.0, asked.trouble) / _STRONGEST,
    }


def _thing_signs(asked: frozenset[str], known: Sides) -> dict[str, float]:
    title, told, spared = asked & known.title, asked & known.told, asked & known.spared
    special = asked - _WIDE_THINGS
    other = special - known.title - known.told - known.spared
    named = title - _WIDE_THINGS
    return {
        "thing": min(2, len(named)) / 2,
        "thing_told": min(2, len(told - _WIDE_THINGS)) / 2,
        "thing_wide": float(bool(title & _WIDE_THINGS)),
        "thing_other": min(2, len(other)) / 2,
        "thing_only_other": float(bool(other) and not named and not told),
        "thing_covered": (len(title) + len(told) / 2) / (len(asked) + 0.5),
        "thing_spared": min(2, len(spared)) / 2,
        "thing_spared_alone": float(bool(spared) and not named),
        "thing_spared_wide": float(bool(spared & _WIDE_THINGS) and not named),
        "thing_none": float(not asked),
    }


def _list_signs(heard: Said, known: Profile) -> dict[str, float]:
    same = [f"{kind}:{value}" for kind, value in _same(heard, known)]
    exclusive = frozenset(rules()["exclusive"])
    ours, special = heard.topics & exclusive, heard.topics - WIDE
    other = sum(apart(values, known, kind) for kind, values in heard.kinds.items())
    return {
        "topic": min(2, len((heard.topics & known.named) - WIDE)) / 2,
        "topic_told": min(2, len((heard.topics & known.told) - WIDE)) / 2,
        "topic_other": min(3, len(heard.topics - known.named - known.told)) / 3,
        "topic_any": float(bool(heard.topics)),
        "apart": min(2, other) / 2,
        "same": min(2, len(same)) / 2,
        "no_kind": float(not heard.kinds),
        "topic_only_other": float(bool(special) and not special & (known.named | known.told)),
        "elsewhere": float(bool(ours - known.named - known.told)),
        "special": float(bool(known.named & exclusive and heard.topics and not ours)),
        "explained": float(not other and explains(heard, known, same)),
    }


def _component_signs(named: frozenset[str], hit: frozenset[str]) -> dict[str, float]:
    return {
        "component": float(bool(named & hit)),
        "component_other": float(bool(named) and not named & hit),
    }


def explains(heard: Said, known: Profile, same: Collection[str]) -> bool:
    """Whether by the lists what is hit is what the question is about, and not only near it."""
    alone = frozenset(rules()["exclusive"])
    ours = heard.topics & alone
    if ours - known.named - known.told or (known.named & alone and heard.topics and not ours):
        return False  # a refund is no payment, a forgotten password no broken sign-in
    telling = (*_TELLING, "channel:") if heard.ways & {"status", "arrival"} else _TELLING
    if any(one.startswith(telling) for one in same):
        return True
    named, special = heard.topics & known.named, heard.topics - WIDE
    if named - WIDE or (same and special & _around(known)):
        return True
    # Only the app or the site as such is named: unless something in it is meant.
    return not special and (bool(named) or _open(heard, same))


def about_everything(asked: Asked) -> bool:
    """Whether it asks how things stand and names nothing: "is anything down?"."""
    ways = asked.said.ways
    never = ways & {"asking", "before", "recent", "others", "thanks", "suppose"}
    return asked.open and "status" in ways and not never


def _open(heard: Said, same: Collection[str]) -> bool:
    """Whether it leaves open what is broken: "still not working", "is the app down?"."""
    if heard.topics or heard.kinds:
        return bool(same and not heard.topics) or (
            "status" in heard.ways and not heard.kinds.keys() - {"platform"}
        )
    return "status" in heard.ways or ("vague" in heard.ways and heard.short)


def _around(known: Profile) -> frozenset[str]:
    """The incident's topics with those that people name in their place."""
    near = [set(group) for group in rules()["near"] if known.named & set(group)]
    return (known.named | known.told | frozenset().union(*near)) - WIDE


def _same(heard: Said, known: Profile) -> list[tuple[str, str]]:
    return [
        (kind, value)
        for kind, values in heard.kinds.items()
        for value in narrowest(values) & wider(known.hit.get(kind, frozenset()))
    ]


def _language(asked: Asked) -> dict[str, float]:
    return {"zh": float(asked.language.startswith("zh")), "ms": float(asked.language == "ms")}


def _guessed(heard: Said) -> float:
    return _GUESS if heard.ways & {"trouble", "status"} else -_GUESS


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return max(-_STRONGEST, min(_STRONGEST, math.log(inside / (1 - inside))))


_WAYS = (
    "status", "trouble", "asking", "before", "recent", "suppose", "arrival", "vague", "others",
    "always",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the signs, with the bias under the empty name, and the limit."""

    tells: Mapping[str, float]
    about: Mapping[str, float]
    limit: float


def _sum(weights: Mapping[str, float], signs: Mapping[str, float]) -> float:
    total = weights[""] + sum(weights.get(name, 0.0) * value for name, value in signs.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def _weights() -> Weights:
    stored = json.loads(Path(__file__).with_name("matching_weights.json").read_text("utf-8"))
    return Weights(stored["tells"], stored["about"], stored["limit"])
