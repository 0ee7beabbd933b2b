"""The queue: places, claims, and who gets what back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine

from handoff import agents, presence, queue
from handoff.assignment import offer
from handoff.errors import AgentUnavailable, AlreadyClaimed, NotHolder, NotWaiting, UnknownAgent

MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=60)


def joins(tx: Connection, name: str, since: datetime, *, urgent: bool = False) -> None:
    queue.join(
        tx,
        name,
        reason="asked_for_person",
        urgent=urgent,
        language="en",
        waiting_since=since,
        now=since + MINUTE,
    )


def agent(tx: Connection, name: str, now: datetime, *languages: str) -> str:
    made = agents.add(tx, name, "agent", languages or ("en",), now)
    presence.set_status(tx, made.id, "online", now)
    return made.id


def test_the_urgent_come_first_then_who_waits_longest(tx: Connection, now: datetime) -> None:
    joins(tx, "late", now + MINUTE)
    joins(tx, "b", now)
    joins(tx, "a", now)
    joins(tx, "fire", now + 2 * MINUTE, urgent=True)
    assert queue.places(tx) == [("fire", 1), ("a", 2), ("b", 3), ("late", 4)]
    assert [queue.place(tx, name) for name, _ in queue.places(tx)] == [
        queue.Place(number, 4) for number in (1, 2, 3, 4)
    ]
    assert [entry.conversation_id for entry in queue.waiting(tx, 2)] == ["fire", "a"]


def test_joining_again_keeps_place_and_clock(tx: Connection, now: datetime) -> None:
    joins(tx, "a", now)
    joins(tx, "b", now + MINUTE)
    joins(tx, "a", now + 5 * MINUTE)
    first = queue.get(tx, "a")
    assert first is not None
    assert first.waiting_since == now
    assert queue.places(tx) == [("a", 1), ("b", 2)]


def test_who_becomes_urgent_while_waiting_moves_ahead_for_good(
    tx: Connection, now: datetime
) -> None:
    joins(tx, "a", now)
    joins(tx, "b", now + MINUTE)
    joins(tx, "b", now + MINUTE, urgent=True)
    joins(tx, "b", now + MINUTE)
    assert queue.places(tx) == [("b", 1), ("a", 2)]


def test_places_move_up_as_others_are_taken(tx: Connection, now: datetime) -> None:
    aina = agent(tx, "Aina", now)
    for number, name in enumerate("abc"):
        joins(tx, name, now + number * MINUTE)
    queue.claim(tx, "a", aina, now)
    assert queue.place(tx, "a") is None
    assert queue.place(tx, "c") == queue.Place(2, 2)
    queue.leave(tx, "b")
    assert queue.place(tx, "c") == queue.Place(1, 1)


def test_the_second_claim_learns_who_was_first(tx: Connection, now: datetime) -> None:
    aina, wei = agent(tx, "Aina", now), agent(tx, "Wei Ling", now)
    joins(tx, "a", now)
    queue.claim(tx, "a", aina, now)
    queue.claim(tx, "a", aina, now)
    with pytest.raises(AlreadyClaimed, match="Aina") as lost:
        queue.claim(tx, "a", wei, now)
    assert (lost.value.agent_id, lost.value.agent_name) == (aina, "Aina")
    entry = queue.get(tx, "a")
    assert entry is not None
    assert entry.epoch == 2
    queue.require_holder(tx, "a", aina)
    with pytest.raises(NotHolder):
        queue.require_holder(tx, "a", wei)


def test_nobody_claims_what_does_not_wait(tx: Connection, now: datetime) -> None:
    aina = agent(tx, "Aina", now)
    with pytest.raises(NotWaiting):
        queue.claim(tx, "nowhere", aina, now)
    with pytest.raises(UnknownAgent):
        queue.claim(tx, "nowhere", "nobody", now)
    agents.disable(tx, aina, now)
    joins(tx, "a", now)
    with pytest.raises(UnknownAgent):
        queue.claim(tx, "a", aina, now)


def test_of_claims_at_once_exactly_one_wins(engine: Engine, now: datetime) -> None:
    rounds, rivals = 25, 4
    with engine.begin() as tx:
        names = [agent(tx, f"Agent {number}", now) for number in range(rivals)]
        for number in range(rounds):
            joins(tx, f"c{number}", now)
    start = Barrier(rivals)
    told: list[tuple[int, str]] = []

    def races(agent_id: str) -> list[str | None]:
        won: list[str | None] = []
        for number in range(rounds):
            start.wait()
            with engine.begin() as tx:
                try:
                    queue.claim(tx, f"c{number}", agent_id, now)
                    won.append(agent_id)
                except AlreadyClaimed as lost:
                    won.append(None)
                    told.append((number, lost.agent_id))
        return won

    with ThreadPoolExecutor(rivals) as pool:
        outcomes = list(pool.map(races, names))
    for number in range(rounds):
        winners = [outcome[number] for outcome in outcomes if outcome[number]]
        assert len(winners) == 1
        with engine.begin() as tx:
            assert queue.holder(tx, f"c{number}") == winners[0]
        assert [who for round_, who in told if round_ == number] == winners * (rivals - 1)


def test_a_vanished_agents_conversation_returns_to_its_old_place(
    tx: Connection, now: datetime
) -> None:
    aina = agent(tx, "Aina", now)
    joins(tx, "a", now)
    joins(tx, "b", now + MINUTE)
    queue.claim(tx, "a", aina, now)
    presence.beat(tx, aina, now + MINUTE)
    assert queue.overdue(tx, now + 2 * MINUTE, LEASE) == []
    assert queue.overdue(tx, now + 3 * MINUTE, LEASE) == [("a", aina)]
    assert presence.gone(tx, now + 3 * MINUTE, LEASE) == [aina]
    queue.release(tx, "a", now + 3 * MINUTE)
    queue.release(tx, "a", now + 3 * MINUTE)
    assert queue.places(tx) == [("a", 1), ("b", 2)]
    assert queue.overdue(tx, now + 9 * MINUTE, LEASE) == []
    with pytest.raises(NotWaiting):
        queue.release(tx, "nowhere", now)


def test_a_lost_connection_ends_the_lease_from_when_the_agent_was_there(
    tx: Connection, now: datetime
) -> None:
    aina = agent(tx, "Aina", now)
    joins(tx, "a", now)
    queue.claim(tx, "a", aina, now)
    beaten = now + 2 * MINUTE
    presence.beat(tx, aina, beaten)
    presence.lost(tx, aina, beaten=now + MINUTE, heard=now)  # another connection beat since then
    assert queue.overdue(tx, beaten + LEASE / 2, LEASE) == []
    presence.lost(tx, aina, beaten=beaten, heard=beaten - LEASE)
    assert queue.overdue(tx, beaten + LEASE / 2, LEASE) == [("a", aina)]


def test_a_transfer_needs_somebody_there_with_room(tx: Connection, now: datetime) -> None:
    aina, wei = agent(tx, "Aina", now), agent(tx, "Wei Ling", now)
    for name in ("a", "b"):
        joins(tx, name, now)
        queue.claim(tx, name, aina, now)
    presence.set_status(tx, wei, "online", now, capacity=1)
    queue.transfer(tx, "a", wei, now)
    assert queue.holder(tx, "a") == wei
    with pytest.raises(AgentUnavailable):
        queue.transfer(tx, "b", wei, now)
    with pytest.raises(AgentUnavailable):
        queue.transfer(tx, "a", aina, now + 5 * MINUTE)
    with pytest.raises(NotWaiting):
        queue.transfer(tx, "nowhere", aina, now)
    queue.transfer(tx, "b", None, now)
    assert queue.places(tx) == [("b", 1)]
    assert [entry.conversation_id for entry in queue.held_by(tx, wei)] == ["a"]


@pytest.mark.parametrize(
    ("place", "staffed", "recent", "minutes"),
    [
        (1, 0, [300.0] * 9, None),
        (1, 2, [300.0] * 4, None),
        (1, 1, [300.0] * 9, (1, 5)),
        (4, 2, [300.0] * 9, (7, 10)),
        (2, 1, [120.0, 240, 300, 420, 600, 900], (4, 19)),
    ],
    ids=["nobody there", "too few to know", "next", "two agents", "a wide range when times differ"],
)
def test_the_wait_is_a_range_or_unknown(
    place: int, staffed: int, recent: list[float], minutes: tuple[int, int] | None
) -> None:
    assert queue.estimate(place, staffed, recent) == minutes


def test_an_assumed_length_serves_until_there_are_enough() -> None:
    assert queue.estimate(2, 1, [], usual=480) == (4, 32)


def test_offers_go_to_who_speaks_the_language_and_has_least(tx: Connection, now: datetime) -> None:
    aina, wei = agent(tx, "Aina", now, "ms", "en"), agent(tx, "Wei Ling", now, "zh-Hans", "en")
    languages = {"en1": "en", "hant": "zh-Hant", "ms": "ms", "en2": "en", "th": "th"}
    for number, (name, language) in enumerate(languages.items()):
        queue.join(
            tx, name, reason="stuck", urgent=False, language=language,
            waiting_since=now + number * MINUTE, now=now,
        )  # fmt: skip
    offers = offer(queue.waiting(tx), presence.online(tx, now, LEASE))
    assert [(one.conversation_id, one.agent_id, one.speaks) for one in offers] == [
        ("en1", aina, True),
        ("hant", wei, True),
        ("ms", aina, True),
        ("en2", wei, True),
        ("th", aina, False),
    ]


def test_nothing_is_offered_without_room(tx: Connection, now: datetime) -> None:
    aina = agent(tx, "Aina", now)
    presence.set_status(tx, aina, "online", now, capacity=1)
    joins(tx, "a", now)
    joins(tx, "b", now)
    assert len(offer(queue.waiting(tx), presence.online(tx, now, LEASE))) == 1


def test_returning_customers_go_to_their_agent(tx: Connection, now: datetime) -> None:
    agent(tx, "Aina", now, "en")
    wei = agent(tx, "Wei Ling", now, "zh-Hans")
    queue.join(
        tx, "a", reason="stuck", urgent=False, language="en", waiting_since=now, now=now,
        preferred_agent=wei,
    )  # fmt: skip
    assert offer(queue.waiting(tx), presence.online(tx, now, LEASE))[0].agent_id == wei
