"""From which limits on a person is called: the settings, or what an admin chose."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.engine import Connection as Tx

from bot.conversation.events import instant
from bot.errors import BotError
from bot.storage import choices
from bot.storage.choices import Choice
from bot.storage.engine import Transactions
from handoff.errors import BadLimit
from handoff.settings import HandoffSettings

LIMITS = (
    "asking_limit", "urgency_limit", "frustration_limit", "person_limit", "max_failed_answers",
)  # fmt: skip
"""The settings that an admin may choose anew while the server runs."""
_NAME = "handover_limits"
_FORMER = "person_limit"
"""A choice of that one alone, as it was kept before the others could be chosen, too."""

Chosen = Mapping[str, float]
"""Name of a limit → what was chosen; those that are not in it are as the settings say."""


class LimitsChanged(BotError):
    """They were changed since their editor read them; who saves now would undo that unseen."""

    code = "version_conflict"

    def __init__(self, author: str) -> None:
        super().__init__(
            f"The limits were changed meanwhile by {author}. Read them again, then save yours."
        )


class Calling:
    """The limits in force. Nothing is kept here: a choice holds for the next message of all."""

    def __init__(self, store: Transactions) -> None:
        self._store = store

    def limits(self, settings: HandoffSettings) -> HandoffSettings:
        """The settings with the limits that an admin chose, if one did."""
        choice = self.choice()
        return settings if choice is None or not choice.value else within(settings, choice.value)

    def choice(self) -> Choice | None:
        """The last word about them, None if there never was one; its value a `Chosen`."""
        return self._store.read(read)

    def choose(
        self,
        limit: float | None,
        *,
        author: str,
        now: datetime,
        also: Callable[[Tx], object] = lambda _: None,
    ) -> None:
        """Call a person from this probability on; None goes back to the setting. BadLimit.

        `also` is done in the same transaction.
        """
        if limit is not None and not 0 <= limit <= 1:
            raise BadLimit("probability to call a person from", limit)

        def work(tx: Tx) -> None:
            choice = read(tx)
            chosen: dict[str, float] = {} if choice is None else dict(choice.value)
            chosen.pop("person_limit", None)
            put(tx, chosen | ({} if limit is None else {"person_limit": limit}), author, now)
            also(tx)

        self._store.write(work)


def within(settings: HandoffSettings, chosen: Chosen) -> HandoffSettings:
    """The settings with other limits, which must have been checked."""
    return settings.model_copy(update=dict(chosen))


def check(settings: HandoffSettings, chosen: Mapping[str, Any]) -> dict[str, float]:
    """The chosen limits that differ from the settings; BadLimits names the one that cannot be."""
    given = {name: value for name, value in chosen.items() if value is not None}
    try:
        checked = HandoffSettings.model_validate(settings.model_dump() | given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadLimits(f"{name}: {first['msg']}. Nothing was saved.") from None
    values = {name: getattr(checked, name) for name in LIMITS if name in given}
    return {name: value for name, value in values.items() if value != getattr(settings, name)}


class BadLimits(BotError):
    """A limit that means nothing; the message names it and what is wrong."""

    code = "bad_limit"


def read(tx: Tx) -> Choice | None:
    """The last choice, None if there never was one; its value a `Chosen`."""
    found = choices.some(tx, (_NAME, _FORMER))
    if _NAME in found:
        return found[_NAME]
    former = found.get(_FORMER)
    if former is None:
        return None
    chosen = {} if former.value is None else {"person_limit": former.value}
    return Choice(chosen, former.author, former.changed_at)


def require_unchanged(tx: Tx, seen: str | None) -> None:
    """Raise LimitsChanged unless the last choice was made at `seen`, as pages are told instants."""
    choice = read(tx)
    if choice is not None and seen != instant(choice.changed_at):
        raise LimitsChanged(choice.author)


def put(tx: Tx, chosen: Chosen, author: str, now: datetime) -> None:
    """Hold these from the next message on."""
    choices.put(tx, _NAME, Choice(dict(chosen), author, now))
