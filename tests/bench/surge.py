"""A surge: fifty times the usual questions for two minutes, with one incident and without it.

`python -m tests.bench.surge HOME [SECONDS]` prints one JSON object; HOME has the sample company
and an index. The usual load is measured first. With `steps` in place of SECONDS the load rises
from the usual one to fifty times as much, half a minute each. The server is started as users
start it, only without the limits for single addresses: here one address stands for everybody.
"""

import asyncio
import itertools
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from bot import following
from bot.conversation import events as e
from bot.settings import load
from bot.storage.engine import Database
from retrieval.metrics import percentile
from tests.bench.load import servers
from tests.bench.load.swarm import customer, until
from tests.faults.server import ServerProcess

USUAL = 1.0
"""New customers a second on an ordinary day: 3,600 in an hour."""
TIMES = 50
SECONDS = 120.0
USUAL_SECONDS = 20.0
STEPS = (1, 5, 10, 25, 50)
STEP_SECONDS = 30.0
INCIDENT = "sample-payments"
_PATIENCE = 120.0
"""Seconds after which a customer counts as one without an outcome."""
_ASKED = (
    "My card payment was declined, why?", "刷卡支付不了怎么办", "刷卡付款一直失敗",
    "tak boleh bayar guna kad",
)  # fmt: skip
_OUTCOMES = (e.BOT_ANSWERED, e.PERSON_CALLED)
_NUMBERS = itertools.count(1)


@dataclass(slots=True)
class _Seen:
    """What became of the customers of one phase."""

    acks: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    how: Counter[str] = field(default_factory=Counter)
    late: float = 0.0
    """Seconds by which a customer came later than planned: then the clients are the limit."""
    peak_kib: float = 0.0


def measured(home: Path, place: Path, seconds: float = SECONDS) -> dict[str, Any]:
    """The figures of both surges and of the usual load before each."""
    found: dict[str, Any] = {"usual_per_s": USUAL, "times": TIMES, "surge_s": seconds}
    for name, declared in (("prepared", True), ("no incident", False)):
        copy = place / f"surge-{declared}"
        shutil.copytree(home, copy)
        if declared:
            _declare(copy)
        for phase, figures in uvloop.run(_both(copy, seconds)).items():
            found |= {f"{name}, {phase}: {key}": value for key, value in figures.items()}
    return found


def stepped(home: Path, place: Path, seconds: float = STEP_SECONDS) -> dict[str, Any]:
    """The figures of each step, with an incident that most of the questions are about."""
    copy = place / "steps"
    shutil.copytree(home, copy)
    _declare(copy)
    return {"usual_per_s": USUAL, "step_s": seconds, **uvloop.run(_steps(copy, seconds))}


def _declare(home: Path) -> None:
    database = Database(load(home).database_path)
    try:
        database.sync.write(lambda tx: following.declare(tx, INCIDENT, datetime.now(UTC)))
    finally:
        database.close()


async def _both(home: Path, seconds: float) -> dict[str, dict[str, float]]:
    async with servers.ours(home) as server:
        for _ in _ASKED:  # whoever comes first waits for what is loaded once
            await _ask(server, _Seen(), [])
        usual = await _phase(server, USUAL, USUAL_SECONDS)
        surge = await _phase(server, USUAL * TIMES, seconds)
    return {"usual": usual, "surge": surge}


async def _steps(home: Path, seconds: float) -> dict[str, float]:
    found: dict[str, float] = {}
    async with servers.ours(home) as server:
        for _ in _ASKED:
            await _ask(server, _Seen(), [])
        for times in STEPS:
            figures = await _phase(server, USUAL * times, seconds)
            found |= {f"{times} times: {key}": value for key, value in figures.items()}
    return found


async def _phase(server: ServerProcess, rate: float, seconds: float) -> dict[str, float]:
    """Customers come at a steady rate, however long the answers take, and keep the chat open."""
    seen, sockets, asking = _Seen(), list[ClientConnection](), list[asyncio.Task[None]]()
    used, started = servers.cpu_seconds(server), time.perf_counter()
    for number in range(round(rate * seconds)):
        due = started + number / rate
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        seen.late = max(seen.late, time.perf_counter() - due)
        asking.append(asyncio.create_task(_ask(server, seen, sockets)))
        if number % max(1, round(rate)) == 0:
            seen.peak_kib = max(seen.peak_kib, servers.resident_kib(server))
    arrived = time.perf_counter() - started
    await asyncio.gather(*asking)
    used = servers.cpu_seconds(server) - used
    seen.peak_kib = max(seen.peak_kib, servers.resident_kib(server))
    for socket in sockets:
        socket.transport.abort()
    return _figures(seen, len(asking), arrived, time.perf_counter() - started, used)


async def _ask(server: ServerProcess, seen: _Seen, sockets: list[ClientConnection]) -> None:
    """One customer; whom nothing reached in time is one without an outcome."""
    with suppress(OSError, TimeoutError, WebSocketException):
        socket = await customer(server, None)
        sockets.append(socket)
        async with asyncio.timeout(_PATIENCE):
            await _asked(socket, seen)


async def _asked(socket: ClientConnection, seen: _Seen) -> None:
    number = next(_NUMBERS)
    # Nobody asks in quite the same words, so no answer is one that was kept for these.
    text, name = f"{_ASKED[number % len(_ASKED)]} ({number})", f"surge-{number}"
    started = time.perf_counter()
    await socket.send(json.dumps({"type": "say", "id": name, "text": text}))
    said = await until(socket, lambda frame: frame.get("id") == name)
    assert said["type"] == "ack", said
    seen.acks.append(time.perf_counter() - started)
    event = await _outcome(socket, said["position"])
    seen.answers.append(time.perf_counter() - started)
    seen.how[event["data"].get("decision") or "person"] += 1


async def _outcome(socket: ClientConnection, position: int) -> dict[str, Any]:
    while True:
        frame = await until(socket, lambda found: found["type"] == "events")
        for event in frame["items"]:
            if event["kind"] in _OUTCOMES and position in event["data"].get("answers", ()):
                return dict(event)


def _figures(
    seen: _Seen, customers: int, arrived: float, lasted: float, used: float
) -> dict[str, float]:
    shares = (("p50", 0.5), ("p99", 0.99))
    found: dict[str, float] = {"customers": customers}
    for what, spent in (("ack", seen.acks), ("answer", seen.answers)):
        found |= {f"{what}_ms_{n}": 1000 * percentile(spent, share) for n, share in shares if spent}
    return found | {
        "share_acknowledged": len(seen.acks) / customers,
        "share_with_an_outcome": len(seen.answers) / customers,
        **{f"share_{how}": count / customers for how, count in sorted(seen.how.items())},
        "came_late_s": seen.late,
        "answered_after_the_last_came_s": max(0.0, lasted - arrived),
        "server_cpu_ms_per_customer": 1000 * used / customers,
        "rss_mib_peak": seen.peak_kib / 1024,
    }


def main() -> None:
    """Print one JSON object."""
    how = sys.argv[2] if len(sys.argv) > 2 else str(SECONDS)
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        home, place = Path(sys.argv[1]), Path(made)
        found = stepped(home, place) if how == "steps" else measured(home, place, float(how))
        print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
