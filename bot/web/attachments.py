"""Attachments in and out: each call proves who asks, and is asked again at every download."""

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Header, Request, Response
from starlette.responses import StreamingResponse

from bot.attachments import naming, store
from bot.attachments.store import Attachment, Kind
from bot.conversation import visitors
from bot.conversation.events import agent_sender
from bot.errors import Forbidden, NotFound, NotSignedIn
from bot.web.auth import address_of, origin_allowed, parts_of, signed_in
from bot.web.models import Answer

router = APIRouter(prefix="/api/attachments")

_SHUT = {
    # Whatever a browser makes of the bytes, it gets no script, no style and no origin.
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
NAME_HEADER = "x-file-name"


class Kept(Answer):
    """An upload that waits to be sent: its `id` goes into the message."""

    id: str
    name: str
    type: str
    size: int
    width: int | None
    height: int | None


class _Caller:
    """Who asks: a visitor by token, or an agent by session."""

    def __init__(self, visitor_id: str | None, sender: str) -> None:
        self.visitor_id = visitor_id
        self.sender = sender


@router.options("", include_in_schema=False)
@router.options("/{path:path}", include_in_schema=False)
async def preflight(request: Request) -> Response:
    """What a browser asks before the widget may send a token from another site."""
    _require_origin(request)
    allowed = {
        "Access-Control-Allow-Methods": "GET, POST, DELETE",
        "Access-Control-Allow-Headers": f"authorization, content-type, {NAME_HEADER}",
        "Access-Control-Max-Age": "600",
    }
    return Response(status_code=204, headers=allowed)


@router.post("")
async def upload(
    request: Request, x_file_name: Annotated[str, Header(max_length=1000)] = ""
) -> Kept:
    """Keep one file, the body itself, for the caller to send with a message.

    The name stands in the header, percent-encoded; the type is found in the content alone.
    """
    caller = await _caller(request)
    parts = parts_of(request)
    limits, address = parts.limits, address_of(request)
    visitor = caller.visitor_id
    if visitor is not None:
        await limits.attachment(visitor)

    async def weighed(size: int) -> None:
        if visitor is not None:
            await limits.attached(visitor, address, size)

    kept = await parts.attachments.take(
        caller.sender, unquote(x_file_name), request.stream(), weighed=weighed
    )
    return Kept(**kept.wire())


@router.get("/{attachment}")
async def content(request: Request, attachment: str) -> StreamingResponse:
    """The file, to be saved: for agents, and for the customer in whose conversation it stands."""
    found = await _readable(request, attachment)
    headers = {
        "Content-Length": str(found.size),
        "Content-Disposition": naming.disposition(found.name),
    }
    return _stream(request, found, "content", found.type, headers)


@router.get("/{attachment}/preview")
async def preview(request: Request, attachment: str) -> StreamingResponse:
    """A small WebP of an image; NotFound for what is none."""
    found = await _readable(request, attachment)
    if found.width is None:
        raise NotFound("This attachment has no preview.")
    headers = {"Content-Disposition": naming.disposition("preview.webp")}
    return _stream(request, found, "preview", "image/webp", headers)


@router.delete("/{attachment}", status_code=204)
async def remove(request: Request, attachment: str) -> None:
    """Remove one's own upload that was not sent."""
    caller = await _caller(request)
    await parts_of(request).database.write(lambda tx: store.remove(tx, caller.sender, attachment))


async def _readable(request: Request, attachment_id: str) -> Attachment:
    caller = await _caller(request)
    visitor = caller.visitor_id
    if visitor is not None:
        return await parts_of(request).database.read(
            lambda tx: store.for_customer(tx, visitor, attachment_id)
        )
    return await parts_of(request).database.read(
        lambda tx: store.for_agent(tx, caller.sender, attachment_id)
    )


def _stream(
    request: Request, found: Attachment, kind: Kind, type_: str, headers: dict[str, str]
) -> StreamingResponse:
    pieces = parts_of(request).attachments.content(found.id, kind)
    return StreamingResponse(pieces, media_type=type_, headers=headers | _SHUT)


async def _caller(request: Request) -> _Caller:
    """Who asks; raises NotSignedIn, CsrfError, and Forbidden for a page of another site."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        session = await signed_in(request)
        return _Caller(None, agent_sender(session.agent.id))
    _require_origin(request)
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn("The header Authorization is `Bearer` and the visitor's token.")
    parts = parts_of(request)
    visitor = await parts.database.read(lambda tx: visitors.by_token(tx, token, parts.now()))
    if visitor is None:
        raise NotSignedIn("This token is not valid. Say hello on the socket to get one.")
    return _Caller(visitor.id, store.customer(visitor.id))


def _require_origin(request: Request) -> None:
    if not origin_allowed(request):
        raise Forbidden("This site may not embed the chat.")
