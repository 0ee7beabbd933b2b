"""An article's history, and the way out of it: pulling an article from every answer at once."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.engine import Connection as Tx

from bot.parts import Parts
from bot.web.admin.articles import ArticleId, Shown, look_again, shown
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Instant
from bot.web.trail import Noting
from bot.web.wire import Locale
from retrieval import articles, pulls

router = APIRouter(prefix="/articles/{article}")

Reason = Annotated[str, Query(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""Why somebody does it, for those who come after."""


class PullLine(Answer):
    """Who pulled a version, and why; `source` is set when it was gone there."""

    author: str
    at: Instant
    reason: str
    source: str | None


class VersionLine(Answer):
    """One line of an article's history; `pulled` is null for what nobody pulled.

    `published` is what is answered from now, `was_published` also what it has replaced.
    """

    version: int
    author: str
    at: Instant
    published: bool
    was_published: bool
    title: str
    source: str | None
    pulled: PullLine | None


@router.get("/{locale}/versions")
async def history(
    request: Request, _: Admin, article: ArticleId, locale: Locale
) -> list[VersionLine]:
    """Every version, newest first."""
    found = await parts_of(request).database.read(lambda tx: articles.versions(tx, article, locale))
    return [
        VersionLine(
            version=one.version,
            author=one.author,
            at=one.saved_at,
            published=one.published,
            was_published=one.was_published,
            title=one.title,
            source=one.source,
            pulled=_pull_line(one.pulled),
        )
        for one in found
    ]


@router.delete("/{locale}")
async def pull(
    request: Request, note: Noting, article: ArticleId, locale: Locale, reason: Reason = ""
) -> Shown:
    """Pull it from every answer at once; who did it and why stands in its history. NotFound."""
    parts = parts_of(request)
    await _pull(parts, note, article, locale, reason)
    return await parts.database.read(lambda tx: shown(tx, articles.get(tx, article, locale)))


@router.delete("")
async def pull_everywhere(
    request: Request, note: Noting, article: ArticleId, reason: Reason = ""
) -> list[Shown]:
    """Pull it in every language it is published in; NotFound. Gives those that were pulled."""
    return await _pull(parts_of(request), note, article, None, reason)


async def _pull(
    parts: Parts, note: Noting, article: str, locale: str | None, reason: str
) -> list[Shown]:
    author, now, why = note.by.name, parts.now(), reason.strip()

    def work(tx: Tx) -> list[Shown]:
        found = pulls.published_locales(tx, article, locale)
        pulled = [pulls.pull(tx, article, one, author=author, now=now, reason=why) for one in found]
        note(tx, "article.pulled", article, after={"languages": found, "reason": why})
        return [shown(tx, one) for one in pulled]

    done = await parts.database.write(work)
    await look_again(parts)
    return done


def _pull_line(pulled: articles.Pull | None) -> PullLine | None:
    if pulled is None:
        return None
    return PullLine(author=pulled.author, at=pulled.at, reason=pulled.reason, source=pulled.source)
