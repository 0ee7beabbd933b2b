"""What is counted and timed. Until `begin` every call costs one comparison and does nothing."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Where several processes keep their figures together; prometheus_client reads this variable."""

_MOMENTS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_WAITS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120)
_GROUPS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class _Instruments:
    """Everything that is measured, with its name and its sentence."""

    def __init__(self) -> None:
        from prometheus_client import Counter, Gauge, Histogram

        self.acknowledged = Histogram(
            "handrail_acknowledgement_seconds",
            "From a customer's message to its place on disk; its count is the messages accepted.",
            buckets=_MOMENTS,
        )
        self.repeated = Counter(
            "handrail_messages_repeated", "Messages that were sent again and stood there already."
        )
        self.outcomes = Counter("handrail_outcomes", "What became of messages.", ["outcome"])
        self.settled = Histogram(
            "handrail_outcome_seconds",
            "From the customer's last word to the bot's answer, or to the call for a person.",
            ["outcome"],
            buckets=_WAITS,
        )
        self.stages = Histogram(
            "handrail_stage_seconds", "Parts of a turn.", ["stage"], buckets=_MOMENTS
        )
        self.lag = Histogram(
            "handrail_loop_lag_seconds",
            "How much later than asked for the sockets' loop woke, looked at twice a second.",
            buckets=_MOMENTS,
        )
        self.groups = Histogram(
            "handrail_write_group", "Writes that shared a commit (SQLite).", buckets=_GROUPS
        )
        self.errors = Counter("handrail_errors", "Errors that clients were told.", ["code"])
        self.logged = Counter("handrail_log_events", "Warnings and errors in the log.", ["event"])
        # Of processes that live; what several say is added up.
        live: Any = "livesum"
        self.waiting_writes = Gauge(
            "handrail_write_queue", "Writes that wait for a commit.", multiprocess_mode=live
        )
        self._of_postgres(live)
        self.sockets = Gauge("handrail_sockets", "Open.", ["side"], multiprocess_mode=live)
        self.turns = Gauge(
            "handrail_turns_in_flight", "Turns worked on now.", multiprocess_mode=live
        )
        # `labels` costs more than the rest of an observation.
        self.stage = {name: self.stages.labels(name) for name in STAGES}

    def _of_postgres(self, live: Any) -> None:
        from prometheus_client import Gauge, Histogram

        self.transactions = Histogram(
            "handrail_transaction_seconds",
            "A write from its start to its commit, with waiting and trying again (PostgreSQL).",
            buckets=_MOMENTS,
        )
        self.pool = Gauge(
            "handrail_pool",
            "Transactions at PostgreSQL now, and those that wait for a connection.",
            ["of", "state"],
            multiprocess_mode=live,
        )


STAGES = ("embedding", "search", "answer", "write")
_on: _Instruments | None = None


def begin() -> None:
    """Count from now on, in this process; again does nothing."""
    global _on  # noqa: PLW0603 - there is one process, and its figures belong to it
    if _on is None:
        _on = _Instruments()


def counting() -> bool:
    """Whether anything is counted here."""
    return _on is not None


def accepted(seconds: float, *, new: bool) -> None:
    """A customer's message is on disk."""
    if _on is not None:
        if new:
            _on.acknowledged.observe(seconds)
        else:
            _on.repeated.inc()


def decided(outcome: str, messages: int = 1) -> None:
    """So many messages met this outcome."""
    if _on is not None:
        _on.outcomes.labels(outcome).inc(messages)


def settled(outcome: str, seconds: float) -> None:
    """A turn is over; `seconds` since the customer's last word."""
    if _on is not None:
        _on.settled.labels(outcome).observe(max(0.0, seconds))


def took(stage: str, seconds: float) -> None:
    """A stage, one of `STAGES`, is over."""
    if _on is not None:
        _on.stage[stage].observe(seconds)


def committed(writes: int, waiting: int) -> None:
    """So many writes were committed together, so many came meanwhile."""
    if _on is not None:
        _on.groups.observe(writes)
        _on.waiting_writes.set(waiting)


def transacted(seconds: float) -> None:
    """A write at PostgreSQL is committed."""
    if _on is not None:
        _on.transactions.observe(seconds)


def pooled(pool: str, transactions: int, connections: int) -> None:
    """So many transactions are under way in this pool; what has no connection waits for one."""
    if _on is not None:
        _on.pool.labels(pool, "used").set(min(transactions, connections))
        _on.pool.labels(pool, "waiting").set(max(0, transactions - connections))


def refused(code: str) -> None:
    """A client was told this error."""
    if _on is not None:
        _on.errors.labels(code).inc()


def logged(event: str) -> None:
    """A warning or an error was logged; `event` is one of the program's names, never a text."""
    if _on is not None:
        _on.logged.labels(event).inc()


def pulse(lag: float, sockets: Iterable[tuple[str, int]], turns: int) -> None:
    """What is looked at now and then: the loop's lag in seconds, who is connected, what is done."""
    if _on is None:
        return
    _on.lag.observe(max(0.0, lag))
    for side, number in sockets:
        _on.sockets.labels(side).set(number)
    _on.turns.set(turns)


def written(registry: Any) -> bytes:
    """Everything counted, of all processes, and what `registry` adds, in Prometheus' text."""
    from prometheus_client import REGISTRY, CollectorRegistry, generate_latest, multiprocess

    if SHARED not in os.environ:
        return generate_latest(REGISTRY) + generate_latest(registry)
    _forget_the_dead(os.environ[SHARED])
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # no types there
    return generate_latest(together) + generate_latest(registry)


@contextmanager
def shared(*, on: bool) -> Iterator[None]:
    """Processes started inside count together, in files that go when the block ends."""
    if not on:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="handrail-metrics-") as folder:
        os.environ[SHARED] = folder
        try:
            yield
        finally:
            del os.environ[SHARED]


def _forget_the_dead(folder: str) -> None:
    """What a process said of itself holds no more when it is gone; what it counted stays."""
    from prometheus_client import multiprocess

    for name in os.listdir(folder):
        kind, _, pid = name.removesuffix(".db").rpartition("_")
        if kind.startswith("gauge_live") and pid.isdigit() and not _lives(int(pid)):
            multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]  # no types there


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
