"""How well a question's words fit some articles: their titles, questions, passages, sentences.

Every score is BM25's as a share of the most that the question could get, so that scores compare
between questions, collections and languages.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.keywords import Keywords, Sought
from retrieval.stream import LEAD, ranges

Scores = NDArray[np.float32]
Ints = NDArray[np.int64]
LEVELS = ("body", "lead", "title", "passage", "window", "sentence", "question")
"""Whole article; its title and first lines; its title; its best passage, two neighbouring
sentences, sentence, question."""
_BODY, _LEAD, _TITLE, _PASSAGE, _WINDOW, _SENTENCE, _QUESTION = range(len(LEVELS))
_K1 = 1.2
_B = {"body": 0.75, "lead": 0.5, "title": 0.4, "passage": 0.6, "window": 0.4, "sentence": 0.4,
      "question": 0.4}  # fmt: skip
"""BM25's b: how much a longer text must have of a word to count as much."""
_ASKED = np.array([level in ("title", "question") for level in LEVELS])
"""Levels where a part weighs what it tells in titles and questions."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The fit of some articles, in ascending order, and of their passages."""

    articles: Ints
    words: dict[str, Scores]  # level → per article
    pairs: dict[str, Scores]
    cover: Scores  # per article: share of the question, by weight, that it speaks of at all
    pair_cover: Scores
    passages: Ints  # numbers of the articles' passages, in order
    passage_words: Scores
    passage_pairs: Scores
    best_question: Ints  # per article: the number of its best question, -1 for none
    question_cover: Scores  # per article: share of the question that this one contains


_SENTENCES = 6
"""Sentences of an article that are looked at one by one."""


