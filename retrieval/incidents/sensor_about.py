"""Which components a question seems to be about: enough for counting, not for answering."""

import re
from collections.abc import Sequence
from functools import lru_cache

from retrieval.incidents.incident import Component

_CHINESE = re.compile(r"[㐀-鿿]")
_LETTER = r"[^\W㐀-鿿]"
"""Of a word with spaces around it; Chinese writes `app` between its own letters without any."""
MANY = 2
"""Words for more components than this say nothing."""


def about(
    text: str, components: Sequence[Component], of_passage: Sequence[str] = ()
) -> tuple[str, ...]:
    """The components guessed, likeliest first; empty where there is nothing to go by.

    `of_passage` are the components of the best passage, if one was found that is near. An article
    may name several: then those count that the question has a word for, else the first.
    """
    named = [one.id for one in components if _mentions(text, one)]
    if of_passage:
        both = tuple(one for one in of_passage if one in named)
        return both or tuple(of_passage[:1])
    return tuple(named) if len(named) <= MANY else ()


def _mentions(text: str, component: Component) -> bool:
    words = (word for aliases in component.aliases.values() for word in aliases)
    return _pattern(tuple(sorted(set(words)))).search(text.casefold()) is not None


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words: in Chinese anywhere, elsewhere as a word of its own."""
    if not words:
        return re.compile(r"(?!)")
    one_of = (
        re.escape(word)
        if _CHINESE.search(word)
        else rf"(?<!{_LETTER}){re.escape(word)}(?!{_LETTER})"
        for word in (word.casefold() for word in words)
    )
    return re.compile("|".join(one_of))
