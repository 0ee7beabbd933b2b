"""The agent console's socket, as `docs/protocol.md` says."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.websockets import WebSocket

from bot.conversation import conversations, log
from bot.conversation import events as e
from bot.desk_acts import Act, GiveBack, Resolve, Snooze, Transfer, badge
from bot.desk_wishes import Done
from bot.errors import BotError, NotSignedIn
from bot.live.connection import Connection
from bot.parts import Parts
from bot.supervision import Supervision, topic
from bot.web import errors, sessions, socket, wire
from bot.web.auth import parts_of, require
from bot.web.dossier import dossier
from bot.web.incident_wire import active_incidents, late_updates, open_proposals
from bot.web.sessions import Session
from bot.web.socket import Closed
from handoff import presence

router = APIRouter()

PROTOCOL = 1
SURE = timedelta(seconds=40)
"""A connection that is still open was answered at most so long ago: ping and its time-out."""
BEAT = 15.0
"""Seconds between heartbeats of an open console: well inside the claim lease."""
CHECK = 1.5
"""Seconds between looks whether the session still holds: a disabled agent sees nothing more."""


@router.websocket("/ws/agent")
async def agent_socket(websocket: WebSocket) -> None:
    """One agent's socket, from hello to the end."""
    await socket.run(websocket, lambda: _Console(websocket).talk())


