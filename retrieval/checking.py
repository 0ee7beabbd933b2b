"""Whether a passage really holds the answer: the question's words against its sentences.

Search tells whether the topic fits. This looks for what contradicts that the fact is there: a
name, number or rare word that no sentence has, an opposite, a negation, words far apart.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import analysis, asked
from retrieval.analysis import Part
from retrieval.asked import Asked
from retrieval.passages import plain

_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[A-Z\"'“(\[0-9])|\n+|(?<=[。！？；])")
_SHORTEST = 25
"""Characters (8 in Chinese) below which a sentence is read together with its neighbour."""
_MOST_SENTENCES = 60
_NEAR = 3
"""Words that may stand between two neighbours of the question without parting them."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    folded: str
    terms: frozenset[str]
    places: Mapping[str, tuple[int, ...]]  # term as written → where, in words
    words: frozenset[str]
    length: int
    negated: bool


@dataclass(frozen=True, slots=True)
class _Model:
    """A logistic model; it knows no collection and no language by name."""

    weights: Mapping[str, float]
    bias: float

    def probability(self, found: Mapping[str, float]) -> float:
        total = self.bias + sum(w * found[name] for name, w in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a passage said."""

    supported: float
    """Probability that it answers the question."""
    name_missing: bool
    """The question names somebody or something that it does not."""


@dataclass(frozen=True, slots=True)
class Check:
    """Says how likely a passage answers a question; safe to use from several threads."""

    words: _Model
    words_and_meaning: _Model

    @classmethod
    def load(cls) -> "Check":
        """Return the packaged model."""
        text = (Path(__file__).parent / "checking.json").read_text("utf-8")
        return cls(**{
            name: _Model(stored["weights"], stored["bias"])
            for name, stored in json.loads(text)["models"].items()
        })  # fmt: skip

    def signals(self, question: str, passage_text: str, language: str) -> Mapping[str, float]:
        """Return what the model looks at, each between 0 and 1; empty when a side says nothing."""
        return signals(question, passage_text, language)

    def supported(
        self, question: str, passage_text: str, language: str, meaning: float | None = None
    ) -> float:
        """Return the probability that the passage answers the question; see `look`."""
        return self.look(question, passage_text, language, meaning).supported

    def look(
        self, question: str, passage_text: str, language: str, meaning: float | None = None
    ) -> Looked:
        """Return how likely the passage answers the question; 0 when a side is empty.

        `meaning` is the cosine of both under the packaged embedding model, where search has it;
        leave it out for languages that this model does not know. The probability holds where half
        of the questions have an answer: let a calibration have the last word.
        """
        found = signals(question, passage_text, language)
        if not found:
            return Looked(0.0, name_missing=False)
        if meaning is None:
            sure = self.words.probability(found)
        else:
            sure = self.words_and_meaning.probability({**found, "meaning": meaning})
        return Looked(sure, name_missing=found["name_missing"] > 0)


def signals(question: str, passage_text: str, language: str) -> dict[str, float]:
    """Return the check's signals; see `Check.signals`."""
    ask = asked.read(question, language)
    sentences = _sentences(passage_text, language)
    if not ask.parts or not sentences:
        return {}
    weights = np.array([_tells(part) for part in ask.parts])
    weights /= weights.sum()
    hits = np.array([[_hit(part, s.terms) for part in ask.parts] for s in sentences])
    cover = hits @ weights
    best = int(cover.argmax())
    found = _coverage(hits, weights, cover, best)
    found |= _order(ask, sentences[best])
    found |= _contradictions(ask, sentences, best, language)
    found |= _sizes(sentences, best)
    return found


def _coverage(hits: Values, weights: Values, cover: Values, best: int) -> dict[str, float]:
    anywhere = hits.max(axis=0)
    pairs = np.maximum(hits[:-1], hits[1:]) @ weights if len(hits) > 1 else cover
    missing = 1 - hits[best]
    return {
        "coverage": float(anywhere @ weights),
        "sentence_coverage": float(cover[best]),
        "pair_coverage": float(pairs.max()),
        "scattered": float(anywhere @ weights - pairs.max()),
        "lead": float(cover[best] - np.partition(cover, -2)[-2]) if len(cover) > 1 else 0.5,
        "missing_most": float((weights * (1 - anywhere)).max()),
        "missing_sentence_most": float((weights * missing).max()),
        "missing": _share(float((1 - anywhere).sum()), 6),
        "missing_sentence": _share(float(missing.sum()), 6),
    }


def _order(ask: Asked, sentence: _Sentence) -> dict[str, float]:
    """Say whether the question's words stand together, and in its order, in the sentence.

    `Who followed A?` and `whom did A follow?` have the same words.
    """
    rows = [_places(part, sentence) for part in ask.parts]
    near = [
        min(abs(a - b) for a in left for b in right) <= _NEAR if left and right else False
        for left, right in pairwise(rows)
    ]
    firsts = [row[0] for row in rows if row]
    forward = [a <= b for a, b in pairwise(firsts)]
    width = (max(firsts) - min(firsts)) / len(firsts) if firsts else 6.0
    return {
        "near": sum(near) / len(near) if near else 0.5,
        "forward": sum(forward) / len(forward) if forward else 0.5,
        "spread": _share(width, 6),
    }


def _contradictions(
    ask: Asked, sentences: tuple[_Sentence, ...], best: int, language: str
) -> dict[str, float]:
    code, sentence = language[:2], sentences[best]
    around = sentences[max(0, best - 1) : best + 2]
    numbers = asked.numbers(sentence.folded)
    everywhere = frozenset[str]().union(*(asked.numbers(s.folded) for s in sentences))
    terms = frozenset[str]().union(*(s.terms for s in sentences))
    said = frozenset[str]().union(*(s.words for s in sentences))
    opposite = asked.contradicted(ask, sentence.words, code)
    return {
        "opposite": _share(opposite, 2),
        "opposite_passage": _share(asked.contradicted(ask, said, code), 2),
        "other_kind": _share(asked.excluded(ask, sentence.words, code), 2),
        "denied": float(ask.negated and not sentence.negated),
        "name_missing": float(any(n not in terms for n in ask.names)),
        "name_elsewhere": float(
            any(n in terms and not any(n in s.terms for s in around) for n in ask.names)
        ),
        "number_missing": float(bool(ask.numbers - everywhere)),
        "number_elsewhere": float(bool((ask.numbers & everywhere) - numbers)),
        "no_candidate": float(not asked.could_hold(ask, sentence.folded, sentence.text, code)),
        "no_candidate_around": float(
            not any(asked.could_hold(ask, s.folded, s.text, code) for s in around)
        ),
    }


def _sizes(sentences: tuple[_Sentence, ...], best: int) -> dict[str, float]:
    return {
        "sentence_length": _share(sentences[best].length, 40),
        "passage_length": _share(sum(s.length for s in sentences), 300),
    }


def _tells(part: Part) -> float:
    """Return how much a word tells: long words are rare in every language that has words."""
    typed = part.alternatives[0][0]
    return part.weight * (0.3 + min(len(typed), 9) / 9)


def _hit(part: Part, terms: frozenset[str]) -> float:
    return max((sure for term, sure in part.alternatives if term in terms), default=0.0)


def _places(part: Part, sentence: _Sentence) -> tuple[int, ...]:
    for term, _ in part.alternatives:
        if term in sentence.places:
            return sentence.places[term]
    return ()


def _share(value: float, whole: float) -> float:
    return min(value / whole, 1.0)


@lru_cache(maxsize=1024)
def _sentences(passage_text: str, language: str) -> tuple[_Sentence, ...]:
    """Return a passage's sentences, read. Remembered: popular passages come again and again."""
    shortest = 8 if language.startswith("zh") else _SHORTEST
    joined: list[str] = []
    for piece in _SENTENCE.split(plain(passage_text)):
        if not piece.strip():
            continue
        if joined and min(len(piece), len(joined[-1])) < shortest:
            joined[-1] += " " + piece.strip()
        else:
            joined.append(piece.strip())
    return tuple(_sentence(text, language) for text in joined[:_MOST_SENTENCES])


def _sentence(text: str, language: str) -> _Sentence:
    code, folded = language[:2], analysis.fold(text)
    terms = analysis.terms(text, language)
    places: dict[str, tuple[int, ...]] = {}
    place = 0
    for term in terms:
        if analysis.is_derived(term):
            continue
        if len(term) == 2 and code == "zh" and not term.isascii():  # a pair: after its character
            places[term] = (*places.get(term, ()), place - 1)
        else:
            places[term] = (*places.get(term, ()), place)
            place += 1
    return _Sentence(
        text,
        folded,
        frozenset(terms),
        places,
        asked.words(folded, code),
        place,
        asked.negated(folded, code),
    )
