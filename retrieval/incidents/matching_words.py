"""The words of a text and how rare each is: two texts that share a rare word are about the same."""

import json
import math
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from retrieval.analysis import BREAK, sequence

RAREST = 8.0
"""The weight of a word that no ordinary message has; that of one in every message is 0."""
_HAN_FROM, _HAN_TO = "\u3400", "\u9fff"


@lru_cache(maxsize=4096)
def words(text: str, language: str) -> Mapping[str, float]:
    """The telling words of a text with their weights: stems, ideas, pairs of Chinese letters.

    Customers mix English into every language, so a text is read as English besides.
    """
    found: dict[str, float] = {}
    known = _rarity()
    chinese = language.startswith("zh")
    for code in {language} if chinese else {language, "en"}:
        weights = known["zh" if chinese else code]
        for word in _split(text, code):
            weight = weights.get(word, RAREST)
            if chinese and not is_han(word[0]):
                weight = min(weight, known["en"].get(word, RAREST))
            found[word] = min(weight, found.get(word, RAREST))
    return found


def _split(text: str, language: str) -> set[str]:
    found: set[str] = set()
    before = ""
    for term in sequence(text, language):
        if len(term) == 1 and is_han(term):
            if before:
                found.add(before + term)
            before = term
            continue
        before = ""
        if term != BREAK and (language == "ms" or not term.startswith("=")):
            found.add(term)
    return found


def is_han(letter: str) -> bool:
    """Whether a letter is a Chinese one."""
    return _HAN_FROM <= letter <= _HAN_TO


def rarity(texts: Mapping[str, set[str]], most: int = 5000) -> dict[str, Any]:
    """The table of weights that is packaged: for each language its commonest words.

    `texts` are ordinary messages by language (`en`, `ms`, `zh`). A word of a single message is
    as rare as one of none.
    """
    found: dict[str, Any] = {}
    for language, some in sorted(texts.items()):
        counts: dict[str, int] = {}
        for text in some:
            for word in _split(text, "zh-Hans" if language == "zh" else language):
                counts[word] = counts.get(word, 0) + 1
        common = sorted(counts, key=lambda word: (-counts[word], word))[:most]
        found[language] = {
            word: round(min(RAREST, math.log((len(some) + 1) / (counts[word] + 1))), 2)
            for word in common
            if counts[word] > 1
        }
    return found


@cache
def _rarity() -> dict[str, dict[str, float]]:
    read: dict[str, dict[str, float]] = json.loads(
        Path(__file__).with_name("matching_words.json").read_text("utf-8")
    )
    return read
