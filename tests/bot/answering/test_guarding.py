"""Drafts that are being written reach the customer only as far as they may be said."""

from bot.answering.guarding import Guard
from retrieval.incidents.incident import Incident
from tests.bot.answering.test_guard import incident

CLAIM = "Pay with FPX for now. Card payments are working again. Anything else?"


def shown(text: str, incidents: list[Incident], step: int = 3) -> list[str]:
    """What a customer sees of a text that comes a few letters at a time."""
    seen: list[str] = []
    heard = Guard(lambda: incidents).draft(seen.append, [])
    for end in range(step, len(text) + step, step):
        heard(text[:end])
    return seen


def test_a_draft_stops_before_a_claim_and_never_goes_on() -> None:
    assert shown(CLAIM, [incident()]) == ["Pay with FPX for now."]


def test_not_even_half_a_claim_is_shown() -> None:
    assert shown("Card payments are working again.", [incident()]) == []


def test_an_honest_draft_comes_sentence_by_sentence() -> None:
    text = "We are looking into it. Please wait a little. Thank you."
    assert shown(text, [incident()]) == [
        "We are looking into it.", "We are looking into it. Please wait a little.",
    ]  # fmt: skip


def test_without_an_incident_a_draft_is_passed_on_as_it_is() -> None:
    assert shown("It is fixed.", [], step=6) == ["It is ", "It is fixed."]


def test_the_guard_follows_the_incidents() -> None:
    incidents: list[Incident] = []
    guard = Guard(lambda: incidents)
    assert guard.breaches("It is fixed.") == []
    incidents.append(incident())
    assert [one.kind for one in guard.breaches("It is fixed.")] == ["over"]
    incidents[0] = incident("resolved")
    assert guard.breaches("It is fixed.") == []
