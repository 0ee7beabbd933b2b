"""Customers and agents of chance: they do what clients do, and what clients should not do."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from bot.web import sessions
from bot.web.sessions import Session
from tests.faults.history import Recorder
from tests.simulate.network import Frame, Gone, Link
from tests.simulate.script import TEXTS

PATIENCE = 15.0
"""Seconds without a frame after which a client takes its socket for dead."""


class Town(Protocol):
    """What a person needs of the world."""

    chance: random.Random
    ending: bool
    gossip: list[str]
    """Conversations that somebody has; their names are no secret."""

    def dial(self, door: str) -> Link | None:
        """A socket to the server, None while there is none."""

    async def ask(self, work: Callable[[Any], Any]) -> Any:
        """Do something in a transaction of the server; raises Gone when it dies meanwhile."""

    def now(self) -> Any:
        """What the server's clock says."""


class Client:
    """One socket that comes back, and an outbox that sends the same id until it is told."""

    door = ""

    def __init__(self, town: Town, recorder: Recorder) -> None:
        self.town = town
        self.chance = town.chance
        self.recorder = recorder
        self.link: Link | None = None
        self.welcomed = False
        self.outbox: dict[str, Frame] = {}
        self.done: list[Frame] = []
        self.seen: dict[str, int] = {}
        self._ids = 0

    async def live(self) -> None:
        """Do something of chance, again and again, until the world comes to its end."""
        while not self.town.ending:
            await asyncio.sleep(self.chance.random() * (0.3 if self.chance.random() < 0.5 else 2))
            if self.link is None:
                await self.connect()
            elif self.welcomed:
                self.act()

    async def settle(self) -> None:
        """Come back and send again until everything is told."""
        while self.outbox or not self.welcomed:
            if self.link is None:
                await self.connect()
            elif self.welcomed:
                self._send_again()
            await asyncio.sleep(1 + self.chance.random())

    def act(self) -> None:
        """One deed of chance."""

    async def connect(self) -> None:
        """Open a socket and say hello, if there is a server."""
        hello = await self.hello()
        link = self.town.dial(self.door) if hello is not None else None
        if link is None or hello is None:
            return
        self.link, self.welcomed = link, False
        self.recorder.opened()
        self.send(hello)
        asyncio.get_running_loop().create_task(self._listen(link))

    async def hello(self) -> Frame | None:
        """The first frame, None when it cannot be had now."""
        raise NotImplementedError

    def send(self, frame: Frame) -> None:
        """Send it and write it down."""
        if self.link is None:
            return
        try:
            self.link.send(frame)
        except Gone:
            return
        self.recorder.sent(frame)

    def post(self, frame: Frame) -> None:
        """Send a frame that is sent again until it is answered."""
        self.outbox[frame["id"]] = frame
        self.send(frame)

    def new_id(self) -> str:
        """An id that nobody has used."""
        self._ids += 1
        return f"{self.recorder.who}-{self._ids}"

    def drop(self) -> None:
        """Lose the connection without a word."""
        if self.link is not None:
            self.link.cut()

    def taken(self, frame: Frame) -> None:
        """Look at a frame that came."""

    async def _listen(self, link: Link) -> None:
        try:
            while True:
                async with asyncio.timeout(PATIENCE):
                    frame = await link.next()
                self.recorder.got(frame)
                self._take(frame)
        except (Gone, TimeoutError):
            link.cut()
        if self.link is link:
            self.link, self.welcomed = None, False

    def _take(self, frame: Frame) -> None:
        kind = frame["type"]
        if kind == "welcome":
            self.welcomed = True
            self.taken(frame)
            self._send_again()
            return
        if kind in ("ack", "ok") or (kind == "error" and frame["code"] != "unavailable"):
            sent = self.outbox.pop(frame["id"] or "", None)
            if sent is not None and kind != "error":
                self.done.append(sent)
        elif kind == "events":
            self.seen[frame["conversation"]] = frame["items"][-1]["position"]
        self.taken(frame)

    def _send_again(self) -> None:
        for frame in list(self.outbox.values()):
            self.send(frame)


