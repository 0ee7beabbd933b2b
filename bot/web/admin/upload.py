"""Import of Markdown files: each file has its own result, a broken one never stops the rest."""

import asyncio
from typing import Literal

import structlog
from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from bot.company import LANGUAGES
from bot.errors import BotError
from bot.parts import Parts
from bot.web.auth import Admin, parts_of
from bot.web.errors import ProductError
from bot.web.models import Answer
from retrieval import articles
from retrieval.articles import ArticleDraft
from retrieval.importers.markdown import LARGEST, parse

logger = structlog.get_logger()

router = APIRouter()

MAX_FILES = 200
FIELDS = frozenset({"files[]", "files"})


class BadUpload(BotError):
    """The upload as a whole cannot be read; nothing was imported."""

    code = "bad_upload"


class Result(Answer):
    """What became of one file."""

    name: str
    result: Literal["imported", "unchanged", "replaced", "refused"]
    reason: str | None = None
    article: str | None = None
    locale: str | None = None


class Results(Answer):
    """What became of each file, in the order they were sent."""

    results: list[Result]


@router.post("/import")
async def upload(request: Request, session: Admin) -> Results:
    """Import up to 200 files of at most 1 MB each; raises BadUpload when it is no such upload."""
    parts = parts_of(request)
    seen: dict[tuple[str, str], str] = {}
    try:
        async with request.form(max_files=MAX_FILES, max_fields=0) as form:
            sent = [item for field, item in form.multi_items() if field in FIELDS]
            files = [item for item in sent if isinstance(item, UploadFile)]
            results = [await _one(parts, one, seen, session.agent.name) for one in files]
    except HTTPException as error:
        raise BadUpload(f"The upload cannot be read: {error.detail}") from error
    if not results:
        raise BadUpload("There is no file in the upload. Send them in the field `files[]`.")
    return Results(results=results)


async def _one(
    parts: Parts, file: UploadFile, seen: dict[tuple[str, str], str], author: str
) -> Result:
    name = _name(file.filename)
    try:
        draft = await asyncio.to_thread(parse, await file.read(LARGEST + 1), name)
        why = _refusal(draft, name, seen)
        if why is not None:
            return Result(name=name, result="refused", reason=f"{name}: {why}")
        _, result = await parts.database.write(
            lambda tx: articles.save(tx, draft, author=author, now=parts.now())
        )
    except ProductError as error:
        return Result(name=name, result="refused", reason=str(error))
    except Exception as error:  # one broken file never stops the rest
        logger.exception("import_failed", file=name, error=type(error).__name__)
        return Result(name=name, result="refused", reason=f"{name}: cannot be read.")
    return Result.model_validate(
        {"name": name, "result": result, "article": draft.id, "locale": draft.locale}
    )


def _refusal(draft: ArticleDraft, name: str, seen: dict[tuple[str, str], str]) -> str | None:
    if not name.endswith(".md"):
        return "not a Markdown file. Its name must end in `.md`."
    if draft.locale not in LANGUAGES:
        return f"`locale` is {draft.locale!r}, but must be one of {', '.join(LANGUAGES)}."
    first = seen.setdefault((draft.id, draft.locale), name)
    if first != name:
        return f"is article `{draft.id}` in {draft.locale}, as {first} is. Remove one."
    return None


def _name(given: str | None) -> str:
    """The file's name for messages only: nothing is ever stored under it."""
    last = (given or "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(one for one in last if one.isprintable())[:200] or "file"
