"""A person is called: the conversation joins the queue with everything known, said once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection as Tx

from bot import together
from bot.conversation import events as e
from bot.conversation import groups, log, outcomes
from bot.conversation.events import NewEvent
from bot.conversation.state import State
from bot.reply import Reply, Responder
from handoff import presence, queue, teams, words
from handoff.policy import Escalation
from handoff.teams import Team


def call_person(
    tx: Tx,
    state: State,
    reply: Reply,
    escalation: Escalation,
    positions: Sequence[int],
    responder: Responder,
    *,
    now: datetime,
) -> State:
    """Queue the conversation with everything known, and acknowledge it once in our own words."""
    queue.join(
        tx,
        state.id,
        reason=str(escalation.reason),
        urgent=escalation.urgent,
        language=reply.language,
        waiting_since=state.waiting_since or now,
        now=now,
    )
    team = _team(tx, escalation)
    if team is not None:
        queue.set_team(tx, state.id, team.id)
    if together.may_join(escalation, reply.incident):
        groups.join(tx, state.id, reply.incident or "", now)
    called = NewEvent(
        e.PERSON_CALLED,
        e.SYSTEM,
        {
            "reason": str(escalation.reason),
            "text": _acknowledgement(tx, state, reply, escalation, responder, now),
            "language": reply.language,
            "answers": list(positions),
            "urgent": escalation.urgent,
        },
        staff=_for_staff(reply, team),
    )
    state = log.append(tx, state, [called], now=now)
    outcomes.decide(tx, state.id, "queued", state.head)
    return state


def _team(tx: Tx, escalation: Escalation) -> Team | None:
    """The team that a rule chose; one that is gone since hands it to anybody."""
    if escalation.team is None:
        return None
    return next((one for one in teams.listing(tx) if one.id == escalation.team), None)


def _for_staff(reply: Reply, team: Team | None) -> dict[str, Any] | None:
    if team is None:
        return reply.staff
    return {**(reply.staff or {}), "team": {"id": team.id, "name": team.name}}


def _acknowledgement(
    tx: Tx,
    state: State,
    reply: Reply,
    escalation: Escalation,
    responder: Responder,
    now: datetime,
) -> str:
    online = presence.online(tx, now, responder.settings.claim_lease)
    hours = responder.company.hours
    place = queue.place(tx, state.id)
    return words.acknowledgement(
        escalation.reason,
        reply.language,
        staffed=bool(online) and (hours is None or hours.is_open(now)),
        place=place.place if place is not None else None,
        incident=responder.incident_title(reply.incident, reply.language),
        urgent=escalation.urgent,
    )
