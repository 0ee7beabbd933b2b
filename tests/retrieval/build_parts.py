"""What the tests of builds need: a quick embedder, articles, and a state to compare."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from retrieval.articles import ArticleDraft
from retrieval.embedding import Embedder, Matrix
from retrieval.index import Index

DIMENSION = 48


class Hashing(Embedder):
    """Bags of words hashed into a vector: equal texts agree, texts that share words are near."""

    def __init__(self) -> None:
        self.name, self.identity, self.dimension = "hashing", "hashing-1" * 4, DIMENSION
        self.seen: list[str] = []

    def vectors(self, texts: Sequence[str]) -> Matrix:
        rows = np.array([self._vector(text) for text in texts], np.float32)
        return rows.reshape(len(texts), DIMENSION)

    def stream(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Matrix]]:
        for place, text in enumerate(texts):
            self.seen.append(text)
            yield [place], self.vectors([text])

    def embed_query(self, text: str) -> list[float]:
        found: list[float] = self.vectors([text])[0].tolist()
        return found

    def _vector(self, text: str) -> Matrix:
        row = np.full(DIMENSION, 1e-3, np.float32)
        for word in [*text.lower().split(), text]:
            digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
            row += np.random.default_rng(int.from_bytes(digest, "big")).standard_normal(DIMENSION)
        unit: Matrix = row / np.linalg.norm(row)
        return unit


_NOUNS = ("luggage", "invoice", "password", "ferry", "voucher", "wheelchair", "bicycle", "meal")
_VERBS = ("change", "lose", "order", "cancel", "repair", "share")


def article(number: int, edition: int, locale: str = "en") -> ArticleDraft:
    """Return one of a few articles, in one of its editions."""
    noun, verb = _NOUNS[number % len(_NOUNS)], _VERBS[number % len(_VERBS)]
    body = f"To {verb} your {noun}, take step {edition}.\n\n## Fees\n\nIt costs {edition} coins."
    if edition % 2:
        body += f"\n\n## Exceptions of edition {edition}\n\nNo {noun} on holidays."
    return ArticleDraft(
        id=f"{noun}-{number}",
        locale=locale,
        title=f"How to {verb} a {noun} number {number}",
        category="general",
        subcategory="",
        components=(),
        questions=(f"May I {verb} my {noun} ({number})?", f"{noun} {number} trouble"),
        body=body,
        updated=date(2026, 1, 1 + edition % 28),
    )


QUESTIONS = (
    *(f"how do I {verb} my {noun}" for verb, noun in zip(_VERBS, _NOUNS, strict=False)),
    "what are the fees",
    "holidays",
    "meal 7 trouble",
)


def answers(index: Index) -> dict[str, list[tuple[str, str, float]]]:
    """Return what the index says to each question: passage, its text, how well it fits."""
    said = {}
    for question in QUESTIONS:
        found = index.search(question, hint="en").found
        lines = [(one.passage.id, one.passage.text, round(one.score, 4)) for one in found]
        said[question] = sorted(lines, key=lambda line: (-line[2], line[0]))
    return said
