"""The do-not-ask-again list."""

from __future__ import annotations

import pytest

from handoff.facts import facts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("booking SP-7K2M4Q please", [("booking", "SP-7K2M4Q")]),
        ("sp 7k2m4q and SP7K2M4Q", [("booking", "SP-7K2M4Q")]),
        ("SPEEDY sparkle spouse", []),
        ("error PAY-402 then pay-3ds", [("error", "PAY-402"), ("error", "PAY-3DS")]),
        ("paid RM1,250.50", [("amount", "MYR 1250.50")]),
        ("120 ringgit, 30块", [("amount", "MYR 120"), ("amount", "30")]),
        ("S$45 or 45 SGD", [("amount", "SGD 45")]),
        ("on 12 Nov 2026", [("date", "2026-11-12")]),
        ("12/11/2026 and 3 Disember", [("date", "2026-11-12"), ("date", "12-03")]),
        ("11月12號去，2026年11月15日回", [("date", "11-12"), ("date", "2026-11-15")]),
        ("November 5th", [("date", "11-05")]),
        ("I may 5 change", [("date", "05-05")]),
        ("2 adults 3 bags", []),
        ("call +60 12-345 6789", [("phone", "+60123456789")]),
        ("write to Mei@example.com", [("email", "mei@example.com")]),
        ("card ending 4242", [("card", "4242")]),
        ("卡号后四位是 1234", [("card", "1234")]),
        ("卡號後四碼 1234", [("card", "1234")]),
        ("4 digit terakhir kad 8811", [("card", "8811")]),
        ("my card is 4111 1111 1111 1234", [("card", "1234")]),
        ("4111111111111234", [("card", "1234")]),
    ],
)  # fmt: skip
def test_what_is_found_and_how_it_is_written(text: str, said: list[tuple[str, str]]) -> None:
    assert [(fact.kind, fact.value) for fact in facts([text])] == said


def test_each_fact_is_listed_once_as_it_was_first_typed() -> None:
    found = facts(["my booking sp-7k2m4q", "again: SP-7K2M4Q, paid RM 20"])
    assert [(fact.value, fact.text) for fact in found] == [
        ("SP-7K2M4Q", "sp-7k2m4q"),
        ("MYR 20", "RM 20"),
    ]


def test_a_card_number_is_never_repeated_in_full() -> None:
    assert "4111" not in str(facts(["pay with 4111 1111 1111 1234"]))
