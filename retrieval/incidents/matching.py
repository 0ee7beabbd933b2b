"""Which ongoing incidents a question is about, and why: by what it says, and how it says it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.incidents import matching_signs as signs
from retrieval.incidents.incident import Incident
from retrieval.incidents.matching_profile import Profile
from retrieval.incidents.matching_said import said, sentences, works

Why = Literal["status", "trouble"]


@dataclass(frozen=True, slots=True)
class Touched:
    """An incident that a question is about."""

    incident: Incident
    score: float
    """How likely the question is about it, from 0 to 1."""
    why: Why
    evidence: tuple[str, ...]
    """What both speak of: `pay`, `payment:visa`; for people who look into it."""


def touched(
    question: str,
    language: str,
    profiles: Sequence[Profile],
    *,
    components: Collection[str] = (),
    trouble: float | None = None,
) -> list[Touched]:
    """Return the incidents a question is about, the most fitting first; empty for any other.

    `components` are those that the question names by the company's own words for them.
    `trouble` is the learned probability that it tells of trouble; None: by the lists alone.
    """
    asked = signs.read(question, language, trouble, components)
    ways = asked.said.ways
    if "thanks" in ways or ("suppose" in ways and "asking" in ways):
        return []
    if "before" in ways and asked.trouble < signs.CERTAIN:
        return []  # last week's trouble; only what surely tells of now is about an incident
    everything = signs.about_everything(asked)
    why: Why = "status" if "status" in ways and "trouble" not in ways else "trouble"
    found = []
    for each in profiles:
        likely = signs.chance(asked, each)
        if likely >= signs.limit() or everything:
            found.append(Touched(each.incident, likely, why, _evidence(asked, each)))
    return sorted(found, key=lambda one: -one.score)


def _evidence(asked: signs.Asked, known: Profile) -> tuple[str, ...]:
    listed, others = signs.shared(asked, known)
    ours = sorted(asked.named & set(known.incident.components))
    return (*listed, *others, *ours) or ("general",)


def asks_status(question: str) -> bool:
    """Whether somebody asks how things stand: "is anything down?"."""
    return "status" in said(question[: signs.LONGEST]).ways


def spared(incident: Incident, locale: str) -> str:
    """The sentences of its updates that say what goes on working, in one language; may be empty.

    The latest update that has any counts: what it says holds now.
    """
    for update in reversed(incident.updates):
        kept = [part for part in sentences(update.text.get(locale, "")) if works(part)]
        if kept:
            return " ".join(kept)
    return ""
