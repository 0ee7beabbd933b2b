"""From which confidence on the bot answers: the setting, or what the admin tolerates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy.engine import Connection as Tx

from bot.errors import NoTolerance
from bot.storage import choices
from bot.storage.choices import Choice
from bot.storage.engine import Transactions
from handoff.settings import HandoffSettings
from retrieval.calibration import Shown

FEW = 50
"""Test questions of a language below which its curve is chance: the setting decides there."""
MOST_TOLERATED = 0.5
"""More wrong answers than right ones is no tolerance but a broken help desk."""
_NAME = "tolerated_wrong_answers"


class Measured(Protocol):
    """What knows how good the confidence is: the index, or a double of it."""

    def confidence(self) -> Mapping[str, Shown]:
        """Per language, from the live generation; empty where nothing was measured."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a threshold means, measured on the index's own test questions."""

    answered: float  # share of the questions
    wrong: float  # share of the answers


@dataclass(frozen=True, slots=True)
class InForce:
    """The limits that hold in one language, and whether the admin or the settings decided them."""

    limits: HandoffSettings
    by: Literal["choice", "setting"]


class Confidence:
    """The limits in force. Nothing is kept here: a choice holds for the next question of all."""

    def __init__(self, store: Transactions, index: Measured, settings: HandoffSettings) -> None:
        self._store, self._index, self._settings = store, index, settings

    def limits(self, language: str) -> HandoffSettings:
        """The settings for a question, its thresholds as the admin wants them in this language."""
        return self.in_force(language).limits

    def in_force(self, language: str) -> InForce:
        """The same, with who decided it."""
        tolerated = self.tolerated()
        if tolerated is None:
            return InForce(self._settings, "setting")
        shown = self._index.confidence().get(language)
        by: Literal["choice", "setting"] = "choice" if measurable(shown) else "setting"
        return InForce(limits(self._settings, shown, tolerated), by)

    def tolerated(self) -> float | None:
        """The tolerated share of wrong answers; None when the settings decide."""
        choice = self.choice()
        return None if choice is None else choice.value

    def choice(self) -> Choice | None:
        """The admin's last word about it; None if there never was one."""
        return self._store.read(lambda tx: choices.get(tx, _NAME))

    def choose(
        self,
        tolerated: float | None,
        *,
        author: str,
        now: datetime,
        also: Callable[[Tx], None] = lambda _: None,
    ) -> None:
        """Hold the bot to this share of wrong answers from now on; raises NoTolerance.

        `also` is done in the same transaction.
        """
        if tolerated is not None and not 0 <= tolerated <= MOST_TOLERATED:
            raise NoTolerance(tolerated, MOST_TOLERATED)
        choice = Choice(tolerated, author, now)

        def work(tx: Tx) -> None:
            choices.put(tx, _NAME, choice)
            also(tx)

        self._store.write(work)


def measurable(shown: Shown | None) -> bool:
    """Whether enough was asked in a language to choose by its curve."""
    return shown is not None and shown.questions >= FEW


def limits(
    settings: HandoffSettings, shown: Shown | None, tolerated: float | None
) -> HandoffSettings:
    """The settings with the thresholds that keep wrong answers below what is tolerated.

    Asking back begins as far below answering as the settings say. Without a choice, or with too
    few questions to go by, the settings stay as they are.
    """
    if tolerated is None or shown is None or not measurable(shown):
        return settings
    least = shown.threshold(tolerated)
    distance = max(settings.min_confidence - settings.clarify_confidence, 0.0)
    changed = {
        "min_confidence": least,
        "clarify_confidence": round(max(least - distance, 0.0), 4),
    }
    return settings.model_copy(update=changed)


def cost(shown: Shown, threshold: float) -> Cost:
    """What answering from this confidence on costs; between two measured points the upper one."""
    points = [(at, answered, wrong) for at, answered, wrong in shown.curve if at >= threshold]
    if not points:
        return Cost(0.0, 0.0)
    _, answered, wrong = min(points)
    return Cost(answered, wrong)
