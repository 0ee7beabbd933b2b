"""What a turn is asked: the open messages, with what went before them in this episode."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.engine import Connection as Tx

from bot.conversation import contacts
from bot.conversation import events as e
from bot.conversation.events import Event
from bot.conversation.state import State
from bot.conversation.tables import events
from bot.measured import KEY
from bot.observing import Asked
from handoff.signals import Turn as SaidTurn
from handoff.statements import Statement

CONTEXT_TURNS = 6
"""Earlier texts of the episode that search may use for a follow-up question."""
LEFT_ALONE = 2
"""Answers of the bot, after an agent left it a conversation, before it guesses again that a person
is needed."""

# Every turn runs these.
_MINE = events.c.conversation_id == bindparam("of")
_LEFT = Statement(
    select(events.c.position, events.c.data)
    .where(_MINE, or_(events.c.kind == e.RETURNED, events.c.kind == e.HANDOVER_JUDGED))
    .order_by(events.c.position.desc())
)
_ANSWERED = Statement(
    select(func.count()).where(
        _MINE, events.c.kind == e.BOT_ANSWERED, events.c.position > bindparam("since")
    )
)


def question(
    state: State,
    episode: list[Event],
    pending: Sequence[int],
    *,
    broken: bool,
    returned: bool = False,
    attributes: Mapping[str, Any] | None = None,
) -> Asked:
    """The question of this turn: every open message, with what went before in the episode.

    `broken`, `returned` and `attributes` as in Asked.
    """
    open_messages = [event for event in episode if event.position in set(pending)]
    said = "\n".join(text for event in open_messages if (text := event.data["text"]))
    before = [event for event in episode if event.position < pending[0]]
    rated = {
        event.data["position"]: event.data["helpful"]
        for event in episode
        if event.kind == e.ANSWER_RATED
    }
    return Asked(
        text=said,
        turns=_turns(episode, rated),
        hint=state.locale,
        previous=state.language,
        context=_context(before),
        answered=_answered(before),
        bot_said=_bot_said(before),
        failed_in_a_row=_failed(state, before, rated),
        clarified=_last_decision(before) == "clarify",
        offered=_offered(before),
        tried=tuple(_tried(before)),
        wants_person=any(event.data.get("wants_person") for event in open_messages),
        broken=broken,
        page=state.page,
        attachments=sum(len(event.data.get("attachments") or ()) for event in episode),
        returned=returned,
        attributes=attributes,
    )


def vouched(
    tx: Tx, state: State, episode: Sequence[Event], pending: Sequence[int]
) -> Mapping[str, Any] | None:
    """What the site says of whoever wrote these messages; None unless it vouches for them all."""
    said = [event.staff or {} for event in episode if event.position in set(pending)]
    if not said or not all(one.get("verified") for one in said):
        return None
    return contacts.attributes_of(tx, [state.visitor_id]).get(state.visitor_id)


def just_returned(tx: Tx, conversation_id: str) -> bool:
    """Whether an agent has just left the conversation to the bot.

    By giving it back, or by saying of the handover that no person was needed; `LEFT_ALONE` answers
    later that is long ago.
    """
    given = _LEFT.rows(tx, {"of": conversation_id})
    left = [position for position, data in given if data.get("needed") is not True]
    if not left:
        return False
    answers: int = _ANSWERED.scalar(tx, {"of": conversation_id, "since": left[0]})
    return answers < LEFT_ALONE


def _turns(episode: Sequence[Event], rated: dict[int, bool]) -> tuple[SaidTurn, ...]:
    """The customer's turns, each with the verdict on the answer before it."""
    turns: list[SaidTurn] = []
    verdict: bool | None = None
    for event in episode:
        if event.kind == e.BOT_ANSWERED:
            verdict = rated.get(event.position)
        elif event.kind == e.CUSTOMER_SAID and event.data["text"]:
            turns.append(SaidTurn(event.data["text"], event.at, verdict))
            verdict = None
    return tuple(turns)


def _failed(state: State, before: Sequence[Event], rated: dict[int, bool]) -> int:
    """Answers in a row that did not help; a thumb down counts as well as an honest "don't know"."""
    last = _last_answer(before)
    if last is not None and rated.get(last.position) is False:
        return max(1, state.failed_in_a_row)
    return state.failed_in_a_row


def _context(before: Sequence[Event]) -> tuple[str, ...]:
    said = (event.data["text"] for event in before if event.kind == e.CUSTOMER_SAID)
    return tuple([text for text in said if text][-CONTEXT_TURNS:])


def _answered(before: Sequence[Event]) -> str:
    """What the last answer quoted: the title and heading of its first passage."""
    found = _last_answer(before)
    cited = [] if found is None else found.data.get("citations") or []
    return f"{cited[0]['title']} {cited[0]['heading'] or ''}".strip() if cited else ""


def _bot_said(before: Sequence[Event]) -> str:
    found = _last_answer(before)
    return "" if found is None else str(found.data["text"])


def _last_decision(before: Sequence[Event]) -> str | None:
    found = _last_answer(before)
    return None if found is None else str(found.data["decision"])


def _offered(before: Sequence[Event]) -> bool:
    """Whether the bot asked; beside an answer stands only a button, and "ok" does not press it."""
    found = _last_answer(before)
    asked = found is not None and found.data["decision"] == "unsure"
    return found is not None and asked and bool(found.data.get("offer_person"))


def _last_answer(before: Sequence[Event]) -> Event | None:
    return next((one for one in reversed(before) if one.kind == e.BOT_ANSWERED), None)


def _tried(before: Sequence[Event]) -> list[dict[str, Any]]:
    return [
        {**_without_measures(event), "decision": event.data["decision"], "position": event.position}
        for event in before
        if event.kind == e.BOT_ANSWERED and (event.staff or {}).get("query") != ""
    ]


def _without_measures(event: Event) -> dict[str, Any]:
    return {name: told for name, told in (event.staff or {}).items() if name != KEY}
