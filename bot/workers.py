"""Several processes behind one port: started, watched, replaced when they die."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType

import structlog

from bot.errors import SetupError

logger = structlog.get_logger()

Serve = Callable[[Callable[[], None]], None]
"""Serves until a signal comes, and calls its argument once it does; it must be picklable."""

STOP_SECONDS = 15.0
"""How long workers get to say goodbye; whoever is left then is killed."""
SLOWEST_RESTART = 5.0
"""Seconds between two attempts at a worker that dies again and again."""
SETTLED = 30.0
"""A worker that lived this long did not die of how it was started."""
LOOK = 0.5
"""Seconds after which signals are looked at, at the latest."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    news: Connection
    started: float
    ready: bool = False


@dataclass(slots=True)
class Workers:
    """Keeps `number` processes serving; they share the listening socket they were given.

    Connections that wait for a worker which dies are taken by another one: the socket is one.
    """

    number: int
    serve: Serve
    _running: list[_Worker] = field(default_factory=list)
    _stopping: bool = False
    _rolling: bool = False
    _proven: bool = False
    _pause: float = 0.1

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; SIGHUP replaces the workers one after another.

        Raises SetupError when no worker can start at all; they say themselves why.
        """
        before = {
            one: signal.signal(one, self._on_signal)
            for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        }
        try:
            for _ in range(self.number):
                self._start()
            while not self._stopping:
                self._look()
        finally:
            self._stop_all()
            for one, handler in before.items():
                signal.signal(one, handler)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._rolling = True
        else:
            self._stopping = True

    def _start(self) -> _Worker:
        news, tell = multiprocessing.Pipe(duplex=False)
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=_work, args=(self.serve, tell), daemon=False)
        process.start()
        tell.close()
        worker = _Worker(process, news, time.monotonic())
        self._running.append(worker)
        return worker

    def _look(self) -> None:
        """Wait for something to happen, then replace who died, and hear who is ready."""
        waiting: list[object] = [one.process.sentinel for one in self._running]
        waiting += [one.news for one in self._running if not one.ready]
        wait(waiting, LOOK)  # type: ignore[arg-type]  # sentinels and connections alike
        for one in self._running:
            self._hear(one)
        for one in [one for one in self._running if not one.process.is_alive()]:
            if not self._stopping:
                self._replace(one)
        if self._rolling and not self._stopping:
            self._rolling = False
            self._roll()

    def _hear(self, worker: _Worker) -> None:
        if worker.ready or not worker.news.poll():
            return
        try:
            worker.news.recv()
        except EOFError:
            return  # it died before it was ready, which its sentinel tells, too
        worker.ready = self._proven = True

    def _replace(self, dead: _Worker) -> None:
        self._forget(dead)
        if not self._proven:
            raise SetupError("No worker could start; the reason stands above.")
        lived = time.monotonic() - dead.started
        self._pause = 0.1 if lived > SETTLED else min(SLOWEST_RESTART, self._pause * 2)
        logger.warning(
            "worker_died", code=dead.process.exitcode, lived=round(lived, 1), pause=self._pause
        )
        self._rest(self._pause)
        if not self._stopping:
            self._start()

    def _roll(self) -> None:
        """Replace every worker by a new one that is ready before the old one goes."""
        for old in list(self._running):
            new = self._start()
            while new.process.is_alive() and not new.ready and not self._stopping:
                wait([new.process.sentinel, new.news], LOOK)
                self._hear(new)
            if self._stopping:
                return
            if not new.ready:
                self._forget(new)
                logger.error("worker_not_replaced", code=new.process.exitcode)
                return
            _end(old.process)
            self._forget(old)

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and time.monotonic() < until:
            time.sleep(0.05)

    def _forget(self, worker: _Worker) -> None:
        self._running.remove(worker)
        worker.process.join()
        worker.news.close()

    def _stop_all(self) -> None:
        for one in self._running:
            one.process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for one in list(self._running):
            one.process.join(max(0.0, until - time.monotonic()))
            if one.process.is_alive():
                one.process.kill()
            self._forget(one)


def _end(process: SpawnProcess) -> None:
    process.terminate()
    process.join(STOP_SECONDS)
    if process.is_alive():
        process.kill()


def _work(serve: Serve, tell: Connection) -> None:
    """A worker's life: it serves, and ends when whoever started it is gone."""
    threading.Thread(target=_follow_parent, name="parent", daemon=True).start()
    from bot.errors import BotError

    try:
        serve(lambda: tell.send(True))
    except BotError as error:
        sys.stderr.write(f"handrail: {error}\n")
        sys.exit(1)


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
