"""The product as its own process, started as a user would, killed as a machine would."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from tests.product import lasting_port


class ServerProcess:
    """`handrail serve` on a home; the port stays the same over restarts."""

    def __init__(self, home: Path, *arguments: str, **environment: str) -> None:
        self.home = home
        self.port = lasting_port()
        self._arguments = arguments
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self) -> str:
        """Where its sockets are."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process that was started."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it and wait until it accepts connections."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "serve",
            "--home",
            str(self.home),
            "--port",
            str(self.port),
            *self._arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ | self._environment,
        )
        stdout = self._process.stdout
        assert stdout is not None
        async with asyncio.timeout(300):
            line = (await stdout.readline()).decode()
            assert "serving at" in line, line
            assert line.rstrip().endswith(f":{self.port}"), line
            await self._accepting()

    async def _accepting(self) -> None:
        while not await self._alive():  # noqa: ASYNC110 - another process has no event
            await asyncio.sleep(0.05)

    async def _alive(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        try:
            writer.write(b"GET /health/live HTTP/1.0\r\n\r\n")
            async with asyncio.timeout(30):
                return b"200" in await reader.read(64)
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def kill(self) -> None:
        """SIGKILL: no goodbye, nothing flushed."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> float:
        """SIGTERM; gives the seconds it took to go."""
        started = asyncio.get_running_loop().time()
        await self._end(signal.SIGTERM)
        return asyncio.get_running_loop().time() - started

    async def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(how)
        async with asyncio.timeout(120):
            await process.wait()
        transport = getattr(process, "_transport", None)
        if transport is not None:
            transport.close()
