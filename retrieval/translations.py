"""Which language of an article is missing, a draft or behind another one, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection

from retrieval.language import LANGUAGES
from retrieval.tables import article_pulls, article_versions, articles

LATER = timedelta(hours=1)
"""A text saved this much after another was not carried over; an import saves all at once."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What one language of an article lacks."""

    state: Literal["missing", "draft", "stale"]
    """No text at all; the latest text is not published; another language has a newer one."""
    since: datetime
    than: str | None = None
    """The language that went ahead; None unless `stale`."""


@dataclass(frozen=True, slots=True)
class _Saved:
    """One version, as far as its date matters."""

    locale: str
    version: int
    saved_at: datetime
    published: bool  # as it was saved; it may have been pulled since
    latest: int
    answers: int | None  # the version that customers are told now

    @property
    def out(self) -> bool:
        """Whether customers were told it, and still are told it or what came after."""
        return self.published and self.answers is not None and self.version <= self.answers


def gaps(tx: Connection) -> dict[str, dict[str, Gap]]:
    """Return what each article lacks, by its id and by language; only what is lacking is named."""
    version, head = article_versions.c, articles.c
    query = select(
        version.id, version.locale, version.version, version.saved_at, version.published,
        head.version, head.published_version,
    ).join(
        articles, and_(head.id == version.id, head.locale == version.locale)
    ).order_by(version.id, version.locale, version.version)  # fmt: skip
    saved: dict[str, list[_Saved]] = {}
    for article, *row in tx.execute(query):
        saved.setdefault(article, []).append(_Saved(*row))
    pulls = _pulls(tx)
    return {
        article: {
            locale: gap
            for locale in LANGUAGES
            if (gap := _gap(versions, locale, pulls.get((article, locale)))) is not None
        }
        for article, versions in saved.items()
    }


def _gap(saved: Iterable[_Saved], locale: str, pulled: datetime | None) -> Gap | None:
    mine = [one for one in saved if one.locale == locale]
    others = [one for one in saved if one.locale != locale]
    if not mine:
        first = min(one.saved_at for one in others)
        return Gap("missing", min((o.saved_at for o in others if o.out), default=first))
    last = mine[-1]
    if last.answers is None:
        return Gap("draft", max(mine[0].saved_at, pulled or mine[0].saved_at))
    if last.answers < last.latest:
        return Gap("draft", next(o.saved_at for o in mine if o.version > (o.answers or 0)))
    newer = [one for one in others if one.out and one.saved_at - last.saved_at > LATER]
    if not newer:
        return None
    ahead = min(newer, key=lambda one: one.saved_at)
    return Gap("stale", ahead.saved_at, ahead.locale)


def _pulls(tx: Connection) -> dict[tuple[str, str], datetime]:
    query = select(
        article_pulls.c.article_id, article_pulls.c.locale, func.max(article_pulls.c.pulled_at)
    ).group_by(article_pulls.c.article_id, article_pulls.c.locale)
    return {(article, locale): at for article, locale, at in tx.execute(query)}
