"""Servers forked from a process that has loaded the whole program: one starts in a second.

`handrail serve` spends most of its start on loading itself. Who kills a thousand servers forks
them: the program, its arguments, its settings and its end are those of a process of its own.
"""

import asyncio
import ctypes
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from tests.faults.server import ServerProcess

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
PATIENCE = 300.0


class ForkedServer(ServerProcess):
    """As ServerProcess; call `leave` when no further start follows."""

    def __init__(self, home: Path, *arguments: str, **environment: str) -> None:
        super().__init__(home, *arguments, **environment)
        self._nursery: asyncio.subprocess.Process | None = None
        self._child: int | None = None

    @property
    def pid(self) -> int:
        """The process that was forked last."""
        assert self._child is not None
        return self._child

    async def start(self) -> None:
        """Fork it and wait until it accepts connections."""
        nursery = await self._born()
        where = ("--home", str(self.home), "--port", str(self.port))
        order = json.dumps(["serve", *where, *self._arguments])
        assert nursery.stdin is not None
        nursery.stdin.write(order.encode() + b"\n")
        self._child = int(await self._heard())
        async with asyncio.timeout(PATIENCE):
            await self._accepting()

    async def _end(self, how: signal.Signals) -> None:
        if self._child is None:
            return
        os.kill(self._child, how)
        assert await self._heard() == "ended"
        self._child = None

    async def leave(self) -> None:
        """End the process that forks."""
        await self.kill()
        if self._nursery is not None and self._nursery.stdin is not None:
            self._nursery.stdin.close()
            await self._nursery.wait()
            self._nursery = None

    async def _born(self) -> asyncio.subprocess.Process:
        if self._nursery is None:
            pipe = asyncio.subprocess.PIPE
            self._nursery = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.faults.forked",
                stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL,
                env=os.environ | self._environment,
            )  # fmt: skip
            assert await self._heard() == "ready"
        return self._nursery

    async def _heard(self) -> str:
        assert self._nursery is not None
        assert self._nursery.stdout is not None
        async with asyncio.timeout(PATIENCE):
            return (await self._nursery.stdout.readline()).decode().strip()


def main() -> None:
    """Load the program, then fork a server for each line until there are no more."""
    _die_with_parent()
    _load()
    _say("ready")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _die_with_parent()
            _serve(json.loads(line))
        _say(str(child))
        os.waitpid(child, 0)
        _say("ended")


def _say(word: str) -> None:
    os.write(1, word.encode() + b"\n")


def _load() -> None:
    from retrieval import memory

    memory.spare()  # as `bot.__main__` does
    from bot.settings import quiet_libraries

    quiet_libraries()
    import bot.cli
    import bot.worker  # noqa: F401 - loaded, that is all


def _serve(arguments: list[str]) -> None:
    """What the process is from here on; what it prints is nobody's."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for one in (0, 1, 2):
        os.dup2(nowhere, one)
    sys.argv = ["handrail", *arguments]
    from bot.cli import run

    code = 1
    try:
        code = run()
    finally:
        os._exit(code)


def _die_with_parent() -> None:
    """Nothing that was started here outlives a test that was itself killed."""
    with suppress(AttributeError, OSError):  # Linux alone has it
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
