"""Many seeds, or one again: `python -m tests.simulate --seed N` replays a run exactly."""

import argparse
import json
import logging
import os
import sys
import time

import structlog


def main() -> int:
    """Run what the arguments ask for; 1 when a promise was broken."""
    wanted = _arguments()
    if os.environ.get("PYTHONHASHSEED") != "0":
        # Sets of strings have another order in every process unless this is fixed before it starts.
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.simulate", *sys.argv[1:]])  # noqa: S606
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return _replay(wanted.seed) if wanted.seed is not None else _many(wanted)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    parser.add_argument("--seed", type=int, help="run this seed alone and show its history")
    parser.add_argument("--first", type=int, default=1, help="the first seed of many")
    parser.add_argument("--schedules", type=int, default=100_000, help="how many seeds")
    parser.add_argument("--seconds", type=float, help="stop after this long, if not before")
    parser.add_argument("--failures", type=int, default=5, help="stop after so many failing seeds")
    parser.add_argument("--digests", action="store_true", help="print what each run looked like")
    return parser.parse_args()


def _replay(seed: int) -> int:
    from tests.simulate import world

    with world.stage() as stage:
        outcome = world.run(stage, seed)
    for line in outcome.history.lines:
        print(json.dumps(line, ensure_ascii=False))
    print(f"seed {seed}: {outcome.events} events, digest {outcome.digest}")
    for breach in outcome.breaches:
        print(breach)
    print(f"{len(outcome.breaches)} breaches")
    return 1 if outcome.breaches else 0


def _many(wanted: argparse.Namespace) -> int:
    from tests.simulate import world

    done = events = failed = 0
    with world.stage() as stage:
        started, busy = time.monotonic(), time.process_time()
        for seed in range(wanted.first, wanted.first + wanted.schedules):
            outcome = world.run(stage, seed)
            done += 1
            events += outcome.events
            if wanted.digests:
                print(seed, outcome.digest)
            if outcome.breaches:
                failed += 1
                _tell(outcome.seed, outcome.breaches)
            if failed >= wanted.failures or _over(started, wanted.seconds):
                break
            if done % 1000 == 0:
                print(_summary(done, events, failed, started, busy), flush=True)
    print(_summary(done, events, failed, started, busy))
    return 1 if failed else 0


def _summary(done: int, events: int, failed: int, started: float, busy: float) -> str:
    minutes = (time.monotonic() - started) / 60
    core = (time.process_time() - busy) / 60
    return (
        f"{done} schedules, {events} events, {failed} with a breach; "
        f"{done / minutes:.0f} schedules a minute, {done / core:.0f} per minute of one core"
    )


def _tell(seed: int, breaches: list[object]) -> None:
    print(f"seed {seed} breaks {len(breaches)} promises:")
    for breach in breaches[:5]:
        print(" ", breach)
    print(f"  again: python -m tests.simulate --seed {seed}", flush=True)


def _over(started: float, seconds: float | None) -> bool:
    return seconds is not None and time.monotonic() - started >= seconds


if __name__ == "__main__":
    raise SystemExit(main())
