"""Answers without a model: the best passages, word for word, as readable Markdown."""

from collections.abc import Sequence

from bot.answering import markdown, words
from bot.answering.answer import Answer, Citation, Draft, Question
from bot.answering.settings import AnsweringSettings
from retrieval.passages import Passage
from retrieval.search import Evidence, Found

LONGEST = 1200
"""Characters of all quoted parts together; only a single longer list or table may pass it."""
_CLOSE = (0.8, 0.95)
"""How near a second and a third passage must come to the best one's score to be quoted too."""
_CLOSE_OPENING = 0.6
"""The same for an article's opening, which says in short what the rest explains."""
_CLOSE_TO_OPENING = 0.7
"""The same when the opening is the best: alone it often lacks the steps."""


class ExtractiveAnswerer:
    """Quotes the best article; it cannot invent, and it needs no network."""

    name = "extractive"

    async def answer(self, question: Question, evidence: Evidence, draft: Draft) -> Answer:
        """Return the quoted parts, or the honest "I don't know" when nothing was found."""
        del draft  # there is nothing to wait for
        return quote(evidence, question.language)

    async def close(self) -> None:
        """Nothing to give back."""


def quote(evidence: Evidence, language: str) -> Answer:
    """Quote up to three passages of the best article, in the order they have there."""
    if not evidence.found:
        return Answer(words.unsure(language), ())
    parts: list[str] = []
    citations: list[Citation] = []
    said = ""
    for passage, text in _fitting(_chosen(evidence.found)):
        citations.append(Citation.of(passage, text))
        lead = _lead(passage)
        shown = markdown.literal_marks(markdown.point_links(text, passage.locale))
        marked = markdown.with_mark(shown, len(citations))
        parts.append(f"{lead}\n\n{marked}" if lead and lead != said else marked)
        said = lead
    return Answer("\n\n".join(parts), tuple(citations))


def _chosen(found: Sequence[Found]) -> list[Passage]:
    best = found[0]
    chosen = [best.passage]
    for other in found[1:]:
        same = (other.passage.article_id, other.passage.locale) == (
            best.passage.article_id,
            best.passage.locale,
        )
        if not same or len(chosen) > len(_CLOSE):
            continue
        if other.score >= _close(other.passage, chosen) * best.score > 0:
            chosen.append(other.passage)
    return chosen


def _close(other: Passage, chosen: Sequence[Passage]) -> float:
    if other.ordinal == 0:
        return _CLOSE_OPENING
    if len(chosen) == 1 and chosen[0].ordinal == 0:
        return _CLOSE_TO_OPENING
    return _CLOSE[len(chosen) - 1]


def _fitting(chosen: Sequence[Passage]) -> list[tuple[Passage, str]]:
    """The best passage for certain, the others where they fit whole, in the article's order."""
    kept = [(chosen[0], markdown.shorten(chosen[0].text, LONGEST))]
    for passage in chosen[1:]:
        if sum(len(text) for _, text in kept) + len(passage.text) <= LONGEST:
            kept.append((passage, passage.text))
    return sorted(kept, key=lambda part: part[0].ordinal)


def _lead(passage: Passage) -> str:
    """The heading right above the passage in bold, or nothing for an article's opening."""
    heading = passage.heading.rsplit(" › ", 1)[-1].strip()
    if not heading or heading == passage.title:
        return ""
    return heading if set(heading) & set("*_[]`\\") else f"**{heading}**"


def build(options: AnsweringSettings) -> ExtractiveAnswerer:
    """Make the answerer; it has nothing to choose."""
    del options
    return ExtractiveAnswerer()
