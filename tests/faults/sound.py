"""A sound conversation and what its customer, agent and bot wrote down: to plant breaches in."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.conversation import events as e
from bot.conversation import log, outcomes
from bot.conversation.events import Event, NewEvent
from handoff import agents, queue
from tests.faults.history import History, Recorder
from tests.faults.truth import Truth

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CITED = {"passage": "g1-p1"}


def _new(kind: str, sender: str, client_id: str | None = None, **data: Any) -> NewEvent:
    data = data if client_id is None else data | {"client_id": client_id}
    staff = {"generation": "1"} if kind == e.BOT_ANSWERED else None
    return NewEvent(kind, sender, data, staff=staff, client_id=client_id)


def answered(positions: list[int]) -> NewEvent:
    return _new(
        e.BOT_ANSWERED, e.BOT, text="Hi", decision="answer", language="en",
        answers=positions, citations=[CITED],
    )  # fmt: skip


def fill(tx: Any) -> tuple[str, str]:
    """One sound conversation: asked, answered, handed over, claimed, helped."""
    state = log.start(tx, visitor_id="v", channel="widget", locale="en", page=None, now=NOW)
    agent = agents.add(tx, "Aina", "agent", ["en"], NOW)
    mine, badge = e.agent_sender(agent.id), {"id": agent.id, "name": agent.name}

    def add(new: NewEvent) -> None:
        nonlocal state
        state = log.append(tx, state, [new], now=NOW)

    add(_new(e.CUSTOMER_SAID, e.CUSTOMER, "c1", text="q"))
    outcomes.decided(tx, state.id, 2, "answered", 3)
    add(answered([2]))
    add(_new(e.CUSTOMER_SAID, e.CUSTOMER, "c2", text="a person"))
    outcomes.decided(tx, state.id, 4, "queued", 5)
    called = {"reason": "stuck", "text": "", "language": "en", "answers": [4], "urgent": False}
    add(_new(e.PERSON_CALLED, e.SYSTEM, **called))
    queue.join(
        tx, state.id, reason="stuck", urgent=False, language="en", waiting_since=NOW, now=NOW
    )
    queue.claim(tx, state.id, agent.id, NOW)
    add(_new(e.AGENT_JOINED, mine, agent=badge))
    add(_new(e.AGENT_SAID, mine, "a1", text="I am here.", agent=badge))
    add(_new(e.NOTE_WRITTEN, mine, "a2", text="A note.", agent=badge))
    return state.id, agent.id


def written(found: Truth, name: str, agent: str) -> History:
    """What a customer and an agent wrote down of that conversation."""
    history = History()
    customer, console = history.recorder("customer"), history.recorder("Aina")
    history.recorder("bot").searched("1", ["g1-p1", "g1-p2"])
    shown = {"id": name, "head": 3, "holder": "bot", "status": "open", "agent": None}
    _hello(customer, {"visitor": "v", "conversation": None, "log": found.log_id, "token": "t"}, 0)
    customer.sent({"type": "say", "id": "c1", "text": "q"})
    customer.got({"type": "ack", "id": "c1", "conversation": name, "position": 2})
    customer.got(_events(found, name, e.for_customer, 1, 3))
    welcome = {"visitor": "v", "conversation": shown, "log": found.log_id}
    _hello(customer, welcome, 3, token="t", conversation=name)
    customer.got(_events(found, name, e.for_customer, 4, 8))
    _hello(console, {"agent": {"id": agent}, "log": found.log_id}, 0)
    console.sent({"type": "claim", "id": "k1", "conversation": name})
    console.got({"type": "ok", "id": "k1", "conversation": name, "position": 6})
    console.sent({"type": "follow", "conversation": name, "position": 0})
    dossier = {"holder": "agent", "status": "open", "agent": {"id": agent}}
    console.got({"type": "dossier", "conversation": name, "head": 8, **dossier})
    console.got(_events(found, name, e.for_agent, 1, 8))
    return history


def _hello(who: Recorder, welcome: dict[str, Any], position: int, **hello: Any) -> None:
    who.opened()
    who.sent({"type": "hello", "protocol": 1, "position": position, **hello})
    who.got({"type": "welcome", **welcome})


def _events(
    found: Truth, name: str, show: Callable[[Event], dict[str, Any]], first: int, last: int
) -> dict[str, Any]:
    items = [show(event) for event in found.logs[name] if first <= event.position <= last]
    return {"type": "events", "conversation": name, "items": items, "head": last}
