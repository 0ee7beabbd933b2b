"""What a signal is, and what signals look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Signal:
    """One measured thing about a conversation, with what it rests on.

    `evidence` holds the customer's own words, or `code=value` (spelled out by `handoff.words`).
    """

    name: str
    strength: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One customer message; `helpful` is the customer's verdict on the answer before it.

    `vector` is the embedding of an English text by `learned.model.VECTORS_OF`; None elsewhere.
    """

    text: str
    at: datetime | None = None
    helpful: bool | None = None
    vector: Vector | None = field(default=None, compare=False, repr=False)
