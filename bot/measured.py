"""What a message shows of whether a person is needed, before any limit is asked.

It is kept with the bot's turn, so that other limits can be tried on it later: exactly, and without
a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handoff.escalation import Reason
from handoff.policy import Observation
from handoff.rules import RuleMatch
from handoff.settings import HandoffSettings

PLAIN = 0.5
"""From this probability on a wish for a person is plain, and no other reason goes before it."""
KEY = "measured"
"""Where a turn's event keeps it, among what only staff may see."""


@dataclass(frozen=True, slots=True)
class Signal:
    """How strong something is, from 0 to 1, and by what."""

    strength: float = 0.0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that the decision about a person rests on, but for the limits."""

    asked: bool
    """By the button, or by a yes to the bot's own offer."""
    asks: Signal
    """How likely its words ask for a person; none where it is a bare "yes"."""
    frustration: Signal
    urgency: Signal
    needs: Signal
    """How likely a person is needed, all signals together."""
    failed_in_a_row: int
    confidence: float | None
    min_confidence: float
    """Below this the bot did not know."""
    rule: RuleMatch | None = None
    clarified: bool = False
    incident: bool = False
    own_account: bool = False
    broken: bool = False
    returned: bool = False

    def observation(self, limits: HandoffSettings) -> Observation:
        """What the decision may look at, with these limits.

        An outburst that might be a wish, too, is an outburst: the agent is to read the plainer
        reason.
        """
        outburst = self.frustration.strength >= limits.frustration_limit
        wished = self.asks.strength >= limits.asking_limit
        return Observation(
            asked_for_person=self.asked
            or (wished and (self.asks.strength >= PLAIN or not outburst)),
            asked_evidence=self.asks.evidence,
            frustration=self.frustration.strength,
            frustration_evidence=self.frustration.evidence,
            urgency=self.urgency.strength,
            urgency_evidence=self.urgency.evidence,
            rule=self.rule,
            failed_in_a_row=self.failed_in_a_row,
            confidence=self.confidence,
            clarified=self.clarified,
            incident=self.incident,
            own_account=self.own_account,
            broken=self.broken,
            returned=self.returned,
            needs_person=self.needs.strength,
            needs_evidence=self.needs.evidence,
        )

    def kept(self) -> dict[str, Any]:
        """What is stored: numbers, no words. `read` makes the same of it, without evidence."""
        signals = {name: getattr(self, name).strength for name in _SIGNALS}
        flags = [name for name in _FLAGS if getattr(self, name)]
        rule = self.rule
        return {
            **signals,
            "failed_in_a_row": self.failed_in_a_row,
            "confidence": self.confidence,
            "min_confidence": self.min_confidence,
            "flags": flags,
            "rule": None
            if rule is None
            else {"id": rule.rule, "urgent": rule.urgent, "reason": str(rule.reason)},
        }


_SIGNALS = ("asks", "frustration", "urgency", "needs")
_FLAGS = ("asked", "clarified", "incident", "own_account", "broken", "returned")


def read(kept: Mapping[str, Any]) -> Measured:
    """What `Measured.kept` stored."""
    rule, flags = kept["rule"], kept["flags"]
    return Measured(
        asks=Signal(kept["asks"]),
        frustration=Signal(kept["frustration"]),
        urgency=Signal(kept["urgency"]),
        needs=Signal(kept["needs"]),
        asked="asked" in flags,
        clarified="clarified" in flags,
        incident="incident" in flags,
        own_account="own_account" in flags,
        broken="broken" in flags,
        returned="returned" in flags,
        failed_in_a_row=int(kept["failed_in_a_row"]),
        confidence=kept["confidence"],
        min_confidence=float(kept["min_confidence"]),
        rule=None
        if rule is None
        else RuleMatch(rule["id"], rule["id"], bool(rule["urgent"]), Reason(rule["reason"]), ()),
    )
