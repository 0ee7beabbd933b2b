"""What the agent reads first: the problem in the customer's own words, and what the bot tried."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.answering import words

LONGEST_QUOTE = 280
_SHOWN_TITLES = 3
_TERM = re.compile(r"[\u3400-\u9fff]|[^\W\d_]{3,}")
_FACT = re.compile(r"[A-Z]{2,}-[A-Z0-9]{2,}|\d[\d.,:/-]*")
_FACT_COUNTS = 3
"""A booking number or an amount says more than a word."""


def summarise(
    customer_texts: Sequence[str], tried: Sequence[Mapping[str, Any]], language: str
) -> str:
    """One to four lines in the language of whoever reads them, in the customer's own words.

    Of each thing `tried` the keys `title`, else the titles in `passages`, `articles` or
    `citations` are looked at.
    """
    told = words.of(language)["summary"]
    lines = []
    texts = [text.strip() for text in customer_texts if text.strip()]
    if texts:
        main = max(range(len(texts)), key=lambda place: (_says(texts[place]), -place))
        lines.append(told["problem"].format(text=_clip(texts[main])))
        if main != len(texts) - 1:
            lines.append(told["latest"].format(text=_clip(texts[-1])))
        count = told["count"]["one" if len(texts) == 1 else "many"]
        lines.append(count.format(count=len(texts)))
    titles = list(dict.fromkeys(title for attempt in tried for title in _titles(attempt)[:1]))
    quoted = [told["quoted"].format(text=_clip(title)) for title in titles[-_SHOWN_TITLES:]]
    shown = words.of(language)["join"].join(quoted)
    lines.append(told["tried"].format(titles=shown) if titles else told["nothing"])
    return "\n".join(lines)


def _says(text: str) -> int:
    """How much a message tells: different words, and facts such as numbers and codes."""
    terms = {term.lower() for term in _TERM.findall(text)}
    return min(len(terms), 40) + _FACT_COUNTS * min(len(set(_FACT.findall(text))), 5)


def _titles(attempt: Mapping[str, Any]) -> list[str]:
    if attempt.get("title"):
        return [str(attempt["title"])]
    for key in ("passages", "articles", "citations"):
        items = attempt.get(key) or ()
        titles = [_title(item) for item in items]
        if any(titles):
            return [title for title in titles if title]
    return []


def _title(item: Any) -> str:
    if isinstance(item, Mapping):
        return str(item.get("title") or item.get("article") or item.get("id") or "")
    return str(item)


def _clip(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= LONGEST_QUOTE:
        return line
    cut = line[:LONGEST_QUOTE]
    space = cut.rfind(" ", LONGEST_QUOTE // 2)
    return cut[: space if space > 0 else LONGEST_QUOTE].rstrip() + "…"
