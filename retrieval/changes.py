"""What was changed from one version of an article to another, word by word."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from retrieval.articles import Article

Kind = Literal["same", "added", "removed"]

TEXTS = ("title", "questions", "body")
"""Fields that are compared word by word; the others are compared value by value."""
_NAMED = ("category", "subcategory", "components", "audience", "collection")

# A Chinese character is a token of its own, since no gaps tell where its word ends.
_HAN = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
_TOKENS = re.compile(rf"(?:(?!{_HAN})\w)+|\n|[^\S\n]+|.", re.DOTALL)
_MOST = 2_000
"""Tokens or lines on a side above which two stretches are not compared finely: time grows with
their product, and nobody reads a thousand small changes in a row."""
_ALIKE = 200_000
"""Pairs of equal tokens, for the same reason."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that stayed, came or went; one field's runs in order are both texts."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs; of `components` each run is one component's id."""

    field: str
    runs: tuple[Run, ...]


def between(before: Article | None, after: Article) -> list[Change]:
    """Return the fields that differ, texts first; all that are filled where nothing was before."""
    found = [
        Change(name, compare("" if before is None else _text(before, name), _text(after, name)))
        for name in TEXTS
    ]
    found += [
        Change(name, _values(() if before is None else _value(before, name), _value(after, name)))
        for name in _NAMED
    ]
    return [one for one in found if any(run.kind != "same" for run in one.runs)]


def compare(before: str, after: str) -> tuple[Run, ...]:
    """Return the runs that lead from one text to the other: lines first, then words within them.

    What is taken out stands before what came in its place. Where two long stretches have little in
    common, one is shown as removed and the other as added, so that no text takes long.
    """
    runs: list[Run] = []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for left, right in _blocks(old, new):
        one, other = "".join(left), "".join(right)
        runs += [Run("same", one)] if one == other else _words(one, other)
    return _joined(runs)


def _text(article: Article, name: str) -> str:
    if name == "questions":
        return "\n".join(article.questions)
    return str(getattr(article, name))


def _value(article: Article, name: str) -> tuple[str, ...]:
    if name == "components":
        return article.components
    value = str(getattr(article, name))
    return (value,) if value else ()


def _values(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Run, ...]:
    gone = [Run("same" if one in after else "removed", one) for one in before]
    return (*gone, *(Run("added", one) for one in after if one not in before))


def _words(before: str, after: str) -> list[Run]:
    pieces = [
        ("".join(left), "".join(right))
        for left, right in _blocks(_TOKENS.findall(before), _TOKENS.findall(after))
    ]
    runs: list[Run] = []
    for left, right in _without_chance(pieces):
        if left == right:
            runs.append(Run("same", left))
            continue
        runs += [Run("removed", left)] if left else []
        runs += [Run("added", right)] if right else []
    return runs


def _without_chance(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join two changes over what is the same between them where that is shorter than both.

    Two rewritten sentences share a few words by chance; shown apart they cannot be read.
    """
    kept: list[tuple[str, str]] = []
    for piece in pieces:
        kept.append(piece)
        while len(kept) > 2 and kept[-1][0] != kept[-1][1]:
            first, same, last = kept[-3:]
            apart = first[0] == first[1] or same[0] != same[1]
            enough = min(max(map(len, first)), max(map(len, last)))
            if apart or len(same[0]) >= max(2, enough):  # one character alone tells nothing
                break
            kept[-3:] = [(first[0] + same[0] + last[0], first[1] + same[1] + last[1])]
    return kept


def _blocks(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Pairs of stretches that are equal, or stand for one another; together they are everything."""
    start, end = _shared(old, new)
    yield old[:start], new[:start]
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    if left and right and _is_quick(left, right):
        matcher = SequenceMatcher(str.isspace, left, right, autojunk=False)
        for _, i, j, k, m in matcher.get_opcodes():
            yield left[i:j], right[k:m]
    else:
        yield left, right
    yield old[len(old) - end :], new[len(new) - end :]


def _shared(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many pieces both begin with, and how many of the rest both end with."""
    most = min(len(old), len(new))
    start = next((n for n in range(most) if old[n] != new[n]), most)
    most -= start
    end = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    return start, end


def _is_quick(old: Sequence[str], new: Sequence[str]) -> bool:
    if max(len(old), len(new)) > _MOST:
        return False
    counts = Counter(new)
    return sum(counts[one] for one in old if not one.isspace()) <= _ALIKE


def _joined(runs: list[Run]) -> tuple[Run, ...]:
    """Neighbours of one kind as one run, without empty ones."""
    found: list[Run] = []
    for run in runs:
        if found and found[-1].kind == run.kind:
            found[-1] = Run(run.kind, found[-1].text + run.text)
        elif run.text:
            found.append(run)
    return tuple(found)
