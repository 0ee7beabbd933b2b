"""Whether an answer is in the language it should be in, and the other Chinese script put right."""

import re

from retrieval import language as detection

SISTERS = {"zh-Hans": "zh-Hant", "zh-Hant": "zh-Hans"}
"""The two scripts of Chinese; either can be made from the other without a model."""

_TO = {"zh-Hant": "s2twp", "zh-Hans": "tw2sp"}
_NOT_PROSE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|\]\([^)\s]*\)|https?://\S+|\[\d+\]", re.DOTALL)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z\u00c0-\u024f]+)*")
_LETTER = re.compile(r"[^\W\d_]")
_FEW_LETTERS = 6
_ENOUGH_LETTERS = 40
"""Below this many letters nobody can tell English from Malay for certain."""
_LATIN = {"en": frozenset({"en"}), "ms": frozenset({"ms", "id"})}
"""Malay is often taken for Indonesian, and either is understood."""


def fits(text: str, language: str) -> bool:
    """Whether a text is written in a language (either Chinese script will do: see `convert`).

    Short texts and languages we do not know get the benefit of the doubt.
    """
    prose = _NOT_PROSE.sub(" ", text)
    han = len(_HAN.findall(prose))
    words = _LATIN_WORD.findall(prose)
    letters = len(_LETTER.findall(prose))
    strange = letters - han - sum(len(_LETTER.findall(word)) for word in words)
    if letters < _FEW_LETTERS:
        return True
    if language in SISTERS:
        return han >= len(words) and strange <= letters // 10
    if language not in _LATIN:
        return True
    if han > len(words) // 2 or strange > letters // 10:
        return False
    latin = " ".join(words)
    return len(latin) < _ENOUGH_LETTERS or _guess(latin) in _LATIN[language]


def convert(text: str, language: str) -> str:
    """The text in the script of a language; only Chinese in the other script is changed."""
    if language not in _TO or not _in_script(text, SISTERS[language]):
        return text
    converted: str = detection.converter(_TO[language]).convert(text)
    return converted


def warm_up() -> None:
    """Load what the checks need now, so that no answer waits a second for it."""
    detection.warm_up()
    for name in _TO.values():
        detection.converter(name)


def _in_script(text: str, language: str) -> bool:
    """Whether more characters belong only to this script than only to its sister."""
    simplified, traditional = detection.scripts(text)
    if language == "zh-Hans":
        return simplified > traditional
    return traditional > simplified


def _guess(text: str) -> str:
    found = detection.shares(text)
    return max(found, key=lambda code: found[code])
