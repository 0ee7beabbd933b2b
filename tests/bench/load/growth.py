"""The same figures with a log of ten thousand, a million and five million events.

`python -m tests.bench.load.growth HOME [postgresql] [EVENTS…]`; with `postgresql` a server of its
own is started, with the settings it comes with, and the sample company is made in it.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvloop

from tests.bench.load.answers import asked
from tests.bench.load.lengthening import lengthen
from tests.bench.load.messages import talking
from tests.bench.load.seeding import newcomers, seeded
from tests.contracts.services import Postgres

EVENTS = (10_000, 1_000_000, 5_000_000)
PAIRS = 100
ASKING = 50
COMPARED = (("messages_per_s", 1), ("50 at once: answer_ms_p50", -1))
"""What is compared from the shortest log to the longest, and which way is slower."""


def measured(
    home: Path, place: Path, events: tuple[int, ...] = EVENTS, url: str | None = None
) -> dict[str, Any]:
    """Messages a second, answers and latency on each log, and how much the last is slower."""
    made = seeded(home, place / "growing", pairs=PAIRS, url=url)
    tokens = newcomers(made, ASKING)
    found: dict[str, Any] = {}
    for count in events:
        present = lengthen(made, count)
        figures = {"events": present, **uvloop.run(talking(made))}
        figures |= uvloop.run(asked(made.home, tokens, **made.environment))
        found |= {f"{count} events: {key}": value for key, value in figures.items()}
    for key, way in COMPARED:
        first, last = (found[f"{count} events: {key}"] for count in (events[0], events[-1]))
        found[f"{key} slower_from_first_to_last"] = (first / last) ** way
    return found


def on_postgresql(home: Path, place: Path, events: tuple[int, ...] = EVENTS) -> dict[str, Any]:
    """The same on a server of its own, with the models of `home` and the sample company."""
    own, server = place / "served", Postgres(durable=True)
    try:
        url = server.make("bench")
        own.mkdir(parents=True)
        (own / "models").symlink_to(home.resolve() / "models")
        for command in (("init", "--sample"), ("index",)):
            subprocess.run(
                (sys.executable, "-m", "bot", *command, "--home", str(own)),
                check=True, env=os.environ | {"HANDRAIL_DATABASE__URL": url},
                stdout=subprocess.DEVNULL,
            )  # fmt: skip
        return measured(own, place, events, url)
    finally:
        server.close()


def main() -> None:
    """Print one JSON object."""
    home, rest = Path(sys.argv[1]), sys.argv[2:]
    served = "postgresql" in rest
    events = tuple(int(one) for one in rest if one.isdigit()) or EVENTS
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        measure = on_postgresql if served else measured
        print(json.dumps(measure(home, Path(made), events), indent=2))


if __name__ == "__main__":
    main()
