"""Answers without a model: the parts of the best article that answer, word for word."""

from collections.abc import Sequence
from dataclasses import replace

from bot.answering import choosing, markdown, words
from bot.answering.answer import Answer, Citation, Draft, Question
from bot.answering.blocks import units
from bot.answering.choosing import Part
from bot.answering.settings import AnsweringSettings
from bot.threads import computed
from retrieval.analysis import terms
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
_FORM = {"steps": 0.3, "open": 0.25, "fact": 0.3}
"""What the form that was asked for is worth against the search's score: numbered steps, a table."""
_AS_NEAR = 0.7
"""Of several passages in that form, those count that come so near to the best of them."""
_SAME = 0.8
"""Two passages that share this part of their words say the same."""


class ExtractiveAnswerer:
    """Quotes the best article; it cannot invent, and it needs no network."""

    name = "extractive"

    async def answer(self, question: Question, evidence: Evidence, draft: Draft) -> Answer:
        """Return the quoted parts, or the honest "I don't know" when nothing was found."""
        del draft  # there is nothing to wait for
        return await computed(quote, evidence, question.language, nearly=True)

    async def close(self) -> None:
        """Nothing to give back."""


def quote(evidence: Evidence, language: str) -> Answer:
    """Quote from the best article what was asked: a fact in a sentence or two, steps whole.

    Where no sentence stands out, up to three passages, in the order they have in the article.
    """
    if not evidence.found:
        return Answer(words.unsure(language), ())
    best = evidence.found[0].passage
    own = [
        one
        for one in evidence.found
        if (one.passage.article_id, one.passage.locale) == (best.article_id, best.locale)
    ]
    kind = choosing.asks(evidence.query)
    chosen = choosing.coded(evidence.query, own)
    if not chosen and kind == "fact":
        chosen = choosing.fact(evidence.query, evidence.language, own)
    if not chosen:
        raised = _raised(evidence.query, kind, own)
        chosen = [Part(p, ((0, len(t)),)) for p, t in _fitting(_chosen(raised))]
    return _written(chosen)


def _written(chosen: Sequence[Part]) -> Answer:
    shown: list[str] = []
    citations: list[Citation] = []
    said = ""
    for part in chosen:
        text = part.text()
        citations.append(Citation.of(part.passage, part.source()))
        lead = _lead(part.passage)
        pointed = markdown.literal_marks(markdown.point_links(text, part.passage.locale))
        marked = markdown.with_mark(pointed, len(citations))
        shown.append(f"{lead}\n\n{marked}" if lead and lead != said else marked)
        said = lead
    return Answer("\n\n".join(shown), tuple(citations))


def _raised(question: str, kind: choosing.Asks, found: Sequence[Found]) -> list[Found]:
    """The passages in the form that was asked for moved up: steps, or a table of figures."""
    form = "steps"
    if kind == "fact":
        form = "row" if choosing.amount_asked(question) else ""
    ranked = sorted(found, key=lambda one: -one.score)
    formed = [one for one in ranked if form in _forms(one.passage)]
    near = [one for one in formed if one.score >= _AS_NEAR * formed[0].score]
    worth = _FORM[kind] * ranked[0].score
    raised = [replace(one, score=one.score + worth) if one in near else one for one in ranked]
    return sorted(raised, key=lambda one: -one.score)


def _forms(passage: Passage) -> set[str]:
    return {unit.kind for unit in units(passage.text)}


def _chosen(found: Sequence[Found]) -> list[Passage]:
    best = found[0]
    chosen = [best.passage]
    for other in found[1:]:
        if len(chosen) > len(_CLOSE):
            break
        if other.score < _close(other.passage, chosen) * best.score or best.score <= 0:
            continue
        if not any(_says_the_same(other.passage, one) for one in chosen):
            chosen.append(other.passage)
    return chosen


def _close(other: Passage, chosen: Sequence[Passage]) -> float:
    if other.ordinal == 0:
        return _CLOSE_OPENING
    if len(chosen) == 1 and chosen[0].ordinal == 0:
        return _CLOSE_TO_OPENING
    return _CLOSE[len(chosen) - 1]


def _says_the_same(one: Passage, other: Passage) -> bool:
    some, others = (set(terms(each.text, each.locale)) for each in (one, other))
    return len(some & others) >= _SAME * max(1, min(len(some), len(others)))


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
