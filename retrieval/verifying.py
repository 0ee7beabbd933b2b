"""Looks whether a new index holds what it should, before anybody is answered from it."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from retrieval import analysis
from retrieval.contents import Key
from retrieval.draft import Reporter
from retrieval.embedding import Embedder
from retrieval.errors import VerificationFailed
from retrieval.loaded import Loaded
from retrieval.ranking import Question
from retrieval.remembered import Remembered, hash_of

_NEAR = 5
"""An article must be among so many for its own title."""
_WHOLLY = 100
"""So many titles are searched for wholly; of the others, those that words alone do not find."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that an article says it answers."""

    key: Key
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One question, asked of the live index and of the new one.

    Places are those of the article it belongs to, from 1; None: not among the first ten. What
    comes first is (article, title), None where nothing is found.
    """

    article: str
    locale: str
    question: str
    before: int | None
    after: int | None
    first_before: tuple[str, str] | None
    first_after: tuple[str, str] | None

    @property
    def gain(self) -> float:
        """How much better the new index does, as reciprocal rank: from -1 to 1."""
        return _reciprocal(self.after) - _reciprocal(self.before)


@dataclass(frozen=True, slots=True)
class Checks:
    """What was looked at before a switch, and what came of it."""

    titles: int
    questions: tuple[Compared, ...]
    failures: tuple[str, ...]


def sample(keys: Iterable[Key], number: int, always: Iterable[Key] = ()) -> list[Key]:
    """Return some of the keys, always the same for the same keys, and those that must be in."""
    known = sorted(keys)
    must = set(always)
    others = [key for key in known if key not in must]
    chosen = random.Random(0).sample(others, min(number, len(others)))
    return sorted(must | set(chosen))


def check(
    new: Loaded,
    live: Loaded | None,
    titles: Sequence[Key],
    questions: Sequence[Asked],
    margin: float,
    vector_of: "Known",
    report: Reporter,
    keep: Callable[[Checks], None],
) -> None:
    """Raise VerificationFailed unless the new index is whole and as good as the live one.

    What was found goes to `keep` either way.
    """
    report.stage("verify", len(titles) + len(questions))
    failures = _missing(new)
    wholly = set(sample(titles, _WHOLLY))
    for key in titles:
        found = None
        if key in wholly or not _by_words(new, key):
            found = _by_title(new, key, vector_of)
        if found is not None:
            failures.append(found)
        report.step(f"{key[0]} ({key[1]})")
    compared: list[Compared] = []
    if live is not None:
        for asked in questions:
            compared.append(_compared(new, live, asked, vector_of))
            report.step(f"{asked.key[0]} ({asked.key[1]})")
    failures += _worse(compared, margin)
    keep(Checks(len(titles), tuple(compared), tuple(failures)))
    if failures:
        report.failed(failures)
        raise VerificationFailed(failures)


class Known:
    """The vectors of texts that were embedded before; others are embedded now."""

    def __init__(self, embedder: Embedder, remembered: Remembered, texts: Iterable[str]) -> None:
        hashes = {text: hash_of(text) for text in texts}
        kept = remembered.find(list(hashes.values()))
        self._vectors = {t: kept[h].tolist() for t, h in hashes.items() if h in kept}
        self._embedder = embedder

    def __call__(self, text: str) -> list[float]:
        """Return a text's vector."""
        return self._vectors.get(text) or self._embedder.embed_query(text)


def title_of(new: Loaded, key: Key) -> str:
    """Return an article's title."""
    return new.shelves[key[1]][key[0]][0].title


def _missing(new: Loaded) -> list[str]:
    failures = [
        f"{locale}: {new.base.vectors.count(locale)} of {number} vectors are stored"
        for locale, number in new.contents.entries.items()
        if new.base.vectors.count(locale) != number
    ]
    for locale, words in new.words.items():
        expected = {article for article, code in new.contents.marks if code == locale}
        if set(words.articles) != expected or len(words.articles) != len(expected):
            held = len(set(words.articles) & expected)
            failures.append(f"{locale}: {held} of {len(expected)} articles are found by words")
    lost = {code for _, code in new.contents.marks} - set(new.words)
    return failures + [f"{locale}: no article is found by words" for locale in sorted(lost)]


def _by_words(new: Loaded, key: Key) -> bool:
    """Whether the words of its title alone lead to an article: the quick half of a search."""
    article, locale = key
    words = new.words[locale]
    parts = analysis.parts(title_of(new, key), locale)
    sought = words.seek([(part, 1.0) for part in parts])
    return any(words.articles[int(n)] == article for n in words.candidates(sought, _NEAR, None))


def _by_title(new: Loaded, key: Key, vector_of: Known) -> str | None:
    article, locale = key
    title = title_of(new, key)
    if not title.strip():
        return None
    near = _ranked(new, title, locale, vector_of)[:_NEAR]
    if article in near:
        return None
    if near and analysis.fold(title_of(new, (near[0], locale))) == analysis.fold(title):
        return None  # several articles of one title: one of them is found
    return f"{article} ({locale}) is not found by its own title"


def _worse(compared: Sequence[Compared], margin: float) -> list[str]:
    """Compare how far up both put the article that each question belongs to."""
    number = len(compared)
    before = sum(_reciprocal(one.before) for one in compared)
    after = sum(_reciprocal(one.after) for one in compared)
    if not number or after >= before - margin * number:
        return []
    told = (
        f"{number} questions of the articles are answered worse than by the live index: mean "
        f"reciprocal rank {after / number:.3f}, live {before / number:.3f}, more than "
        f"HANDRAIL_RETRIEVAL__VERIFY_MARGIN={margin:g} below; raise it to accept that"
    )
    return [told]


def _compared(new: Loaded, live: Loaded, asked: Asked, vector_of: Known) -> Compared:
    article, locale = asked.key
    before, after = (_ranked(one, asked.text, locale, vector_of) for one in (live, new))
    return Compared(
        article,
        locale,
        asked.text,
        _place(article, before),
        _place(article, after),
        _first(live, before, locale),
        _first(new, after, locale),
    )


def _place(article: str, ranked: Sequence[str]) -> int | None:
    return ranked.index(article) + 1 if article in ranked else None


def _first(loaded: Loaded, ranked: Sequence[str], locale: str) -> tuple[str, str] | None:
    return (ranked[0], title_of(loaded, (ranked[0], locale))) if ranked else None


def _reciprocal(place: int | None) -> float:
    return 0.0 if place is None else 1 / place


def _ranked(loaded: Loaded, text: str, locale: str, vector_of: Known) -> list[str]:
    if locale not in loaded.words:
        return []
    ranking = loaded.search.ranker.rank(Question(text, vector_of(text)), locale)
    names = loaded.words[locale].articles
    return [names[int(number)] for number in ranking.order[:10]]