class _Console:
    """One open agent socket."""

    def __init__(self, websocket: WebSocket) -> None:
        self._socket = websocket
        self._parts: Parts = parts_of(websocket)
        self._session: Session | None = None
        self._supervision = Supervision(self._parts.database, self._parts.now)
        self._heard = self._beaten = self._checked = self._parts.now()
        self._connection = Connection(websocket, self._read, e.for_agent)

    @property
    def _agent(self) -> Any:
        if self._session is None:
            raise NotSignedIn("Say hello first.")
        return self._session.agent

    async def talk(self) -> None:
        """Say hello, then answer frames until somebody hangs up."""
        await socket.admit(self._socket)
        said: wire.AgentHello = await socket.hello(self._socket, wire.agent_hello)
        now = self._parts.now()
        try:
            self._session = await self._parts.database.write(
                lambda tx: sessions.redeem_ticket(tx, said.token, now=now)
            )
        except NotSignedIn as error:
            raise Closed(errors.BAD_TOKEN, str(error)) from error
        self._parts.hub.add(self._connection, "agent")
        try:
            await self._welcome(said.locale, looking=said.looking)
            async with asyncio.TaskGroup() as group:
                beating = group.create_task(self._beat(looking=said.looking))
                try:
                    await socket.serve(
                        self._socket, self._connection, wire.agent_frames, self._handle
                    )
                finally:
                    beating.cancel()
        finally:
            self._parts.hub.remove(self._connection)
            self._parts.queue.forget(self._connection)
            self._parts.looking.leave(self._connection)
            self._parts.supervising.forget(self._connection)
            await self._gone()

    async def _read(self, conversation_id: str, after: int) -> Any:
        return await self._parts.database.read(lambda tx: log.tail(tx, conversation_id, after))

    async def _welcome(self, locale: str | None, *, looking: bool) -> None:
        agent, parts = self._agent, self._parts
        now = parts.now()

        def arrive(tx: Any) -> tuple[presence.Status, int]:
            if not looking:
                presence.come(tx, agent.id, now, parts.settings.handoff.claim_lease)
            return presence.said(tx, agent.id)

        status, capacity = await parts.database.write(arrive)
        self._connection.send(
            {
                "type": "welcome",
                "protocol": PROTOCOL,
                "agent": badge(agent) | {"role": agent.role, "languages": list(agent.languages)},
                "log": parts.log_id,
                "ping_seconds": parts.settings.web.ping_seconds,
                "presence": {"status": status, "capacity": capacity},
                "attachments": parts.attachments.wire(),
            }
        )
        # A client that names no language of its own is spoken to in the agent's first one.
        self._connection.locale = locale or next(iter(agent.languages), "en")
        self._connection.send(
            {"type": "incidents", "items": active_incidents(parts, self._connection.locale)}
        )
        if late := late_updates(parts, self._connection.locale):
            self._connection.send({"type": "incident_reminders", "items": late})
        if proposed := open_proposals(parts, self._connection.locale):
            self._connection.send({"type": "proposals", "items": proposed})
        if not looking:
            parts.queue.add(self._connection, agent.id)
            parts.hub.hear(self._connection, topic(agent.id))

    async def _beat(self, *, looking: bool) -> None:
        """Keep the agent present while the console is open, and its session checked."""
        waited = 0.0
        while True:
            await asyncio.sleep(CHECK)
            waited += CHECK
            await self._check_session()
            if looking or waited < BEAT:
                continue
            waited = 0.0
            self._parts.looking.again(self._connection)
            self._beaten = self._parts.now()
            beat = partial(presence.beat, agent_id=self._agent.id, now=self._beaten)
            await self._parts.database.write(beat, alone=False)

    async def _gone(self) -> None:
        """The lease counts from when the agent was there for certain, not from our last beat."""
        sure = self._parts.now() - SURE
        heard, beaten, agent_id = max(self._heard, sure), self._beaten, self._agent.id
        if heard < beaten:
            with suppress(BotError):  # the server stops: the lease ends by itself
                await self._parts.database.write(
                    lambda tx: presence.lost(tx, agent_id, beaten=beaten, heard=heard),
                    alone=False,
                )

    async def _check_session(self) -> None:
        session = self._session
        if session is None:
            return
        now = self._parts.now()
        try:
            self._session = await self._parts.database.read(
                lambda tx: sessions.find(tx, session.hash, now=now)
            )
        except NotSignedIn as error:
            raise Closed(errors.SIGNED_OUT, str(error)) from error
        self._checked = now

    async def _handle(self, frame: Any) -> None:
        self._heard = self._parts.now()
        match frame:
            case wire.Follow():
                await self._follow(frame.conversation, frame.position)
            case wire.Unfollow():
                self._parts.looking.leave(self._connection)
                self._parts.hub.unfollow(self._connection, frame.conversation)
            case wire.Supervise():
                self._supervise(on=frame.on)
            case wire.AgentTyping():
                await self._typing(frame.conversation, on=frame.on)
            case wire.Ping():
                self._connection.send({"type": "pong", "n": frame.n})
            case _:
                if self._heard - self._checked > timedelta(seconds=CHECK):
                    await self._check_session()  # else it was looked at a moment ago
                done = await self._act(frame)
                conversation = getattr(frame, "conversation", None)
                self._connection.send(
                    {
                        "type": "ok",
                        "id": frame.id,
                        "conversation": conversation,
                        "position": done.position,
                    }
                )
                self._parts.queue.look()

    async def _act(self, frame: Any) -> Done:  # noqa: PLR0911 - one return per kind of frame
        desk, agent = self._parts.desk, self._agent
        match frame:
            case wire.Act(type="claim"):
                done = await desk.claim(agent, frame.conversation)
                self._parts.turns.stop(frame.conversation)
                return done
            case wire.Act(type="wake"):
                return await desk.wake(agent, frame.conversation)
            case wire.Act():
                return await desk.take_back(agent, frame.conversation)
            case wire.GiveBack() | wire.Resolve() | wire.Snooze() | wire.Transfer():
                act = _decided(frame)
                return await desk.act(agent, frame.conversation, act, undo=frame.undo)
            case wire.AgentSay(type="say"):
                return await desk.say(
                    agent, frame.conversation, frame.id, frame.text, frame.attachments
                )
            case wire.Whisper():
                return await self._whisper(frame)
            case wire.TakeOver():
                return await self._take_over(frame)
            case wire.AgentSay():
                return await desk.note(agent, frame.conversation, frame.id, frame.text)
            case _:
                return await desk.presence(agent, frame.status, frame.capacity)

    async def _follow(self, conversation_id: str, position: int) -> None:
        shown = await self._parts.database.read(
            lambda tx: dossier(
                tx, conversation_id, self._connection.locale, zone=self._parts.company.zone
            )
        )
        self._connection.send({"type": "dossier", **shown})
        self._parts.hub.follow(self._connection, conversation_id, min(position, shown["head"]))
        who = badge(self._agent) | {"role": self._agent.role}
        self._parts.looking.arrive(self._connection, conversation_id, who)

    def _supervise(self, *, on: bool) -> None:
        self._require_supervisor()
        watch = self._parts.supervising
        if on:
            watch.add(self._connection)
        else:
            watch.forget(self._connection)

    def _require_supervisor(self) -> None:
        if self._session is None:
            raise NotSignedIn("Say hello first.")
        require(self._session, "admin")

    async def _whisper(self, frame: wire.Whisper) -> Done:
        self._require_supervisor()
        act = self._supervision.whisper
        done, to = await act(self._agent, frame.conversation, frame.id, frame.text)
        self._tell(to["id"], frame.conversation, "whispered")
        return done

    async def _take_over(self, frame: wire.TakeOver) -> Done:
        self._require_supervisor()
        act = self._supervision.take_over
        done, before = await act(self._agent, frame.conversation, frame.epoch)
        if before is not None:
            self._tell(before["id"], frame.conversation, "taken_over")
        return done

    def _tell(self, agent_id: str, conversation_id: str, what: str) -> None:
        """Tell one agent's consoles, whatever they look at; what it is about is in the log."""
        self._parts.hub.hint(
            topic(agent_id),
            {
                "type": "told",
                "what": what,
                "conversation": conversation_id,
                "by": badge(self._agent),
            },
            to=("agent",),
        )

    async def _typing(self, conversation_id: str, *, on: bool) -> None:
        """Only the holder is seen writing: a colleague who looks in is not talking to anybody."""
        state = await self._parts.database.read(lambda tx: conversations.peek(tx, conversation_id))
        mine = state.holder == "agent" and state.agent_id == self._agent.id
        self._parts.hub.hint(
            conversation_id,
            {
                "type": "typing",
                "conversation": conversation_id,
                "who": {"kind": "agent", "name": self._agent.name},
                "on": on,
            },
            to=("customer", "agent") if mine else ("agent",),
            but=self._connection,
        )


def _decided(frame: wire.GiveBack | wire.Resolve | wire.Snooze | wire.Transfer) -> Act:
    match frame:
        case wire.GiveBack():
            return GiveBack(note=frame.note)
        case wire.Resolve():
            return Resolve(why=frame.why, note=frame.note)
        case wire.Snooze():
            return Snooze(until=frame.until, note=frame.note)
        case _:
            return Transfer(to=frame.to, team=frame.team, note=frame.note)
