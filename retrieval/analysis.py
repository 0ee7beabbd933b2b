"""Text to terms, per language: stems, Chinese pairs, script folding."""

import random
import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import Stemmer
import yaml

from retrieval.language import LANGUAGES, converter, detect

__all__ = [
    "LANGUAGES",
    "VERSION",
    "Part",
    "detect",
    "estrange",
    "fold",
    "is_derived",
    "parts",
    "terms",
]

VERSION = "5"
"""Part of every index's name: raise it when terms() changes, and the next build redoes them."""

_LATIN = re.compile(r"[^\W\d_]+|\d+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")
_LETTERS = r"(?:(?![\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f])[^\W_])+"
_RUNS = re.compile(rf"{_HAN.pattern}|{_LETTERS}(?:[-'’.]{_LETTERS})*")
_IDEA, _JOINED = "~", "="
"""Before an idea's name and before words written as one: nothing that is typed looks like it."""


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """The words of `lexicon.yaml`, made ready for look-ups."""

    latin: dict[str, dict[tuple[str, ...], tuple[str, ...]]]  # language → phrase → ideas
    chinese: dict[str, tuple[str, ...]]
    short: dict[str, dict[str, str]]
    stop: dict[str, frozenset[str]]
    light: frozenset[str]
    begin: frozenset[str]  # with what some phrase begins: a word, or a Chinese character
    foreign: dict[str, list[str]]


def fold(text: str) -> str:
    """Return the text in one width, one case and one Chinese script, for comparing only.

    Folding twice is folding once. Taiwan's words become the mainland's (簡訊 → 短信), so a
    question in one script finds articles in the other.
    """
    folded = text.encode("utf-8", "replace").decode("utf-8")  # half a character is none
    for _ in range(8):  # each step may undo another's work: go on until nothing changes
        before = folded
        folded = unicodedata.normalize("NFKC", folded).lower()
        if _HAN.search(folded):
            folded = converter("tw2sp").convert(folded)
            folded = _taiwan().sub(lambda found: _taiwan_words()[found.group()], folded)
        if folded == before:
            return folded
    return folded


