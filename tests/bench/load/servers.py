"""Servers under load: ours and the bare echo, and what their processes use."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.faults.server import ServerProcess
from tests.product import lasting_port

PATIENT = {
    "HANDRAIL_WEB__MESSAGES_PER_MINUTE": "10000000",
    "HANDRAIL_WEB__VISITORS_PER_MINUTE": "10000000",
    "HANDRAIL_WEB__HELLO_SECONDS": "300",
    "HANDRAIL_WEB__PING_SECONDS": "600",
    "HANDRAIL_HANDOFF__CLAIM_LEASE": "PT1H",
}
"""One address stands for thousands of customers here, and nobody pings."""
TICKS = os.sysconf("SC_CLK_TCK")


class EchoProcess(ServerProcess):
    """The bare echo, started and stopped as the product is."""

    async def start(self) -> None:
        """Start it and wait until it accepts connections."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.load.echo", str(self.port),
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        async with asyncio.timeout(60):
            await self._accepting()


@asynccontextmanager
async def ours(home: Path, **environment: str) -> AsyncIterator[ServerProcess]:
    """Handrail on this home until the block ends."""
    server = ServerProcess(home, **PATIENT | environment)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def bare(home: Path) -> AsyncIterator[ServerProcess]:
    """The echo until the block ends."""
    server = EchoProcess(home)
    server.port = lasting_port()
    await server.start()
    try:
        yield server
    finally:
        await server._end(signal.SIGTERM)


def resident_kib(server: ServerProcess) -> float:
    """What the process holds in memory now."""
    status = Path(f"/proc/{pid(server)}/status").read_text("utf-8")
    held = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return float(held.split()[1])


def cpu_seconds(server: ServerProcess) -> float:
    """Processor time the process has used, all its threads together."""
    fields = Path(f"/proc/{pid(server)}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def pid(server: ServerProcess) -> int:
    """The process's number."""
    process = server._process
    assert process is not None, "the server is not running"
    return process.pid
