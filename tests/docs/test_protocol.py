"""docs/protocol.md is true: its example is replayed, its tables match the code."""

import json
import re
from pathlib import Path
from typing import Any

from bot.conversation import events as e
from bot.web import errors
from tests.clients import SocketClient
from tests.product import Product

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


async def test_the_worked_example_is_what_happens(product: Product) -> None:
    client = SocketClient(f"{product.ws}/ws/customer")
    place = 0
    opened = False
    for side, frame in _example():
        if side == "C" and not opened:
            await client.open(frame)
            opened = True
        elif side == "C":
            await client.send(frame)
        else:
            at = place

            def here(_: Any, at: int = at) -> bool:
                return len(client.frames) > at

            await client.wait(here)
            assert _fits(frame, client.frames[place]), (frame, client.frames[place])
            assert set(client.frames[place]) == set(frame), "every field is documented"
            place += 1
    await client.close()


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
