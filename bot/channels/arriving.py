"""Who is at the other end of a customer's socket: a visitor by token, or a contact by proof."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.conversation import contacts, visitors
from bot.conversation.events import Event
from bot.conversation.state import State
from bot.conversation.visitors import Visitor
from bot.errors import IdentityRefused
from bot.identifying import Proof
from bot.live.connection import Connection, Frame, ReadEvents, Transport
from bot.parts import Parts
from bot.web import errors, wire
from bot.web.socket import Closed

logger = structlog.get_logger()

MOVED = "contact_moved"
"""Passed between sockets of one contact and sent to nobody: look which conversation goes on."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Whom the first frame told of, and their last conversation."""

    visitor: Visitor
    latest: State | None
    token: str | None = None
    """Of a visitor who was made just now."""


class Line(Connection):
    """A customer's connection: what one device of a contact begins, the others go on with."""

    def __init__(
        self,
        transport: Transport,
        read: ReadEvents,
        show: Callable[[Event], Frame],
        moved: Callable[[], None],
    ) -> None:
        super().__init__(transport, read, show)
        self._moved = moved

    def hint(self, frame: Frame) -> None:
        """Look again where the contact's conversations moved; else as any connection."""
        if frame["type"] == MOVED:
            self._moved()
        else:
            super().hint(frame)


def devices(contact_id: str) -> str:
    """What all sockets of a contact listen to beside their conversation."""
    return f"contact:{contact_id}"


async def proof(
    parts: Parts, said: wire.CustomerHello, address: str
) -> tuple[Proof | None, IdentityRefused | None]:
    """Who this is for certain, or why that is not known; neither where nobody claims anything.

    A signed token goes before the session: a page that names another person means it.
    """
    try:
        if said.identity:
            await parts.limits.visitor(address)
            return await parts.identifying.prove(
                said.identity, device=said.device, visitor=said.token
            ), None
        if said.token is not None and said.token.startswith(contacts.SESSION):
            return await parts.identifying.resume(said.token), None
    except IdentityRefused as error:
        logger.warning("identity_refused", code=error.code, why=str(error))
        return None, error
    return None, None


async def visitor(parts: Parts, said: wire.CustomerHello, address: str, channel: str) -> Arrival:
    """The visitor by the token, or a new one; raises Closed for a token that is nobody's.

    Whose session has ended is new here: they were somebody whom this browser no longer proves.
    """
    if (token := said.token) is not None and not token.startswith(contacts.SESSION):
        found = await parts.database.read(lambda tx: visitors.returning(tx, token, channel))
        if found is None:
            raise Closed(errors.BAD_TOKEN, "This token is not valid. Say hello without one.")
        return Arrival(*found)
    await parts.limits.visitor(address)
    now = parts.now()
    made, proves = await parts.database.write(
        lambda tx: visitors.welcome(tx, locale=said.locale, now=now), alone=False
    )
    return Arrival(made, None, proves)
