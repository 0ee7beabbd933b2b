"""The curves in the docs are drawn from what was measured."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from handoff.evaluation.dialogues import Dialogue, Said
from handoff.settings import HandoffSettings
from tests.handoff.curves import past, svg

SVG = "{http://www.w3.org/2000/svg}"


def test_a_line_goes_through_its_points() -> None:
    drawn = ET.fromstring(svg("A < B", "x", "y", {"one & two": [(0, 0), (1, 1)]}))  # noqa: S314 - our own
    (line,) = drawn.findall(f"{SVG}polyline")
    assert line.get("points") == "60.0,340.0 500.0,60.0"
    told = [text.text for text in drawn.findall(f"{SVG}text")]
    assert {"A < B", "x", "y", "one & two", "0.2"} <= set(told)


def test_a_conversation_is_judged_by_its_worst_turn() -> None:
    calm = Said("customer", "where do I board", {"handoff": False})
    bot = Said("bot", "At gate four.", {})
    asks = Said("customer", "agent please", {"handoff": True})
    rules = HandoffSettings()
    quiet = past(Dialogue("1", "en", (calm, bot)), rules)
    loud = past(Dialogue("2", "en", (calm, bot, asks)), rules)
    assert (quiet.plain, quiet.needed) == (False, False)
    assert (loud.plain, loud.needed) == (True, True)
    assert loud.score > quiet.score
