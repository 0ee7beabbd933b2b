"""Ready replies: what agents insert with a slash."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import Field
from sqlalchemy.engine import Connection as Tx

from bot import canned, revisions
from bot.canned import Canned
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Base, Body, Instant, Line, Paragraphs
from bot.web.trail import Noting

router = APIRouter(prefix="/replies")

ReplyId = Annotated[str, Path(max_length=40)]


class NewReply(Body):
    """A ready reply in at least one language; `{name}` stands for a value."""

    category: Annotated[Line, Field(max_length=80)]
    name: Annotated[Line, Field(max_length=120)]
    texts: Annotated[Paragraphs, Field(min_length=1)]


class Reply(Answer):
    """A ready reply."""

    id: str
    category: str
    name: str
    texts: dict[str, str]
    updated_at: Instant
    revision: str


class Replies(Answer):
    """All ready replies, category by category, and what may stand in braces."""

    variables: list[str]
    replies: list[Reply]


@router.get("")
async def listing(request: Request, _: Admin) -> Replies:
    """All of them."""
    found = await parts_of(request).database.read(canned.listing)
    return Replies(variables=list(canned.VARIABLES), replies=[_reply(one) for one in found])


@router.post("")
async def add(request: Request, _: Admin, note: Noting, new: NewReply) -> Reply:
    """One more; raises BadText where a text asks for a value that nothing fills in."""
    return await _save(request, note, new)


@router.put("/{reply}")
async def change(
    request: Request, _: Admin, note: Noting, reply: ReplyId, new: NewReply, base: Base = None
) -> Reply:
    """That one as it is to be from now on; raises BadText, NotFound, Overwritten."""
    return await _save(request, note, new, reply, base)


@router.delete("/{reply}")
async def remove(
    request: Request, _: Admin, note: Noting, reply: ReplyId, base: Base = None
) -> Replies:
    """Take it away; gives those that are left. Raises NotFound, Overwritten."""

    def work(tx: Tx) -> None:
        revisions.hold(tx)
        old = _find(tx, reply)
        if old is not None:
            _require(tx, base, old)
        canned.remove(tx, reply)
        note(tx, "reply.removed", reply if old is None else old.name, before={"id": reply})

    await parts_of(request).database.write(work)
    return await listing(request, _)


async def _save(
    request: Request,
    note: Noting,
    new: NewReply,
    reply_id: str | None = None,
    base: str | None = None,
) -> Reply:
    parts = parts_of(request)
    texts = {str(language): text for language, text in new.texts.items()}

    def work(tx: Tx) -> Canned:
        revisions.hold(tx)
        if reply_id is not None and base is not None:
            old = _find(tx, reply_id)
            if old is None:
                raise revisions.removed(tx, "reply", "reply.removed", reply_id)
            _require(tx, base, old)
        saved = canned.save(
            tx,
            category=new.category,
            name=new.name,
            texts=texts,
            now=parts.now(),
            reply_id=reply_id,
        )
        done = "reply.added" if reply_id is None else "reply.changed"
        note(tx, done, saved.name, after={"category": saved.category, "languages": sorted(texts)})
        return saved

    return _reply(await parts.database.write(work))


def _find(tx: Tx, reply_id: str) -> Canned | None:
    return next((one for one in canned.listing(tx) if one.id == reply_id), None)


def _require(tx: Tx, base: str | None, one: Canned) -> None:
    actions = ("reply.added", "reply.changed")
    revisions.require(tx, base, _revision(one), "reply", actions, one.name)


def _revision(one: Canned) -> str:
    return revisions.revision([one.category, one.name, one.texts])


def _reply(one: Canned) -> Reply:
    return Reply(
        id=one.id,
        category=one.category,
        name=one.name,
        texts=one.texts,
        updated_at=one.updated_at,
        revision=_revision(one),
    )
