"""What things a text speaks of, in everyday words of four languages: a hint, never a decision."""

import re
from functools import cache, lru_cache
from pathlib import Path

import yaml

_LATIN = re.compile("[a-z]")
_HAN = re.compile("[\u3400-\u9fff]")
_ENDINGS = "(?:s|es|ed|ing|nya|lah|kan)?"
"""What a word may end in and still be the same: English plurals and tenses, Malay particles."""


@lru_cache(maxsize=4096)
def things(folded: str) -> frozenset[str]:
    """The things named in a text that `analysis.fold` has folded; remembered."""
    latin, chinese = _patterns()
    found: set[str] = set()
    if _LATIN.search(folded):
        found.update(name for name, shape in latin.items() if shape.search(folded))
    if _HAN.search(folded):
        found.update(name for name, shape in chinese.items() if shape.search(folded))
    return frozenset(found)


@cache
def _patterns() -> tuple[dict[str, re.Pattern[str]], dict[str, re.Pattern[str]]]:
    path = Path(__file__).with_name("matching_things.yaml")
    read = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    latin = {
        name: re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(_word, words['latin']))})(?![a-z0-9])")
        for name, words in read.items()
    }
    chinese = {
        name: re.compile("|".join(re.escape(word) for word in words["zh"]))
        for name, words in read.items()
    }
    return latin, chinese


def _word(word: str) -> str:
    if word.endswith("*"):
        return re.escape(word[:-1]) + "[a-z]*"
    return re.escape(word) + _ENDINGS
