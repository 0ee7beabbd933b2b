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
"""A question found with this confidence by itself stands alone, unless it says that it does not."""
_OLDER = 0.7
"""How much of its weight a message passes on to the one that it leans on itself."""
_ANSWERED = 0.25
"""Weight of the passage that was answered with, beside the question it answered."""


@dataclass(frozen=True, slots=True)
class Context:
    """What was said before, as far as it helps to search a question."""

    leaning: float
    """0: the question stands alone; 1: it says nothing without what was said before."""
    texts: tuple[tuple[str, float], ...]
    """Earlier texts, latest first, each with its weight against the question's own 1."""
    completed: str
    """The question with the message it leans on before it, for what reads only one text."""


def leaning(question: str, language: str) -> float:
    """Return how much a question needs what was said before it, from 0 (not at all) to 1."""
    folded = fold(question.strip())
    rules = _rules()
    if rules.change.search(folded):
        return 0.0
    telling = _telling(question, language)
    lean = _SHORT.get(telling, _ALWAYS)
    goes_on = rules.goes_on.search(folded) is not None
    if telling <= _FEW and rules.stands_for.search(folded):
        return STRONG
    if telling < _FEW and goes_on:
        return STRONG
    return max(lean, _SHORT[_FEW]) if goes_on else lean


def context(
    question: str, language: str, earlier: Sequence[str], answered: str = ""
) -> Context | None:
    """Return what to search a question with, None when it stands alone.

    `earlier` are the customer's messages before it, oldest first; `answered` is what the last
    answer was about (title and heading of its passage). A message that leans on the one before
    it brings that one along.
    """
    before = [text.strip() for text in earlier if text.strip()]
    lean = leaning(question, language)
    if not before or not lean:
        return None
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
    return Context(lean, tuple(texts), " ".join([*reversed(needed), question.strip()]))


def needed(context: Context, confidence: float) -> bool:
    """Whether to search the question in its context, given the confidence it has without."""
    return context.leaning >= STRONG or confidence < _SURE


@dataclass(frozen=True, slots=True)
class _Rules:
    change: re.Pattern[str]
    goes_on: re.Pattern[str]
    stands_for: re.Pattern[str]


@cache
def _rules() -> _Rules:
    read = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return _Rules(**{name: re.compile("|".join(lines)) for name, lines in read.items()})


def _telling(question: str, language: str) -> int:
    """How many words say what it is about; two Chinese characters make one."""
    own = [term for term in terms(question, language) if not is_derived(term)]
    characters = sum(len(term) == 1 and not term.isascii() for term in own)
    words = sum(term.isascii() for term in own)
    return words + (characters + 1) // 2
