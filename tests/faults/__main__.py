"""Does faults and prints each figure beside its goal.

`python -m tests.faults F1 F9` for some, no names for all; `--short` as often as `make test` does,
`--home` for a prepared sample home, which saves half a minute.
"""

import argparse
import asyncio
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

import structlog

from retrieval.embedding import PACKAGED, load
from tests.faults.ground import Fault, Ground
from tests.faults.matrix import FAULTS
from tests.product import make_sample_home


def main() -> int:
    """Print a line for each fault; 1 when a goal was missed or a promise broken."""
    asked = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    names = {name.upper() for name in asked.faults}
    chosen = [fault for fault in FAULTS if not names or fault.name in names]
    if unknown := names - {fault.name for fault in FAULTS}:
        known = ", ".join(sorted({fault.name for fault in FAULTS}))
        sys.exit(f"There is no fault {', '.join(sorted(unknown))}; there are {known}.")
    with tempfile.TemporaryDirectory(prefix="handrail-faults-") as place:
        sample = Path(asked.home) if asked.home else _sample(Path(place))
        results = [_done(fault, sample, Path(place), short=asked.short) for fault in chosen]
    return 0 if all(results) else 1


def _done(fault: Fault, sample: Path, place: Path, *, short: bool) -> bool:
    async def run() -> bool:
        folder = place / f"{fault.name}-{fault.run.__name__}"
        folder.mkdir()
        async with Ground(sample, folder) as ground:
            figure = await fault.run(ground, fault.short if short else fault.long)
        print(figure.line(), f"[{time.process_time() - cpu:.1f} s CPU here]", flush=True)
        return figure.met

    cpu = time.process_time()
    try:
        return asyncio.run(run())
    except AssertionError as error:
        print(f"{fault.name:<4} {fault.sentence}: BROKEN: {error}", flush=True)
        return False


def _sample(place: Path) -> Path:
    model, home = place / "model", place / "sample"
    load(PACKAGED, model)
    home.mkdir()
    make_sample_home(home, model)
    return home


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("faults", nargs="*", help="such as F1 F9; all without")
    parser.add_argument("--short", action="store_true", help="as often as in make test")
    parser.add_argument("--home", default=os.environ.get("HANDRAIL_TEST_HOME"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
