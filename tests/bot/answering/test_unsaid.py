"""Sentences of people's own texts that customers will not read while an incident lasts."""

from typing import Any

import pytest

from bot.answering.unsaid import unsaid
from retrieval.incidents.incident import Incident, Update
from tests.bot.answering.test_guard import AT, incident


def told(text: str, status: str = "identified", **changes: Any) -> Incident:
    """An incident whose latest update says this."""
    update = Update("u1", "i1", status, AT, {"en": text})
    return incident(status, updates=(update,), **changes)


def test_what_claims_more_than_the_status_does_is_named_with_its_place() -> None:
    one = told(
        "We found the cause. Card payments are working again.",
        workaround={"ms": "Guna FPX. Pasukan kami akan telefon anda semula."},
    )
    found = [(each.field, each.language, each.kind, each.text) for each in unsaid(one)]
    assert found == [
        ("workaround", "ms", "call", "Pasukan kami akan telefon anda semula."),
        ("update", "en", "over", "Card payments are working again."),
    ]


@pytest.mark.parametrize("status", ["resolved", "monitoring"])
def test_what_the_status_allows_is_told(status: str) -> None:
    said = "A fix is in place and we are watching it."
    assert [each.kind for each in unsaid(told(said))] == ["deployed"]
    assert unsaid(told(said, status)) == ()


def test_only_the_latest_update_counts() -> None:
    early = Update("u0", "i1", "identified", AT, {"en": "It is fixed."})
    late = Update("u1", "i1", "identified", AT, {"en": "It fails again; we are looking."})
    assert unsaid(incident("identified", updates=(early, late))) == ()
