"""Help articles of any number, made of the sample company's sentences and made-up words."""

import random
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np

from retrieval.articles import Article
from retrieval.beir import Document
from retrieval.embedding import Embedder, Matrix
from retrieval.passages import plain

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "articles" / "en"
_SYLLABLES = tuple(f"{start}{end}" for start in "bdfgklmnprst" for end in ("a", "ei", "o", "ul"))
_THEN = datetime(2026, 1, 1, tzinfo=UTC)
_BETWEEN = " – "
"""Between a sample title and the made-up name in a made-up title."""
_NOISE = 0.35
"""How far the vector of a made-up text is from the mean of its sentences'."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What articles are made of."""

    titles: tuple[str, ...]
    sentences: tuple[str, ...]


@cache
def pool() -> Pool:
    """The sample's English titles and sentences."""
    titles, sentences = [], {}
    for path in sorted(SAMPLE.rglob("*.md")):
        _, head, body = path.read_text("utf-8").split("---\n", 2)
        found = re.search(r"^title: (.+)$", head, re.MULTILINE)
        titles.append(found[1].strip() if found else path.stem)
        for line in plain(body).splitlines():
            for sentence in split(line):
                if 30 <= len(sentence) <= 220:
                    sentences[sentence] = None
    return Pool(tuple(titles), tuple(sentences))


def split(text: str) -> list[str]:
    """The sentences of one line."""
    return [part.strip() for part in re.split(r"(?<=[.!?])\s+", text) if part.strip()]


def documents(count: int) -> list[Document]:
    """As many articles of one passage each, every one with a name of its own."""
    return [_document(number, name) for number, name in zip(range(count), _names(), strict=False)]


def questions(made: Sequence[Document], count: int) -> list[tuple[str, str]]:
    """Questions with the id of the article they were made from; no two are the same."""
    chance = random.Random(7)
    found: dict[str, str] = {}
    while len(found) < count:
        document = chance.choice(made)
        words = chance.choice(split(document.text)).rstrip(".!?").split()
        start = chance.randrange(max(1, len(words) - 6))
        asked = " ".join(words[start : start + chance.randint(4, 8)])
        name = document.title.split(_BETWEEN)[1]
        found[f"{asked} {name}?" if chance.random() < 0.5 else f"{asked}?"] = document.id
    return list(found.items())


def article(document: Document) -> Article:
    """The document as the article it becomes."""
    return Article(
        id=document.id, locale="en", title=document.title, category="", subcategory="",
        components=(), questions=(), body=document.text, updated=_THEN.date(), audience="public",
        version=1, published=True, author="bench", saved_at=_THEN,
    )  # fmt: skip


class Mixing(Embedder):
    """Makes the vectors of made-up articles from their sentences', and reads questions itself.

    So ten thousand articles have vectors spread as real ones are, without the model reading each;
    what a search costs does not depend on where they come from.
    """

    def learn(self) -> None:
        """Let the model read the pool once."""
        known = [*pool().titles, *pool().sentences]
        self._known = dict(zip(known, super().vectors(known), strict=True))

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """As the model's; of texts that hold sentences of the pool, a mixture of theirs."""
        mixed = [self._mixed(text) for text in texts]
        unknown = [text for text, row in zip(texts, mixed, strict=True) if row is None]
        read = iter(super().vectors(unknown)) if unknown else iter(())
        return np.stack([next(read) if row is None else row for row in mixed])

    def stream(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Matrix]]:
        """As `vectors`, in parts."""
        for start in range(0, len(texts), 500):
            places = list(range(start, min(start + 500, len(texts))))
            yield places, self.vectors([texts[n] for n in places])

    def _mixed(self, text: str) -> Matrix | None:
        parts = [part for line in text.splitlines() for part in (*split(line), *_heads(line))]
        rows = [self._known[part] for part in parts if part in self._known]
        if not rows:
            return None
        chance = np.random.default_rng(zlib.crc32(text.encode()))
        noise = chance.standard_normal(self.dimension).astype(np.float32)
        row = np.mean(rows, axis=0) + _NOISE * noise / np.linalg.norm(noise)
        mixed: Matrix = (row / np.linalg.norm(row)).astype(np.float32)
        return mixed


def _heads(line: str) -> list[str]:
    return [line.split(_BETWEEN, maxsplit=1)[0]] if _BETWEEN in line else []


def _document(number: int, name: str) -> Document:
    chance = random.Random(number)
    title = f"{chance.choice(pool().titles)}{_BETWEEN}{name}"
    chosen = [
        *chance.sample(pool().sentences, 4),
        *(_strange(chance) for _ in range(4)),
        f"All of this is about {name}, code {name[:2]}-{number}.",
    ]
    chance.shuffle(chosen)
    text = ""
    for sentence in chosen:
        if len(text) + len(sentence) < 880:  # one passage
            text = f"{text} {sentence}".strip()
    return Document(f"made-{number}", title, text)


def _strange(chance: random.Random) -> str:
    """A sentence of made-up words, a few of them in many articles and most in hardly any."""
    words = [_word(int(len(_SYLLABLES) ** (3 * chance.random()))) for _ in range(9)]
    for place in (2, 5, 8):
        words.insert(place, chance.choice(("of", "the", "and", "to", "with")))
    return f"{' '.join(words).capitalize()}."


def _word(number: int) -> str:
    """The made-up word of a number; no English word has its ending."""
    word = ""
    while not word or number:
        number, rest = divmod(number, len(_SYLLABLES))
        word += _SYLLABLES[rest]
    return f"{word}xu"


def _names() -> Iterator[str]:
    """Names that nobody has: Velano, Velanu …"""
    first = ("Ve", "Ko", "Ra", "Tu", "Li", "Mo", "Sa", "Pe", "Ni", "Do")
    middle = ("la", "ne", "ri", "to", "mu", "ka", "si", "be")
    last = ("no", "nu", "ra", "ri", "ta", "ti", "vo", "ve")
    for number in range(1000):
        for parts in product(first, middle, last):
            yield "".join(parts) + (str(number) if number else "")
