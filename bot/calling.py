"""From which probability on a person is called: the setting, or what an admin chose."""

from datetime import datetime

from bot.storage import choices
from bot.storage.choices import Choice
from bot.storage.engine import Transactions
from handoff.errors import BadLimit
from handoff.settings import HandoffSettings

_NAME = "person_limit"


class Calling:
    """The limit in force. Nothing is kept here: a choice holds for the next message of all."""

    def __init__(self, store: Transactions) -> None:
        self._store = store

    def limits(self, settings: HandoffSettings) -> HandoffSettings:
        """The settings with the limit that an admin chose, if one did."""
        choice = self.choice()
        if choice is None or choice.value is None:
            return settings
        return settings.model_copy(update={"person_limit": choice.value})

    def choice(self) -> Choice | None:
        """The last word about it, None if there never was one; its value None: the setting."""
        return self._store.read(lambda tx: choices.get(tx, _NAME))

    def choose(self, limit: float | None, *, author: str, now: datetime) -> None:
        """Call a person from this probability on; None goes back to the setting. BadLimit."""
        if limit is not None and not 0 <= limit <= 1:
            raise BadLimit("probability to call a person from", limit)
        self._store.write(lambda tx: choices.put(tx, _NAME, Choice(limit, author, now)))
