"""The language and script of a message, decided from its words in well under a millisecond."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import opencc
import yaml

LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ms")
LONGEST = 1000
"""Characters of a message that are looked at; what language it is shows long before."""

_NO_LANGUAGE = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+\.\S+"  # addresses
    r"|\b[A-Z]{1,5}\b(?=\s+\d)"  # MYR 120, MH 1432
    r"|\b(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Z0-9_-]{2,}\b"  # PAY-402, ERR_4021, SP-7K2M4Q
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*\d?")
_SHARED_PAIR = re.compile(r"\b(?:check|log|top)[ -](?:in|out|up)\b")
_LATIN = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]")
_OTHER_CHINESE = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
"""Kana and Hangul: what has them is no Chinese, however many characters it borrows."""
_MALAY = frozenset({"ms", "id"})
_MALAY_SHAPE = re.compile(
    r"(?:di|ber|ter|mem|men|meng|meny|pem|pen|peng)[a-z]{3,}(?:kan|nya|an|i)|[a-z]{3,}(?:nya|lah|kah)"
)
_SURELY_ANOTHER = 0.9
"""From this share on the detector's word for a third language is taken."""


@dataclass(frozen=True, slots=True)
class _Words:
    english: dict[str, int]
    malay: dict[str, int]
    shared: frozenset[str]
    grammar: frozenset[str]


def detect(
    text: str,
    hint: str | None = None,
    previous: str | None = None,
    languages: Sequence[str] = LANGUAGES,
) -> str:
    """Return the one of `languages` that a message is in. Never raises.

    What the text shows comes first, then the language of the customer's previous message, then
    the hint (the page's language), then the first of `languages`. References, addresses, numbers,
    emoji and words of two languages (`refund`) show nothing. Indonesian counts as Malay. Without
    languages of ours to choose from, all four are.
    """
    among = [code for code in languages if code in LANGUAGES] or list(LANGUAGES)
    known = [code for code in (previous, hint) if code in among]
    plain = _NO_LANGUAGE.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST]))
    spaced = _SHARED_PAIR.sub("checkin", _HAN.sub(" ", plain).lower())
    words = [word for word in _WORD.findall(spaced) if _LATIN.match(word)]
    if _is_chinese(plain, words):
        return _nearest(_script(plain, known), known, among)
    return _nearest(_latin(words, known), known, among)


def warm_up() -> None:
    """Load the detector and the dictionaries now, so that no message waits a second for them."""
    shares("hello")
    _script("你好", [])
    _words()


def shares(text: str) -> dict[str, float]:
    """Return how surely a text is in each language the detector knows, by ISO 639-1 code."""
    return {code: float(share) for code, share in _identifier().rank(text)}


def scripts(text: str) -> tuple[int, int]:
    """Return how many characters are only Simplified, and how many only Traditional.

    里, 后 and the like stand in both, whatever a converter makes of them.
    """
    kinds = [_kind(character) for character in _HAN.findall(text)]
    return kinds.count(-1), kinds.count(1)


@cache
def converter(name: str) -> Any:
    """Return OpenCC's converter of this name, loaded once for the whole program."""
    return opencc.OpenCC(name)


def _nearest(found: str | None, known: list[str], among: list[str]) -> str:
    """The language itself, or what is closest to it among those that are spoken here."""
    if found in among:
        return str(found)
    if found is not None and found.startswith("zh"):
        sister = [code for code in among if code.startswith("zh")]
        return (sister or known or among)[0]
    return (known or among)[0]


def _is_chinese(text: str, words: list[str]) -> bool:
    """Whether the sentence is Chinese: an English one may name 陈美玲, a Chinese one an app."""
    characters = _HAN.findall(text)
    if not characters or _OTHER_CHINESE.search(text):
        return False
    grammar = sum(character in _words().grammar for character in characters)
    told = sum(word in _words().english or _malay(word) > 0 for word in words)
    unnamed = sum(word in text for word in words)  # Azure Active Directory is a name
    return len(characters) / 2 + grammar >= max(told, unnamed / 2)


def _script(text: str, known: list[str]) -> str:
    """The Chinese script: of what is written, else the one known, else that of its words."""
    simplified, traditional = scripts(text)
    if simplified != traditional:
        return "zh-Hant" if traditional > simplified else "zh-Hans"
    told = next((code for code in known if code.startswith("zh")), None)
    if told is not None:
        return told
    taiwans = converter("tw2sp").convert(text) != converter("t2s").convert(text)
    return "zh-Hant" if taiwans else "zh-Hans"


def _latin(words: list[str], known: list[str]) -> str | None:
    """English, Malay, or None: what was said does not show it."""
    lists = _words()
    malay = sum(map(_malay, words))
    english = sum(lists.english.get(word, 0) for word in words)
    if malay != english:
        return "ms" if malay > english else "en"
    telling = [word for word in words if word not in lists.shared and len(word) > 2]
    if not telling or (not malay and known and len(words) < 3 and max(map(len, telling)) < 5):
        return None
    found = shares(" ".join(words))
    best = max(found, key=lambda code: found[code])
    if not malay and best not in _MALAY | {"en"} and found[best] >= _SURELY_ANOTHER:
        return None
    return "ms" if max(found["ms"], found["id"]) > found["en"] else "en"


def _malay(word: str) -> int:
    """How much a word tells of Malay, by the lists or by its shape."""
    lists = _words()
    if word in lists.malay or word in lists.english or word in lists.shared:
        return lists.malay.get(word, 0)
    doubled = len(word) > 3 and word[-1] == "2"  # masuk2
    return int(doubled or bool(_MALAY_SHAPE.fullmatch(word)))


@cache
def _words() -> _Words:
    here = Path(__file__).parent
    read = yaml.load((here / "language.yaml").read_text("utf-8"), yaml.CSafeLoader)
    lexicon = yaml.load((here / "lexicon.yaml").read_text("utf-8"), yaml.CSafeLoader)
    shared = frozenset(read["shared"])
    english = dict.fromkeys([*read["english"], *lexicon["english_short"]], 1)
    malay = dict.fromkeys([*read["malay"], *lexicon["malay_short"]], 1)
    english |= dict.fromkeys(read["english_grammar"], 2)
    malay |= dict.fromkeys(read["malay_grammar"], 2)
    both = (english.keys() & malay.keys()) | shared
    return _Words(
        english={word: told for word, told in english.items() if word not in both},
        malay={word: told for word, told in malay.items() if word not in both},
        shared=shared,
        grammar=frozenset(read["grammar"]),
    )


@lru_cache(maxsize=20_000)
def _kind(character: str) -> int:
    """1: only Traditional, -1: only Simplified, 0: both."""
    if converter("t2s").convert(character) != character:
        return 1
    if converter("s2t").convert(character) == character:
        return 0
    try:
        character.encode("big5")
    except UnicodeEncodeError:
        return -1
    return 0


@cache
def _identifier() -> Any:
    from py3langid import langid

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
