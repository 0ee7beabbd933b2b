"""Agents, their sign-in links, and their presence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, select

from handoff import agents, presence, tables
from handoff.errors import InvalidLink, LastAdmin, NameTaken, UnknownAgent

DAY = timedelta(days=1)
LEASE = timedelta(seconds=60)


def test_a_name_is_given_once_whatever_its_capitals(tx: Connection, now: datetime) -> None:
    aina = agents.add(tx, " Aina  Binti ", "agent", ["ms", "en"], now)
    assert agents.by_name(tx, "aina binti") == aina == agents.get(tx, aina.id)
    with pytest.raises(NameTaken):
        agents.add(tx, "AINA BINTI", "admin", [], now)
    with pytest.raises(ValueError, match="name"):
        agents.add(tx, "  ", "admin", [], now)
    assert agents.by_name(tx, "nobody") is None
    with pytest.raises(UnknownAgent):
        agents.get(tx, "nobody")


def test_the_last_admin_stays(tx: Connection, now: datetime) -> None:
    first = agents.add(tx, "First", "admin", ["en"], now)
    with pytest.raises(LastAdmin):
        agents.disable(tx, first.id, now)
    second = agents.add(tx, "Second", "admin", ["en"], now)
    agents.disable(tx, first.id, now)
    agents.disable(tx, first.id, now)
    with pytest.raises(LastAdmin):
        agents.disable(tx, second.id, now)
    assert [one.name for one in agents.listing(tx)] == ["Second"]
    assert [one.active for one in agents.listing(tx, disabled=True)] == [False, True]


def test_what_can_be_changed(tx: Connection, now: datetime) -> None:
    made = agents.add(tx, "Aina", "agent", ["ms"], now, capacity=2)
    agents.set_capacity(tx, made.id, 7)
    agents.set_languages(tx, made.id, ["en", "ms"])
    agents.set_password_hash(tx, made.id, "argon2id$")
    changed = agents.get(tx, made.id)
    assert (changed.capacity, changed.languages, changed.password_hash) == (
        7,
        ("en", "ms"),
        "argon2id$",
    )
    with pytest.raises(UnknownAgent):
        agents.set_capacity(tx, "nobody", 3)


def test_a_link_signs_in_once_and_in_time(tx: Connection, now: datetime) -> None:
    aina = agents.add(tx, "Aina", "agent", ["ms"], now)
    token, late = (agents.new_link(tx, aina.id, now, DAY) for _ in range(2))
    assert token not in str(tx.execute(select(tables.sign_in_links)).all())
    assert agents.redeem(tx, token, now) == aina
    for wrong in (token, "never made", ""):
        with pytest.raises(InvalidLink):
            agents.redeem(tx, wrong, now)
    with pytest.raises(InvalidLink):
        agents.redeem(tx, late, now + DAY)


def test_a_disabled_account_has_no_links(tx: Connection, now: datetime) -> None:
    aina = agents.add(tx, "Aina", "agent", ["ms"], now)
    token = agents.new_link(tx, aina.id, now, DAY)
    agents.disable(tx, aina.id, now)
    with pytest.raises(InvalidLink):
        agents.redeem(tx, token, now)
    with pytest.raises(UnknownAgent):
        agents.new_link(tx, aina.id, now, DAY)


def test_of_two_browsers_with_one_link_one_gets_in(engine: Engine, now: datetime) -> None:
    rounds = 25
    with engine.begin() as tx:
        aina = agents.add(tx, "Aina", "agent", ["ms"], now)
        tokens = [agents.new_link(tx, aina.id, now, DAY) for _ in range(rounds)]
    start = Barrier(2)

    def opens(_browser: int) -> list[bool]:
        got_in = []
        for token in tokens:
            start.wait()
            with engine.begin() as tx:
                try:
                    agents.redeem(tx, token, now)
                    got_in.append(True)
                except InvalidLink:
                    got_in.append(False)
        return got_in

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(opens, range(2))
    assert [first + second for first, second in zip(one, other, strict=True)] == [1] * rounds


def test_here_is_who_says_so_and_is_heard_of(tx: Connection, now: datetime) -> None:
    aina, wei = (agents.add(tx, name, "agent", ["en"], now).id for name in ("Aina", "Wei"))
    presence.beat(tx, aina, now)
    assert presence.online(tx, now, LEASE) == []
    presence.set_status(tx, aina, "online", now, capacity=3)
    assert [one.id for one in presence.online(tx, now, LEASE)] == [aina]
    later = now + 2 * LEASE
    assert presence.online(tx, later, LEASE) == []
    assert presence.gone(tx, later, LEASE) == [aina]
    presence.beat(tx, aina, later)
    assert [one.status for one in presence.everyone(tx, later, LEASE)] == ["online", "offline"]
    assert presence.said(tx, aina) == ("online", 3)
    assert presence.said(tx, wei) == ("away", 4)
    presence.set_status(tx, aina, "away", later)
    assert presence.online(tx, later, LEASE) == []
    assert presence.said(tx, aina) == ("away", 3)
    for act in (presence.beat, lambda tx, who, now: presence.set_status(tx, who, "away", now)):
        with pytest.raises(UnknownAgent):
            act(tx, "nobody", now)


def test_who_comes_back_is_here_since_then(tx: Connection, now: datetime) -> None:
    aina = agents.add(tx, "Aina", "agent", ["en"], now).id

    def since(at: datetime) -> datetime | None:
        return presence.everyone(tx, at, LEASE)[0].since

    presence.come(tx, aina, now, LEASE)
    presence.set_status(tx, aina, "online", now)
    reloaded = now + LEASE / 2
    presence.come(tx, aina, reloaded, LEASE)
    assert since(reloaded) == now
    back = reloaded + 2 * LEASE
    assert since(back) == reloaded  # offline since they were last heard of
    presence.come(tx, aina, back, LEASE)
    assert since(back) == back
    with pytest.raises(UnknownAgent):
        presence.come(tx, "nobody", now, LEASE)


def test_instants_need_a_zone_and_come_back_in_utc(tx: Connection, now: datetime) -> None:
    made = agents.add(tx, "Aina", "agent", ["ms"], now)
    assert agents.get(tx, made.id).created_at.utcoffset() == timedelta(0)
    with pytest.raises(Exception, match="time zone"):
        agents.add(tx, "Naive", "agent", ["ms"], now.replace(tzinfo=None))
