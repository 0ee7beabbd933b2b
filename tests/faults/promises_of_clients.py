"""What must hold of everything that clients sent and saw: I1, I3, I4, I5, I6, I10, I12."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from bot.conversation import events as e
from bot.conversation.events import Event
from bot.conversation.state import State
from bot.conversation.text import message
from bot.errors import BadText
from tests.faults.promises import Breach
from tests.faults.promises_of_log import folded
from tests.faults.truth import Truth, shown

Line = Mapping[str, Any]
_STORED = {"mute", "say", "note", "person", "rate", "rate_answer"}
"""Frames whose acknowledgement names the event that holds them."""


def broken(truth: Truth, lines: Sequence[Line]) -> Iterator[Breach]:
    """Every promise to a client that was broken."""
    reader = _Reader(truth)
    for line in lines:
        if line["op"] in ("opened", "sent", "got"):
            yield from reader.take(line)
    yield from reader.refused()


@dataclass(slots=True)
class _Link:
    """One socket: who it is, what it asked for, what it must see next."""

    who: str
    customer: bool | None = None
    principal: str = ""
    ours: bool = True
    """Whether it talked to the log that the truth holds."""
    stale: bool = False
    """It named a position of an older log: nothing may be added to that."""
    hello: Mapping[str, Any] = field(default_factory=dict)
    asked: dict[str, Line] = field(default_factory=dict)
    follows: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    following: str | None = None
    due: dict[str, int] = field(default_factory=dict)
    """Conversation → position that must come next."""
    known: dict[str, int] = field(default_factory=dict)
    """What had been acknowledged to this person when the snapshot was asked for."""


class _Reader:
    def __init__(self, truth: Truth) -> None:
        self._truth = truth
        self._links: dict[int, _Link] = {}
        self._acked: dict[str, dict[str, int]] = defaultdict(dict)
        self._told: dict[tuple[str, str], Line] = {}
        self._sends: dict[tuple[str, str], int] = defaultdict(int)
        self._refusals: dict[tuple[str, str], Line] = {}
        self._visitors: dict[str, str] = {}
        self._tokens: dict[str | None, str] = {}
        self._logs: dict[str, str] = {}
        self._folds: dict[str, list[State]] = {}
        self._views: dict[tuple[bool, str], dict[int, dict[str, Any]]] = {}

    def take(self, line: Line) -> Iterator[Breach]:
        """Go one line further."""
        link = self._links.setdefault(line["link"], _Link(line["who"]))
        if line["op"] == "sent":
            self._sent(link, line)
        elif line["op"] == "got":
            yield from self._got(link, line, line["frame"])

    def refused(self) -> Iterator[Breach]:
        """Messages that were refused, never sent again, and are in the log all the same."""
        stored = {
            (self._owner(event, conversation), event.client_id): event
            for conversation, log in self._truth.logs.items()
            for event in log
            if event.kind == e.CUSTOMER_SAID
        }
        for (who, client_id), line in self._refusals.items():
            event = stored.get((self._visitors.get(who), client_id))
            if event is not None and self._sends[who, client_id] == 1:
                what = f"{client_id} was refused and stands in the log"
                yield Breach("I9", what, (line, shown(event)))

    def _owner(self, event: Event, conversation: str) -> str | None:
        state = self._truth.states.get(conversation)
        return None if state is None else state.visitor_id

    def _sent(self, link: _Link, line: Line) -> None:
        frame = line["frame"]
        if frame["type"] == "hello":
            link.hello = frame
            link.known = dict(self._acked[link.who])
        elif frame["type"] == "follow":
            link.follows[frame["conversation"]].append(frame["position"])
            link.known = dict(self._acked[link.who])
        if "id" in frame:
            link.asked[frame["id"]] = line
            self._sends[link.who, frame["id"]] += 1

    def _got(self, link: _Link, line: Line, frame: Mapping[str, Any]) -> Iterator[Breach]:
        kind = frame["type"]
        if kind == "welcome":
            yield from self._welcome(link, line, frame)
        elif not link.ours:
            return
        elif kind in ("ack", "ok"):
            yield from self._ack(link, line, frame)
        elif kind == "error" and frame.get("id"):
            self._refusals[link.who, frame["id"]] = line
        elif kind == "dossier":
            position = (link.follows[frame["conversation"]] or [0]).pop(0)
            link.due[frame["conversation"]] = min(position, frame["head"]) + 1
            yield from self._snapshot(link, line, frame["conversation"], frame)
        elif kind == "events":
            yield from self._events(link, line, frame)

    def _welcome(self, link: _Link, line: Line, frame: Mapping[str, Any]) -> Iterator[Breach]:
        link.customer = "visitor" in frame
        link.principal = frame["visitor"] if link.customer else frame["agent"]["id"]
        link.ours = self._truth.log_id is None or frame["log"] == self._truth.log_id
        before = self._logs.get(link.who, frame["log"])
        # Whoever says which log its position belongs to is sent another one from the beginning.
        if link.hello.get("log") not in (None, frame["log"]):
            link.hello = {**link.hello, "position": 0}
        link.stale = before != frame["log"] and link.hello.get("position", 0) > 0
        self._logs[link.who] = frame["log"]
        if not link.customer or not link.ours:
            return
        token = link.hello.get("token") or frame.get("token")
        known = self._tokens.setdefault(token, link.principal)
        if known != link.principal:
            what = f"{link.who} has the token of {known} and is taken for {link.principal}"
            yield Breach("I12", what, (line,))
        self._visitors[link.who] = link.principal
        summary = frame["conversation"]
        if summary is not None:
            name = summary["id"]
            same = link.hello.get("conversation") in (None, name)
            position = link.hello.get("position", 0) if same else 0
            link.following, link.due[name] = name, min(position, summary["head"]) + 1
            yield from self._own(link, line, name)
            yield from self._snapshot(link, line, name, summary)

    def _ack(self, link: _Link, line: Line, frame: Mapping[str, Any]) -> Iterator[Breach]:
        asked = link.asked.get(frame["id"])
        conversation, position = frame["conversation"], frame["position"]
        if asked is None or conversation is None:
            return
        if link.customer:
            yield from self._own(link, line, conversation)
            if conversation != link.following:
                link.following = conversation
                link.due.setdefault(conversation, 1)  # what was sent again may stand elsewhere
        if position is None:
            return
        acked = self._acked[link.who]
        acked[conversation] = max(acked.get(conversation, 0), position)
        yield from self._same_as_before(link, line, asked["frame"])
        yield from self._stored(link, line, asked)

    def _same_as_before(
        self, link: _Link, line: Line, asked: Mapping[str, Any]
    ) -> Iterator[Breach]:
        if asked["type"] not in _STORED:
            return
        first = self._told.setdefault((link.who, asked["id"]), line)
        mine, other = line["frame"], first["frame"]
        if (mine["conversation"], mine["position"]) != (other["conversation"], other["position"]):
            yield Breach("I3", f"{asked['id']} was told two positions", (first, line))

    def _stored(self, link: _Link, line: Line, asked: Line) -> Iterator[Breach]:
        frame, sent = line["frame"], asked["frame"]
        where = f"{frame['conversation']}:{frame['position']}"
        event = self._truth.at(frame["conversation"], frame["position"])
        if event is None:
            yield Breach("I1", f"{where} was acknowledged and is not there", (asked, line))
            return
        sender = e.CUSTOMER if link.customer else e.agent_sender(link.principal)
        if sent["type"] == "claim":
            if (event.kind, event.sender) != (e.AGENT_JOINED, sender):
                what = f"{sender} was told to have it since {where}"
                yield Breach("I7", what, (asked, line, shown(event)))
        elif sent["type"] in _STORED and (
            (event.sender, event.client_id) != (sender, sent["id"]) or not _same_text(event, sent)
        ):
            what = f"{where} is not what {link.who} sent"
            yield Breach("I1", what, (asked, line, shown(event)))

    def _own(self, link: _Link, line: Line, conversation: str) -> Iterator[Breach]:
        state = self._truth.states.get(conversation)
        if state is not None and state.visitor_id != link.principal:
            what = f"{link.who} is {link.principal} and was shown {conversation} of another"
            yield Breach("I12", what, (line,))

    def _snapshot(
        self, link: _Link, line: Line, conversation: str, frame: Mapping[str, Any]
    ) -> Iterator[Breach]:
        head = frame["head"]
        if head < link.known.get(conversation, 0):
            what = f"{link.who} was told of {conversation}:{link.known[conversation]}"
            yield Breach("I6", f"{what} and then read only up to {head}", (line,))
        states = self._states(conversation)
        if head >= len(states):
            yield Breach("I10", f"{conversation} was shown up to {head}, the log ends", (line,))
            return
        state, agent = states[head], frame["agent"]
        # A customer is shown who helped, also when that is over.
        holder = state.agent_id if state.holder == "agent" or link.customer else None
        expected = (state.holder, state.status, holder)
        found = (frame["holder"], frame["status"], None if agent is None else agent["id"])
        if found != expected:
            what = f"{conversation} was shown as {found} at {head}, its log says {expected}"
            yield Breach("I10", what, (line,))

    def _states(self, conversation: str) -> list[State]:
        if conversation not in self._folds:
            stored = self._truth.states.get(conversation)
            try:
                log = self._truth.logs.get(conversation, [])
                self._folds[conversation] = [] if stored is None else folded(stored, log)
            except (KeyError, ValueError):  # told by the log's own promises
                self._folds[conversation] = []
        return self._folds[conversation]

    def _events(self, link: _Link, line: Line, frame: Mapping[str, Any]) -> Iterator[Breach]:
        conversation = frame["conversation"]
        if link.customer:
            yield from self._own(link, line, conversation)
        if link.stale:
            what = f"{link.who} was given more of {conversation} in place of an older log's"
            yield Breach("I4", what, (line,))
        view = self._view(conversation, customer=bool(link.customer))
        for item in frame["items"]:
            position, due = item["position"], link.due.get(conversation, 1)
            if position != due:
                what = f"{link.who} saw {conversation}:{position} where {due} was next"
                yield Breach("I4", what, (line,))
            link.due[conversation] = position + 1
            if item != view.get(position):
                yield self._differs(link, line, conversation, item)

    def _view(self, conversation: str, *, customer: bool) -> dict[int, dict[str, Any]]:
        key = (customer, conversation)
        if key not in self._views:
            log = self._truth.logs.get(conversation, [])
            self._views[key] = {
                event.position: _shown_to(event, customer=customer) for event in log
            }
        return self._views[key]

    def _differs(
        self, link: _Link, line: Line, conversation: str, item: Mapping[str, Any]
    ) -> Breach:
        event = self._truth.at(conversation, item["position"])
        where = f"{conversation}:{item['position']}"
        if link.customer and (
            "staff" in item
            or (event is not None and event.kind in e.PRIVATE_KINDS and item["data"])
        ):
            return Breach("I12", f"{link.who} saw what is for agents at {where}", (line,))
        return Breach("I5", f"{link.who} saw something else at {where} than the log has", (line,))


def _shown_to(event: Event, *, customer: bool) -> dict[str, Any]:
    """What a client must see of an event, as the protocol says: not as the product's code does."""
    at = event.at.astimezone(UTC)
    hidden = customer and event.kind in e.PRIVATE_KINDS
    view: dict[str, Any] = {
        "position": event.position,
        "kind": "private" if hidden else event.kind,
        "at": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
        "epoch": event.epoch,
        "data": {} if hidden else event.data,
    }
    if not customer and event.staff is not None:
        view["staff"] = event.staff
    return view


def _same_text(event: Event, sent: Mapping[str, Any]) -> bool:
    if "text" not in sent:
        return True
    try:
        return bool(event.data.get("text") == message(sent["text"]))
    except BadText:
        return False
