"""What a conversation is now: the fold of its events."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from bot.conversation import events as e
from bot.conversation.events import Event

Holder = Literal["bot", "queue", "agent"]
Status = Literal["open", "resolved"]
PREVIEW = 160
"""Characters of the last message kept for lists."""


@dataclass(frozen=True, slots=True)
class State:
    """One conversation after its first `head` events."""

    id: str
    visitor_id: str
    channel: str
    started_at: datetime
    updated_at: datetime
    status: Status = "open"
    holder: Holder = "bot"
    agent_id: str | None = None
    agent_name: str | None = None
    epoch: int = 0
    """Rises with every change of holder; whoever writes must have seen the current one."""
    head: int = 0
    language: str | None = None
    locale: str | None = None
    page: str | None = None
    episode_start: int = 1
    """Position from which the bot looks at the conversation: it never reads an older episode."""
    last_customer: int = 0
    unanswered: int = 0
    """Customer messages since somebody last answered."""
    failed_in_a_row: int = 0
    preview: str = ""
    waiting_since: datetime | None = None
    """When the first message without an answer came; bot and system messages never reset it."""
    reason: str | None = None
    urgent: bool = False
    incident: str | None = None
    rated: int | None = None
    ended: bool = False
    """The customer started over, or went on in another one: nothing is added to this one."""


def apply(state: State, event: Event) -> State:
    """The state after one more event; raises ValueError when the event does not come next."""
    if event.position != state.head + 1:
        raise ValueError(f"Event {event.position} cannot follow position {state.head}.")
    changed = _CHANGES[event.kind](state, event) if event.kind in _CHANGES else {}
    epoch = state.epoch + 1 if event.kind in e.HOLDER_KINDS else state.epoch
    return replace(state, head=event.position, epoch=epoch, updated_at=event.at, **changed)


def _started(_: State, event: Event) -> dict[str, Any]:
    return {
        "locale": event.data.get("locale"),
        "page": event.data.get("page"),
        "started_at": event.at,
    }


def _customer_said(state: State, event: Event) -> dict[str, Any]:
    return {
        "last_customer": event.position,
        "page": event.data.get("page") or state.page,
        "preview": _preview(event.data)[:PREVIEW],
        "waiting_since": state.waiting_since or event.at,
        "unanswered": state.unanswered + 1,
    }


def _preview(data: dict[str, Any]) -> str:
    """The words of a message, or the names of what it carries instead."""
    names = (one["name"] for one in data.get("attachments") or ())
    return data["text"] or ", ".join(names)


def _bot_answered(state: State, event: Event) -> dict[str, Any]:
    decision = event.data["decision"]
    failed = decision in ("unsure", "clarify")
    before = state.failed_in_a_row if decision == "courtesy" else 0
    return {
        "waiting_since": None,
        "unanswered": 0,
        "language": event.data["language"],
        "failed_in_a_row": state.failed_in_a_row + 1 if failed else before,
        "incident": event.data.get("incident") or state.incident,
    }


def _person_called(state: State, event: Event) -> dict[str, Any]:
    return {
        "holder": "queue",
        "reason": event.data["reason"],
        "urgent": bool(event.data.get("urgent")),
        "language": event.data["language"],
        "waiting_since": state.waiting_since or event.at,
        "incident": (event.staff or {}).get("incident") or state.incident,
    }


def _with_agent(agent: dict[str, Any] | None) -> dict[str, Any]:
    if agent is None:
        return {"holder": "queue", "agent_id": None, "agent_name": None}
    return {"holder": "agent", "agent_id": agent["id"], "agent_name": agent["name"]}


def _agent_joined(_: State, event: Event) -> dict[str, Any]:
    return _with_agent(event.data["agent"])


def _agent_said(_: State, __: Event) -> dict[str, Any]:
    return {"waiting_since": None, "unanswered": 0}


def _group_said(_: State, __: Event) -> dict[str, Any]:
    """They were answered, and keep their place: who has more to say must not wait from new."""
    return {"unanswered": 0}


def _transferred(state: State, event: Event) -> dict[str, Any]:
    changed = _with_agent(event.data["to"])
    if event.data["to"] is None:
        changed["waiting_since"] = state.waiting_since or event.at
    return changed


def _requeued(state: State, event: Event) -> dict[str, Any]:
    return _with_agent(None) | {"waiting_since": state.waiting_since or event.at}


def _with_bot(_: State, event: Event) -> dict[str, Any]:
    return {
        "status": "open",
        "holder": "bot",
        "agent_id": None,
        "agent_name": None,
        "episode_start": event.position,
        "failed_in_a_row": 0,
        "unanswered": 0,
        "waiting_since": None,
        "reason": None,
        "urgent": False,
        "rated": None,
    }


def _resolved(_: State, event: Event) -> dict[str, Any]:
    return {
        "status": "resolved",
        "holder": "bot",
        "waiting_since": None,
        "unanswered": 0,
        "ended": event.data["reason"] in ("customer", "merged"),
    }


def _rated(_: State, event: Event) -> dict[str, Any]:
    return {"rated": event.data["score"]}


_CHANGES: dict[str, Callable[[State, Event], dict[str, Any]]] = {
    e.STARTED: _started,
    e.CUSTOMER_SAID: _customer_said,
    e.BOT_ANSWERED: _bot_answered,
    e.PERSON_CALLED: _person_called,
    e.AGENT_JOINED: _agent_joined,
    e.AGENT_SAID: _agent_said,
    e.GROUP_SAID: _group_said,
    e.TRANSFERRED: _transferred,
    e.REQUEUED: _requeued,
    e.RETURNED: _with_bot,
    e.RESOLVED: _resolved,
    e.REOPENED: _with_bot,
    e.RATED: _rated,
}
