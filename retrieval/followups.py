"""Whether a question goes on from what was said before, and what it is to be searched with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from retrieval.analysis import fold, is_derived, terms

_ALWAYS = 0.2
"""Even a whole question is more often about the same thing than about another one; so little
weight decides only between articles that fit it alike."""
_SHORT = {0: 0.9, 1: 0.7, 2: 0.6, 3: 0.5, 4: 0.3}
"""How much a question leans by the number of words in it that say something."""
STRONG = 1.0
_FEW = 3
"""With so few telling words a word that stands for another is believed; one fewer, and a
connecting word is (`and how do I change my address` asks for itself)."""
_SURE = 0.8
"""A whole question found with this confidence by itself stands alone."""
_LEAST = {0: 0.0, 1: 0.5, 2: 0.5, 3: 0.66, 4: 0.85}
_LEAST_OF_A_WHOLE = 0.9
"""How well a question must fit an article by itself for its context to choose that one, as a
share of the best fit, by its telling words: the more it says, the less may the context overrule."""
_SPOKEN_OF = 0.6
"""Where an article speaks of less of the question than this, it is the context that was found."""
_OLDER = 0.7
"""How much of its weight a message passes on to the one that it leans on itself."""
_ANSWERED = 0.25
"""Weight of the passage that was answered with, beside the question it answered."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a question by itself, without what was said before it, fits an article."""

    share: float  # of the score of the article that it fits best
    cover: float  # share of the question that the article speaks of


NO_FIT = Fit(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Context:
    """What was said before, as far as it helps to search a question."""

    leaning: float
    """0: the question stands alone; 1: it says nothing without what was said before."""
    texts: tuple[tuple[str, float], ...]
    """Earlier texts, latest first, each with its weight against the question's own 1."""
    completed: str
    """The question with the message it leans on before it, for what reads only one text."""
    least: float
    """An article is found in this context only if the question by itself fits it at least so
    well, as a share of its best fit: `and for a hotel?` leaves the ferry that was spoken of."""
    telling: int
    """How many words of the question say what it is about."""


def asked(question: str) -> str:
    """Return the question without words before it like `another thing:` or `no, I meant`."""
    told = question.strip()
    for words in (_rules().opening, _rules().corrects):
        found = words.match(told)
        if found and found.end() < len(told):
            told = told[found.end() :]
    return told


def leaning(question: str, language: str) -> float:
    """Return how much a question needs what was said before it, from 0 (not at all) to 1."""
    return _read(question, language).leaning


def context(
    question: str, language: str, earlier: Sequence[str], answered: str = ""
) -> Context | None:
    """Return what to search a question with, None when it stands alone.

    `earlier` are the customer's messages before it, oldest first; `answered` is what the last
    answer was about (title and heading of its passage). A message that leans on the one before
    it brings that one along.
    """
    same = terms(question, language)  # asked again, it says no more than before
    said = [text.strip() for text in earlier if text.strip() and terms(text, language) != same]
    read = _read(question, language)
    lean = read.leaning
    if not said or not lean:
        return None
    before = [_without_replaced(text, question) for text in said]
    texts = [(before[-1], lean)]
    if answered.strip():
        texts.append((answered.strip(), lean * _ANSWERED))
    weight, needed = lean, [before[-1]]
    for one, older in zip(before[::-1], before[-2::-1], strict=False):
        if leaning(one, language) < STRONG:
            break
        weight *= _OLDER
        texts.append((older, weight))
        needed.append(older)
    completed = " ".join([*reversed(needed), question.strip()])
    return Context(lean, tuple(texts), completed, read.least, read.telling)


def needed(context: Context, confidence: float) -> bool:
    """Whether to search the question in its context, given the confidence it has without."""
    return context.leaning >= STRONG or context.telling <= _FEW or confidence < _SURE


def chosen(context: Context, fit: Fit, alone: float, together: float) -> bool:
    """Whether the context may choose this article, the question's best one being another.

    `alone` and `together` are the confidences without and with the context.
    """
    if fit.share < context.least:
        return False
    return context.leaning >= STRONG or context.telling <= _FEW or together > alone


def confidence(context: Context, fit: Fit, together: float) -> float:
    """Return how sure an article that was found in the context answers the question itself.

    What was said before found its article already: it must not vouch for words that this
    article has not. A question that says nothing itself has none.
    """
    if context.leaning >= STRONG and not context.least:
        return together
    return together * min(1.0, fit.cover / _SPOKEN_OF)


@dataclass(frozen=True, slots=True)
class _Read:
    """What a question shows by itself."""

    leaning: float
    least: float
    telling: int


@dataclass(frozen=True, slots=True)
class _Rules:
    opening: re.Pattern[str]
    corrects: re.Pattern[str]
    change: re.Pattern[str]
    goes_on: re.Pattern[str]
    stands_for: re.Pattern[str]
    kinds: tuple[tuple[re.Pattern[str], ...], ...]


@cache
def _rules() -> _Rules:
    read = yaml.load(Path(__file__).with_suffix(".yaml").read_text("utf-8"), yaml.CSafeLoader)
    kinds = tuple(tuple(map(_any_of, line.split("|"))) for line in read.pop("kinds"))
    return _Rules(
        **{name: re.compile("|".join(lines)) for name, lines in read.items()}, kinds=kinds
    )


def _any_of(words: str) -> re.Pattern[str]:
    """Return what finds one of these words, the longest first: no word ends inside another."""
    listed = sorted((fold(word.strip()) for word in words.split(",")), key=len, reverse=True)
    bounded = (rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in listed)
    return re.compile("|".join(bounded))


def _read(question: str, language: str) -> _Read:
    rules = _rules()
    folded = fold(question.strip())
    if rules.change.search(folded):
        return _Read(0.0, 1.0, 0)
    said = fold(asked(question))
    telling = _telling(said, language)
    corrects = said != folded
    if corrects and telling > 1:  # what was meant is said in full: `no, I meant my address`
        return _Read(_ALWAYS, _LEAST_OF_A_WHOLE, telling)
    goes_on = corrects or rules.goes_on.search(folded) is not None
    stands_for = telling <= _FEW and rules.stands_for.search(said) is not None
    lean = _SHORT.get(telling, _ALWAYS)
    if stands_for or (telling < _FEW and goes_on):
        lean = STRONG
    elif goes_on:
        lean = max(lean, _SHORT[_FEW])
    least = _LEAST.get(min(telling, _FEW - 1) if goes_on else telling, _LEAST_OF_A_WHOLE)
    return _Read(lean, 0.0 if stands_for else least, telling)


def _without_replaced(text: str, question: str) -> str:
    """Return an earlier text without the things that the question puts another in place of."""
    folded, said = fold(text), fold(asked(question))
    left = folded
    for things in _rules().kinds:
        named = [thing for thing in things if thing.search(said)]
        if named and not any(thing.search(folded) for thing in named):
            for thing in things:
                left = thing.sub(" ", left)
    return text if left == folded or not left.strip() else " ".join(left.split())


def _telling(question: str, language: str) -> int:
    """How many words say what it is about; two Chinese characters make one."""
    own = [term for term in terms(question, language) if not is_derived(term)]
    characters = sum(len(term) == 1 and not term.isascii() for term in own)
    words = sum(term.isascii() for term in own)
    return words + (characters + 1) // 2
