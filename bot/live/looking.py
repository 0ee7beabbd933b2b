"""Who looks at a conversation: agents see each other, customers see nothing of it."""

from collections import defaultdict
from typing import Any

from bot.live.connection import Connection
from bot.live.hub import Hub

Who = dict[str, str]


class Looking:
    """Tells agents who else has their conversation open.

    Consoles of other processes hear of a newcomer at once, and the newcomer of them when they
    are told again: `again` is called every few seconds, and what is not repeated fades.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._here: dict[str, dict[Connection, Who]] = defaultdict(dict)
        self._at: dict[Connection, str] = {}

    def arrive(self, connection: Connection, conversation_id: str, who: Who) -> None:
        """An agent has opened the conversation; a console shows one at a time."""
        if self._at.get(connection) != conversation_id:
            self.leave(connection)
        self._at[connection] = conversation_id
        here = self._here[conversation_id]
        for other, their in here.items():
            if other is not connection and their["id"] != who["id"]:
                connection.hint(_frame(conversation_id, their, on=True))
        here[connection] = who
        self._say(connection, conversation_id, who, on=True)

    def leave(self, connection: Connection) -> None:
        """The agent looks at it no more, or the socket has gone."""
        conversation_id = self._at.pop(connection, None)
        if conversation_id is None:
            return
        here = self._here[conversation_id]
        who = here.pop(connection)
        if not here:
            del self._here[conversation_id]
        if all(their["id"] != who["id"] for their in here.values()):
            self._say(connection, conversation_id, who, on=False)

    def again(self, connection: Connection) -> None:
        """The agent still looks."""
        if (conversation_id := self._at.get(connection)) is not None:
            who = self._here[conversation_id][connection]
            self._say(connection, conversation_id, who, on=True)

    def _say(self, connection: Connection, conversation_id: str, who: Who, *, on: bool) -> None:
        frame = _frame(conversation_id, who, on=on)
        self._hub.hint(conversation_id, frame, to=("agent",), but=connection)


def _frame(conversation_id: str, who: Who, *, on: bool) -> dict[str, Any]:
    return {"type": "looking", "conversation": conversation_id, "who": who, "on": on}
