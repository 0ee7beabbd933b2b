"""What the agent reads first: the problem in the customer's own words, and what the bot tried."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.answering import words
from handoff.facts.reading import simplified

LONGEST_QUOTE = 280
_SHOWN_TITLES = 3
_TERM = re.compile(r"[\u3400-\u9fff]|[^\W\d_]{3,}")
_FIGURE = re.compile(r"(?<![A-Za-z0-9@._#$-])[A-Za-z0-9@._#$-]*\d[A-Za-z0-9.,:/@_-]*")
"""A booking number says nothing about what is wrong; the agent has it in the list of facts."""
_TROUBLE_COUNTS, _MOST_TROUBLE = 3, 4
_MOST_TERMS = 16
_ANSWERING = 4


def summarise(
    customer_texts: Sequence[str],
    tried: Sequence[Mapping[str, Any]],
    language: str,
    *,
    attachments: int = 0,
) -> str:
    """One to five lines in the language of whoever reads them, in the customer's own words.

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
    if attachments:
        attached = told["attached"]["one" if attachments == 1 else "many"]
        lines.append(attached.format(count=attachments))
    titles = list(dict.fromkeys(title for attempt in tried for title in _titles(attempt)[:1]))
    quoted = [told["quoted"].format(text=_clip(title)) for title in titles[-_SHOWN_TITLES:]]
    shown = words.of(language)["join"].join(quoted)
    lines.append(told["tried"].format(titles=shown) if titles else told["nothing"])
    return "\n".join(lines)


def problem(texts: Sequence[str]) -> str:
    """The one of a customer's messages that tells most about the problem; "" where none does."""
    return max((text.strip() for text in texts), key=_says, default="")


def _says(text: str) -> float:
    """How much a message tells about the problem: different words, and words of trouble."""
    plain = simplified(_FIGURE.sub(" ", text)).lower()
    terms = set(_TERM.findall(plain))
    # A Chinese character is about half a word.
    told = sum(0.5 if len(term) == 1 else 1 for term in terms)
    within, answers = _trouble()
    trouble = min(len(set(within.findall(plain))), _MOST_TROUBLE)
    return (
        min(told, _MOST_TERMS) + _TROUBLE_COUNTS * trouble - _ANSWERING * bool(answers.match(plain))
    )


@cache
def _trouble() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What is found anywhere in a message, and what opens one that answers the bot."""
    source = Path(__file__).with_name("trouble.yaml").read_text(encoding="utf-8")
    listed = yaml.load(source, yaml.CSafeLoader)
    within = "|".join(_pattern(word) for words_ in listed["within"] for word in words_)
    answers = "|".join(_pattern(word) for word in listed["answers"])
    return re.compile(within), re.compile(rf"\W*(?:{answers})")


def _pattern(word: str) -> str:
    if not word.isascii():
        return re.escape(word)
    ending = r"\w*" if word.endswith("*") else ""
    return rf"(?<![a-z'])(?:{re.escape(word.rstrip('*'))}{ending})(?![a-z'])"


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
