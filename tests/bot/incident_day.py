"""A day with incidents made by hand: customers, agents and the ledger write as they do in life."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import NewEvent
from bot.conversation.tables import follows
from bot.storage.engine import Database
from handoff.tables import insert_once
from retrieval.incidents import ledger

AGENT = {"id": "a", "name": "Aina"}
START = datetime.fromisoformat("2026-11-20T09:10:00+00:00")
TITLE = {"en": "Cards fail", "ms": "Kad gagal"}


def at(minutes: float) -> datetime:
    """So many minutes after the day's beginning."""
    return START + timedelta(minutes=minutes)


class Day:
    """What happened, told in minutes; everything goes into the real log and ledger."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def write(self, work: Any) -> Any:
        """One transaction."""
        return await self.database.write(work)

    async def declare(
        self, minutes: float, name: str = "cards", components: tuple[str, ...] = ("payments",)
    ) -> str:
        """Declare an incident with its first note."""

        def work(tx: Any) -> str:
            made = ledger.create(
                tx, title=TITLE, components=components, severity="major", now=at(minutes),
                status="investigating", text={"en": "We are looking."}, incident_id=name,
            )  # fmt: skip
            return made.id

        return str(await self.write(work))

    async def update(self, minutes: float, status: str, text: str, name: str = "cards") -> None:
        """One more public note."""
        await self.write(
            lambda tx: ledger.add_update(
                tx, name, status=status, text={"en": text}, now=at(minutes)
            )
        )

    async def conversation(
        self, *steps: tuple[float, NewEvent], locale: str = "en", visitor: str | None = None
    ) -> str:
        """A conversation whose events came at these minutes of the day; gives its id."""

        def work(tx: Any) -> str:
            state = log.start(
                tx, visitor_id=visitor or log.new_id(), channel="widget", locale=locale,
                page=None, now=at(steps[0][0]),
            )  # fmt: skip
            for minutes, event in steps:
                state = log.append(tx, state, [event], now=at(minutes))
                incident = event.data.get("incident")
                if event.kind == e.BOT_ANSWERED and incident:
                    follow = {"conversation_id": state.id, "incident_id": incident}
                    insert_once(tx, follows, follow | {"since": at(minutes)})
            return state.id

        return str(await self.write(work))


def said(text: str) -> NewEvent:
    """A customer's message."""
    return NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": text})


def answered(
    decision: str = "answer",
    *,
    to: int = 2,
    query: str = "",
    incident: str | None = None,
    language: str = "en",
) -> NewEvent:
    """An answer to the message at position `to`; the first message of a conversation is at 2."""
    data = {
        "text": "…", "decision": decision, "language": language, "incident": incident,
        "answers": [to],
    }  # fmt: skip
    return NewEvent(e.BOT_ANSWERED, e.BOT, data, staff={"query": query})


def with_incident(name: str = "cards", *, to: int = 2, language: str = "en") -> NewEvent:
    """An answer that begins with the incident."""
    return answered("incident", to=to, incident=name, language=language)


def called(reason: str, *, to: int = 2, incident: str | None = None) -> NewEvent:
    """A call for a person."""
    data = {"reason": reason, "language": "en", "answers": [to]}
    return NewEvent(e.PERSON_CALLED, e.SYSTEM, data, staff={"incident": incident})


def joined() -> NewEvent:
    """An agent takes the conversation."""
    return NewEvent(e.AGENT_JOINED, "agent:a", {"agent": AGENT})


def resolved() -> NewEvent:
    """The agent ends it."""
    return NewEvent(e.RESOLVED, "agent:a", {"by": AGENT, "reason": "resolved"})


def rated(score: int) -> NewEvent:
    """The customer rates the conversation."""
    return NewEvent(e.RATED, e.CUSTOMER, {"score": score, "comment": ""})


def answer_rated(position: int, *, helpful: bool) -> NewEvent:
    """The customer's verdict on one answer."""
    data = {"position": position, "helpful": helpful, "comment": ""}
    return NewEvent(e.ANSWER_RATED, e.CUSTOMER, data)


def told(name: str = "cards") -> NewEvent:
    """An update of the incident, told in the conversation."""
    return NewEvent(e.INCIDENT_TOLD, e.SYSTEM, {"incident": name, "text": "…"})