@cache
def _taiwan_words() -> dict[str, str]:
    read = yaml.load(Path(__file__).with_name("taiwan.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return {str(theirs): str(ours) for theirs, ours in read.items()}


@cache
def _taiwan() -> re.Pattern[str]:
    longest_first = sorted(_taiwan_words(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


BREAK = ""
"""Stands in a sequence where words do not follow one another: a stop word, a full stop."""


def is_derived(term: str) -> bool:
    """Whether a term was added by us (an idea, words written as one), not typed by anybody."""
    return term.startswith((_IDEA, _JOINED))


@dataclass(frozen=True, slots=True)
class Part:
    """One word (or Chinese character) of a question, with every term that can stand for it."""

    alternatives: tuple[tuple[str, float], ...]  # term, how surely it means the same
    weight: float  # how much it tells if nobody ever wrote it
    follows: bool = False
    """Whether it stands right after the part before it: both together tell more."""


def terms(text: str, language: str) -> list[str]:
    """Return the terms that stand for a text in the index; empty when it says nothing."""
    return [term for term in sequence(text, language) if term != BREAK]


def sequence(text: str, language: str) -> list[str]:
    """Return a text's terms in their order, with a BREAK where neighbours do not belong together.

    Chinese has no gaps: there every character is a word, and its neighbours tell the word.
    """
    found: list[str] = []
    for piece in _pieces(fold(text), language):
        carriers = sorted((s for s in piece.spans if s.carries), key=lambda s: s.start)
        for n, span in enumerate(carriers):
            if n and not _adjacent(piece, carriers[n - 1], span):
                found.append(BREAK)
            found.append(span.term)
        found.append(BREAK)
        found += [span.term for span in piece.spans if not span.carries]
        found.append(BREAK)
    return found


def _adjacent(piece: "_Piece", one: "_Span", other: "_Span") -> bool:
    """Between words stop words are skipped, between Chinese characters nothing is."""
    return not piece.han or other.start == one.start + 1


@lru_cache(maxsize=4096)
def parts(text: str, language: str) -> tuple[Part, ...]:
    """Return what a question asks for, word by word, without its stop words. Remembered."""
    return tuple(part for piece in _pieces(fold(text), language) for part in _parts(piece))


def _parts(piece: "_Piece") -> Iterator[Part]:
    carriers = sorted((s for s in piece.spans if s.carries), key=lambda s: s.start)
    carried = {place for s in carriers for place in s.places}
    others = [s for s in piece.spans if not s.carries and not carried & set(s.places)]
    for n, carrier in enumerate([*carriers, *others]):
        best = {carrier.term: carrier.sure}  # the others are ideas of stop words only: `how much`
        for span in piece.spans:
            if not span.carries and span is not carrier and set(carrier.places) <= set(span.places):
                best[span.term] = max(span.sure, best.get(span.term, 0.0))
        weight = min(piece.weights[place] for place in carrier.places)
        follows = 0 < n < len(carriers) and _adjacent(piece, carriers[n - 1], carrier)
        yield Part(tuple(best.items()), weight, follows)


def estrange(text: str, language: str, *, share: float, chance: random.Random) -> str:
    """Return a question with this share of its words replaced by words of another world.

    With a share of 0 one such word is added: somebody tells more than was asked.
    """
    chinese = language.startswith("zh")
    foreign = _lexicon().foreign["zh" if chinese else "ms" if language == "ms" else "en"]
    words = re.findall(r".{1,2}", text) if chinese else text.split()
    chosen = chance.sample(range(len(words)), max(1, round(share * len(words)))) if words else []
    if not share:
        words.insert(chosen[0] if chosen else 0, chance.choice(foreign))
    else:
        words = [chance.choice(foreign) if n in chosen else w for n, w in enumerate(words)]
    return ("" if chinese else " ").join(words)


def _doubled(word: str) -> bool:
    return len(word) > 3 and word[-1] == "2" and word[:-1].isalpha()


class _Span(NamedTuple):  # quicker to make than a dataclass, and a text has hundreds
    """A term and the places of the text that it stands for."""

    start: int
    length: int
    term: str
    sure: float
    carries: bool = False  # a word as it was typed; the others only stand for some

    @property
    def places(self) -> range:
        return range(self.start, self.start + self.length)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of words, or of Chinese characters."""

    spans: list[_Span]
    weights: list[float]
    han: bool = False


def _pieces(text: str, language: str) -> Iterator[_Piece]:
    runs: list[str] = []
    for run in _RUNS.findall(text):
        if not _HAN.match(run):
            runs.append(run)
            continue
        if runs:
            yield _words_piece(runs, language)
        runs = []
        yield _han_piece(run)
    if runs:
        yield _words_piece(runs, language)


def _han_piece(run: str) -> _Piece:
    lexicon = _lexicon()
    spans = []
    stopped = [False] * len(run)
    for found in _zh_stop().finditer(run):
        stopped[found.start() : found.end()] = [True] * (found.end() - found.start())
    for place, character in enumerate(run):
        if stopped[place]:
            continue
        spans.append(_Span(place, 1, character, 1.0, carries=True))
    for start, character in enumerate(run):
        for length in range(1, 6) if character in lexicon.begin else ():
            ideas = lexicon.chinese.get(run[start : start + length], ())
            spans += [_Span(start, length, _IDEA + idea, 0.9) for idea in ideas]
    return _Piece(spans, [0.15 if c in lexicon.light else 0.5 for c in run], han=True)


def _words_piece(runs: list[str], language: str) -> _Piece:
    code = language if language == "ms" else "en"
    lexicon = _lexicon()
    words: list[str] = []
    spans: list[_Span] = []
    for run in runs:
        whole = run[:-1] if code == "ms" and _doubled(run) else run  # masuk2 = masuk-masuk
        split = _LATIN.findall(whole.replace("'", "").replace("’", ""))
        own = [w for part in split for w in lexicon.short[code].get(part, part).split()]
        if (len(split) > 1 and len(whole) <= 24) or (len(split) == 1 and len(split[0]) >= 5):
            spans.append(_Span(len(words), len(own), _JOINED + "".join(split), 1.0))
        words += own  # joined: PAY-402, e-mail and email are one
    kept = [(n, w) for n, w in enumerate(words) if w not in lexicon.stop[code] and _tells(w)]
    spans += _word_spans(kept, code)
    spans += _phrase_spans(words, lexicon.latin[code], lexicon.begin)
    return _Piece(spans, [0.3 if w.isdigit() else 1.0 for w in words])


def _tells(word: str) -> bool:
    return len(word) > 1 or word.isdigit()


def _word_spans(kept: list[tuple[int, str]], code: str) -> Iterator[_Span]:
    stemmed = [w for _, w in kept] if code == "ms" else _stems([w for _, w in kept])
    for (place, word), stem in zip(kept, stemmed, strict=True):
        yield _Span(place, 1, stem, 1.0, carries=True)
        if code == "ms" and len(word) >= 4 and word.isalpha():
            yield _Span(place, 1, _JOINED + _root(word), 0.8)  # beside the word: it is a guess


def _phrase_spans(
    words: list[str], phrases: dict[tuple[str, ...], tuple[str, ...]], begin: frozenset[str]
) -> Iterator[_Span]:
    for start, word in enumerate(words):
        for length in (1, 2, 3) if word in begin else ():
            for idea in phrases.get(tuple(words[start : start + length]), ()):
                if start + length <= len(words):
                    yield _Span(start, length, _IDEA + idea, 0.9)
        follows = words[start + 1] if start + 1 < len(words) else ""
        if follows.isdigit() and len(follows) > 1 and word.isascii() and 2 <= len(word) <= 5:
            yield _Span(start, 2, _JOINED + word + follows, 1.0)  # `pay 402` finds PAY-402


def _root(word: str) -> str:
    """Return a Malay word without its affixes: menukar, ditukar and tukarkan share `ukar`."""
    root = _MALAY_PREFIX.sub("", _MALAY_SUFFIX.sub("", word))
    return root[1:] if root[0] in "tksp" and len(root) > 4 else root  # meN- swallows these


_MALAY_PREFIX = re.compile(
    r"^(?:menge|meng|meny|mem|men|me|penge|peng|peny|pem|pen|pe|ber|be|ter|te|di|se)(?=[a-z]{4,})"
)
_MALAY_SUFFIX = re.compile(r"(?<=[a-z]{4})(?:kannya|annya|nya|kan|an|i|lah|kah|mu|ku)$")
_local = threading.local()


def _stems(words: list[str]) -> list[str]:
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:  # one per thread: it may not be shared
        stemmer = _local.stemmer = Stemmer.Stemmer("english")
    stemmed: list[str] = stemmer.stemWords(words)
    return stemmed


@cache
def _zh_stop() -> re.Pattern[str]:
    words = sorted(_lexicon().stop["zh"], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


@cache
def _lexicon() -> _Lexicon:
    read = yaml.load((Path(__file__).parent / "lexicon.yaml").read_text("utf-8"), yaml.CSafeLoader)
    latin: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {"en": {}, "ms": {}}
    chinese: dict[str, tuple[str, ...]] = {}
    short = {"en": read["english_short"], "ms": read["malay_short"]}
    for idea, words in read["ideas"].items():
        for phrase in words["zh"]:
            folded = fold(phrase)
            chinese[folded] = (*chinese.get(folded, ()), idea)
        for language, phrases in latin.items():
            for phrase in words[language]:
                found = [
                    w
                    for part in _LATIN.findall(fold(phrase))
                    for w in short[language].get(part, part).split()
                ]
                key = tuple(found)
                phrases[key] = (*phrases.get(key, ()), idea)
    return _Lexicon(
        latin=latin,
        chinese=chinese,
        short=short,
        stop={code: frozenset(map(fold, words)) for code, words in read["stop"].items()},
        foreign=read["foreign"],
        light=frozenset(fold(read["light"])),
        begin=frozenset(
            [phrase[0] for known in latin.values() for phrase in known]
            + [phrase[0] for phrase in chinese]
        ),
    )
