"""An event loop whose time jumps and whose threads are chance: one seed, one order of events.

Nothing waits: when nothing is ready, time moves to the next timer. What the product hands to other
threads runs here too, on the only thread there is, at a moment that chance picks; what another
thread hands back comes later still, in that thread's order. Between coroutines the order is
asyncio's own, for the product may rely on that.
"""

import asyncio
import random
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from contextvars import Context, ContextVar
from typing import Any

STEP = 1e-6
"""Seconds between two things that must keep their order: timers at one instant have none."""


class Process:
    """What dies together: a server's tasks, and what its threads still owe them."""

    def __init__(self) -> None:
        self.alive = True
        self.tasks: dict[asyncio.Task[Any], None] = {}
        """In the order in which they began: a set of them has another order in every run."""


PROCESS: ContextVar[Process | None] = ContextVar("process", default=None)


class NothingLeft(Exception):
    """Everybody waits for somebody else: the simulated world hangs for ever."""


class Pipe:
    """Things arrive in order, each after a delay of its own."""

    def __init__(self, loop: "Loop") -> None:
        self._loop = loop
        self._last = 0.0

    def put(self, delay: float, callback: Callable[..., Any], *args: Any) -> None:
        """Call it after `delay`, and after everything that was put before."""
        self._last = max(self._last + STEP, self._loop.time() + delay)
        self._loop.call_at(self._last, callback, *args)


class _Selector:
    """Instead of waiting for sockets it moves the clock."""

    def __init__(self, loop: "Loop") -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        """Let the time pass at once."""
        if timeout is None:
            raise NothingLeft("No timer is set and nothing is ready.")
        self._loop.now += timeout
        return []


class Loop(asyncio.BaseEventLoop):
    """The loop of one simulated run."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.now = 0.0
        self._chance = chance
        self._selector = _Selector(self)
        self._thread_pipe: Pipe | None = None
        self.broken: list[dict[str, Any]] = []
        self.set_task_factory(_make_task)
        self.set_exception_handler(lambda _, context: self.broken.append(context))

    def time(self) -> float:
        """Seconds since this world began."""
        return self.now

    def lag(self) -> float:
        """Seconds a thread lets one wait: mostly hardly any, sometimes far too many."""
        luck = self._chance.random()
        if luck < 0.6:
            return 0.0
        return self._chance.random() * (0.02 if luck < 0.9 else 0.3 if luck < 0.985 else 3.0)

    @contextmanager
    def thread(self, pipe: Pipe) -> Iterator[None]:
        """What is done here is done on another thread, which hands back through `pipe`."""
        before, self._thread_pipe = self._thread_pipe, pipe
        try:
            yield
        finally:
            self._thread_pipe = before

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> None:
        """From another thread it comes when that thread's turn comes."""
        if self._thread_pipe is None:
            self.call_soon(callback, *args, context=context)
        else:
            self._thread_pipe.put(self.lag(), callback, *args)

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run it at some moment, whole; hand the result back at a later one."""
        del executor
        future, process = self.create_future(), PROCESS.get()

        def run() -> None:
            if process is not None and not process.alive:
                return
            result, error = None, None
            try:
                result = func(*args)
            except Exception as failed:  # noqa: BLE001 - it belongs to whoever waits
                error = failed
            self.call_later(self.lag(), give, result, error)

        def give(result: Any, error: Exception | None) -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)

        self.call_later(self.lag(), run)
        return future

    def _process_events(self, event_list: list[Any]) -> None:
        """There are no sockets."""

    def _write_to_self(self) -> None:
        """There is nobody to wake."""


def _make_task(
    loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any
) -> "asyncio.Task[Any]":
    task = asyncio.Task(coroutine, loop=loop, **options)
    process = PROCESS.get()
    if process is not None:
        process.tasks[task] = None
        task.add_done_callback(lambda done: process.tasks.pop(done, None))
    return task
