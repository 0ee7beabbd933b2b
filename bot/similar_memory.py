"""The solved questions of a process in memory: which of them are like a new one."""

import math
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.engine import Connection as Tx

from bot.similar_tables import solved
from retrieval.analysis import terms

NEAREST = 40
"""Of the nearest by meaning and by words each, so many are weighed."""
ALIKE = 0.3
"""Below this two questions are not about the same."""
BY_MEANING = {"en": 0.6}
"""How much the meaning counts beside the words."""
ELSEWHERE = 0.25
"""The same in languages that the model reads badly: there the words tell more."""
SAME_COMPONENT = 0.08
LAST = 20_000
"""So many are looked at: the latest."""
_NOTHING, _SURE = 0.2, 0.9
"""Cosines that mean nothing, and the same."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of one solved question: no text of it."""

    conversation: str
    visitor: str
    learned_at: datetime
    language: str
    words: frozenset[str]
    components: frozenset[str]
    vector: NDArray[np.float32] | None


class Memory:
    """Grows by what was learned since; safe to use from several threads."""

    def __init__(self) -> None:
        self.newest: datetime | None = None
        self._kept: dict[str, Kept] = {}
        self._rows: list[Kept] = []
        self._matrix: NDArray[np.float32] | None = None
        self._places: dict[str, NDArray[np.intp]] = {}
        """Word → the rows that have it."""
        self._lock = threading.Lock()

    @staticmethod
    def unread(tx: Tx, model: str, since: datetime | None) -> list[Kept]:
        """What was learned since then (some of it may be known), or the latest of all."""
        query = select(solved).where(solved.c.model == model)
        if since is not None:
            query = query.where(solved.c.learned_at >= since)
        else:
            query = query.where(solved.c.vector.is_not(None))
        latest = query.order_by(solved.c.learned_at.desc()).limit(LAST)
        return [
            Kept(
                conversation=row.conversation_id,
                visitor=row.visitor_id,
                learned_at=row.learned_at,
                language=row.language,
                words=frozenset(terms(row.question, row.language)) if row.vector else frozenset(),
                components=frozenset(row.components),
                vector=np.frombuffer(row.vector, np.float16).astype(np.float32)
                if row.vector
                else None,
            )
            for row in tx.execute(latest)
        ]

    def take(self, fresh: Sequence[Kept]) -> None:
        """Remember these; what nothing is learned from any more is forgotten."""
        with self._lock:
            changed = [one for one in fresh if self._is_new(one)]
            for one in changed:
                self._kept.pop(one.conversation, None)
                if one.vector is not None:
                    self._kept[one.conversation] = one
            if changed:
                self._rows = list(self._kept.values())[-LAST:]
                vectors = [one.vector for one in self._rows if one.vector is not None]
                self._matrix = np.stack(vectors) if vectors else None
                self._places = _places(self._rows)
            times = [one.learned_at for one in fresh]
            self.newest = max([*times, self.newest] if self.newest else times, default=None)

    def _is_new(self, one: Kept) -> bool:
        known = self._kept.get(one.conversation)
        return known is None or known.learned_at < one.learned_at

    def like(
        self, text: str, language: str, vector: NDArray[np.float32], components: Sequence[str]
    ) -> list[tuple[Kept, float]]:
        """Those about the same with how alike they are, 0 to 1, the most alike first."""
        with self._lock:
            rows, matrix, places = self._rows, self._matrix, self._places
        if matrix is None:
            return []
        words = frozenset(terms(text, language))

        def weight(word: str) -> float:
            """A word that many questions have tells little."""
            return math.log(1 + len(rows) / (1 + len(places.get(word, ()))))

        near = matrix @ vector
        shared = np.zeros(len(rows))
        for word in words & places.keys():
            shared[places[word]] += weight(word)
        total = sum(map(weight, words)) or 1.0
        found = []
        for place in {*_highest(near), *_highest(shared)}:
            row = rows[place]
            theirs = sum(map(weight, row.words)) or 1.0
            by_words = float(shared[place]) / math.sqrt(total * theirs)
            by_meaning = min(1.0, max(0.0, (float(near[place]) - _NOTHING) / (_SURE - _NOTHING)))
            share = min(BY_MEANING.get(one, ELSEWHERE) for one in (language, row.language))
            score = share * by_meaning + (1 - share) * by_words
            if not row.components.isdisjoint(components):
                score += SAME_COMPONENT
            found.append((row, round(min(1.0, score), 3)))
        close = [one for one in found if one[1] >= ALIKE]
        return sorted(close, key=lambda one: (-one[1], one[0].conversation))


def _places(rows: Sequence[Kept]) -> dict[str, NDArray[np.intp]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for word in row.words:
            found[word].append(place)
    return {word: np.array(places, np.intp) for word, places in found.items()}


def _highest(scores: NDArray[Any]) -> list[int]:
    """Where the highest scores are."""
    if len(scores) <= NEAREST:
        return list(range(len(scores)))
    return [int(place) for place in np.argpartition(-scores, NEAREST)[:NEAREST]]
