"""Reasons of imports in the language of who reads them, and as a code for programs."""

from typing import Annotated

from fastapi import Query

from bot.web.models import Answer
from bot.web.wire import Locale
from retrieval.importers import reasons

ReadIn = Annotated[Locale, Query(description="The reader's language.")]


class Told(Answer):
    """A reason in the reader's language; without a code, in the words it came in."""

    text: str
    code: str | None
    values: dict[str, str]


def told(reason: str | None, locale: str, name: str = "") -> Told | None:
    """What somebody reads of a reason about the document of this name; None without one."""
    if not reason:
        return None
    known = reasons.read(reason, name)
    return Told(
        text=reasons.tell(reason, locale, name),
        code=None if known is None else known.code,
        values={} if known is None else dict(known.values),
    )
