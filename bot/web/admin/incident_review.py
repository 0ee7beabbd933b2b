"""The draft of a review after an incident: a page to read and print, and Markdown to go on with."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, Response

from bot.incident_review.facts import Review, gather
from bot.incident_review.markdown import markdown
from bot.incident_review.page import Reader, blocks, title
from bot.web.auth import Admin, parts_of
from bot.web.review_html import page, policy
from bot.web.wire import Locale

router = APIRouter(prefix="/incidents")

IncidentId = Annotated[str, Path(max_length=128)]
ReadIn = Annotated[Locale, Query(description="The reader's language.")]


@router.get("/{incident}/review", response_class=HTMLResponse)
async def review_page(
    request: Request, _: Admin, incident: IncidentId, locale: ReadIn = "en"
) -> HTMLResponse:
    """The draft as a page; `not_declared` for an incident that is only prepared."""
    found, reader = await _found(request, incident, locale)
    shown = page(title(found, reader), blocks(found, reader), locale)
    return HTMLResponse(shown, headers={"Content-Security-Policy": policy()})


@router.get("/{incident}/review.md", response_class=Response)
async def review_markdown(
    request: Request, _: Admin, incident: IncidentId, locale: ReadIn = "en"
) -> Response:
    """The same as Markdown, to be kept where the team writes on."""
    found, reader = await _found(request, incident, locale)
    headers = {"Content-Disposition": 'attachment; filename="review.md"'}
    text = markdown(blocks(found, reader))
    return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)


async def _found(request: Request, incident: str, locale: str) -> tuple[Review, Reader]:
    parts = parts_of(request)
    company, now = parts.company, parts.now()
    found = await parts.database.read(lambda tx: gather(tx, incident, company, now))
    return found, Reader(locale, company, parts.settings.web.public_url)
