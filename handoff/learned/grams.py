"""Text as places in a fixed table: one place for each run of characters and of words in it."""

from __future__ import annotations

import re
from functools import lru_cache

import mmh3
import numpy as np
from numpy.typing import NDArray

from handoff.folding import fold

Places = NDArray[np.int64]

BITS = 18
LONGEST_RUN = 5
"""Characters in the longest run; a whole Chinese phrase, or the stem of a word."""
LONGEST_PHRASE = 3
"""Words in the longest phrase; Chinese, written without spaces, has only runs of characters."""
_MASK = (1 << BITS) - 1
_LONGEST = 400
_WORD = re.compile(r"[a-z0-9']+")


def cut(text: str) -> str:
    """The folded text, of a long one its beginning and its end: there people say what they want.

    Keeps the time for a message bounded, however much was pasted.
    """
    folded = fold(text)
    if len(folded) <= _LONGEST:
        return folded
    return f"{folded[: _LONGEST // 2]} {folded[-_LONGEST // 2 :]}"


def grams(text: str) -> list[str]:
    """Every run of one to five characters (`c…`) and of one to three words (`w…`), as folded."""
    plain = f" {cut(text)} "
    found = [
        f"c{plain[at : at + size]}"
        for size in range(1, LONGEST_RUN + 1)
        for at in range(len(plain) - size + 1)
    ]
    words = _WORD.findall(plain)
    found += [
        f"w{' '.join(words[at : at + size])}"
        for size in range(1, LONGEST_PHRASE + 1)
        for at in range(len(words) - size + 1)
    ]
    return found


def place(gram: str) -> int:
    """Where a run or phrase stands in the table."""
    return mmh3.hash(gram, signed=False) & _MASK


@lru_cache(maxsize=256)
def places(text: str) -> Places:
    """The distinct places of a text, in order; the same for both Chinese scripts."""
    found: Places = np.unique(np.fromiter(map(place, set(grams(text))), np.int64))
    found.flags.writeable = False  # the same array is given to everybody who asks again
    return found
