"""How far the bot's confidence can be trusted, and how many wrong answers the admin tolerates."""

import asyncio
from collections.abc import Mapping
from typing import Literal

from fastapi import APIRouter, Request
from sqlalchemy import Text, and_, case, cast, func, select
from sqlalchemy.engine import Connection

from bot.confidence import FEW, MOST_TOLERATED, cost, limits, measurable
from bot.parts import Parts
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Body, Instant
from bot.web.trail import Noting
from handoff.settings import HandoffSettings
from retrieval.calibration import Shown
from retrieval.tables import article_versions, articles

router = APIRouter(prefix="/index/confidence")

_PERCENT = 100


class Group(Answer):
    """Test questions that the bot was about equally sure of."""

    confidence: float
    """Mean of what the bot said."""
    right: float
    """Share that it had the right article for."""
    questions: int


class Point(Answer):
    """What answering from one confidence on costs."""

    threshold: float
    answered: float
    """Share of the test questions that are answered."""
    wrong: float
    """Share of these answers that are wrong."""


class Offer(Point):
    """What tolerating this share of wrong answers would mean."""

    tolerated: float


class InForce(Answer):
    """What decides now; without measurements nobody knows its cost, which is null then."""

    by: Literal["choice", "setting"]
    threshold: float
    asks_back_from: float
    answered: float | None
    wrong: float | None


class LocaleLine(Answer):
    """One language of the help centre."""

    locale: str
    questions: int
    """Test questions asked while the live index was built."""
    enough: bool
    """Whether these are enough to choose by; if not, the setting decides."""
    reliability: list[Group]
    curve: list[Point]
    offers: list[Offer]
    """One per whole percent, from none on."""
    in_force: InForce
    by_setting: Point | None
    articles: int
    with_questions: int
    """Articles that customers' own questions were added to: what the test questions come from."""


class ConfidenceState(Answer):
    """The choice, who made it, and what is known about each language."""

    tolerated: float | None
    author: str | None
    changed_at: Instant | None
    setting: float
    """From this confidence on the bot answers where nothing was chosen."""
    few: int
    locales: list[LocaleLine]


class Tolerated(Body):
    """The share of wrong answers to tolerate; null leaves it to the setting."""

    tolerated: float | None


@router.get("")
async def state(request: Request, _: Admin) -> ConfidenceState:
    """What the page shows; empty where nothing was measured."""
    return await asyncio.to_thread(_state, parts_of(request))


@router.put("")
async def choose(request: Request, note: Noting, chosen: Tolerated) -> ConfidenceState:
    """Hold the bot to it from the next question on; raises NoTolerance."""
    parts = parts_of(request)

    def work() -> ConfidenceState:
        before = {"tolerated": parts.confidence.tolerated()}
        after = {"tolerated": chosen.tolerated}
        parts.confidence.choose(
            chosen.tolerated,
            author=note.by.name,
            now=parts.now(),
            also=lambda tx: note(tx, "confidence.chosen", before=before, after=after),
        )
        return _state(parts)

    return await asyncio.to_thread(work)


def _state(parts: Parts) -> ConfidenceState:
    choice = parts.confidence.choice()
    tolerated = None if choice is None else choice.value
    shown = parts.index.confidence()
    counts = parts.database.sync.read(_counts)
    settings = parts.settings.handoff
    known = [code for code in parts.company.languages if code in shown or code in counts]
    others = sorted((set(shown) | set(counts)) - set(known))
    return ConfidenceState(
        tolerated=tolerated,
        author=None if choice is None else choice.author,
        changed_at=None if choice is None else choice.changed_at,
        setting=settings.min_confidence,
        few=FEW,
        locales=[
            _line(code, shown.get(code), counts.get(code, (0, 0)), settings, tolerated)
            for code in (*known, *others)
        ],
    )


def _line(
    locale: str,
    shown: Shown | None,
    counts: tuple[int, int],
    settings: HandoffSettings,
    tolerated: float | None,
) -> LocaleLine:
    enough = measurable(shown)
    now = limits(settings, shown, tolerated)
    costs = None if shown is None else cost(shown, now.min_confidence)
    return LocaleLine(
        locale=locale,
        questions=0 if shown is None else shown.questions,
        enough=enough,
        reliability=[
            Group(confidence=said, right=right, questions=number)
            for said, right, number in (() if shown is None else shown.reliability)
        ],
        curve=[
            Point(threshold=at, answered=answered, wrong=wrong)
            for at, answered, wrong in (() if shown is None else shown.curve)
        ],
        offers=[] if shown is None or not enough else _offers(shown, settings),
        in_force=InForce(
            by="choice" if enough and tolerated is not None else "setting",
            threshold=now.min_confidence,
            asks_back_from=now.clarify_confidence,
            answered=None if costs is None else costs.answered,
            wrong=None if costs is None else costs.wrong,
        ),
        by_setting=None if shown is None else _point(shown, settings.min_confidence),
        articles=counts[0],
        with_questions=counts[1],
    )


def _offers(shown: Shown, settings: HandoffSettings) -> list[Offer]:
    offered = []
    for percent in range(round(MOST_TOLERATED * _PERCENT) + 1):
        tolerated = percent / _PERCENT
        point = _point(shown, limits(settings, shown, tolerated).min_confidence)
        offered.append(Offer(tolerated=tolerated, **point.model_dump()))
    return offered


def _point(shown: Shown, threshold: float) -> Point:
    costs = cost(shown, threshold)
    return Point(threshold=threshold, answered=costs.answered, wrong=costs.wrong)


def _counts(tx: Connection) -> Mapping[str, tuple[int, int]]:
    """Per locale: published articles, and those of them that have questions."""
    version = article_versions
    same = and_(
        version.c.id == articles.c.id,
        version.c.locale == articles.c.locale,
        version.c.version == articles.c.published_version,
    )
    asked = case((cast(version.c.questions, Text) != "[]", 1), else_=0)
    rows = tx.execute(
        select(articles.c.locale, func.count(), func.sum(asked))
        .select_from(articles.join(version, same))
        .group_by(articles.c.locale)
    )
    return {locale: (number, with_questions) for locale, number, with_questions in rows}
