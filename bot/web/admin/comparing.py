"""A generation beside the live one: which articles differ, and how questions are answered."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request

from bot.web.auth import Admin, parts_of
from bot.web.models import Answer
from retrieval.verifying import Checks, Compared

router = APIRouter(prefix="/index")

MOST_ARTICLES = 500
MOST_QUESTIONS = 100
GenerationId = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9-]+$")]


class ArticleLine(Answer):
    """An article that differs; passages count as the same when their words are."""

    id: str
    locale: str
    title: str
    change: Literal["added", "changed", "removed"]
    passages_added: int
    passages_removed: int


class LanguageLine(Answer):
    """Articles and passages that differ in one language."""

    added: int
    changed: int
    removed: int
    passages_added: int
    passages_removed: int


class Compare(Answer):
    """What leads from the live generation (`before`) to this one; the first 500 articles of it."""

    before: str | None
    after: str
    languages: dict[str, LanguageLine]
    articles: list[ArticleLine]
    total: int


class First(Answer):
    """The article that comes first."""

    id: str
    title: str


class QuestionLine(Answer):
    """A question of an article, asked of both.

    Places are those of the article that it belongs to; null: not among the first ten.
    """

    article: str
    locale: str
    question: str
    before: int | None
    after: int | None
    first_before: First | None
    first_after: First | None
    change: Literal["better", "worse", "other"]
    """`other`: its article stands where it stood, and another one comes first."""


class Checked(Answer):
    """What was found before the switch: the questions that are answered otherwise, worst first.

    `same` are not listed. Questions are compared with the index that was live then; a first
    build, or one that was stopped before, has none.
    """

    titles: int
    asked: int
    same: int
    better: int
    worse: int
    other: int
    failures: list[str]
    questions: list[QuestionLine]


@router.get("/{generation}/differences")
async def differences(request: Request, _: Admin, generation: GenerationId) -> Compare:
    """What it has otherwise than the live generation; raises GenerationGone."""
    found = await asyncio.to_thread(parts_of(request).index.differences, generation)
    return Compare(
        before=found.before,
        after=found.after,
        languages={
            code: LanguageLine.model_validate(one, from_attributes=True)
            for code, one in found.languages.items()
        },
        articles=[
            ArticleLine.model_validate(one, from_attributes=True)
            for one in found.articles[:MOST_ARTICLES]
        ],
        total=len(found.articles),
    )


@router.get("/{generation}/checks")
async def checks(request: Request, _: Admin, generation: GenerationId) -> Checked | None:
    """What was found before it was switched to; null if it never came so far."""
    found = await asyncio.to_thread(parts_of(request).index.checks, generation)
    return None if found is None else _shown(found)


def _shown(found: Checks) -> Checked:
    lines = [(one, change) for one in found.questions if (change := _change(one)) is not None]
    counts = [change for _, change in lines]
    lines.sort(key=lambda line: line[0].gain)
    return Checked(
        titles=found.titles,
        asked=len(found.questions),
        same=len(found.questions) - len(lines),
        better=counts.count("better"),
        worse=counts.count("worse"),
        other=counts.count("other"),
        failures=list(found.failures),
        questions=[_line(one, change) for one, change in lines[:MOST_QUESTIONS]],
    )


def _change(one: Compared) -> Literal["better", "worse", "other"] | None:
    if one.before != one.after:
        return "better" if one.gain > 0 else "worse"
    before, after = (it and it[0] for it in (one.first_before, one.first_after))
    return None if before == after else "other"


def _line(one: Compared, change: Literal["better", "worse", "other"]) -> QuestionLine:
    return QuestionLine(
        article=one.article,
        locale=one.locale,
        question=one.question,
        before=one.before,
        after=one.after,
        first_before=_first(one.first_before),
        first_after=_first(one.first_after),
        change=change,
    )


def _first(found: tuple[str, str] | None) -> First | None:
    return None if found is None else First(id=found[0], title=found[1])
