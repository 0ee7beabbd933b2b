"""The widget's channel: one WebSocket per visitor, as `docs/protocol.md` says."""

from typing import Any

from fastapi import APIRouter
from starlette.websockets import WebSocket

from bot.answering import words
from bot.conversation import conversations, log, visitors
from bot.conversation import events as e
from bot.conversation.state import State
from bot.conversation.visitors import Visitor
from bot.errors import NotFound
from bot.live.connection import Connection, Frame
from bot.parts import Parts
from bot.web import errors, socket, wire
from bot.web.auth import address_of, parts_of
from bot.web.incident_wire import active_incidents
from bot.web.socket import Closed

CHANNEL = "widget"
PROTOCOL = 1


class WidgetChannel:
    """Customers' door for browsers."""

    name = CHANNEL

    def __init__(self) -> None:
        self.router = APIRouter()
        self.router.add_api_websocket_route("/ws/customer", self.customer)

    async def customer(self, websocket: WebSocket) -> None:
        """One visitor's socket, from hello to the end."""
        await socket.run(websocket, lambda: _Customer(websocket).talk())


class _Customer:
    """One open customer socket."""

    def __init__(self, websocket: WebSocket) -> None:
        self._socket = websocket
        self._parts: Parts = parts_of(websocket)
        self._visitor = Visitor("", None)
        self._locale = "en"
        self._page: str | None = None
        self._conversation: str | None = None
        self._connection = Connection(websocket, self._read, e.for_customer)

    async def talk(self) -> None:
        """Say hello, then answer frames until somebody hangs up."""
        await socket.admit(self._socket)
        said: wire.CustomerHello = await socket.hello(self._socket, wire.customer_hello)
        self._parts.hub.add(self._connection, "customer")
        try:
            await self._welcome(said)
            await socket.serve(self._socket, self._connection, wire.customer_frames, self._handle)
        finally:
            self._parts.hub.remove(self._connection)
            self._parts.queue.forget(self._connection)

    async def _read(self, conversation_id: str, after: int) -> Any:
        return await self._parts.database.read(lambda tx: log.tail(tx, conversation_id, after))

    async def _welcome(self, said: wire.CustomerHello) -> None:
        token, state = await self._recognise(said)
        self._page = said.page
        self._connection.send(self._welcome_frame(token, state))
        if state is not None:
            known = said.conversation in (None, state.id) and said.log in (None, self._parts.log_id)
            position = said.position if known else 0
            self._follow(state.id, min(position, state.head))

    async def _recognise(self, said: wire.CustomerHello) -> tuple[str | None, State | None]:
        """Know the visitor by the token, or make a new one and give its token.

        And their conversation, unless it is over.
        """
        now = self._parts.now()
        if said.token is not None:
            token = said.token
            found = await self._parts.database.read(
                lambda tx: visitors.returning(tx, token, CHANNEL)
            )
            if found is None:
                raise Closed(errors.BAD_TOKEN, "This token is not valid. Say hello without one.")
            self._visitor, latest = found
            self._connection.locale = self._locale = said.locale or self._visitor.locale or "en"
            await self._check_own(said.conversation, latest)
            return None, None if latest is None or latest.ended else latest
        self._parts.limits.visitor(address_of(self._socket))
        self._connection.locale = self._locale = said.locale or "en"
        self._visitor, token = await self._parts.database.write(
            lambda tx: visitors.welcome(tx, locale=said.locale, now=now), alone=False
        )
        await self._check_own(said.conversation, None)
        return token, None

    async def _check_own(self, conversation_id: str | None, latest: State | None) -> None:
        """Say so when the page asks for a conversation that is not this visitor's."""
        if conversation_id is None or (latest is not None and latest.id == conversation_id):
            return
        try:
            await self._parts.database.read(
                lambda tx: conversations.of_visitor(tx, self._visitor.id, conversation_id)
            )
        except NotFound as error:
            self._connection.send(errors.frame(error, None))

    def _welcome_frame(self, token: str | None, state: State | None) -> Frame:
        parts = self._parts
        frame: Frame = {
            "type": "welcome",
            "protocol": PROTOCOL,
            "visitor": self._visitor.id,
            "conversation": None if state is None else _summary(state),
            "company": parts.company.wire(self._locale),
            "languages": list(parts.company.languages),
            "locale": self._locale,
            "incidents": active_incidents(parts, self._locale),
            "log": parts.log_id,
            "ping_seconds": parts.settings.web.ping_seconds,
        }
        return frame if token is None else frame | {"token": token}

    def _follow(self, conversation_id: str, position: int) -> None:
        if self._conversation not in (None, conversation_id):
            self._parts.hub.unfollow(self._connection, self._conversation or "")
        self._conversation = conversation_id
        self._parts.hub.follow(self._connection, conversation_id, position)
        self._parts.queue.look()

    async def _handle(self, frame: Any) -> None:
        match frame:
            case wire.CustomerSay():
                await self._say(frame.id, frame.text, frame.conversation)
            case wire.AskPerson():
                asked = words.person_message(self._locale)
                await self._say(frame.id, asked, None, wants_person=True)
            case wire.CustomerTyping():
                self._typing(on=frame.on)
            case wire.Language():
                await self._speak(frame.locale)
            case wire.Ping():
                self._connection.send({"type": "pong", "n": frame.n})
            case wire.StartOver():
                await self._start_over(frame.id)
            case _:
                await self._judge(frame)

    async def _say(
        self, client_id: str, text: str, conversation: str | None, *, wants_person: bool = False
    ) -> None:
        self._parts.limits.message(self._visitor.id)
        accepted = await self._parts.turns.take(
            visitor_id=self._visitor.id,
            channel=CHANNEL,
            client_id=client_id,
            said=text,
            locale=self._locale,
            page=self._page,
            conversation_id=conversation,
            wants_person=wants_person,
        )
        self._ack(client_id, accepted.conversation_id, accepted.position)
        # What is sent again may stand in a conversation that the customer has left.
        if accepted.new and accepted.conversation_id != self._conversation:
            self._follow(accepted.conversation_id, 0)

    async def _judge(self, frame: Any) -> None:
        """Ratings, no more updates, something finished: they need a conversation."""
        if self._conversation is None:
            raise NotFound("You have no conversation yet.")
        desk, conversation = self._parts.desk, self._conversation
        match frame:
            case wire.Mute():
                done = await desk.mute(self._visitor.id, conversation, frame.id, frame.incident)
            case wire.Completed():
                self._parts.limits.message(self._visitor.id)
                done = await desk.complete(self._visitor.id, conversation, frame.id, frame.page)
            case wire.Rate():
                done = await desk.rate(
                    self._visitor.id, conversation, frame.id, frame.score, frame.comment
                )
            case wire.RateAnswer():
                done = await desk.rate_answer(
                    self._visitor.id,
                    conversation,
                    frame.id,
                    position=frame.position,
                    helpful=frame.helpful,
                    comment=frame.comment,
                )
        self._ack(frame.id, done.conversation_id, done.position or 0)

    async def _start_over(self, client_id: str) -> None:
        done = await self._parts.desk.start_over(self._visitor.id, self._conversation, client_id)
        self._parts.turns.stop(done.conversation_id)
        self._ack(client_id, done.conversation_id, done.position or 0)

    def _ack(self, client_id: str, conversation_id: str, position: int) -> None:
        self._connection.send(
            {
                "type": "ack",
                "id": client_id,
                "conversation": conversation_id,
                "position": position,
            }
        )

    def _typing(self, *, on: bool) -> None:
        if self._conversation is None:
            return
        self._parts.turns.typing(self._conversation, on=on)
        self._parts.hub.hint(
            self._conversation,
            {
                "type": "typing",
                "conversation": self._conversation,
                "who": {"kind": "customer", "name": ""},
                "on": on,
            },
            to=("agent",),
        )

    async def _speak(self, locale: str) -> None:
        self._connection.locale = self._locale = locale
        self._connection.send({"type": "incidents", "items": active_incidents(self._parts, locale)})
        await self._parts.database.write(lambda tx: visitors.speak(tx, self._visitor.id, locale))


def _summary(state: State) -> dict[str, Any]:
    agent = None
    if state.agent_id is not None:
        agent = {"id": state.agent_id, "name": state.agent_name}
    return {
        "id": state.id,
        "head": state.head,
        "holder": state.holder,
        "status": state.status,
        "agent": agent,
        "rated": state.rated is not None,
    }


def build() -> WidgetChannel:
    """The channel, ready to be mounted."""
    return WidgetChannel()
