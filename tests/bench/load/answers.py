"""Questions: asked until answered, one by one and many at once, and who waits meanwhile.

`python -m tests.bench.load.answers HOME`
"""

import asyncio
import itertools
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop
from websockets.asyncio.client import ClientConnection

from bot.conversation import events as e
from retrieval.metrics import percentile
from tests.bench.load import servers
from tests.bench.load.seeding import seeded, widgets
from tests.bench.load.swarm import Talk, customer, until
from tests.faults.server import ServerProcess

AT_ONCE = (1, 10, 50)
ROUNDS = 6
"""Questions of each customer; the first is not counted."""
QUICK = {"HANDRAIL_TURN__QUIET": "PT0S"}
"""The quarter second a turn waits for the rest of a burst is no work."""
_ASKED = (
    "How much luggage may I take", "How long does a refund take", "Can I change the date",
    "Where do I find my ticket", "Do children pay less", "Can I bring my dog",
    "How do I pay by card", "What happens when the sea is rough",
)  # fmt: skip
_NUMBERS = itertools.count(1)
_OUTCOMES = (e.BOT_ANSWERED, e.PERSON_CALLED)


def measured(home: Path, place: Path) -> dict[str, Any]:
    """Milliseconds from question to outcome at 1, 10, 50 at once; acknowledgements beside 50."""
    tokens = widgets(home, place / "answers", max(AT_ONCE))
    found = uvloop.run(asked(place / "answers", tokens))
    made = seeded(home, place / "beside", pairs=10)
    return found | uvloop.run(_beside(made, tokens_of=max(AT_ONCE)))


async def asked(home: Path, tokens: list[str], **environment: str) -> dict[str, float]:
    """Milliseconds from question to outcome, by how many ask at once."""
    found: dict[str, float] = {}
    async with servers.ours(home, **QUICK, **environment) as server:
        sockets = [await customer(server, token) for token in tokens]
        for count in AT_ONCE:
            spent = await _rounds(sockets[:count])
            found |= {
                f"{count} at once: answer_ms_{name}": 1000 * percentile(spent, share)
                for name, share in (("p50", 0.5), ("p99", 0.99))
            }
        for socket in sockets:
            socket.transport.abort()
    return found


async def _beside(made: Any, *, tokens_of: int) -> dict[str, float]:
    """Acknowledgements to those who talk with a person while so many answers are computed."""
    async with servers.ours(made.home, **QUICK, **made.environment) as server:
        talk = Talk(made)
        await talk.open(server)
        asking = [await _newcomer(server) for _ in range(tokens_of)]
        spent: list[float] = []
        done = asyncio.Event()

        async def talking(number: int) -> None:
            while not done.is_set():
                await talk.exchange(
                    number, lambda what, took: spent.append(took) if what == "ack" else None
                )
                await asyncio.sleep(0.02)

        others = [asyncio.create_task(talking(number)) for number in range(len(made.pairs))]
        await _rounds(asking)
        done.set()
        await asyncio.gather(*others)
        await talk.close()
        for socket in asking:
            socket.transport.abort()
    return {
        f"beside {tokens_of} answers: ack_ms_{name}": 1000 * percentile(spent, share)
        for name, share in (("p50", 0.5), ("p99", 0.99))
    }


async def _newcomer(server: ServerProcess) -> ClientConnection:
    return await customer(server, None)


async def _rounds(sockets: list[ClientConnection]) -> list[float]:
    spent: list[float] = []
    for number in range(ROUNDS):
        took = await asyncio.gather(*(_ask(socket) for socket in sockets))
        spent += took if number else []
    return spent


async def _ask(socket: ClientConnection) -> float:
    number = next(_NUMBERS)
    # Nobody asks in quite the same words, so no answer is one that was kept.
    text = f"{_ASKED[number % len(_ASKED)]} on trip {number}?"
    started = time.perf_counter()
    await socket.send(json.dumps({"type": "say", "id": f"ask-{number}", "text": text}))
    said = await until(socket, lambda frame: frame.get("id") == f"ask-{number}")
    assert said["type"] == "ack", said
    await until(
        socket,
        lambda frame: (
            frame["type"] == "events"
            and any(
                event["kind"] in _OUTCOMES and said["position"] in event["data"].get("answers", ())
                for event in frame["items"]
            )
        ),
    )
    spent = time.perf_counter() - started
    # Whoever was handed over to a person is not answered by the bot any more: all begin anew.
    await socket.send(json.dumps({"type": "start_over", "id": f"over-{number}"}))
    await until(socket, lambda frame: frame.get("id") == f"over-{number}")
    return spent


def main() -> None:
    """Print one JSON object."""
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        print(json.dumps(measured(Path(sys.argv[1]), Path(made)), indent=2))


if __name__ == "__main__":
    main()
