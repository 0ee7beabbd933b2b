"""Texts as rows of numbers by their words and letters: the same in both Chinese scripts."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from handoff.folding import fold

Matrix = NDArray[np.float32]

WIDTH = 512
"""Columns of a row. Pieces share columns with random signs, which blurs a similarity by 0.04."""
_NOTHING = np.zeros(WIDTH, np.float32)
_KNOWN = 1 << 16
_LONGEST = 600
"""Characters of a text that are read: what a customer wants stands at the beginning."""
_RUNS = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+(?:'[^\W_\u3400-\u9fff]+)*")
_LONG_NUMBER = re.compile(r"\d{4,}")
"""An order, a postcode, a telephone: which one says nothing about the intent."""


def as_read(text: str) -> str:
    """The text as scope reads it, in Simplified script: embed this, not what was typed."""
    return fold(text[: 2 * _LONGEST])[:_LONGEST]


@dataclass(frozen=True, slots=True)
class Wording:
    """How much each piece of a text tells, learned from the examples."""

    told: Matrix
    """By the hash of a piece: the rarer it is in the examples, the more."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> Wording:
        """Count in how many of the texts each piece stands."""
        counted = np.zeros(_KNOWN, np.float32)
        number = 0
        for number, text in enumerate(texts, start=1):  # noqa: B007 - counts the texts
            held = np.array([code % _KNOWN for part in _pieces(text) for code in part], np.int64)
            counted[np.unique(held)] += 1
        return cls(np.log((1 + number) / (1 + counted)) + 1)

    def rows(self, texts: Sequence[str]) -> Matrix:
        """One row of length 1 per text; nothing but zeros for a text without a word."""
        made = [sum(map(self._row, filter(None, _pieces(text))), _NOTHING) for text in texts]
        table = np.stack(made) if made else np.zeros((0, WIDTH), np.float32)
        length = np.linalg.norm(table, axis=1, keepdims=True)
        return (table / np.where(length > 0, length, 1)).astype(np.float32)

    def _row(self, part: Sequence[int]) -> Matrix:
        codes, often = np.unique(np.array(part, np.int64), return_counts=True)
        weight = self.told[codes % _KNOWN] * (1 + np.log(often))
        signs = np.where(codes >> 31 & 1, 1.0, -1.0)
        row = np.bincount(codes >> 16 & (WIDTH - 1), signs * weight, WIDTH)
        return (row / (np.linalg.norm(row) or 1.0)).astype(np.float32)


def _pieces(text: str) -> tuple[list[int], list[int]]:
    """Hashes of the words and their pairs, and of the letter groups."""
    words = list(_words(_LONG_NUMBER.sub("0000", text)))
    pairs = [f"p{a} {b}" for a, b in pairwise(words)]
    letters = [
        f"c{padded[at : at + size]}"
        for padded in (f" {word} " for word in words)
        for size in (3, 4, 5)
        for at in range(len(padded) - size + 1)
    ]
    return _hashed([f"w{word}" for word in words] + pairs), _hashed(letters)


def _words(text: str) -> Iterator[str]:
    """Latin words whole; of Chinese every two neighbours, and a character that stands alone."""
    for run in _RUNS.findall(text):
        if run[0] < "\u3400" or run[0] > "\u9fff" or len(run) == 1:
            yield run
        else:
            yield from (run[at : at + 2] for at in range(len(run) - 1))


def _hashed(pieces: Sequence[str]) -> list[int]:
    # crc32 alone is linear: neighbouring texts would share columns. The product scatters it.
    return [
        (zlib.crc32(piece.encode()) * 0x9E3779B97F4A7C15 >> 29) & 0xFFFFFFFF for piece in pieces
    ]
