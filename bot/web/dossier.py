"""What an agent reads before the first word: why it came, what was tried, what not to ask again."""

from datetime import UTC, tzinfo
from typing import Any

from sqlalchemy.engine import Connection as Tx

from bot.answering import summary
from bot.conversation import contacts, conversations, log
from bot.conversation import events as e
from bot.conversation.contacts import Contact
from bot.conversation.events import Event, instant
from bot.conversation.state import State
from handoff import words
from handoff.facts import Said, facts, shown
from handoff.policy import Escalation, Reason

LOOK_BACK = 500
"""Events of the present episode the dossier is made of."""
NEAR = 0.5
"""A passage the bot was less sure of than this is no reply to start from."""


def dossier(tx: Tx, conversation_id: str, locale: str, *, zone: tzinfo = UTC) -> dict[str, Any]:
    """The dossier frame without its type, in the agent's language; NotFound.

    `zone` is the customers': it decides which day "tomorrow" is.
    """
    state = conversations.peek(tx, conversation_id)
    episode = log.read(tx, state.id, after=state.episode_start - 1, limit=LOOK_BACK)
    called = next((one for one in reversed(episode) if one.kind == e.PERSON_CALLED), None)
    staff = (called.staff if called is not None else None) or {}
    said = [event.data["text"] for event in episode if event.kind == e.CUSTOMER_SAID]
    tried = staff.get("tried") or _tried(episode)
    language = state.language or state.locale or "en"
    contact = contacts.by_id(tx, state.visitor_id)
    return {
        "conversation": state.id,
        "head": state.head,
        "holder": state.holder,
        "status": state.status,
        "agent": _agent(state),
        "epoch": state.epoch,
        "reason": state.reason,
        "reason_text": _reason_text(called, staff, locale),
        "team": staff.get("team"),
        "evidence": staff.get("evidence", []),
        "summary": summary.summarise(
            said, [one for one in tried if _near(one)], locale, attachments=_attached(episode)
        ),
        "tried": tried,
        "language": language,
        "visitor": _name(contact) or state.visitor_id[:6],
        "contact": None if contact is None else _contact(tx, contact, state),
        "page": state.page,
        "page_title": _page_title(tx, state, episode),
        "incident": state.incident,
        "started_at": instant(state.started_at),
        "waiting_since": instant(state.waiting_since),
        "do_not_ask": _told(contact) + _known(episode, language, locale, zone),
        "suggested_reply": _suggested(tried),
        "rating": state.rated,
    }


def _page_title(tx: Tx, state: State, episode: list[Event]) -> str | None:
    """What the page they are on is called, if it was told with the page; else None."""
    told = _last_page(episode)
    if told is None and state.page and state.episode_start > 1:
        before = max(0, state.episode_start - 1 - LOOK_BACK)
        told = _last_page(log.read(tx, state.id, after=before, limit=LOOK_BACK))
    return None if told is None else told.get("page_title")


def _last_page(events: list[Event]) -> dict[str, Any] | None:
    return next(
        (
            one.data
            for one in reversed(events)
            if one.kind == e.CUSTOMER_SAID and one.data.get("page")
        ),
        None,
    )


def _attached(episode: list[Event]) -> int:
    """Files the customer has sent."""
    sent = (one.data.get("attachments") or () for one in episode if one.kind == e.CUSTOMER_SAID)
    return sum(map(len, sent))


def _name(contact: Contact | None) -> str | None:
    return None if contact is None else contact.name or contact.email


def _contact(tx: Tx, contact: Contact, state: State) -> dict[str, Any]:
    """Who the customer's site says this is; what customers write themselves never stands here."""
    return {
        "id": contact.external_id,
        "name": contact.name,
        "email": contact.email,
        "attributes": contact.attributes,
        "first_seen_at": instant(contact.first_seen_at),
        "last_seen_at": instant(contact.last_seen_at),
        "earlier": [
            {
                "conversation": one.id,
                "started_at": instant(one.started_at),
                "status": one.status,
                "preview": one.preview,
                "agent": one.agent_name,
                "rating": one.rated,
            }
            for one in contacts.earlier(tx, contact.id, state.id)
        ],
    }


def _told(contact: Contact | None) -> list[dict[str, str]]:
    """What the site vouches for needs no asking; it comes before what the customer says."""
    if contact is None:
        return []
    told = [("name", contact.name or ""), ("email", contact.email or "")]
    known = [{"kind": kind, "value": text, "text": text, "said": ""} for kind, text in told if text]
    for name, value in contact.attributes.items():
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        text = f"{name}: {shown}"
        known.append({"kind": "account", "value": shown, "text": text, "said": ""})
    return known


def _known(episode: list[Event], language: str, locale: str, zone: tzinfo) -> list[dict[str, str]]:
    """What the customer said already, each message read with what it answers."""
    said, before = [], ""
    for event in episode:
        text = str(event.data.get("text") or "")
        if event.kind == e.CUSTOMER_SAID:
            said.append(Said(text, event.at.astimezone(zone).date(), before))
        elif event.kind in (e.BOT_ANSWERED, e.AGENT_SAID, e.GROUP_SAID):
            before = text
    return [
        {
            "kind": fact.kind,
            "value": fact.value,
            "text": shown.with_evidence(fact, locale),
            "said": fact.text,
        }
        for fact in facts(said, language=language)
    ]


def _reason_text(called: Event | None, staff: dict[str, Any], locale: str) -> str | None:
    if called is None:
        return None
    escalation = Escalation(
        Reason(called.data["reason"]),
        bool(called.data.get("urgent")),
        tuple(staff.get("evidence", ())),
    )
    return words.reason_in_words(escalation, locale)


def _tried(episode: list[Event]) -> list[dict[str, Any]]:
    told = (event.staff for event in episode if event.kind == e.BOT_ANSWERED and event.staff)
    return [one for one in told if one.get("query") != ""]  # a picture alone asks nothing


def _suggested(tried: list[dict[str, Any]]) -> str | None:
    """The surest passage the bot found: the agent edits it, the bot never sends it."""
    near = [one for one in tried if _near(one) and one.get("passages")]
    answered = [one for one in near if one.get("decision") == "answer"]
    best = max(answered or near, key=lambda one: float(one["confidence"]), default=None)
    return None if best is None else str(best["passages"][0]["text"])


def _near(attempt: dict[str, Any]) -> bool:
    return bool((attempt.get("confidence") or 0) >= NEAR)


def _agent(state: State) -> dict[str, str | None] | None:
    if state.agent_id is None or state.holder != "agent":
        return None
    return {"id": state.agent_id, "name": state.agent_name}
