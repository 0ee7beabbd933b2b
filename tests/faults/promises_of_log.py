"""What must hold of every log by itself: I2, I3, I7, I8, I9, I10, I11."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.conversation import events as e
from bot.conversation.events import Event
from bot.conversation.state import State, apply
from tests.faults.promises import Breach
from tests.faults.truth import Decided, Truth, shown

_OUTCOME_KINDS = {
    "answered": e.BOT_ANSWERED,
    "degraded": e.BOT_ANSWERED,
    "queued": e.PERSON_CALLED,
    "agent": e.AGENT_JOINED,
    "withdrawn": e.RESOLVED,
}


def broken(truth: Truth, lines: Sequence[Mapping[str, Any]], *, finished: bool) -> Iterator[Breach]:
    """Every promise that the logs of this truth break."""
    for conversation in truth.states.keys() | truth.logs.keys():
        log = truth.logs.get(conversation, [])
        yield from _positions(conversation, log)
        yield from _once(conversation, log)
        yield from _epochs(log)
        stored = truth.states.get(conversation)
        if stored is None:
            yield Breach("I10", f"{conversation} has a log, but no row of its own")
            continue
        try:
            states = folded(stored, log)
        except (KeyError, ValueError) as error:
            yield Breach("I2", f"the log of {conversation} cannot be folded: {error!r}")
            continue
        yield from _owners(log, states)
        yield from _silence(log, states)
        yield from _outcomes(conversation, log, states, truth.outcomes[conversation], finished)
        yield from _projection(stored, states[-1], log)
        yield from _in_queue(stored, truth.queue)
    yield from _once_per_visitor(truth)
    yield from _generations(truth, lines)


def folded(stored: State, log: Sequence[Event]) -> list[State]:
    """The conversation's state after 0, 1, … n events; ValueError where the log has a hole."""
    state = State(
        stored.id,
        stored.visitor_id,
        stored.channel,
        started_at=stored.started_at,
        updated_at=stored.started_at,
    )
    states = [state]
    for event in log:
        state = apply(state, event)
        states.append(state)
    return states


def _positions(conversation: str, log: Sequence[Event]) -> Iterator[Breach]:
    positions = [event.position for event in log]
    if positions != list(range(1, len(log) + 1)):
        yield Breach("I2", f"{conversation} has positions {positions}")


def _once(conversation: str, log: Sequence[Event]) -> Iterator[Breach]:
    sent: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in log:
        if event.client_id:
            sent[event.sender, event.client_id].append(event)
    for (sender, client_id), found in sent.items():
        if len(found) > 1:
            what = f"{conversation} has {client_id} of {sender} {len(found)} times"
            yield Breach("I3", what, tuple(map(shown, found)))


def _once_per_visitor(truth: Truth) -> Iterator[Breach]:
    """A message that is sent again must not become a second one in another conversation."""
    sent: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for conversation, log in truth.logs.items():
        state = truth.states.get(conversation)
        for event in log if state is not None else ():
            if event.client_id and event.sender == e.CUSTOMER:
                sent[state.visitor_id, event.client_id].append(event)
    for (visitor, client_id), found in sent.items():
        if len({event.conversation_id for event in found}) > 1:
            what = f"{client_id} of visitor {visitor} stands in several conversations"
            yield Breach("I3", what, tuple(map(shown, found)))


def _epochs(log: Sequence[Event]) -> Iterator[Breach]:
    epoch = 0
    for event in log:
        epoch += event.kind in e.HOLDER_KINDS
        if event.epoch != epoch:
            what = f"{event.conversation_id}:{event.position} carries epoch {event.epoch}"
            yield Breach("I7", f"{what}, it is {epoch} there", (shown(event),))
            epoch = event.epoch


def _owners(log: Sequence[Event], states: Sequence[State]) -> Iterator[Breach]:
    """Only the owner speaks to the customer or gives the conversation away."""
    for before, event in zip(states, log, strict=False):
        owner = e.agent_sender(before.agent_id or "") if before.holder == "agent" else None
        where = f"at {event.conversation_id}:{event.position}"
        if event.kind == e.AGENT_JOINED and owner is not None:
            what = f"{event.sender} took a conversation of {owner} {where}"
        elif event.kind == e.AGENT_SAID and event.sender != owner:
            what = f"{event.sender} spoke for {owner or before.holder} {where}"
        elif event.kind == e.GROUP_SAID and before.holder != "queue":
            what = f"{event.sender} answered a group {where}, which was with {before.holder}"
        elif event.kind in (e.TRANSFERRED, e.REQUEUED, e.RETURNED) and owner is None:
            what = f"{event.kind} of a conversation that nobody had {where}"
        else:
            continue
        yield Breach("I7", what, (shown(event),))


