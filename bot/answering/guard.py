"""The guard on words: while an incident lasts, nothing we send says that it is over.

Nor does anything promise a time that the incident does not state, or that somebody will call.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cache
from itertools import pairwise
from typing import Literal

from bot.answering import guard_learned as learned
from bot.answering import guard_times as times
from bot.answering.guard_clauses import (
    Clause,
    clauses,
    compile_all,
    has,
    less,
    plain,
    says,
    sentences,
    subjects,
)
from retrieval.analysis import terms
from retrieval.incidents.incident import Incident

Kind = Literal["over", "deployed", "time", "call"]
"""Says that it is over; that a fix is in place; promises a time; promises a call."""


_WORD = re.compile(r"[a-z0-9]+")
_HELD = -0.3
"""Log odds from which a freely written sentence is held back."""
_RETOLD = 1.5
"""Further odds that a sentence may have which retells a passage: what it says was not made up."""
_MOSTLY = 0.8
_DOUBTED = -2.0
"""Below this even an expression of a claim is taken for part of an honest sentence."""
_STATED = 1.0
"""Taken off the odds of `over` where a sentence names the very time that the end is expected at."""
_SAID: Mapping[str, Kind] = {
    "over": "over",
    "deployed": "deployed",
    "time": "time",
    "news": "time",
    "call": "call",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be said now: how far the incidents are, and the times that they state."""

    watching: bool
    """Every ongoing incident is `monitoring`: of a fix in place may be spoken."""
    times: frozenset[str] = frozenset()
    """Every time the incidents state, as `guard_times` writes them."""
    recovery: frozenset[str] = frozenset()
    """Those of them at which somebody expects the end."""
    hit: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Language → the terms of what is hit; "works as usual" is over only of these."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A sentence that may not be said, by its place in the text."""

    kind: Kind
    start: int
    end: int


def standing(
    incidents: Sequence[Incident],
    zone: tzinfo = UTC,
    names: Mapping[str, Mapping[str, str]] | None = None,
) -> Standing | None:
    """What the ongoing ones of these allow; None when none is ongoing and anything may be said."""
    ongoing = [one for one in incidents if one.ongoing]
    if not ongoing:
        return None
    stated: set[str] = set()
    expected: set[str] = set()
    for one in ongoing:
        expected |= times.of([getattr(one, "expected_at", None)], zone)
        due = (one.next_update_at, one.started_at, *(update.at for update in one.updates))
        stated |= times.of(due, zone)
        for texts in (one.title, one.workaround, *(update.text for update in one.updates)):
            for text in texts.values():
                stated |= named(text)
                expected |= _expected(text)
    watching = all(one.status == "monitoring" for one in ongoing)
    hit = _hit(ongoing, names or {})
    return Standing(watching, frozenset(stated | expected), frozenset(expected), hit)


def _expected(text: str) -> frozenset[str]:
    """The times at which a text itself expects the end."""
    nothing = Standing(watching=True)
    ends = [one for one in breaches(text, nothing) if one.kind == "time"]
    return frozenset().union(*(named(text[one.start : one.end]) for one in ends))


def _hit(
    ongoing: Sequence[Incident], names: Mapping[str, Mapping[str, str]]
) -> dict[str, frozenset[str]]:
    said: dict[str, set[str]] = {}
    for one in ongoing:
        for texts in (one.title, *(names.get(part, {}) for part in one.components)):
            for language, text in texts.items():
                said.setdefault(language, set()).update(terms(text, language))
    return {language: frozenset(words) for language, words in said.items()}


def ready() -> None:
    """Read the model now rather than with the first text. Raises SetupError."""
    learned.packaged()


@cache
def warm() -> None:
    """Compile the expressions, once; the first text would else wait for it."""
    compile_all()


def named(text: str) -> frozenset[str]:
    """The times that a text as it was written names."""
    return times.named(plain(text))


