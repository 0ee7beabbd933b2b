"""Text made comparable: script, width, case and punctuation do not matter afterwards."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from opencc import OpenCC

_APOSTROPHES = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "＇": "'", "“": '"', "”": '"'}
)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_SPACES = re.compile(r"\s+")
_END = 300


@cache
def _converter() -> OpenCC:
    return OpenCC("tw2sp")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The text in Simplified script, half width, lower case, with single spaces.

    Traditional text becomes Simplified with its vocabulary (軟體 → 软件), so that one list of
    words serves both scripts.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
    plain = _SPACES.sub(" ", _INVISIBLE.sub("", plain)).strip()
    if not has_chinese(plain):
        return plain
    simplified: str = _converter().convert(plain)
    return simplified.replace("帐", "账")  # two spellings of account


def ends(text: str) -> str:
    """The text, or of a long one its beginning and its end: there people say what they want.

    Everything that reads a message for its mood or its wishes reads this, so that a pasted page
    costs no more than a long message. Rules of admins read the whole.
    """
    if len(text) <= 2 * _END:
        return text
    return f"{text[:_END]} … {text[-_END:]}"


def as_typed(words: str, text: str) -> str:
    """Folded words as they stand in the text, or as they are when they cannot be found there."""
    plain = _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).strip()
    folded = fold(text)
    at = folded.find(words)
    # Folding may change lengths (vocabulary differs between the scripts): then no slice is right.
    return plain[at : at + len(words)] if at >= 0 and len(plain) == len(folded) else words


def has_chinese(text: str) -> bool:
    """True when any character is a Chinese one."""
    return any("\u3400" <= character <= "\u9fff" for character in text)


def phrases(words: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for folded text that finds any of the phrases, or None for no phrases.

    Latin phrases match whole words, Chinese ones anywhere.
    """
    return _phrases(tuple(words))


@lru_cache(maxsize=1024)
def _phrases(words: tuple[str, ...]) -> re.Pattern[str] | None:
    folded = sorted({fold(word) for word in words if fold(word)}, key=len, reverse=True)
    if not folded:
        return None
    return re.compile("|".join(_bounded(phrase) for phrase in folded))


def _bounded(phrase: str) -> str:
    body = re.escape(phrase).replace(r"\ ", r"\s+")
    before = r"(?<![a-z0-9])" if _is_latin(phrase[0]) else ""
    after = r"(?![a-z0-9])" if _is_latin(phrase[-1]) else ""
    return f"{before}{body}{after}"


def _is_latin(character: str) -> bool:
    return character.isalnum() and not has_chinese(character)
