"""Texts with a label, as training and measuring need them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """One text; those of one `group` are never parted between learning and testing."""

    text: str
    label: bool
    language: str
    group: str


@dataclass(frozen=True, slots=True)
class Part:
    """Examples of one origin. A target is what the whole model is fitted to in the end."""

    name: str
    examples: tuple[Example, ...]
    target: bool = True
    weight: float = 1.0
    """How much a target counts in the end, beside the others."""

    @property
    def texts(self) -> list[str]:
        """The texts, in order."""
        return [one.text for one in self.examples]

    @property
    def labels(self) -> Labels:
        """The labels, in order."""
        return np.array([one.label for one in self.examples], bool)

    def folds(self, count: int) -> NDArray[np.int64]:
        """A fold for each example, the same on every machine: drawn from the group's name."""
        return np.array([fold_of(one.group, count) for one in self.examples], np.int64)


def fold_of(group: str, count: int) -> int:
    """The fold of a group; a group whose name is a number keeps that one."""
    if group.isdigit():
        return int(group) % count
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:4], "big") % count


def chosen(examples: Sequence[Example], most: int) -> tuple[Example, ...]:
    """At most so many of the examples, drawn by the hash of their texts, in their old order."""
    if len(examples) <= most:
        return tuple(examples)
    drawn = sorted(range(len(examples)), key=lambda n: _drawn(examples[n].text))
    return tuple(examples[n] for n in sorted(drawn[:most]))


def thinned(examples: Sequence[Example], most: int) -> tuple[Example, ...]:
    """At most so many examples of one group, the first ones, in their order."""
    counted: Counter[str] = Counter()
    kept: list[Example] = []
    for one in examples:
        counted[one.group] += 1
        if counted[one.group] <= most:
            kept.append(one)
    return tuple(kept)


def _drawn(text: str) -> str:
    return hashlib.sha256(b"drawn" + text.encode()).hexdigest()
