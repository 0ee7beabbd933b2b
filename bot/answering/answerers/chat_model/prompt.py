"""What a chat model is told: rules, and everything from customers and articles marked as data."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from bot.answering import markdown
from bot.answering.answer import Question
from retrieval.passages import Passage

DECLINE = "NO_ANSWER"
"""What the model writes instead of an answer that the passages do not give."""

_PROMPTS = Path(__file__).parents[2] / "prompts"
_TAGS = re.compile(
    r"<(\s*/?\s*(?:passages?|earlier_messages|question|system|assistant|user)\b)", re.IGNORECASE
)
_KEPT = "\n\t\u200c\u200d"
_LONGEST_EARLIER = 1000
_NAMES = {
    "en": "English",
    "zh-Hans": "Simplified Chinese (简体中文)",
    "zh-Hant": "Traditional Chinese as used in Taiwan (繁體中文)",
    "ms": "Malay (Bahasa Melayu)",
}


def messages(question: Question, passages: Sequence[Passage]) -> list[BaseMessage]:
    """The two messages of one request; nothing a customer or article says can close its tags."""
    language = _NAMES.get(question.language, question.language)
    earlier = "\n".join(_data(text)[:_LONGEST_EARLIER] for text in question.context)
    rules = _prompt("answer").format(language=language, decline=DECLINE)
    asked = _prompt("question").format(
        passages="\n".join(_passage(n, passage) for n, passage in enumerate(passages, start=1)),
        earlier=earlier,
        question=_data(question.text),
        language=language,
    )
    return [SystemMessage(rules), HumanMessage(asked)]


def _passage(number: int, passage: Passage) -> str:
    title = " › ".join(part for part in (passage.title, passage.heading) if part)
    text = markdown.point_links(passage.text, passage.locale)
    return f"<passage {number}>\n{_data(title)}\n\n{_data(text)}\n</passage>"


def _data(text: str) -> str:
    """Text without invisible characters, in which our tags are no tags."""
    seen = "".join(
        character
        for character in text
        if character in _KEPT or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")
    )
    return _TAGS.sub(r"‹\1", seen)


@cache
def _prompt(name: str) -> str:
    return (_PROMPTS / f"{name}.md").read_text(encoding="utf-8").strip()
