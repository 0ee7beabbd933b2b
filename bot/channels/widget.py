"""The widget's channel: one WebSocket per visitor, as `docs/protocol.md` says."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from fastapi import APIRouter
from starlette.websockets import WebSocket

from bot.answering import words
from bot.channels import arriving
from bot.conversation import contacts, conversations, log, visitors
from bot.conversation import events as e
from bot.conversation.events import Event
from bot.conversation.state import State
from bot.conversation.visitors import Visitor
from bot.errors import IdentityRefused, IdentityRequired, NotFound
from bot.identifying import Proof
from bot.live.connection import Frame
from bot.parts import Parts
from bot.web import errors, socket, wire
from bot.web.auth import address_of, parts_of
from bot.web.incident_wire import active_incidents
from bot.web.socket import Closed

CHANNEL = "widget"
PROTOCOL = 1


class _Place(NamedTuple):
    """The page a customer is on, and what it is called."""

    page: str | None
    title: str | None


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
        self._place = _Place(None, None)
        self._told = self._place
        """What stands in the log of it, as far as this socket has said so."""
        self._conversation: str | None = None
        self._proved_until: datetime | None = None
        self._session: str | None = None
        self._looking: set[asyncio.Task[None]] = set()
        self._connection = arriving.Line(websocket, self._read, self._show, self._look)

    async def talk(self) -> None:
        """Say hello, then answer frames until somebody hangs up."""
        await socket.admit(self._socket)
        said: wire.CustomerHello = await socket.hello(self._socket, wire.customer_hello)
        self._parts.hub.add(self._connection, "customer")
        try:
            await self._welcome(said)
            await socket.serve(self._socket, self._connection, wire.customer_frames, self._handle)
        finally:
            for looking in self._looking:
                looking.cancel()
            self._parts.hub.remove(self._connection)
            self._parts.queue.forget(self._connection)

    async def _read(self, conversation_id: str, after: int) -> Any:
        if conversation_id == arriving.devices(self._visitor.id):
            return [], after  # there is no such log: only hints come this way
        return await self._parts.database.read(lambda tx: log.tail(tx, conversation_id, after))

    def _show(self, event: Event) -> Frame:
        """The event as this customer may see it.

        Whoever was anonymous and is proved elsewhere to be a contact sees nothing more from here:
        what follows is the contact's.
        """
        if event.kind == e.IDENTIFIED and event.data["contact"] != self._visitor.id:
            raise Closed(errors.BAD_TOKEN, "This visitor is identified. Say hello anew.")
        return e.for_customer(event)

    async def _welcome(self, said: wire.CustomerHello) -> None:
        self._place = _Place(said.page, said.page_title)
        proof, fault = await arriving.proof(self._parts, said, address_of(self._socket))
        token, state = await (self._become(proof, said) if proof else self._recognise(said))
        frame = self._welcome_frame(token, state)
        self._connection.send(frame | _identity(proof, fault))
        if state is not None:
            known = said.conversation in (None, state.id) and said.log in (None, self._parts.log_id)
            position = said.position if known else 0
            self._follow(state.id, min(position, state.head))

    async def _recognise(self, said: wire.CustomerHello) -> tuple[str | None, State | None]:
        """Know the visitor by the token, or make a new one and give its token.

        And their conversation, unless it is over.
        """
        parts, address = self._parts, address_of(self._socket)
        arrival = await arriving.visitor(parts, said, address, CHANNEL)
        self._visitor = arrival.visitor
        self._connection.locale = self._locale = said.locale or self._visitor.locale or "en"
        await self._check_own(said.conversation, arrival.latest)
        return arrival.token, _going_on(arrival.latest)

    async def _become(self, proof: Proof, said: wire.CustomerHello) -> tuple[None, State | None]:
        """Be this contact; gives the conversation that goes on, on whatever device it began."""
        owner = proof.contact
        self._visitor = Visitor(owner.id, owner.locale)
        self._proved_until, self._session = proof.until, proof.session or said.token
        self._connection.locale = self._locale = said.locale or owner.locale or "en"
        # Listened to before it is read: what begins in between is heard of.
        self._parts.hub.follow(self._connection, arriving.devices(owner.id), 0)
        latest = await self._latest()
        await self._check_own(said.conversation, latest)
        self._tell_devices()  # what was begun here anonymously goes on there, too
        return None, _going_on(latest)

    async def _latest(self) -> State | None:
        owner = self._visitor.id
        return await self._parts.database.read(
            lambda tx: conversations.latest_of(tx, owner, CHANNEL)
        )

    def _tell_devices(self) -> None:
        """The contact's other sockets look which conversation goes on."""
        if self._proved_until is not None:
            key = arriving.devices(self._visitor.id)
            news = {"type": arriving.MOVED}
            self._parts.hub.hint(key, news, to=("customer",), but=self._connection)

    def _look(self) -> None:
        looking = asyncio.create_task(self._go_on(), name="contact-moved")
        self._looking.add(looking)
        looking.add_done_callback(self._looking.discard)

    async def _go_on(self) -> None:
        """Show the conversation that another device of this contact has begun."""
        state = _going_on(await self._latest())
        if state is not None and state.id != self._conversation:
            self._follow(state.id, 0)

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
            "attachments": parts.attachments.wire(),
        }
        return frame if token is None else frame | {"token": token}

    def _follow(self, conversation_id: str, position: int) -> None:
        if self._conversation not in (None, conversation_id):
            self._parts.hub.unfollow(self._connection, self._conversation or "")
        self._conversation = conversation_id
        self._parts.hub.follow(self._connection, conversation_id, position)
        self._parts.queue.look()

    async def _handle(self, frame: Any) -> None:
        if self._proved_until is not None and self._parts.now() >= self._proved_until:
            raise Closed(errors.SILENT, "The session has ended: identify the customer again.")
        match frame:
            case wire.CustomerSay():
                self._be_on(frame.page, frame.page_title)
                await self._say(
                    frame.id, frame.text, frame.conversation, attachments=frame.attachments
                )
            case wire.AskPerson():
                self._be_on(frame.page, frame.page_title)
                asked = words.person_message(self._locale)
                await self._say(frame.id, asked, None, wants_person=True)
            case wire.CustomerTyping():
                self._typing(on=frame.on)
            case wire.Language():
                await self._speak(frame.locale)
            case wire.Ping():
                self._connection.send({"type": "pong", "n": frame.n})
            case wire.Forget():
                await self._forget()
            case wire.StartOver():
                await self._start_over(frame.id)
            case _:
                await self._judge(frame)

    async def _say(
        self,
        client_id: str,
        text: str,
        conversation: str | None,
        *,
        wants_person: bool = False,
        attachments: Sequence[str] = (),
    ) -> None:
        if self._parts.identifying.required and self._proved_until is None:
            raise IdentityRequired("Only customers who are signed in on this site can write here.")
        await self._parts.limits.message(self._visitor.id)
        place = self._place
        accepted = await self._parts.turns.take(
            visitor_id=self._visitor.id,
            channel=CHANNEL,
            client_id=client_id,
            said=text,
            locale=self._locale,
            page=place.page,
            page_title=None if place == self._told else place.title,
            conversation_id=conversation,
            wants_person=wants_person,
            attachments=attachments,
            verified=self._proved_until is not None,
        )
        self._ack(client_id, accepted.conversation_id, accepted.position)
        if accepted.new:
            self._told = place
        # What is sent again may stand in a conversation that the customer has left.
        if accepted.new and accepted.conversation_id != self._conversation:
            self._follow(accepted.conversation_id, 0)
            self._tell_devices()

    def _be_on(self, page: str | None, title: str | None) -> None:
        if page:
            self._place = _Place(page, title)

    async def _forget(self) -> None:
        """The customer has signed out; without a session there is nothing to end."""
        if self._session is not None:
            await self._parts.identifying.forget(self._session)
            raise Closed(errors.SILENT, "Signed out.")

    async def _judge(self, frame: Any) -> None:
        """Ratings, no more updates, something finished: they need a conversation."""
        if self._conversation is None:
            raise NotFound("You have no conversation yet.")
        wishes, conversation = self._parts.desk.wishes, self._conversation
        match frame:
            case wire.Mute():
                done = await wishes.mute(self._visitor.id, conversation, frame.id, frame.incident)
            case wire.Completed():
                await self._parts.limits.message(self._visitor.id)
                done = await wishes.complete(self._visitor.id, conversation, frame.id, frame.page)
            case wire.Rate():
                done = await wishes.rate(
                    self._visitor.id, conversation, frame.id, frame.score, frame.comment
                )
            case wire.RateAnswer():
                done = await wishes.rate_answer(
                    self._visitor.id,
                    conversation,
                    frame.id,
                    position=frame.position,
                    helpful=frame.helpful,
                    comment=frame.comment,
                )
        self._ack(frame.id, done.conversation_id, done.position or 0)

    async def _start_over(self, client_id: str) -> None:
        wishes = self._parts.desk.wishes
        done = await wishes.start_over(self._visitor.id, self._conversation, client_id)
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
        speak = visitors.speak if self._proved_until is None else contacts.speak
        await self._parts.database.write(lambda tx: speak(tx, self._visitor.id, locale))


def _going_on(latest: State | None) -> State | None:
    """The conversation, unless it is over."""
    return None if latest is None or latest.ended else latest


def _identity(proof: Proof | None, fault: IdentityRefused | None) -> Frame:
    """What the welcome says of a claim: whom it proved, or what the page's developers must do."""
    if fault is not None:
        return {"identity": {"code": fault.code, "message": str(fault)}}
    if proof is None:
        return {}
    contact = {"id": proof.contact.id, "name": proof.contact.name}
    return {"contact": contact} | ({"token": proof.session} if proof.session is not None else {})


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
