"""Limits tried on past conversations before they hold: whom they would have called a person for."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.engine import Connection as Tx
from sqlalchemy.engine import Row

from bot import measured, past_talks
from bot.conversation import events as e
from bot.handovers import was_needed
from bot.measured import Measured
from handoff.escalation import Escalation
from handoff.policy import decide
from handoff.settings import HandoffSettings

Change = Literal["new", "gone", "kept"]

_KINDS = (
    e.CUSTOMER_SAID, e.BOT_ANSWERED, e.PERSON_CALLED, e.AGENT_SAID, e.RETURNED, e.RESOLVED,
    e.RATED, e.ANSWER_RATED, e.HANDOVER_JUDGED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """A message, or several at once, to which the bot had to say something."""

    position: int
    text: str
    language: str | None
    measured: Measured


@dataclass(frozen=True, slots=True)
class Talk:
    """A past conversation: the bot's turns, and what became of it."""

    conversation: str
    turns: tuple[Turn, ...]
    handed_over: bool
    needed: bool | None
    """Whether a person was needed, as far as anything tells."""


@dataclass(frozen=True, slots=True)
class Call:
    """The turn at which a person is called, and why."""

    turn: Turn
    escalation: Escalation


@dataclass(frozen=True, slots=True)
class Tried:
    """A conversation for which the tried limits, or those in force, call a person."""

    talk: Talk
    call: Call
    change: Change
    """`new`, `gone`, or `kept`: called by the tried limits, by those in force, or by both."""


@dataclass(slots=True)
class Called:
    """What one set of limits means for the conversations."""

    conversations: int = 0
    urgent: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)
    needed: int = 0
    """Of those that are known to have needed a person."""
    not_needed: int = 0
    """Of those that are known not to have needed one."""

    def add(self, call: Call | None, talk: Talk) -> None:
        """Count a conversation for which a person is called."""
        if call is not None:
            self.conversations += 1
            self.urgent += call.escalation.urgent
            self.by_reason[str(call.escalation.reason)] += 1
            self.needed += talk.needed is True
            self.not_needed += talk.needed is False


@dataclass(slots=True)
class Trial:
    """What limits mean for past conversations, beside those in force."""

    conversations: int = 0
    """Those that could be decided again."""
    left_out: int = 0
    """Those of which nothing was kept to decide them by: they are older than that."""
    handed_over: int = 0
    """Conversations in which a person was called in fact, for whatever reason."""
    needed: int = 0
    """Conversations that are known to have needed a person."""
    not_needed: int = 0
    in_force: Called = field(default_factory=Called)
    tried: Called = field(default_factory=Called)
    found: list[Tried] = field(default_factory=list)
    """The new ones first, then those that would not be called any more."""


def past(tx: Tx, most: int) -> list[Talk]:
    """The newest conversations in which a customer wrote, at most so many."""
    return [
        _talk(one.conversation, one.rows)
        for some in past_talks.newest(tx, most, _KINDS)
        for one in some
    ]


def trial(talks: Iterable[Talk], in_force: HandoffSettings, tried: HandoffSettings) -> Trial:
    """For how many of the conversations either would have called a person, and for which.

    Every turn is decided by `handoff.policy` from what was measured then. What a customer would
    have written after another decision nobody knows: the first call of either counts.
    """
    made = Trial()
    for talk in talks:
        if not talk.turns:
            made.left_out += 1
            continue
        made.conversations += 1
        made.handed_over += talk.handed_over
        made.needed += talk.needed is True
        made.not_needed += talk.needed is False
        now, then = _first(talk, in_force), _first(talk, tried)
        made.in_force.add(now, talk)
        made.tried.add(then, talk)
        shown = then or now
        if shown is not None:
            change: Change = "gone" if then is None else "new" if now is None else "kept"
            made.found.append(Tried(talk, shown, change))
    made.found.sort(key=lambda one: ("new", "gone", "kept").index(one.change))
    return made


def _first(talk: Talk, limits: HandoffSettings) -> Call | None:
    for turn in talk.turns:
        # How sure it had to be is chosen on another page.
        then = limits.model_copy(update={"min_confidence": turn.measured.min_confidence})
        escalation = decide(turn.measured.observation(then), then)
        if escalation is not None:
            return Call(turn, escalation)
    return None


def _talk(conversation: str, rows: Sequence[Row[Any]]) -> Talk:
    called = any(row.kind == e.PERSON_CALLED for row in rows)
    return Talk(conversation, tuple(_turns(rows)), called, was_needed(rows))


def _turns(rows: Sequence[Row[Any]]) -> Iterator[Turn]:
    said: dict[int, Row[Any]] = {}
    for row in rows:
        if row.kind == e.CUSTOMER_SAID:
            said[row.position] = row
        kept = (row.staff or {}).get(measured.KEY)
        if row.kind not in (e.BOT_ANSWERED, e.PERSON_CALLED) or kept is None:
            continue
        asked = [said[one] for one in row.data.get("answers") or () if one in said]
        position = asked[-1].position if asked else row.position
        text = "\n".join(str(one.data.get("text") or "") for one in asked)
        yield Turn(position, text, row.data.get("language"), measured.read(kept))
