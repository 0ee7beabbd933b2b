"""Stops what the bot writes here for a conversation that a person took in another process."""

import asyncio

from bot.conversation import conversations
from bot.errors import BotError
from bot.storage.engine import Database
from bot.turn import Turns


class Overtaken:
    """Looks at the conversations that moved while the bot is at work on them."""

    def __init__(self, database: Database, turns: Turns) -> None:
        self._db = database
        self._turns = turns
        self._looks: set[asyncio.Task[None]] = set()

    def moved(self, conversation_ids: set[str]) -> None:
        """Begin to look; called on the loop that the turns run on."""
        for conversation_id in self._turns.working_on(conversation_ids):
            look = asyncio.create_task(self._stop_if_held(conversation_id))
            self._looks.add(look)
            look.add_done_callback(self._looks.discard)

    async def _stop_if_held(self, conversation_id: str) -> None:
        try:
            state = await self._db.read(lambda tx: conversations.peek(tx, conversation_id))
        except BotError:
            return  # what is written is checked once more when it is to be stored
        if state.holder != "bot":
            self._turns.stop(conversation_id)
