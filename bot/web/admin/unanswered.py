"""Questions the bot had no answer to: the articles to write next."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.engine import Connection as Tx

from bot.conversation import events as e
from bot.conversation.tables import events
from bot.web.auth import Admin, parts_of
from bot.web.models import Answer, Instant
from handoff.folding import fold

router = APIRouter()

DAYS = 30
MAX_GROUPS = 100
MAX_ANSWERS = 20_000
"""Answers that are looked through for questions without one."""
EXAMPLES = 5
SHOWN_TEXT = 500
REPLIES = 3
"""Messages of people that are offered to begin an article with."""


class Reply(Answer):
    """What a person wrote in a conversation in which the bot had no answer."""

    conversation: str
    at: Instant
    name: str
    text: str


class Unanswered(Answer):
    """A question asked in these words, in whatever script and case, without an answer.

    `languages` counts how often it was asked in each; `conversations` are the newest examples.
    `replies` are what people answered there, newest first.
    """

    text: str
    language: str
    languages: dict[str, int]
    count: int
    last_at: Instant
    conversations: list[str]
    replies: list[Reply]


@router.get("/unanswered")
async def unanswered(request: Request, _: Admin) -> list[Unanswered]:
    """What the bot did not know lately, most frequent first: articles that are missing."""
    parts = parts_of(request)
    since = parts.now() - timedelta(days=DAYS)
    return await parts.database.read(lambda tx: _unanswered(tx, since))


@dataclass(slots=True)
class _Group:
    """Answers to the same words; the newest comes first."""

    text: str
    last_at: datetime
    count: int = 0
    languages: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    conversations: dict[str, None] = field(default_factory=dict)


def _unanswered(tx: Tx, since: datetime) -> list[Unanswered]:
    asked = events.c.staff["query"].as_string()
    query = (
        select(
            events.c.conversation_id,
            events.c.at,
            asked.label("asked"),
            events.c.data["language"].as_string().label("language"),
        )
        .where(
            events.c.kind == e.BOT_ANSWERED,
            events.c.at >= since,
            events.c.data["decision"].as_string().in_(("unsure", "clarify")),
        )
        .order_by(events.c.at.desc())
        .limit(MAX_ANSWERS)
    )
    groups: dict[str, _Group] = {}
    for row in tx.execute(query):
        if not row.asked:
            continue
        group = groups.setdefault(fold(row.asked), _Group(row.asked, row.at))
        group.count += 1
        group.languages[row.language] += 1
        if len(group.conversations) < EXAMPLES:
            group.conversations[row.conversation_id] = None
    ordered = sorted(groups.values(), key=lambda one: (one.count, one.last_at), reverse=True)
    shown = ordered[:MAX_GROUPS]
    replies = _replies(tx, [one for group in shown for one in group.conversations])
    return [_line(group, replies) for group in shown]


def _line(group: _Group, replies: dict[str, list[Reply]]) -> Unanswered:
    languages = dict(sorted(group.languages.items(), key=lambda one: -one[1]))
    said = [reply for one in group.conversations for reply in replies.get(one, ())]
    return Unanswered(
        text=group.text[:SHOWN_TEXT],
        language=next(iter(languages)),
        languages=languages,
        count=group.count,
        last_at=group.last_at,
        conversations=list(group.conversations),
        replies=sorted(said, key=lambda one: one.at, reverse=True)[:REPLIES],
    )


def _replies(tx: Tx, conversations: list[str]) -> dict[str, list[Reply]]:
    """What people wrote in these conversations; notes among themselves are not answers."""
    query = (
        # Without its kind, for which the database would look at what everybody ever said.
        select(events.c.conversation_id, events.c.kind, events.c.at, events.c.data)
        .where(events.c.conversation_id.in_(conversations))
        .order_by(events.c.conversation_id, events.c.position)
    )
    found: dict[str, list[Reply]] = defaultdict(list)
    for conversation, kind, at, data in tx.execute(query):
        if kind != e.AGENT_SAID:
            continue
        name = str((data.get("agent") or {}).get("name", ""))
        reply = Reply(conversation=conversation, at=at, name=name, text=data["text"])
        found[conversation].append(reply)
    return found
