"""One message of an agent to everybody who waits because of one incident: each gets a copy once."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.engine import Connection as Tx

from bot.answering import language as script
from bot.answering import words
from bot.conversation import events as e
from bot.conversation import groups, log
from bot.conversation.events import NewEvent
from bot.conversation.groups import Copy, Message
from bot.errors import NobodyWaits
from bot.storage.engine import Database
from handoff.agents import Agent
from handoff.policy import Escalation, Reason

ONLY_THE_INCIDENT = frozenset({Reason.FRUSTRATED, Reason.STUCK})
"""Reasons that say nothing but that the bot's words were not enough."""


AT_ONCE = 100
"""Copies that are written together."""


def may_join(escalation: Escalation, incident_id: str | None) -> bool:
    """Whether the incident is all that this customer needs a person for.

    Who asked for a person, is in danger or met a rule has a reason of their own.
    """
    return (
        incident_id is not None and not escalation.urgent and escalation.reason in ONLY_THE_INCIDENT
    )


def send(
    tx: Tx,
    agent: Agent,
    incident_id: str,
    client_id: str,
    texts: Mapping[str, str],
    *,
    only_new: bool,
    now: datetime,
) -> Message:
    """Keep the message for everybody who is in the group now; the same `client_id` again is one.

    Raises NobodyWaits when there is nobody whom it could reach.
    """
    seen = groups.message(tx, agent.id, client_id)
    if seen is not None:
        return seen
    to = groups.members(tx, incident_id, only_new=only_new)
    if not to:
        raise NobodyWaits(
            f"Nobody waits because of {incident_id!r}"
            + (" whom no message has reached yet." if only_new else " any more.")
            + " Nothing was sent."
        )
    sent = Message(agent.id, client_id, agent.name, incident_id, dict(texts), len(to), now)
    groups.send(tx, sent, to)
    return sent


async def tell_all(database: Database, now: Callable[[], datetime]) -> None:
    """Tell every copy that is still to be told, each in a transaction of its own.

    Whoever is interrupted leaves the rest to the next one who calls this.
    """
    while copies := await database.read(lambda tx: groups.due(tx, AT_ONCE)):
        await asyncio.gather(
            *(database.write(partial(tell, copy=one, now=now()), alone=False) for one in copies)
        )


def tell(tx: Tx, copy: Copy, now: datetime) -> None:
    """Put one copy into its conversation, unless it was told or has left the group."""
    state = log.load(tx, copy.conversation_id)
    sent = groups.settle(tx, state, copy, now)
    if sent is None:
        return
    language = state.language or state.locale or words.DEFAULT
    said, written_in = in_language(sent.texts, language)
    data = {
        "text": said,
        "language": language,
        "text_language": written_in,
        "incident": sent.incident_id,
        "agent": {"id": sent.agent_id, "name": sent.agent_name},
    }
    # Its client id makes a second copy impossible, whatever else goes wrong.
    said_once = NewEvent(
        e.GROUP_SAID, e.agent_sender(sent.agent_id), data, client_id=f"group:{sent.client_id}"
    )
    log.append(tx, state, [said_once], now=now)


def in_language(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """The text for a reader, and the language it is in; one of another language says so itself.

    Chinese in the other script is converted and counts as the reader's own.
    """
    if language in texts:
        return texts[language], language
    sister = script.SISTERS.get(language, "")
    if sister in texts:
        return script.convert(texts[sister], language), language
    code = words.DEFAULT if words.DEFAULT in texts else next(iter(texts))
    return words.original(texts[code], code, language), code
