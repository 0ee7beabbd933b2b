"""What an answer is, what it rests on, and who may write one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from retrieval.passages import Passage
from retrieval.search import Evidence

HELD_BACK = "held_back"
MODEL_REFUSED = "model_refused"
MODEL_STALLED = "model_stalled"
MODEL_RUBBISH = "model_rubbish"
MODEL_UNCITED = "model_uncited"
MODEL_UNREACHABLE = "model_unreachable"

Draft = Callable[[str], None]
"""Is told the whole text so far; what it is told may still be dropped."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in the help centre that a sentence rests on; `text` is verbatim from the source."""

    passage: str
    article: str
    locale: str
    title: str
    heading: str
    url: str
    text: str

    @classmethod
    def of(cls, passage: Passage, text: str | None = None) -> "Citation":
        """Cite a passage, or only a part of its text."""
        return cls(
            passage=passage.id,
            article=passage.article_id,
            locale=passage.locale,
            title=passage.title,
            heading=passage.heading,
            url=passage.url,
            text=passage.text if text is None else text,
        )

    def wire(self) -> dict[str, str]:
        """The citation as it stands in an event."""
        return {
            "article": self.article,
            "locale": self.locale,
            "title": self.title,
            "heading": self.heading,
            "url": self.url,
            "text": self.text,
            "passage": self.passage,
        }


@dataclass(frozen=True, slots=True)
class Question:
    """What a customer wants to know, and the language the answer has to be in."""

    text: str
    language: str
    context: tuple[str, ...] = ()
    """Earlier messages of the same customer, oldest first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Markdown in which `[1]` stands for the first citation."""

    text: str
    citations: tuple[Citation, ...]
    degraded: str | None = None
    """Why this is only a fallback, as a code; None when it is what the answerer meant to say."""
    retold: bool = False
    """Told in the question's language by a model; else the passages speak for themselves."""


class Answerer(Protocol):
    """Writes text from evidence. It decides nothing: what happens next is up to the caller."""

    name: str

    async def answer(self, question: Question, evidence: Evidence, draft: Draft) -> Answer:
        """Return an answer in the question's language; cancelling leaves nothing running."""

    async def close(self) -> None:
        """Give connections back; no answer is asked for afterwards."""