class Customer(Client):
    """Somebody with a question; two of them may be two tabs of one browser."""

    door = "customer"

    def __init__(self, town: Town, recorder: Recorder, browser: dict[str, str]) -> None:
        super().__init__(town, recorder)
        self._browser = browser
        self._token: str | None = None
        self.conversation: str | None = None
        self._answers: list[int] = []

    async def hello(self) -> Frame | None:
        """Know me by the token of my browser, and go on where I was."""
        conversation = self.conversation if self.chance.random() < 0.8 else None
        if self.town.gossip and self.chance.random() < 0.05:
            conversation = self.chance.choice(self.town.gossip)
        self._token = self._token or self._browser.get("token")
        return {
            "type": "hello",
            "protocol": 1,
            "token": self._token,
            "conversation": conversation,
            "position": self.seen.get(conversation or "", 0),
            "locale": "en",
        }

    def taken(self, frame: Frame) -> None:
        """Keep the token, the conversation and the answers that may be judged."""
        if frame["type"] == "welcome":
            self._token = frame.get("token", self._token)
            self._browser.setdefault("token", self._token or "")
            if frame["conversation"] is not None:
                self._move(frame["conversation"]["id"])
        elif frame["type"] == "ack":
            self._move(frame["conversation"])
        elif frame["type"] == "events" and frame["conversation"] == self.conversation:
            answers = [one for one in frame["items"] if one["kind"] == "bot.answered"]
            self._answers += [one["position"] for one in answers]

    def act(self) -> None:
        """Mostly write; sometimes whatever else a customer can do."""
        deed = self.chance.choices(
            (self._say, self._burst, self._person, self._again, self._type, self._judge,
             self._rate, self._start_over, self.drop, self._idle),
            (34, 5, 5, 7, 4, 4, 2, 3, 7, 8),
        )[0]  # fmt: skip
        deed()

    def _say(self) -> None:
        text = f"{self.chance.choice(TEXTS)} {self._ids}"
        frame: Frame = {"type": "say", "id": self.new_id(), "text": text}
        if self.conversation is not None and self.chance.random() < 0.5:
            frame["conversation"] = self.conversation
        if self.town.gossip and self.chance.random() < 0.02:
            frame["conversation"] = self.chance.choice(self.town.gossip)
        self.post(frame)

    def _burst(self) -> None:
        for _ in range(self.chance.randrange(2, 4)):
            self._say()

    def _person(self) -> None:
        self.post({"type": "person", "id": self.new_id()})

    def _again(self) -> None:
        """Send something twice: a double click, or a retry that was not needed."""
        said = [*self.outbox.values(), *self.done[-3:]]
        if said:
            self.send(self.chance.choice(said))

    def _type(self) -> None:
        self.send({"type": "typing", "on": self.chance.random() < 0.7})

    def _judge(self) -> None:
        if self._answers:
            self.post(
                {
                    "type": "rate_answer",
                    "id": self.new_id(),
                    "position": self.chance.choice(self._answers),
                    "helpful": self.chance.random() < 0.5,
                }
            )

    def _rate(self) -> None:
        if self.conversation is not None:
            self.post({"type": "rate", "id": self.new_id(), "score": self.chance.randrange(1, 6)})

    def _start_over(self) -> None:
        if self.conversation is not None:
            self.post({"type": "start_over", "id": self.new_id()})

    def _idle(self) -> None:
        """Read."""

    def _move(self, conversation: str) -> None:
        if conversation != self.conversation:
            self.conversation, self._answers = conversation, []
            self.town.gossip.append(conversation)