def match(
    keywords: Keywords, sought: Sought, articles: Ints, hidden: frozenset[int] = frozenset()
) -> Matches:
    """Return how the articles fit; `hidden` questions must look as if nobody had written them."""
    place = _Place.of(keywords, np.sort(articles), hidden)
    plan = _Plan.of(sought)
    texts = _counted(keywords, plan, place)
    words, pairs = _fit(keywords, plan, texts)
    number = len(place.articles)
    by_level = _best(words, texts.article, number), _best(pairs, texts.article, number)
    asked, passages, body = (texts.of(level) for level in (_QUESTION, _PASSAGE, _BODY))
    best, own = _best_question(words[asked], texts.owner[asked], place)
    question_cover = plan.by_part(texts.words[asked][own] > 0) if len(place.asked) else 0.0
    return Matches(
        articles=place.articles,
        words=dict(zip(LEVELS, by_level[0], strict=True)),
        pairs=dict(zip(LEVELS, by_level[1], strict=True)),
        cover=plan.by_part(texts.words[body] > 0),
        pair_cover=plan.by_pair(texts.pairs[body] > 0),
        passages=place.passages,
        passage_words=words[passages],
        passage_pairs=pairs[passages],
        best_question=best,
        question_cover=np.where(best >= 0, question_cover, 0.0).astype(np.float32),
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is sought, laid out so that a table of counts can be weighed in one go."""

    sought: Sought
    column: dict[int, int]  # term → its column
    flat: Ints  # the columns of every part's terms, part by part
    starts: Ints  # of each part in `flat`
    sure: Scores  # as `flat`
    weights: Scores  # of each part, and what it weighs in titles and questions
    pair_weights: Scores  # likewise
    total: float

    @classmethod
    def of(cls, sought: Sought) -> "_Plan":
        column = {term: 0 for part in sought.terms for term, _ in part}
        column = {term: n for n, term in enumerate(column)}
        known = [n for n, part in enumerate(sought.terms) if part]
        flat = [one for n in known for one in sought.terms[n]]
        sizes = [len(sought.terms[n]) for n in known]
        return cls(
            sought, column, np.array([column[term] for term, _ in flat], np.int64),
            np.cumsum([0, *sizes[:-1]]), np.array([sure for _, sure in flat], np.float32),
            np.array([(sought.weights[n], sought.asked[n]) for n in known], np.float32),
            np.array([*zip(sought.pair_weights, sought.pair_asked, strict=True)], np.float32),
            sum(sought.weights),
        )  # fmt: skip

    def by_part(self, values: NDArray[np.generic], asked: NDArray[np.bool_] | None = None
                ) -> Scores:  # fmt: skip
        """Return the weighed mean over the parts, each by whichever of its terms fits best.

        `asked` tells which rows are titles and questions; none if it is None.
        """
        if not len(self.flat) or not self.total:
            return np.zeros(len(values), np.float32)
        held = np.multiply(values[:, self.flat], self.sure, dtype=np.float32)
        best = np.maximum.reduceat(held, self.starts, axis=1)
        return _weighed(best, self.weights, asked) / np.float32(self.total)

    def by_pair(self, values: NDArray[np.generic], asked: NDArray[np.bool_] | None = None
                ) -> Scores:  # fmt: skip
        """Return the weighed mean over the pairs; `asked` as with `by_part`."""
        total = sum(self.sought.pair_weights)
        if not total:
            return np.zeros(len(values), np.float32)
        return _weighed(values, self.pair_weights, asked) / np.float32(total)

    def worth(self) -> Scores:
        """Return what each term tells, by column."""
        worth = np.zeros(len(self.column), np.float32)
        for part, weight in zip(self.sought.terms, self.sought.weights, strict=True):
            for term, sure in part:
                worth[self.column[term]] = max(worth[self.column[term]], weight * sure)
        return worth


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the chosen articles' units lie, and what belongs to what."""

    articles: Ints
    first: Ints  # of each unit: where its terms begin
    sizes: Ints  # of each unit: its number of terms, breaks included
    owner: Ints  # of each unit: its article's position
    asked: Ints  # units that are questions, without titles and hidden ones
    titles: Ints  # units that are titles, one per article
    told: Ints  # of each unit: position of its passage, -1 for a question
    passages: Ints  # numbers of passages
    whose: Ints  # of each passage: its article's position
    question_number: Ints

    @classmethod
    def of(cls, keywords: Keywords, articles: Ints, hidden: frozenset[int]) -> "_Place":
        stream = keywords.stream
        first, last = stream.article_unit[articles], stream.article_unit[articles + 1]
        units = ranges(first, last)
        begin = stream.unit_start[units]
        passage = stream.unit_passage[units].astype(np.int64)
        titles = np.searchsorted(units, first)
        customers = passage < 0
        customers[titles] = False
        asked = np.flatnonzero(customers)
        numbers = np.searchsorted(keywords.question_units, units[asked])
        if hidden:
            seen = ~np.isin(numbers, list(hidden))
            asked, numbers = asked[seen], numbers[seen]
        begins = np.searchsorted(stream.passage_article, articles)
        ends = np.searchsorted(stream.passage_article, articles, side="right")
        passages = ranges(begins, ends)  # one without any words is among them
        return cls(
            articles, begin, stream.unit_start[units + 1] - begin - 1,
            np.repeat(np.arange(len(articles)), last - first), asked,
            np.cumsum(last - first) - (last - first),
            np.where(passage < 0, -1, np.searchsorted(passages, passage)), passages,
            np.repeat(np.arange(len(articles)), ends - begins), numbers,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Hits:
    """Where sought terms stand in the chosen articles."""

    unit: Ints
    column: Ints
    pair: Ints  # the column of the pair that begins here, -1 for none
    at: Ints  # place in the stream

    @classmethod
    def of(cls, keywords: Keywords, plan: _Plan, place: _Place) -> "_Hits":
        at = ranges(place.first, place.first + place.sizes + 1)
        terms = keywords.stream.terms[at]
        lookup = np.zeros(int(terms.max(initial=0)) + 2, np.uint16)
        for term, n in plan.column.items():
            if term + 1 < len(lookup):
                lookup[term + 1] = n + 1
        column = lookup[terms + 1].astype(np.int64)
        hit = np.flatnonzero(column)
        follows = np.full((len(plan.column) + 1, len(plan.column) + 1), -1, np.int64)
        for n, (one, other) in enumerate(plan.sought.pairs):
            if one >= 0:
                follows[plan.column[one] + 1, plan.column[other] + 1] = n
        ends = np.cumsum(place.sizes + 1)
        return cls(
            np.searchsorted(ends, hit, side="right"), column[hit] - 1,
            follows[column[hit], column[hit + 1]],  # every unit ends with a break
            at[hit],
        )  # fmt: skip

    def telling(self, place: _Place, worth: Scores, most: int) -> Ints:
        """Return the sentences of each article whose terms are worth most, so many of each."""
        mass = np.bincount(self.unit, weights=worth[self.column], minlength=len(place.sizes))
        units = np.flatnonzero((place.told >= 0) & (mass > 0))
        order = units[np.lexsort((-mass[units], place.owner[units]))]
        new = np.flatnonzero(np.diff(place.owner[order], prepend=-1))
        nth = np.arange(len(order)) - np.repeat(new, np.diff(new, append=len(order)))
        return np.sort(order[nth < most])


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of all levels one below the other: their counts, lengths and articles."""

    words: Scores
    pairs: Scores
    length: Scores
    owner: Ints  # the article's position
    level: Ints
    starts: Ints  # of each level, and the end

    def of(self, level: int) -> slice:
        """Return where a level's texts are."""
        return slice(int(self.starts[level]), int(self.starts[level + 1]))

    @property
    def article(self) -> Ints:
        """Return each text's place in a table of levels by articles."""
        return self.level * int(self.starts[_BODY + 1]) + self.owner


def _counted(keywords: Keywords, plan: _Plan, place: _Place) -> _Texts:
    hits = _Hits.of(keywords, plan, place)
    number = len(place.articles)
    chosen = hits.telling(place, plan.worth(), _SENTENCES)
    everyone, of_chosen = np.arange(number), place.owner[chosen]
    owners = (everyone, everyone, everyone, place.whose, of_chosen, of_chosen,
              place.owner[place.asked])  # fmt: skip
    sizes = np.array([len(one) for one in owners])
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    rows = _rows(place, chosen, starts)
    counts = _table(hits, rows, _early(hits, place), plan, int(starts[-1]))
    held = rows >= 0
    length = np.bincount(
        rows[held], np.broadcast_to(place.sizes, rows.shape)[held], minlength=int(starts[-1])
    ).astype(np.float32)
    length[starts[_LEAD] : starts[_TITLE]] = np.minimum(
        length[starts[_LEAD] : starts[_TITLE]], np.float32(LEAD)
    )
    texts = _Texts(
        counts[:, : len(plan.column)], counts[:, len(plan.column) :], length,
        np.concatenate(owners), np.repeat(np.arange(len(LEVELS)), sizes), starts,
    )  # fmt: skip
    _add(texts, place)
    return texts


def _rows(place: _Place, chosen: Ints, starts: Ints) -> Ints:
    """Return for each level the row that a unit counts for, -1 for none.

    A window's rows are those of the sentence after each chosen one, if the article goes on.
    """
    rows = np.full((len(LEVELS), len(place.sizes)), -1, np.int64)
    told = place.told >= 0
    rows[_BODY, told] = starts[_BODY] + place.owner[told]
    rows[_LEAD, told] = starts[_LEAD] + place.owner[told]
    rows[_TITLE, place.titles] = np.arange(starts[_TITLE], starts[_TITLE + 1])
    rows[_PASSAGE, told] = starts[_PASSAGE] + place.told[told]
    rows[_SENTENCE, chosen] = np.arange(starts[_SENTENCE], starts[_SENTENCE + 1])
    rows[_QUESTION, place.asked] = np.arange(starts[_QUESTION], starts[_QUESTION + 1])
    after = np.minimum(chosen + 1, len(place.sizes) - 1)
    goes_on = (place.owner[after] == place.owner[chosen]) & told[after] & (after > chosen)
    rows[_WINDOW, after[goes_on]] = starts[_WINDOW] + np.flatnonzero(goes_on)
    return rows


def _early(hits: _Hits, place: _Place) -> NDArray[np.bool_]:
    """Return which hits are among the first terms that their article tells."""
    begins = np.zeros(len(place.articles), np.int64)
    sentences = np.flatnonzero(place.told >= 0)[::-1]
    begins[place.owner[sentences]] = place.first[sentences]  # of an article's first sentence
    return hits.at - begins[place.owner[hits.unit]] < LEAD


def _table(hits: _Hits, rows: Ints, early: NDArray[np.bool_], plan: _Plan, number: int) -> Scores:
    """Return how often each of so many texts has each term, and beside these each pair."""
    both = np.flatnonzero(hits.pair >= 0)
    terms = len(plan.column)
    columns = terms + len(plan.sought.pairs)
    hit = np.concatenate([np.arange(len(hits.unit)), both])
    column = np.concatenate([hits.column, terms + hits.pair[both]])
    row = rows[:, hits.unit[hit]]
    row[_LEAD, ~early[hit]] = -1
    kept = row >= 0
    cells = (row * columns + column)[kept]
    counted = np.bincount(cells, minlength=number * columns)
    return counted.reshape(number, columns).astype(np.float32)


def _add(texts: _Texts, place: _Place) -> None:
    """Add to texts what counts for them, too: the title, or the sentence before."""
    body, lead, title, passage, window, sentence = map(texts.of, range(_QUESTION))
    for counts in (texts.words, texts.pairs, texts.length):
        counts[body] += 2 * counts[title]
        counts[lead] += counts[title]
        counts[passage] += counts[title][place.whose]
        counts[window] += counts[sentence]


def _fit(keywords: Keywords, plan: _Plan, texts: _Texts) -> tuple[Scores, Scores]:
    """Return every text's share by words and by pairs."""
    usual = [max(1.0, keywords.usual_length(level)) for level in LEVELS]
    base = np.array([_K1 * (1 - _B[level]) for level in LEVELS], np.float32)
    slope = np.array([_K1 * _B[a] / b for a, b in zip(LEVELS, usual, strict=True)], np.float32)
    heavy = (base[texts.level] + slope[texts.level] * texts.length)[:, None]
    words = texts.words * np.float32(_K1 + 1) / (texts.words + heavy)
    pairs = texts.pairs * np.float32(_K1 + 1) / (texts.pairs + heavy)
    asked = _ASKED[texts.level]
    return plan.by_part(words, asked), plan.by_pair(pairs, asked)


def _weighed(
    values: NDArray[np.generic], weights: Scores, asked: NDArray[np.bool_] | None
) -> Scores:
    held = values.astype(np.float32)
    if asked is None:
        return np.asarray(held @ weights[:, 0], np.float32)
    both = held @ weights
    return np.asarray(np.where(asked, both[:, 1], both[:, 0]), np.float32)


def _best(values: Scores, place: Ints, number: int) -> Scores:
    """Return a row for each level: the best of each article's texts there."""
    best = np.zeros(len(LEVELS) * number, np.float32)
    np.maximum.at(best, place, values)
    return best.reshape(len(LEVELS), number)


def _best_question(fit: Scores, whose: Ints, place: _Place) -> tuple[Ints, Ints]:
    """Return each article's best question by number (-1: none fits), and its row."""
    best = np.full(len(place.articles), -1, np.int64)
    row = np.zeros(len(place.articles), np.int64)
    order = np.argsort(fit, kind="stable")
    order = order[fit[order] > 0]  # the best comes last: of several, the last one stays
    owner = whose[order]
    best[owner] = place.question_number[order]
    row[owner] = order
    return best, row
