"""Text as places in a larger table: longer runs, and pairs of words that stand apart.

Beside runs of two to six characters and phrases of up to three words it knows which two Chinese
characters, and which two words, stand near one another: "find … a person", 找…人. Made of whole
arrays, so that it costs less than `grams`, which knows fewer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import mmh3
import numpy as np
from numpy.typing import NDArray

from handoff.folding import ends, fold

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]

BITS = 20
_RUNS = range(2, 7)
_PHRASES = range(1, 4)
_APART = range(2, 7)
"""How far from one another two Chinese characters stand, at most six; words at most five."""
_LONGEST = 400
_WORD = re.compile(r"[a-z0-9']+")
_CHINESE = re.compile("[\u3400-\u9fff]+")
_STEP, _OTHER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


def readable(text: str) -> list[tuple[str, int]]:
    """The words, phrases and Chinese runs of a text, folded, each with its place."""
    plain = _plain(text)
    words = _WORD.findall(plain)
    shown = [
        (" ".join(words[at : at + size]), int(place))
        for size in _PHRASES
        for at, place in enumerate(_places(_phrases(_hashed(words), size)))
    ]
    for run in _CHINESE.findall(plain):
        for size in _RUNS:
            found = _places(_runs(_codes(run), size))
            shown += [(run[at : at + size], int(place)) for at, place in enumerate(found)]
    return shown


@lru_cache(maxsize=256)
def places(text: str) -> Places:
    """The distinct places of a text, in order; the same for both Chinese scripts."""
    plain = _plain(text)
    codes, words = _codes(f" {plain} "), _hashed(_WORD.findall(plain))
    chinese = _codes("".join(_CHINESE.findall(plain)))
    found = [_runs(codes, size) for size in _RUNS]
    found += [_phrases(words, size) for size in _PHRASES]
    found += [_pairs(chinese, gap, kind=1) for gap in _APART]
    found += [_pairs(words, gap, kind=2) for gap in _APART[:-1]]
    made = np.unique(_places(np.concatenate(found)))
    made.flags.writeable = False  # the same array is given to everybody who asks again
    return made


def _plain(text: str) -> str:
    folded = fold(ends(text))
    if len(folded) <= _LONGEST:
        return folded
    return f"{folded[: _LONGEST // 2]} {folded[-_LONGEST // 2 :]}"


def _codes(text: str) -> Hashes:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)


def _hashed(words: Sequence[str]) -> Hashes:
    return np.fromiter((mmh3.hash(word, signed=False) for word in words), np.uint64, len(words))


def _runs(codes: Hashes, size: int) -> Hashes:
    return _joined(codes, size, np.uint64(size))


def _phrases(words: Hashes, size: int) -> Hashes:
    return _joined(words, size, np.uint64(100 + size))


def _joined(items: Hashes, size: int, kind: np.uint64) -> Hashes:
    count = len(items) - size + 1
    if count < 1:
        return np.zeros(0, np.uint64)
    made = np.full(count, kind, np.uint64)
    for at in range(size):
        made = made * _STEP + items[at : at + count]
    return made


def _pairs(items: Hashes, gap: int, *, kind: int) -> Hashes:
    if len(items) <= gap:
        return np.zeros(0, np.uint64)
    return (items[:-gap] + np.uint64(1000 * kind)) * _OTHER + items[gap:] * _STEP


def _places(hashes: Hashes) -> Places:
    """Each hash well mixed, its highest bits taken: neighbours must not share places."""
    mixed = (hashes ^ (hashes >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed >> np.uint64(64 - BITS)).astype(np.int64)
