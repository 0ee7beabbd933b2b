"""What REST bodies and answers are made of: nothing goes in or out that is not named here."""

import re
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from bot.conversation.events import instant
from bot.web.wire import Locale

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _clean(text: str) -> str:
    """The text without spaces around it; control characters are refused, as an import does."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _CONTROL.search(text):
        raise ValueError("control characters are no text")
    return text


def _without_empty(texts: Any) -> Any:
    """A language whose field was left empty has no text."""
    if not isinstance(texts, dict):
        return texts
    return {
        locale: text for locale, text in texts.items() if not isinstance(text, str) or text.strip()
    }


Line = Annotated[str, Field(max_length=300), AfterValidator(_clean), Field(min_length=1)]
"""A title, a name, a question."""
Paragraph = Annotated[str, Field(max_length=4000), AfterValidator(_clean), Field(min_length=1)]
"""A note to customers."""
Slug = Annotated[str, Field(max_length=128, pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
"""An id in an address: lower-case words joined by `-`."""
Titles = Annotated[dict[Locale, Line], BeforeValidator(_without_empty)]
"""One line per language."""
Paragraphs = Annotated[dict[Locale, Paragraph], BeforeValidator(_without_empty)]
"""One note per language."""
Instant = Annotated[datetime, PlainSerializer(instant, return_type=str)]
"""An instant; on the wire RFC 3339 in UTC with milliseconds."""

Base = Annotated[str | None, Query(max_length=64)]
"""The revision that was read; left out, the last one who saves wins."""


class Body(BaseModel):
    """A request body: unknown fields and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """What an endpoint answers: a field that is not declared never leaves."""

    model_config = ConfigDict(extra="forbid")


class Badge(Answer):
    """An agent as colleagues see one."""

    id: str
    name: str
