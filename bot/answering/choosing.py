"""Which parts of an article answer a question: the steps, the sentence, the row."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from bot.answering.blocks import ANNOUNCES, Unit, units
from retrieval.analysis import fold, parts, terms
from retrieval.passages import Passage
from retrieval.search import Found

Asks = Literal["fact", "steps", "open"]
Span = tuple[int, int]

_ENOUGH = 0.34
"""Share of the question's weight that a sentence must speak of to be the answer by itself."""
_CERTAIN = 0.62
"""From this share on it is the answer without the article's opening beside it."""
_BESIDE = 0.48
"""From this share on it is worth standing beside the opening; below, the opening alone is."""
_AS_GOOD = 0.85
"""From this share of the best score on, another sentence or row answers as well."""
_BELONGS = 0.5
"""The same for the sentence right beside it."""
_UNHEARD = 0.4
"""Weight of a word that the article does not have, against the rarest one that it has."""
_TABLE_TOO = 0.35
"""From this share of the best score on, a table answers `how much` beside a sentence."""
_FIGURE = 0.15
"""What a figure is worth where an amount or a time was asked."""
_POINTS_ON = 0.5
"""What is left of a sentence that only says where to read on."""
_MOST = 2
"""Sentences of one passage in the answer to a fact."""

_FIGURES = re.compile(r"\d|\b(?:free|nothing|none|percuma|tiada|all)\b|免费|免費|全额|全額|无|無")
_AMOUNT = re.compile(
    r"how (?:much|many|long|early|late|old)|what time|until when|\bwhen\b|cost|price|fee|limit"
    r"|berapa|brp|brapa|\bbila\b|pukul|harga|多少|几|多久|何时|什么时候|费"
)
_ONLY_POINTS = re.compile(
    r"\]\(|\b(?:above|below|following|di atas|di bawah|berikut)\b|[上下]表|以下|如下"
)
_CONDITION = re.compile(
    r"^(?:if|unless|jika|kalau|sekiranya)\b|^(?:如果|如需|若|要是|除非)", re.IGNORECASE
)
_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9_-]{3,24}")
_REFERS = re.compile(
    r"^(?:[-*] )?(?:it|its|this|that|these|those|they|then|there|so|if so|otherwise|after that|also"
    r"|but|however|ia|ini|itu|ianya|selepas itu|jika tidak|jika ya|namun|kemudian)\b"
    r"|^(?:它|这|這|该|該|其|那|此|否则|否則|但|不过|不過|之后|之後|然后|然後|因此|所以)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """Spans of a passage to quote, in order; a row's come with its table's head."""

    passage: Passage
    spans: tuple[Span, ...]

    def text(self) -> str:
        """The words of the spans, each on lines of its own."""
        return "\n".join(self.passage.text[start:end] for start, end in self.spans)

    def source(self) -> str:
        """The stretch of the passage that the spans lie in, in one piece and word for word."""
        return self.passage.text[self.spans[0][0] : self.spans[-1][1]]


def asks(question: str) -> Asks:
    """Say what kind of answer is wanted; `open`: a trouble told, or a few words."""
    folded = fold(question)
    rules = _rules()
    if rules["fact"].search(folded):
        return "fact"
    return "steps" if rules["steps"].search(folded) else "open"


def fact(question: str, language: str, found: Sequence[Found]) -> list[Part]:
    """Return the sentence or two, items or rows that answer; empty if none stands out.

    Where it is not certain that they do, the article's opening comes along: it says in short
    what the article is about.
    """
    weighed = _weigh(question, language, found)
    best = max(weighed, key=lambda one: one.score, default=None)
    if best is None or best.score < _ENOUGH or best.unit.kind in ("steps", "code"):
        return []
    if amount_asked(question) and not _FIGURES.search(best.text.lower()):
        return []
    chosen = [_part(best, weighed)]
    if not _stands_alone(best):
        opening = next((one.passage for one in found if one.passage.ordinal == 0), None)
        if opening is None:
            return []
        whole = Part(opening, ((0, len(opening.text)),))
        beside = best.unit.kind == "row" or best.score >= _BESIDE
        chosen = [whole, *chosen] if beside and opening is not best.passage else [whole]
    if amount_asked(question) and best.unit.kind != "row":
        rows = [one for one in weighed if one.unit.kind == "row"]
        row = max(rows, key=lambda one: one.score, default=best)
        fits = row.score >= _TABLE_TOO * best.score
        if row.passage is not best.passage and (fits or _ranks(row.passage, found)):
            chosen.append(_part(row, weighed))
    return sorted(chosen, key=lambda part: part.passage.ordinal)


def coded(question: str, found: Sequence[Found]) -> list[Part]:
    """Return the table row of an error code that the question names; empty if there is none."""
    named = _alphanumeric(question)
    for one in found:
        text = one.passage.text
        for unit in units(text):
            if unit.kind != "row":
                continue
            cell = _first_cell(text[unit.start : unit.end]).strip("`*")
            code = _alphanumeric(cell)
            if _CODE.fullmatch(cell) and code in named:
                spans = _joined(text, (unit.head, (unit.start, unit.end)))
                return [Part(one.passage, spans)]
    return []


def _stands_alone(best: "_Weighed") -> bool:
    """Whether it is surely the answer; an item, or what holds on a condition, never is."""
    if best.unit.kind == "item" or _CONDITION.search(best.text):
        return False
    return best.score >= _CERTAIN


def _ranks(passage: Passage, found: Sequence[Found]) -> bool:
    """Whether search put the passage near the top."""
    top = max(one.score for one in found)
    return any(one.passage is passage and one.score >= _AS_GOOD * top for one in found)


def amount_asked(question: str) -> bool:
    """Whether the answer is a figure: how much, how long, until when."""
    return _AMOUNT.search(fold(question)) is not None


def _part(one: "_Weighed", weighed: Sequence["_Weighed"]) -> Part:
    own = [other for other in weighed if other.passage is one.passage]
    return Part(one.passage, _joined(one.passage.text, _grown(one, own)))


def _joined(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans with nothing but space between them made one, so that they stay as they were."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _alphanumeric(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(text))


@dataclass(frozen=True, slots=True)
class _Weighed:
    passage: Passage
    unit: Unit
    score: float

    @property
    def text(self) -> str:
        return self.passage.text[self.unit.start : self.unit.end]


def _weigh(question: str, language: str, found: Sequence[Found]) -> list[_Weighed]:
    """How much of the question each unit speaks of, words that few units have counting most."""
    pairs = [(one, unit) for one in found for unit in units(one.passage.text)]
    held = [
        set(terms(one.passage.text[unit.start : unit.end], one.passage.locale))
        for one, unit in pairs
    ]
    heads = {one.passage.id: set(terms(one.passage.heading, one.passage.locale)) for one in found}
    spread = Counter(term for words in held for term in words)
    rarity = {t: math.log(1 + len(held) / n) for t, n in spread.items()}
    for words in heads.values():
        for term in words:
            rarity.setdefault(term, math.log(1 + len(held)))
    sought = [
        {term: sure * rarity[term] for term, sure in part.alternatives if term in rarity}
        for part in parts(question, language)
    ]
    unheard = _UNHEARD * math.log(1 + len(held))  # what nothing here speaks of was asked, too
    total = sum(max(one.values(), default=unheard) for one in sought)
    top = max((one.score for one in found), default=0.0)
    amount = amount_asked(question)
    weighed = []
    for (one, unit), words in zip(pairs, held, strict=True):
        covered = _covered(sought, words, heads[one.passage.id]) / total if total else 0.0
        prior = 0.8 + 0.2 * (one.score / top if top > 0 else 1.0)
        text = one.passage.text[unit.start : unit.end]
        if amount and covered and _FIGURES.search(text.lower()):
            covered += _FIGURE
        if unit.kind == "sentence" and _ONLY_POINTS.search(text):
            covered *= _POINTS_ON
        weighed.append(_Weighed(one.passage, unit, covered * prior))
    return weighed


def _covered(sought: Iterable[dict[str, float]], words: set[str], heading: set[str]) -> float:
    """The weight of what was asked that stands in the words, or half of it in the heading."""
    return sum(
        max(
            max((weight for term, weight in one.items() if term in words), default=0.0),
            max((0.5 * weight for term, weight in one.items() if term in heading), default=0.0),
        )
        for one in sought
    )


def _grown(best: _Weighed, own: Sequence[_Weighed]) -> tuple[Span, ...]:
    """The unit with what it cannot be understood without."""
    block = [one for one in own if one.unit.block == best.unit.block]
    if best.unit.kind == "row":
        return _rows(best, block)
    if best.unit.kind == "item":
        near = [one for one in block if one.score >= _AS_GOOD * best.score]
        if best.unit.announced or 2 * len(near) > len(block):
            return (*_announcement(best, own), _hull(block))
        return tuple((one.unit.start, one.unit.end) for one in near)
    place = block.index(best)
    chosen = {place}
    while _REFERS.search(block[min(chosen)].text) and min(chosen) > 0:
        chosen.add(min(chosen) - 1)
    beside = [n for n in (place - 1, place + 1) if 0 <= n < len(block) and n not in chosen]
    beside.sort(key=lambda n: -block[n].score)
    if beside and len(chosen) < _MOST and block[beside[0]].score >= _BELONGS * best.score:
        chosen.add(beside[0])
    after = max(chosen) + 1
    if after < len(block) and len(chosen) < _MOST and _REFERS.search(block[after].text):
        chosen.add(after)
    span = _hull([block[n] for n in sorted(chosen)])
    following = [one for one in own if one.unit.block == best.unit.block + 1]
    last = max(chosen) == len(block) - 1 and bool(following)
    leads = last and (following[0].unit.kind == "steps" or bool(_CONDITION.search(best.text)))
    if following and (leads or block[max(chosen)].text.endswith(ANNOUNCES)):
        return (span, _hull(following))
    return (span,)


def _rows(best: _Weighed, table: Sequence[_Weighed]) -> tuple[Span, ...]:
    """The head and the rows that answer; all of them when the question names none.

    Rows that begin alike belong together: `Ferry` on time, `Ferry` late.
    """
    kinds = {_first_cell(one.text) for one in table if one.score >= _AS_GOOD * best.score}
    near = [one for one in table if _first_cell(one.text) in kinds]
    if 4 * len(near) > 3 * len(table):
        return (best.unit.head, _hull(table))
    return (best.unit.head, *((one.unit.start, one.unit.end) for one in near))


def _first_cell(row: str) -> str:
    return row.strip().strip("|").split("|")[0].strip()


def _announcement(best: _Weighed, own: Sequence[_Weighed]) -> tuple[Span, ...]:
    before = [one for one in own if one.unit.block < best.unit.block]
    last = before[-1] if before else None
    if last is None or not last.text.endswith(ANNOUNCES):
        return ()
    return ((last.unit.start, last.unit.end),)


def _hull(some: Sequence[_Weighed]) -> Span:
    return some[0].unit.start, some[-1].unit.end


@cache
def _rules() -> dict[str, re.Pattern[str]]:
    read = yaml.load(Path(__file__).with_name("asks.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return {kind: re.compile("|".join(lines)) for kind, lines in read.items()}
