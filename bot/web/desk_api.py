"""What the console reads over REST: the help centre, conversations, colleagues."""

import asyncio
from datetime import UTC
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import AwareDatetime, Field
from sqlalchemy.engine import Connection as Tx

from bot import canned
from bot.conversation import conversations, endings, sought
from bot.conversation.state import State
from bot.web.auth import SignedIn, parts_of
from bot.web.models import Answer, Badge, Body, Instant
from bot.web.wire import Id, Locale
from handoff import presence
from retrieval.search import Found

router = APIRouter(prefix="/api/console")

SHOWN = 10
"""Passages a search gives."""


class FoundPassage(Answer):
    """A passage the agent may read; customers can open its `url` only if `audience` is `public`."""

    passage: str
    article: str
    locale: str
    title: str
    heading: str
    text: str
    url: str
    audience: str
    score: float


class Ending(Answer):
    """Who resolved a conversation, why, and what they noted; only staff see it."""

    by: str
    why: str | None
    note: str


class Row(Answer):
    """A conversation in a list; `updated_at` is exact, so that it can be sent back as `before`."""

    conversation: str
    status: str
    holder: str
    agent: Badge | None
    language: str | None
    preview: str
    started_at: Instant
    updated_at: str
    reason: str | None
    rating: int | None
    ended: Ending | None
    """How an agent ended it; null while it is open, or where nobody of the staff did."""


class FoundRow(Row):
    """An ended conversation that was searched for."""

    visitor: str
    """Who it was: the name or address their site gives, else a short id."""
    found: str | None
    """What was said with one of the words; null where only the customer's name has them."""


class Colleague(Answer):
    """An agent, whether present, and with room for how many."""

    id: str
    name: str
    languages: list[str]
    status: str
    capacity: int
    load: int


class ReadyReply(Answer):
    """A text to insert; `{name}` stands for a value that the console fills in."""

    id: str
    category: str
    name: str
    texts: dict[str, str]


class ReadyReplies(Answer):
    """All ready replies, category by category, and the company's name for `{company}`."""

    company: str
    replies: list[ReadyReply]


class Verdict(Body):
    """What an agent says of a handover."""

    needed: bool
    """False: the bot could have done it."""


class ToGroup(Body):
    """One message to everybody who waits because of one incident."""

    id: Id
    """Chosen by the client and kept on a retry: the same message is sent once."""
    texts: Annotated[dict[Locale, str], Field(min_length=1)]
    """In the languages it is written in; who reads another gets it with the name of its own."""
    only_new: bool = False
    """True: only to those whom no message to the group has reached yet."""


class SentToGroup(Answer):
    """How many are told; each conversation has its copy at once, or a moment later."""

    incident: str
    recipients: int


class Judged(Answer):
    """The verdict as it stands; `position` is null where the same was said before."""

    conversation: str
    needed: bool
    position: int | None


@router.get("/search")
async def search(
    request: Request,
    _: SignedIn,
    q: Annotated[str, Query(max_length=500)] = "",
    locale: Locale = "en",
) -> list[FoundPassage]:
    """Passages for a question, found as the bot finds them, internal articles among them."""
    if not q.strip():
        return []
    index = parts_of(request).index
    evidence = await asyncio.to_thread(
        lambda: index.search(q, hint=locale, previous=locale, limit=SHOWN, audience="staff")
    )
    return [_found(one) for one in evidence.found]


@router.get("/conversations")
async def listing(
    request: Request,
    _: SignedIn,
    status: Literal["open", "waiting", "resolved"] = "open",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: AwareDatetime | None = None,
) -> list[Row]:
    """Conversations by last change, newest first."""

    def work(tx: Tx) -> list[Row]:
        states = conversations.listing(tx, which=status, limit=limit, before=before)
        ended = endings.of(tx, [state.id for state in states if state.status == "resolved"])
        return [_row(state, ended.get(state.id)) for state in states]

    return await parts_of(request).database.read(work)


@router.get("/ended")
async def ended_with(
    request: Request,
    _: SignedIn,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    before: AwareDatetime | None = None,
) -> list[FoundRow]:
    """Ended conversations with all the words of `q`: who it was, or anything that was said."""

    def work(tx: Tx) -> list[FoundRow]:
        found = sought.ended(tx, q, limit=limit, before=before)
        ended = endings.of(tx, [one.state.id for one in found])
        return [_found_row(one, ended.get(one.state.id)) for one in found]

    return await parts_of(request).database.read(work)


@router.get("/agents")
async def colleagues(request: Request, _: SignedIn) -> list[Colleague]:
    """Everybody with an open account, by name."""
    parts = parts_of(request)
    lease = parts.settings.handoff.claim_lease
    everyone = await parts.database.read(lambda tx: presence.everyone(tx, parts.now(), lease))
    return [
        Colleague(
            id=one.id,
            name=one.name,
            languages=list(one.languages),
            status=one.status,
            capacity=one.capacity,
            load=one.load,
        )
        for one in everyone
    ]


@router.get("/replies")
async def replies(request: Request, _: SignedIn) -> ReadyReplies:
    """The ready replies."""
    parts = parts_of(request)
    found = await parts.database.read(canned.listing)
    return ReadyReplies(
        company=parts.company.name,
        replies=[
            ReadyReply(id=one.id, category=one.category, name=one.name, texts=one.texts)
            for one in found
        ],
    )


@router.post("/conversations/{conversation}/handover")
async def judge(request: Request, session: SignedIn, conversation: str, verdict: Verdict) -> Judged:
    """Say of the last handover whether a person was needed; the last word counts."""
    done = await parts_of(request).desk.judge(session.agent, conversation, needed=verdict.needed)
    return Judged(conversation=conversation, needed=verdict.needed, position=done.position)


@router.post("/incidents/{incident}/group")
async def say_to_group(
    request: Request,
    session: SignedIn,
    incident: Annotated[str, Path(max_length=80)],
    message: ToGroup,
) -> SentToGroup:
    """Answer everybody who waits because of the incident, once each and in their language."""
    texts = {str(language): said for language, said in message.texts.items()}
    recipients = await parts_of(request).desk.say_to_group(
        session.agent, incident, message.id, texts, only_new=message.only_new
    )
    return SentToGroup(incident=incident, recipients=recipients)


def _found(found: Found) -> FoundPassage:
    passage = found.passage
    return FoundPassage(
        passage=passage.id,
        article=passage.article_id,
        locale=passage.locale,
        title=passage.title,
        heading=passage.heading,
        text=passage.text,
        url=passage.url,
        audience=passage.audience,
        score=round(found.score, 4),
    )


def _row(state: State, ended: endings.Ended | None) -> Row:
    agent = None
    if state.agent_id is not None and state.holder == "agent":
        agent = Badge(id=state.agent_id, name=state.agent_name or "")
    return Row(
        conversation=state.id,
        status=state.status,
        holder=state.holder,
        agent=agent,
        language=state.language or state.locale,
        preview=state.preview,
        started_at=state.started_at,
        updated_at=state.updated_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        reason=state.reason,
        rating=state.rated,
        ended=None if ended is None else Ending(by=ended.by, why=ended.why, note=ended.note),
    )


def _found_row(one: sought.Sought, ended: endings.Ended | None) -> FoundRow:
    row = _row(one.state, ended)
    return FoundRow(
        **row.model_dump(), visitor=one.name or one.state.visitor_id[:6], found=one.found
    )
