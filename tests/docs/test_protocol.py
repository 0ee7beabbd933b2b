"""docs/protocol.md is true: its example is replayed, its tables match the code."""

import json
import re
from pathlib import Path
from typing import Any

from bot.conversation import events as e
from bot.settings import WebSettings
from bot.web import errors
from tests.clients import SocketClient
from tests.product import running

PAGE = Path("docs/protocol.md").read_text(encoding="utf-8")


def _example() -> list[tuple[str, dict[str, Any]]]:
    block = PAGE.rsplit("```", 2)[1]
    lines = [line for line in block.splitlines() if line[:2] in ("C ", "S ")]
    assert len(lines) > 10
    return [(line[0], json.loads(line[2:])) for line in lines]


def _fits(told: Any, found: Any) -> bool:
    if told == "…":
        return True
    if isinstance(told, dict):
        return isinstance(found, dict) and all(_fits(told[k], found.get(k)) for k in told)
    if isinstance(told, list):
        return len(told) == len(found) and all(
            _fits(one, other) for one, other in zip(told, found, strict=True)
        )
    return bool(told == found)


async def test_the_worked_example_is_what_happens(home: Path) -> None:
    as_shipped = {"web": {"ping_seconds": WebSettings().ping_seconds}}
    async with running(home, settings=as_shipped) as product:
        client = SocketClient(f"{product.ws}/ws/customer")
        told: list[dict[str, Any]] = []
        for side, frame in _example():
            if side == "S":
                told.append(frame)
            elif not told:
                await client.open(frame)
            else:
                await _heard(client, told)
                await client.send(frame)
        await _heard(client, told)
        assert client.events.keys() == {client.frames[1]["conversation"]}
        await client.close()


async def _heard(client: SocketClient, told: list[dict[str, Any]]) -> None:
    """Wait until the client has heard all this, and nothing else.

    Events may come in one frame or in two, and before or after a place in the queue: both are
    told as soon as they are known.
    """
    told_events, told_others = _apart(told)

    def all_came(_: Any) -> bool:
        events, others = _apart(client.frames)
        return len(events) >= len(told_events) and len(others) >= len(told_others)

    await client.wait(all_came)
    for expected, found in zip((told_events, told_others), _apart(client.frames), strict=True):
        assert len(expected) == len(found), (expected, found)
        for one, other in zip(expected, found, strict=True):
            assert _fits(one, other), (one, other)
            assert set(one) == set(other), "every field is documented"


def _apart(frames: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The single events of these frames, and the frames that carry none."""
    events = [frame for frame in frames if frame["type"] == "events"]
    for frame in events:
        assert set(frame) == {"type", "conversation", "items", "head"}
        assert frame["head"] >= frame["items"][-1]["position"]
    items = [item for frame in events for item in frame["items"]]
    return items, [frame for frame in frames if frame["type"] != "events"]


def test_every_kind_of_event_is_documented() -> None:
    kinds = {
        value
        for name, value in vars(e).items()
        if name.isupper() and isinstance(value, str) and "." in value
    }
    missing = {kind for kind in kinds if f"`{kind}`" not in PAGE}
    assert not missing


def test_every_close_code_is_documented() -> None:
    codes = {
        value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)
    }
    told = {int(code) for code in re.findall(r"\b(1\d{3}|4\d{3})\b", PAGE)}
    assert codes <= told, codes - told