def _silence(log: Sequence[Event], states: Sequence[State]) -> Iterator[Breach]:
    for before, event in zip(states, log, strict=False):
        mine = before.holder == "bot" and before.status == "open"
        if event.sender == e.BOT and not mine:
            where = f"{event.conversation_id}:{event.position}"
            what = f"the bot spoke at {where}, which was {before.status} and with {before.holder}"
            yield Breach("I8", what, (shown(event),))


def _outcomes(
    conversation: str,
    log: Sequence[Event],
    states: Sequence[State],
    decided: Mapping[int, Decided],
    finished: bool,
) -> Iterator[Breach]:
    said = {event.position for event in log if event.kind == e.CUSTOMER_SAID}
    if said != decided.keys():
        what = f"{conversation} has messages {sorted(said)} and outcomes for {sorted(decided)}"
        yield Breach("I9", what)
    answered = Counter(position for event in log for position in event.data.get("answers", ()))
    for position, times in answered.items():
        if times > 1:
            yield Breach("I9", f"{conversation}:{position} was answered {times} times")
    by_position = {event.position: event for event in log}
    for position, one in decided.items():
        where = f"{conversation}:{position}"
        if one.outcome is None:
            if finished or answered[position]:
                yield Breach("I9", f"{where} has no outcome")
            continue
        event = by_position.get(one.decided_by or 0)
        if event is None or not _fits(position, one.outcome, event, states):
            proof = () if event is None else (shown(event),)
            yield Breach("I9", f"{where} is {one.outcome}, which {one.decided_by} is not", proof)
        if event is not None and not _was_read(by_position.get(position), event):
            yield Breach("I9", f"{where} was answered without being read", (shown(event),))
        if answered[position] and (event is None or position not in event.data.get("answers", ())):
            yield Breach("I9", f"{where} is {one.outcome}, and an event answers it too")


def _fits(position: int, outcome: str, event: Event, states: Sequence[State]) -> bool:
    """Whether the event is what decided the message at `position` in this way."""
    if event.position == position:  # it met its outcome when it was stored
        with_whom = states[position].holder
        return (outcome, with_whom) in (("queued", "queue"), ("agent", "agent"))
    right = event.kind == _OUTCOME_KINDS[outcome] and event.position > position
    answers = event.data.get("answers")
    return right and (answers is None or position in answers)


def _was_read(said: Event | None, answer: Event) -> bool:
    """Whether what the bot looked for holds the message that it answers."""
    query = (answer.staff or {}).get("query")
    if said is None or query is None or answer.kind != e.BOT_ANSWERED:
        return True
    return said.data["text"] in query


def _projection(stored: State, state: State, log: Sequence[Event]) -> Iterator[Breach]:
    if state != stored:
        what = f"{stored.id} is stored as {stored}, its log says {state}"
        yield Breach("I10", what, tuple(map(shown, log[-3:])))


def _in_queue(stored: State, queue: Mapping[str, str | None]) -> Iterator[Breach]:
    expected = {"agent": (True, stored.agent_id), "queue": (True, None)}.get(
        stored.holder, (False, None)
    )
    found = (stored.id in queue, queue.get(stored.id))
    if found != expected:
        what = f"{stored.id} is with {stored.holder} ({stored.agent_id}), the queue has {found}"
        yield Breach("I7", what)


def _generations(truth: Truth, lines: Iterable[Mapping[str, Any]]) -> Iterator[Breach]:
    given: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if line["op"] == "searched":
            given[line["generation"]] |= set(line["passages"])
    for log in truth.logs.values():
        for event in log:
            if event.kind == e.BOT_ANSWERED and given:
                yield from _of_one_generation(event, given)


def _of_one_generation(event: Event, given: Mapping[str, set[str]]) -> Iterator[Breach]:
    staff = event.staff or {}
    cited = {one["passage"] for one in event.data.get("citations", ())}
    cited = {one for one in cited if not one.startswith("incident:")}
    foreign = cited - given.get(staff.get("generation") or "", set())
    if foreign:
        where = f"{event.conversation_id}:{event.position}"
        what = f"{where} rests on {staff.get('generation')} and cites {sorted(foreign)}"
        yield Breach("I11", what, (shown(event),))
