"""What may honestly be offered: a person now, a place in the queue, or an answer later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.answering import words
from handoff import agents, presence, queue
from handoff.availability import Availability, availability
from handoff.hours import Hours
from handoff.settings import HandoffSettings
from handoff.signals import accepts_offer
from handoff.words import LANGUAGES

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday
OFFICE = Hours.model_validate({"timezone": "UTC", "days": {"wed": ["09:00", "18:00"]}})
SETTINGS = HandoffSettings()


def _here(tx: Connection, capacity: int) -> str:
    agent = agents.add(tx, "Aina", "agent", ["en"], now=NOON, capacity=capacity)
    presence.set_status(tx, agent.id, "online", NOON)
    return agent.id


def _waits(tx: Connection, conversation: str) -> None:
    queue.join(
        tx, conversation, reason="stuck", urgent=False, language="en", waiting_since=NOON, now=NOON
    )


def test_nobody_here_means_a_message(tx: Connection) -> None:
    assert availability(tx, NOON, None, SETTINGS) == Availability("message")


def test_a_closed_desk_means_a_message_until_it_opens(tx: Connection) -> None:
    _here(tx, 4)
    night = NOON + timedelta(hours=8)
    presence.set_status(tx, agents.listing(tx)[0].id, "online", night)
    opens = OFFICE.next_open(night)
    assert availability(tx, night, OFFICE, SETTINGS) == Availability("message", opens_at=opens)
    assert availability(tx, night, None, SETTINGS).kind == "now"


def test_an_agent_with_room_is_a_person_now(tx: Connection) -> None:
    _here(tx, 2)
    assert availability(tx, NOON, OFFICE, SETTINGS) == Availability("now", 1)
    _waits(tx, "a")
    assert availability(tx, NOON, OFFICE, SETTINGS) == Availability("now", 2)
    _waits(tx, "b")
    assert availability(tx, NOON, OFFICE, SETTINGS) == Availability("queue", 3)


def test_an_agent_who_is_not_heard_of_is_not_here(tx: Connection) -> None:
    _here(tx, 2)
    later = NOON + SETTINGS.claim_lease + timedelta(seconds=1)
    assert availability(tx, later, None, SETTINGS).kind == "message"


def test_the_wait_is_told_only_when_it_can_be_known(tx: Connection) -> None:
    agent = _here(tx, 1)
    _waits(tx, "a")
    queue.claim(tx, "a", agent, NOON)
    assert availability(tx, NOON, OFFICE, SETTINGS).minutes is None
    recent = [300.0, 360.0, 420.0, 480.0, 540.0]
    found = availability(tx, NOON, OFFICE, SETTINGS, recent)
    assert found == Availability("queue", 1, (1, 8))
    usual = SETTINGS.model_copy(update={"minutes_per_conversation": 10.0})
    assert availability(tx, NOON, OFFICE, usual).minutes == (1, 20)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_offer_is_honest_and_a_yes_accepts_it(language: str) -> None:
    yes = {"en": "yes please", "zh-Hans": "好的", "zh-Hant": "好，麻煩你", "ms": "boleh"}[language]
    offers = {
        "now": Availability("now"),
        "queue": Availability("queue", 3),
        "wait": Availability("queue", 3, (5, 12)),
        "later": Availability("message", opens_at=NOON + timedelta(days=1)),
        "some day": Availability("message"),
    }
    said = {name: words.unsure(language, one, NOON) for name, one in offers.items()}
    assert len(set(said.values())) == len(said)
    assert "3" in said["queue"]
    assert "5–12" in said["wait"]
    assert "2026-11-19 12:00" in said["later"]
    assert said["now"] == words.unsure(language)
    for text in said.values():
        assert "{" not in text
        assert accepts_offer(yes, text).strength > 0, text
