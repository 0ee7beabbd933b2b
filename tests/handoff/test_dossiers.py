"""What customers already said reaches the agent: floors on the written conversations."""

from __future__ import annotations

import pytest

from tests.handoff.dossiers import HALVES, LANGUAGES, as_the_agent_sees, dialogues, measure


@pytest.mark.parametrize("language", LANGUAGES)
def test_conversations_are_marked_as_they_were_written(language: str) -> None:
    found = list(dialogues(language))
    assert len(found) >= 40
    assert len({one["id"] for one in found}) == len(found)
    for one in found:
        said = [turn["text"] for turn in one["turns"] if turn["role"] == "customer"]
        assert any(one["problem"] in text for text in said), one["id"]
        for fact in one["facts"]:
            assert any(fact["as_written"] in text for text in said), (one["id"], fact)
        marked = {(fact["kind"], fact["value"]) for fact in one["facts"]}
        assert not marked & {(near["kind"], near["value"]) for near in one["not_facts"]}, one["id"]


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_agents_see_what_was_said_and_little_else(language: str, half: str) -> None:
    found = measure(language, half)
    assert found.marked > 60
    assert found.share_present >= 0.94, found.missed
    assert found.share_wrong <= (0.01 if half == "dev" else 0.05), found.wrong
    assert found.share_of_problems >= 0.8


def test_the_list_is_in_the_agents_language_with_the_customers_words() -> None:
    dialogue = {
        "language": "ms",
        "today": "2026-03-09",
        "tried": [],
        "turns": [
            {"role": "customer", "text": "bayar dua ratus ringgit esok, dari Pulau Pinang"},
            {"role": "bot", "text": "Apakah nombor tempahan anda? Bayarannya RM50."},
            {"role": "customer", "text": "ok"},
            {"role": "customer", "text": "884512"},
        ],
    }
    seen = {
        locale: [one["text"] for one in as_the_agent_sees(dialogue, locale=locale)["do_not_ask"]]
        for locale in ("en", "zh-Hant")
    }
    assert seen == {
        "en": [
            "MYR 200 (“dua ratus ringgit”)",
            "10 March 2026 (“esok”)",
            "Penang (“Pulau Pinang”)",
            "884512",
        ],
        "zh-Hant": [
            "MYR 200（「dua ratus ringgit」）",
            "2026年3月10日（「esok」）",
            "檳城（「Pulau Pinang」）",
            "884512",
        ],
    }
    summary = as_the_agent_sees(dialogue, locale="zh-Hant")["summary"]
    assert summary.startswith("問題：「bayar dua ratus ringgit esok")
