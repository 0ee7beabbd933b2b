"""Past conversations as the decision about a person saw them, and whether one was needed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.engine import Connection as Tx

from bot.conversation import events as e
from bot.conversation import log
from bot.conversation.events import Event
from bot.conversation.tables import conversations
from handoff.evaluation.dialogues import Said
from handoff.evaluation.operating import Past
from handoff.evaluation.replay import observation, observed
from handoff.learned import decision
from handoff.observed import Vector
from handoff.policy import Reason, decide
from handoff.settings import HandoffSettings

Embed = Callable[[str], Vector]

EPISODE = 2000
"""Events of a conversation that are read."""
_PLAIN = frozenset({Reason.ASKED, Reason.RULE, Reason.URGENT, Reason.FAILED})
"""Reasons that no limit changes, kept as they were: a rule or a button is in no text."""
_UNSURE = ("unsure", "clarify")
_CONTENT = 4
"""From this rating on a customer was content; from 2 down one was not."""


class Told(Protocol):
    """An event: of the log, or a row of its table."""

    @property
    def kind(self) -> str:
        """What happened."""

    @property
    def position(self) -> int:
        """Where in the conversation."""

    @property
    def sender(self) -> str:
        """Who did it."""

    @property
    def data(self) -> dict[str, Any]:
        """What everybody may know of it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A past conversation with what it may be judged by."""

    conversation: str
    past: Past
    verdict: bool | None
    """What an agent said of its handover; None if nobody did."""


def past(tx: Tx, settings: HandoffSettings, embed: Embed | None = None) -> list[Known]:
    """Every conversation in which a customer wrote and the bot or a person has answered.

    Whether a person was needed says, in this order: an agent's verdict; after a handover, whether
    an agent wrote to the customer before it ended; without one, the customer's thumb and rating.
    """
    query = select(conversations.c.id).order_by(conversations.c.started_at, conversations.c.id)
    ids = list(tx.execute(query).scalars())
    found = (_known(one, log.read(tx, one, limit=EPISODE), settings, embed) for one in ids)
    return [one for one in found if one is not None]


def was_needed(episode: Sequence[Told]) -> bool | None:
    """Whether a person was needed in a conversation, as `past` judges it."""
    called = next((one for one in episode if one.kind == e.PERSON_CALLED), None)
    verdict = _verdict(episode, called)
    return verdict if verdict is not None else _told(episode, called)


def _known(
    conversation: str, episode: Sequence[Event], settings: HandoffSettings, embed: Embed | None
) -> Known | None:
    called = next((one for one in episode if one.kind == e.PERSON_CALLED), None)
    # What came after the first handover is the agents' part and tells nothing of the bot's.
    bots = [one for one in episode if called is None or one.position < called.position]
    said = [(one, *turn) for one in bots if (turn := _turn(one)) is not None]
    if not any(role == "customer" for _, role, _ in said):
        return None
    plain = called is not None and called.data["reason"] in _PLAIN
    never = settings.model_copy(update={"person_limit": 1.0})
    score = 0.0
    for course in _courses(episode, said, embed):
        needed = decision.needs_person(course)
        score = max(score, needed.probability)
        plain = plain or decide(observation(course, settings), never) is not None
    verdict = _verdict(episode, called)
    return Known(conversation, Past(score, plain, was_needed(episode)), verdict)


def _courses(
    episode: Sequence[Event], said: Sequence[tuple[Event, str, str]], embed: Embed | None
) -> Iterator[decision.Course]:
    """What was known after each of the customer's messages, with how sure search was then."""
    unsure = dict(_unsure(episode))
    turns = [Said(role, text, {}) for _, role, text in said]
    language = _language(episode)
    for place, (event, role, _) in enumerate(said):
        if role == "customer":
            english = embed if language == "en" else None
            course = observed(turns[: place + 1], english)
            yield replace(course, confidence=unsure.get(event.position))


def _unsure(episode: Sequence[Event]) -> Iterator[tuple[int, float]]:
    """Positions of messages that the bot did not know an answer to, with its confidence."""
    for event in episode:
        unsure = event.kind == e.BOT_ANSWERED and event.data["decision"] in _UNSURE
        if unsure:
            for position in event.data.get("answers") or ():
                yield position, float(event.data["confidence"])


def _turn(event: Event) -> tuple[str, str] | None:
    """Who said what; None where there are no words to judge by, as in a message of files alone."""
    roles = {e.CUSTOMER_SAID: "customer", e.BOT_ANSWERED: "bot", e.AGENT_SAID: "agent"}
    role, text = roles.get(event.kind), str(event.data.get("text") or "")
    return (role, text) if role is not None and text.strip() else None


def _language(episode: Sequence[Event]) -> str:
    found = [
        one.data["language"] for one in episode if one.kind in (e.BOT_ANSWERED, e.PERSON_CALLED)
    ]
    return str(found[0]) if found else ""


def _verdict(episode: Sequence[Told], called: Told | None) -> bool | None:
    """The last word of an agent on the first handover, which is the one that is judged here."""
    if called is None:
        return None
    said = [
        bool(one.data["needed"])
        for one in episode
        if one.kind == e.HANDOVER_JUDGED and one.data["position"] == called.position
    ]
    return said[-1] if said else None


def _told(episode: Sequence[Told], called: Told | None) -> bool | None:
    """What the course of a conversation that nobody judged tells; None where it tells nothing."""
    if called is None:
        return _content(episode)
    after = [one for one in episode if one.position > called.position]
    if any(one.kind == e.AGENT_SAID for one in after):
        return True
    ended = next((one for one in after if one.kind in (e.RESOLVED, e.RETURNED)), None)
    by_agent = ended is not None and ended.sender.startswith("agent:")
    return False if by_agent else None


def _content(episode: Sequence[Told]) -> bool | None:
    """Whether a customer whom the bot kept needed a person: unhappy ones did."""
    scores = [int(one.data["score"]) for one in episode if one.kind == e.RATED]
    thumbs = [bool(one.data["helpful"]) for one in episode if one.kind == e.ANSWER_RATED]
    if scores and scores[-1] <= 2:
        return True
    if scores and scores[-1] >= _CONTENT:
        return False
    return not thumbs[-1] if thumbs else None
