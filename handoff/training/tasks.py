"""The models there are, and what each is learned from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from handoff.learned.model import FOLDER
from handoff.learned.model import read as read_model
from handoff.learned.reading import (
    abuse_signals,
    anger_signals,
    asking_signals,
    displeasure_signals,
    urgency_signals,
)
from handoff.lexicon import clauses, look_up
from handoff.training import sources
from handoff.training.examples import Example, Part, chosen, thinned
from handoff.training.fitting import Task
from handoff.training.own import messages, own
from handoff.training.trouble import trouble

_CROSS = ("anger", "annoyance", "disapproval", "disgust")
_TITLES = 1_000
"""Titles taken of Chinese articles: as many as there are everyday questions of other kinds."""
_CROSS_TEXTS = 3_000
_OF_A_TEMPLATE = 4
"""Texts taken of one template: more would speak for themselves alone."""
_WIDE = 200_000
"""Weights kept of a wide model."""
_MOST = 12_000
"""Examples taken of a large set; more only take longer."""


@dataclass(frozen=True, slots=True)
class Sets:
    """Where the sets are: the public ones, and messages marked by hand, if there are any."""

    public: Path
    marked: Path | None = None
    articles: Path | None = None
    """Articles of a help centre, whose questions are everyday ones."""
    models: Path = FOLDER
    """Where the models are that another one asks."""


def asking(sets: Sets) -> Task:
    """Asks for a person, in every language."""
    public = sets.public
    elsewhere = (*sources.banking(public), *sources.bitext(public))
    others = (*elsewhere, *chosen(sources.clinc(public), 3_000))
    texts = (*own("asking", "asks", "does_not"), *messages("asks"))
    parts = (
        _together(sets, texts, "asks_for_person"),
        Part("nlupp", sources.nlupp(public), weight=2),
        Part("public", others, weight=2),
    )
    return Task("asking", parts, asking_signals, loose=4.0, wide=True, most=_WIDE)


def carried_over(sets: Sets) -> Task:
    """As `asking`, without NLU++: says how well it does on a set it has never seen."""
    parts = tuple(part for part in asking(sets).parts if part.name != "nlupp")
    return replace(asking(sets), name="carried_over", parts=parts)


def urgency(sets: Sets) -> Task:
    """Harm that is happening or hours away."""
    calm = tuple(chosen(sources.clinc(sets.public), 2_000))
    texts = (*own("urgency", "urgent", "not_urgent"), *messages("urgent"))
    parts = (
        _together(sets, texts, "urgent"),
        Part("public", calm),
        Part("cross", _cross_but_safe()),
    )
    return Task("urgency", parts, urgency_signals, loose=4.0, wide=True, most=_WIDE)


def displeasure(sets: Sets) -> Task:
    """Displeasure with the company, the product or the bot."""
    public = sets.public
    calm = (*chosen(sources.banking(public), 1_000), *chosen(sources.clinc(public), 1_000))
    read = cache(lambda name: read_model(sets.models / f"{name}.npz"))
    parts = (
        Part("own", own("mood", "displeased", "not_displeased")),
        *_marked(sets, "dissatisfied"),
        Part("public", calm),
        *_everyday(sets),
    )
    return Task("displeasure", parts, lambda text: displeasure_signals(text, read))


def anger(sets: Sets) -> Task:
    """Anger and annoyance in Latin script: English, with Indonesian for Malay."""
    public = sets.public
    subtitles = (*sources.xed(public, "ms", "ms"), *sources.xed(public, "id", "ms"))
    parts = (
        Part("brighter", sources.brighter(public, "en", "train")),
        Part("goemotions", chosen(sources.goemotions(public, _CROSS), _MOST), target=False),
        Part("nusax", (*sources.nusax(public), *subtitles)),
    )
    return Task("anger", parts, anger_signals)


def anger_zh(sets: Sets) -> Task:
    """Anger in Chinese, either script."""
    parts = (
        Part("brighter", sources.brighter(sets.public, "zh", "train")),
        Part("subtitles", sources.xed(sets.public, "cn", "zh"), target=False),
    )
    return Task("anger_zh", parts, anger_signals, loose=0.3)


def abuse(sets: Sets) -> Task:
    """Abuse of whoever reads the message; other languages go by the lists of words."""
    parts = (Part("convabuse", sources.convabuse(sets.public, "train")),)
    return Task("abuse", parts, abuse_signals)


TASKS: Mapping[str, Callable[[Sets], Task]] = {
    "anger": anger,
    "anger_zh": anger_zh,
    "abuse": abuse,
    "asking": asking,
    "urgency": urgency,
    "displeasure": displeasure,
    "trouble": lambda _sets: trouble(),
}
"""Name of a model → what makes its task; `displeasure` asks the two models of anger."""


def _cross_but_safe() -> tuple[Example, ...]:
    """Anger and wishes for a person in which nothing tells of harm: neither is urgent."""
    texts = (*own("mood", "displeased", "not_displeased"), *own("asking", "asks", "does_not"))
    safe = [one for one in texts if not look_up("urgency", clauses(one.text))]
    return chosen([replace(one, label=False) for one in safe], _CROSS_TEXTS)


def _together(sets: Sets, texts: Sequence[Example], label: str) -> Part:
    """Everything of our own as one part: apart, each kind would be known by its manner."""
    marked = [one for part in _marked(sets, label) for one in part.examples]
    everyday = [one for part in _everyday(sets) for one in part.examples]
    return Part("own", (*thinned(texts, _OF_A_TEMPLATE), *marked, *everyday), weight=2)


def _everyday(sets: Sets) -> tuple[Part, ...]:
    found = chosen(sources.alchemy(sets.public), _TITLES)
    if sets.articles is not None:
        found = (*found, *sources.articles(sets.articles))
    return (Part("everyday", found),)


def _marked(sets: Sets, label: str) -> tuple[Part, ...]:
    if sets.marked is None:
        return ()
    return (Part("marked", sources.marked(sets.marked, label)),)
