"""The same figures with a log of ten thousand, a million and five million events.

`python -m tests.bench.load.growth HOME [EVENTS…]`
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvloop

from tests.bench.load.messages import talking
from tests.bench.load.seeding import lengthen, seeded

EVENTS = (10_000, 1_000_000, 5_000_000)
PAIRS = 100


def measured(home: Path, place: Path, events: tuple[int, ...] = EVENTS) -> dict[str, Any]:
    """Messages a second and latency on each log, and how much the last is slower."""
    made = seeded(home, place / "growing", pairs=PAIRS)
    found: dict[str, Any] = {}
    for count in events:
        lengthen(made.home, count)
        figures = uvloop.run(talking(made))
        found |= {f"{count} events: {key}": value for key, value in figures.items()}
    first, last = events[0], events[-1]
    rate = "messages_per_s"
    found["slower_from_first_to_last"] = (
        found[f"{first} events: {rate}"] / found[f"{last} events: {rate}"]
    )
    return found


def main() -> None:
    """Print one JSON object."""
    events = tuple(int(one) for one in sys.argv[2:]) or EVENTS
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as made:
        print(json.dumps(measured(Path(sys.argv[1]), Path(made), events), indent=2))


if __name__ == "__main__":
    main()
