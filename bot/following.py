"""What a customer says about an incident that they were told of: works, still broken, no more."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from sqlalchemy import delete, select
from sqlalchemy.engine import Connection as Tx

from bot.answering import summary, words
from bot.company import LANGUAGES
from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import Event, NewEvent
from bot.conversation.state import State
from bot.conversation.tables import follows
from bot.courtesy import courtesy
from bot.observing import Asked
from bot.reply import Reply
from handoff import signals
from handoff.folding import fold
from handoff.policy import Escalation, Reason
from retrieval.analysis import detect
from retrieval.errors import UnknownIncident
from retrieval.incidents import ledger
from retrieval.incidents.incident import Incident

Wish = Literal["works", "broken", "mute"]
LONGEST = 60
"""A longer message says more than any of these, and is a question like others."""
LOOK_BACK = 100
"""Events in which the last news of an incident is looked for."""
_SAID = (e.INCIDENT_TOLD, e.BOT_ANSWERED, e.AGENT_SAID, e.GROUP_SAID, e.PERSON_CALLED)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the customer wants after news of these incidents, and the language to say it in."""

    wish: Wish
    language: str
    incidents: tuple[str, ...]
    title: str
    """Of the incident; of several, all of them."""


def follow_up(tx: Tx, state: State, asked: Asked, first: int) -> FollowUp | None:
    """What the message at position `first` and behind it says about news told before; else None.

    A plain yes or no answers only what was said last, so it counts directly after the question.
    """
    if asked.wants_person or len(asked.text) > LONGEST:
        return None
    wish, plain = _wish(asked.text)
    if wish is None:
        return None
    if wish == "mute":
        return _mute(tx, state, asked)
    after = max(0, first - 1 - LOOK_BACK)
    before = [one for one in log.read(tx, state.id, after=after) if one.position < first]
    told = _last_news(before)
    if told is None or (plain and _last_said(before) != told):
        return None
    data = told.data
    if data["status"] != "resolved" or not data.get("options"):
        return None
    return FollowUp(wish, data["language"], (data["incident"],), data["title"])


def reply(found: FollowUp, asked: Asked) -> Reply:
    """Thanks, a person, or a promise to be silent."""
    language = found.language
    if found.wish == "broken":
        escalation = Escalation(Reason.STUCK, evidence=(asked.text,))
        staff = _staff(found, asked)
        return Reply(
            "handoff", language, incident=found.incidents[0], escalation=escalation, staff=staff
        )
    said = (
        words.after_the_end("thanked", language)
        if found.wish == "works"
        else words.after_the_end("muted", language, title=found.title)
    )
    return Reply("courtesy", language, said)


def settle(tx: Tx, state: State, found: FollowUp) -> list[NewEvent]:
    """Do what was wished; gives the events that belong behind the bot's words."""
    if found.wish == "mute":
        unfollow(tx, state.id, found.incidents)
    if found.wish == "works":
        return [NewEvent(e.RESOLVED, e.SYSTEM, {"by": None, "reason": "resolved"})]
    return []


def unfollow(tx: Tx, conversation_id: str, incidents: Sequence[str]) -> None:
    """Tell the conversation no more of these; asking about one again follows it again."""
    mine = follows.c.conversation_id == conversation_id
    tx.execute(delete(follows).where(mine, follows.c.incident_id.in_(incidents)))


def declare(
    tx: Tx, incident_id: str, now: datetime, next_update_at: datetime | None = None
) -> Incident:
    """The prepared incident, declared now: who followed an earlier use of it hears nothing of this.

    One that is on already keeps its followers. Raises as `ledger.declare`.
    """
    if not ledger.get(tx, incident_id).ongoing:
        tx.execute(delete(follows).where(follows.c.incident_id == incident_id))
    return ledger.declare(tx, incident_id, now, next_update_at)


def follows_it(tx: Tx, conversation_id: str, incident_id: str) -> bool:
    """Whether the conversation is told what becomes of the incident."""
    mine = (follows.c.conversation_id == conversation_id) & (follows.c.incident_id == incident_id)
    return tx.execute(select(follows.c.since).where(mine)).first() is not None


def muted(tx: Tx, state: State, incident_id: str, client_id: str) -> NewEvent:
    """The event of the button "no more updates"; UnknownIncident when there is no such incident."""
    title = ledger.get(tx, incident_id).title
    language = state.language or state.locale or words.DEFAULT
    shown = words.choose(title, language) or incident_id
    data = {
        "incident": incident_id,
        "title": shown,
        "text": words.after_the_end("muted", language, title=shown),
        "language": language,
    }
    return NewEvent(e.INCIDENT_MUTED, e.CUSTOMER, data, client_id=client_id)


def completed_at(tx: Tx, state: State, page: str | None) -> int | None:
    """Where a page has said already that the customer has finished; None where it is news.

    Such a page is often loaded again; who has written since may have begun anew.
    """
    later = log.read(tx, state.id, after=state.last_customer)
    said = (one for one in later if one.kind == e.TASK_COMPLETED and one.data["page"] == page)
    return next((one.position for one in said), None)


def _wish(text: str) -> tuple[Wish | None, bool]:
    """The wish, and whether it is one only directly after the question."""
    plain = _plain(text)
    if (pressed := _buttons().get(plain)) is not None:
        return pressed, False
    small = courtesy(text)
    if small in ("yes", "no"):
        return ("works" if small == "yes" else "broken"), True
    found = _phrases().get(plain)
    return found, found != "mute"


def _mute(tx: Tx, state: State, asked: Asked) -> FollowUp | None:
    query = select(follows.c.incident_id).where(follows.c.conversation_id == state.id)
    followed = tuple(tx.execute(query.order_by(follows.c.since.desc())).scalars())
    if not followed:
        return None
    language = detect(asked.text, asked.hint, asked.previous, LANGUAGES)
    known = [one for name in followed if (one := _known(tx, name)) is not None]
    named = [one for one in known if one.ongoing] or known[:1]
    titles = [words.choose(one.title, language) or one.id for one in named]
    return FollowUp("mute", language, followed, words.of(language)["join"].join(titles))


def _known(tx: Tx, incident_id: str) -> Any:
    try:
        return ledger.get(tx, incident_id)
    except UnknownIncident:
        return None


def _last_news(before: Sequence[Event]) -> Event | None:
    return next((one for one in reversed(before) if one.kind == e.INCIDENT_TOLD), None)


def _last_said(before: Sequence[Event]) -> Event | None:
    return next((one for one in reversed(before) if one.kind in _SAID), None)


def _staff(found: FollowUp, asked: Asked) -> dict[str, Any]:
    said = [turn.text for turn in asked.turns] or [asked.text]
    return {
        "evidence": [found.title, asked.text],
        "summary": summary.summarise(said, asked.tried, found.language),
        "tried": list(asked.tried),
        "incident": found.incidents[0],
        "language": found.language,
        "do_not_ask": [
            {"kind": fact.kind, "value": fact.value, "text": fact.text}
            for fact in signals.facts(said)
        ],
    }


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


@cache
def _buttons() -> dict[str, Wish]:
    pressed: tuple[Wish, ...] = ("works", "broken")
    return {
        _plain(words.after_the_end(wish, language)): wish
        for wish in pressed
        for language in LANGUAGES
    }


@cache
def _phrases() -> dict[str, Wish]:
    source = Path(__file__).with_name("following.yaml").read_text(encoding="utf-8")
    table: dict[str, list[str]] = yaml.load(source, yaml.CSafeLoader)
    return {_plain(phrase): wish for wish in get_args(Wish) for phrase in table[wish]}
