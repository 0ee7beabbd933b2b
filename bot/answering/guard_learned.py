"""How much a sentence claims, as a small model sees it that learned from `guard_texts`.

What claims that trouble is over can be said in more ways than any list has. The model is a table
of weights over what `guard_grams` finds in a sentence, one for each kind of claim.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.answering.guard_grams import BITS, places
from bot.errors import SetupError

KINDS = ("over", "deployed", "time", "news", "call", "any")
"""It is over; a fix is in place; when it ends; when there is news; somebody will call; any of
these, whichever it is."""
PACKAGED = Path(__file__).with_name("guard_weights.npz")


@dataclass(frozen=True, slots=True)
class Claims:
    """A trained model: per kind a weight for each place, in steps of `scale`, and a bias."""

    weights: NDArray[np.int8]
    scale: NDArray[np.float64]
    bias: NDArray[np.float64]

    def score(self, sentence: str) -> Mapping[str, float]:
        """Kind → log odds that the plain sentence makes such a claim; above 0 it likely does."""
        found = places(sentence)
        total = self.weights[:, found].sum(axis=1, dtype=np.int64) * self.scale
        odds = total / np.sqrt(max(1, len(found))) + self.bias
        return dict(zip(KINDS, map(float, odds), strict=True))


@lru_cache(maxsize=4096)
def claimed(sentence: str) -> Mapping[str, float]:
    """As `Claims.score`, by the packaged model; what was asked lately is remembered."""
    return packaged().score(sentence)


@cache
def packaged() -> Claims:
    """The model that comes with the program. Raises SetupError."""
    return read(PACKAGED)


def read(path: Path) -> Claims:
    """The model of a file that `write` made. Raises SetupError, saying what to do."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            if tuple(stored["kinds"].tolist()) != KINDS or int(stored["bits"]) != BITS:
                raise ValueError("it is of another version")
            weights = np.zeros((len(KINDS), 1 << BITS), np.int8)
            weights[:, stored["places"]] = stored["weights"]
            return Claims(weights, stored["scale"], stored["bias"])
    except (OSError, ValueError, KeyError, IndexError, EOFError, BadZipFile) as error:
        raise SetupError(
            f"{path} is not a model of the guard on words: {error}. Install Handrail again, or "
            "make it anew with `python -m bot.answering.guard_training`."
        ) from error


def write(model: Claims, path: Path) -> int:
    """Store a model without places where all weights are zero; gives the bytes."""
    kept = np.flatnonzero(model.weights.any(axis=0)).astype(np.uint32)
    np.savez_compressed(
        path,
        kinds=np.array(KINDS),
        bits=np.array(BITS),
        places=kept,
        weights=model.weights[:, kept],
        scale=model.scale,
        bias=model.bias,
    )
    return path.stat().st_size