class Attendant(Client):
    """An agent at a console, who also loses the network, dawdles and disagrees with colleagues."""

    door = "agent"

    def __init__(self, town: Town, recorder: Recorder, session: Session, team: list[str]) -> None:
        super().__init__(town, recorder)
        self._session = session
        self._team = team
        self._queue: Frame = {"waiting": [], "mine": []}
        self._known: set[str] = set()

    async def hello(self) -> Frame | None:
        """A fresh ticket; none while the server is away."""
        try:
            token = await self.town.ask(
                lambda tx: sessions.ticket(tx, self._session, now=self.town.now())
            )
        except Gone:
            return None
        return {"type": "hello", "protocol": 1, "token": token}

    def taken(self, frame: Frame) -> None:
        """Keep the queue, and all conversations that were ever in it."""
        if frame["type"] == "welcome":
            self.seen.clear()
            self.post(self._act("presence", status="online", capacity=3))
        elif frame["type"] == "queue":
            self._queue = frame
            rows = [*frame["waiting"], *frame["mine"], *frame["snoozed"]]
            self._known |= {row["conversation"] for row in rows}

    def act(self) -> None:
        """Take whoever waits; otherwise do something with what one has, or should not have."""
        waiting = [row["conversation"] for row in self._queue["waiting"]]
        mine = [row["conversation"] for row in self._queue["mine"]]
        known = sorted(self._known.union(self.town.gossip))  # also those the bot still has
        if waiting and self.chance.random() < 0.7:
            conversation = self.chance.choice(waiting)
            self.post(self._act("claim", conversation=conversation))
            if self.chance.random() < 0.6:
                self._follow(conversation)
        elif self.chance.random() < 0.12:
            self.drop()
        elif mine and self.chance.random() < 0.8:
            self._handle(self.chance.choice(mine))
        elif known:
            self._meddle(self.chance.choice(known))

    def _act(self, kind: str, **fields: Any) -> Frame:
        return {"type": kind, "id": self.new_id(), **fields}

    def _handle(self, conversation: str) -> None:
        kind = self.chance.choices(
            ("say", "note", "give_back", "resolve", "transfer", "snooze", "wake", "undo"),
            (4, 1, 5, 2, 2, 1, 1, 1),
        )[0]
        if kind in ("say", "note"):
            frame = self._act(kind, conversation=conversation, text=f"{kind} {self._ids}")
        elif kind == "transfer":
            to = self.chance.choice([None, *self._team])
            note = self.chance.choice(("", "Please look at this."))
            undo = self.chance.random() < 0.3
            frame = self._act(kind, conversation=conversation, to=to, note=note, undo=undo)
        elif kind == "snooze":
            soon = self.town.now() + timedelta(seconds=self.chance.uniform(1, 20))
            until = self.chance.choice((None, soon.isoformat()))
            frame = self._act(kind, conversation=conversation, until=until)
        elif kind in ("give_back", "resolve"):
            undo = self.chance.random() < 0.3  # done later by the clock, or taken back
            frame = self._act(kind, conversation=conversation, undo=undo)
        else:
            frame = self._act(kind, conversation=conversation)
        self.post(frame)
        if self.chance.random() < 0.15:
            self.send(frame)

    def _meddle(self, conversation: str) -> None:
        """Look at, take or answer a conversation that is not mine."""
        luck = self.chance.random()
        if luck < 0.4:
            self._follow(conversation)
        elif luck < 0.5:
            self.send({"type": "unfollow", "conversation": conversation})
        elif luck < 0.7:
            self.post(self._act("claim", conversation=conversation))
        elif luck < 0.9:
            self._handle(conversation)
        else:
            status = "away" if self.chance.random() < 0.5 else "online"
            self.post(self._act("presence", status=status, capacity=3))

    def _follow(self, conversation: str) -> None:
        position = self.seen.get(conversation, 0) if self.chance.random() < 0.7 else 0
        self.send({"type": "follow", "conversation": conversation, "position": position})
