"""What a question asks for, and whether a text could hold it: kinds, names, numbers, opposites."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

from retrieval import analysis
from retrieval.analysis import Part

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NAME = re.compile(r"[A-Z][\w'’-]*")
_LATIN_RUN = re.compile(r"[A-Za-z][\w'’-]*")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_UNDONE = re.compile(r"^(?:un|in|im|ir|il|non-?|dis|mis|anti-?|de)(?=[a-z]{4,})")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read once; `parts` are its words without stop words, in their order."""

    parts: tuple[Part, ...]  # all of them, when every one is an asking word
    words: frozenset[str]  # as they are compared
    kind: str  # "" when no question word tells
    names: tuple[str, ...]  # terms of names inside the question
    numbers: frozenset[str]
    negated: bool


@dataclass(frozen=True, slots=True)
class _Words:
    """One language's part of `checking.yaml`."""

    opposites: Mapping[str, frozenset[str]]  # word → what contradicts it
    kinds: Mapping[str, frozenset[str]]  # word → the others of its line
    longest: int  # words (Chinese: characters) of the longest of both
    asking: frozenset[str]  # terms
    negations: re.Pattern[str]
    harmless: re.Pattern[str]
    asks: Mapping[str, re.Pattern[str]]
    answers: Mapping[str, re.Pattern[str]]


@lru_cache(maxsize=512)
def read(question: str, language: str) -> Asked:
    """Return what a question asks for. Remembered; never raises."""
    code, folded = language[:2], analysis.fold(question)
    known = _words(code)
    kind = next((k for k, pattern in known.asks.items() if pattern.search(folded)), "")
    parts = analysis.parts(question, language)
    typed = ((part, part.alternatives[0][0]) for part in parts)
    telling = tuple(p for p, t in typed if t not in known.asking and not analysis.is_derived(t))
    return Asked(
        telling or parts,
        words(folded, code),
        kind,
        tuple(t for name in _names(question, code) for t in _first(name, language)),
        numbers(folded),
        negated(folded, code),
    )


def words(folded: str, code: str) -> frozenset[str]:
    """Return a folded text's words and the short phrases that can have an opposite."""
    known = _words(code)
    if code == "zh":
        found = set(_WORD.findall(folded))
        lengths = range(1, known.longest + 1)
        spans = (folded[n : n + size] for n in range(len(folded)) for size in lengths)
        return frozenset(
            found | {span for span in spans if span in known.opposites or span in known.kinds}
        )
    row = _WORD.findall(folded)
    phrases = {
        " ".join(row[n : n + size]) for n in range(len(row)) for size in range(2, known.longest + 1)
    }
    return frozenset(row) | {
        phrase for phrase in phrases if phrase in known.opposites or phrase in known.kinds
    }


def negated(folded: str, code: str) -> bool:
    """Whether a folded text speaks of what is not so."""
    known = _words(code)
    plain = known.harmless.sub(" ", folded.replace("'", "").replace("’", ""))
    return bool(known.negations.search(plain))


def numbers(folded: str) -> frozenset[str]:
    """Return a folded text's numbers; 1,000 and 1000 are one."""
    return frozenset(found.replace(",", "") for found in _NUMBER.findall(folded))


def contradicted(asked: Asked, text_words: frozenset[str], code: str) -> int:
    """Return how many of the question's words a text does not have, but their opposites."""
    opposites = _words(code).opposites
    missing = asked.words - text_words
    count = sum(bool(opposites.get(word, frozenset()) & text_words) for word in missing)
    return count + sum(_undone(word, text_words) for word in missing if code == "en")


def excluded(asked: Asked, text_words: frozenset[str], code: str) -> int:
    """Return how many of the question's words a text replaces by others of their kind."""
    kinds = _words(code).kinds
    missing = asked.words - text_words
    return sum(bool(kinds.get(word, frozenset()) & text_words - asked.words) for word in missing)


def could_hold(asked: Asked, folded: str, raw: str, code: str) -> bool:
    """Whether a text has something of the kind that is asked for, beside the question's words.

    True as well when nobody can tell: a person in a Chinese sentence looks like any word.
    """
    if asked.kind in ("person", "place") and code != "zh":
        inside = (w for w in _NAME.findall(raw) if w.lower() not in asked.words)
        return any(True for _ in inside)
    pattern = _words(code).answers.get(asked.kind)
    if pattern is None:
        return True
    return any(m.group() not in asked.numbers for m in pattern.finditer(folded))


def _undone(word: str, text_words: frozenset[str]) -> bool:
    """Whether the text has a word that this one is with, or without, an `un-` before it."""
    bare = _UNDONE.sub("", word)
    if bare != word and bare in text_words:
        return True
    return len(word) >= 4 and any(p + word in text_words for p in ("un", "in", "im", "non", "dis"))


def _names(question: str, code: str) -> list[str]:
    text = unicodedata.normalize("NFKC", question)
    if code == "zh":
        return _LATIN_RUN.findall(text)
    found = list(_NAME.finditer(text))
    return [m.group() for m in found if m.start() > 0 and m.group() != "I"]


def _first(name: str, language: str) -> list[str]:
    return [t for t in analysis.terms(name, language) if not analysis.is_derived(t)][:2]


@cache
def _words(code: str) -> _Words:
    source = yaml.load(
        (Path(__file__).parent / "checking.yaml").read_text("utf-8"), yaml.CSafeLoader
    )
    opposites = _exclusive(
        [[_split(side) for side in line.split("|")] for line in source["opposites"][code]]
    )
    kinds = _exclusive([[[w] for w in _split(line)] for line in source["kinds"][code]])
    size = len if code == "zh" else _count_words
    stems = [re.escape(w.rstrip("-")) + (r"\w*" if w.endswith("-") else "")
             for w in map(str, source["negations"][code])]  # fmt: skip
    edge = "" if code == "zh" else r"\b"
    return _Words(
        opposites,
        kinds,
        max(map(size, [*opposites, *kinds])),
        frozenset(t for w in source["asking"][code] for t in _asking(str(w), code)),
        re.compile(f"{edge}(?:{'|'.join(stems)}){edge}"),
        re.compile(source["harmless"][code]),
        {kind: re.compile(p) for kind, p in source["asks"][code].items()},
        {kind: re.compile(p) for kind, p in source["answers"][code].items()},
    )


def _split(side: str) -> list[str]:
    return [analysis.fold(word.strip()) for word in side.split(",")]


def _exclusive(lines: list[list[list[str]]]) -> dict[str, frozenset[str]]:
    """Return, per word, the words of the other sides of its lines."""
    found: dict[str, frozenset[str]] = {}
    for sides in lines:
        for own in sides:
            others = frozenset(w for side in sides if side is not own for w in side)
            for word in own:
                found[word] = found.get(word, frozenset()) | others
    return found


def _asking(word: str, code: str) -> list[str]:
    return analysis.terms(word, "zh-Hans" if code == "zh" else code)


def _count_words(phrase: str) -> int:
    return len(phrase.split())