def breaches(
    text: str, allowed: Standing, sources: Iterable[str] = (), *, free: bool = False
) -> list[Breach]:
    """Return the sentences of a text that may not be said, in their order.

    `free` means that a model wrote it: there every sentence must read as honest to a trained
    model, while people's own texts are only kept from saying outright that it is over. A sentence
    that stands so in one of the `sources`, the passages that the text rests on, is theirs; what
    they promise themselves (a refund within five days) was not made up. That an incident is over
    they cannot know.
    """
    passages = [plain(source) for source in sources]
    found = []
    for start, end in sentences(text):
        said = plain(text[start:end])
        quoted = any(said.strip(" .") in passage for passage in passages)
        kind = _breach(said, allowed, free=free)
        if free and not quoted:
            kind = _judged(said, kind, allowed, passages)
        if kind is not None and not (quoted and kind in ("time", "call")):
            found.append(Breach(kind, start, end))
    return found


def without(text: str, allowed: Standing) -> str:
    """The text less the sentences that may not be said; empty when nothing is left."""
    kept = text
    for one in reversed(breaches(text, allowed)):
        kept = kept[: one.start] + kept[one.end :]
    return kept.strip()


def _judged(
    sentence: str, outright: Kind | None, allowed: Standing, passages: Sequence[str]
) -> Kind | None:
    """What the model makes of it; an expression that it is quite sure is honest counts for less."""
    kind, odds = _claimed(sentence, allowed)
    if odds >= _HELD + _RETOLD or (odds >= _HELD and not _is_retold(sentence, passages)):
        return kind
    return outright if odds >= _DOUBTED else None


def _is_retold(sentence: str, passages: Sequence[str]) -> bool:
    """Whether nearly all it says stands in the passages, in whatever order."""
    said = _words(sentence)
    known = frozenset().union(*map(_words, passages))
    return bool(said) and len(said & known) >= _MOSTLY * len(said)


def _words(text: str) -> frozenset[str]:
    """Its words, of Chinese every two neighbours."""
    pairs = (a + b for a, b in pairwise(text) if min(a, b) >= "\u3400" and max(a, b) <= "\u9fff")
    return frozenset((*_WORD.findall(text), *pairs))


def _claimed(sentence: str, allowed: Standing) -> tuple[Kind, float]:
    """The likeliest claim among those that may not be made now, and its log odds.

    Whether anything is claimed at all is easier to tell than what, so both count.
    """
    odds = dict(learned.claimed(sentence))
    whichever = odds.pop("any")
    exact = times.named(sentence)
    free = {"deployed"} if allowed.watching else set()
    if exact and times.stated(exact, allowed.recovery):
        free.add("time")
        odds["over"] -= _STATED
    if exact and times.stated(exact, allowed.times):
        free.add("news")
    likeliest = max(odds.keys() - free, key=lambda one: odds[one])
    best = odds[likeliest]
    if any(odds[one] > best for one in free):
        return _SAID[likeliest], best
    return _SAID[likeliest], (best + whichever) / 2


def _breach(sentence: str, allowed: Standing, *, free: bool) -> Kind | None:
    sentence = less("ago", sentence)
    said = clauses(sentence)
    if has("defines", sentence):
        return None
    # "Payments succeed again and we keep watching" is what people may say of a fix in place.
    watched = allowed.watching and not free and has("watched", sentence)
    if not watched and any(says("over", one) or _works(one, allowed) for one in said):
        return "over"
    if not allowed.watching and any(says("deployed", clause) for clause in said):
        return "deployed"
    if _promises_time(sentence, said, allowed):
        return "time"
    if any(says("call", clause) for clause in said):
        return "call"
    return None


def _works(clause: Clause, allowed: Standing) -> bool:
    """Whether it says of nothing but what is hit that it works as usual."""
    for subject in subjects("works", clause):
        for language, hit in allowed.hit.items():
            said = set(terms(subject, language))
            if said and said <= hit:
                return True
    return False


def _promises_time(sentence: str, said: Sequence[Clause], allowed: Standing) -> bool:
    """Whether it promises a time for the end, or one for news, that the incident does not state."""
    if has("elsewhere", sentence) or sentence.endswith("?") or not has("promise", sentence):
        return False
    exact = times.named(sentence)
    held = has("withheld", sentence) or has("policy", sentence)
    if has("restored", sentence):
        if exact and times.stated(exact, allowed.recovery):
            return False
        return (bool(exact) and not held) or _soon(said)
    return has("news", sentence) and not held and not times.stated(exact, allowed.times)


def _soon(said: Sequence[Clause]) -> bool:
    return any(
        has("soon", clause.text) and not has("withheld", clause.whole) and not clause.conditional
        for clause in said
    )
