"""The database is locked by another program, or the disk is full: no lie, and no restart."""

import asyncio
import json
import resource
import secrets
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

import httpx
from websockets.asyncio.client import ClientConnection

from tests.bench.load import servers, swarm
from tests.bench.load.seeding import seeded
from tests.clients import Frame
from tests.faults import truth
from tests.faults.figures import Figure
from tests.faults.ground import Ground
from tests.faults.server import ServerProcess

RECOVERS = 1.0
LOCKS = (1.0, 5.0, 30.0)
PAIRS = 1
FINDING = 1.2
"""Seconds after which readiness looks again instead of repeating what it found."""


async def locked(ground: Ground, longest: int) -> Figure:
    """Another process holds the write lock for 1, 5, 30 seconds, up to `longest`."""
    server, home = await ground.crowd(PAIRS)
    acked: list[str] = []
    slowest = 0.0
    refused = 0
    talker = _Talker(await swarm.customer(server, home.pairs[-1].token), acked)
    await talker.said()
    for seconds in [one for one in LOCKS if one <= longest]:
        until = time.monotonic() + seconds
        with _lock(home.home / "handrail.db"):
            while time.monotonic() < until:
                refused += await talker.refused(until)
            assert await _reads(server), "reading must go on"
        started = time.perf_counter()
        await talker.said()
        slowest = max(slowest, time.perf_counter() - started)
    await talker.close()
    lost = _lost(home.home, acked)
    return Figure(
        "F18",
        f"{len(acked)} messages around a lock of up to {longest} s ({refused} refused meanwhile)",
        f"{len(lost)} acknowledged and lost, first one {slowest:.2f} s after the release",
        f"0, {RECOVERS:.0f} s",
        met=not lost and slowest <= RECOVERS,
        timed=not lost,
    )


async def full(ground: Ground, times: int) -> Figure:
    """No byte more can be written, so many times; then there is room again."""
    server, home = await ground.crowd(PAIRS)
    acked: list[str] = []
    slowest = 0.0
    talker = _Talker(await swarm.customer(server, home.pairs[-1].token), acked)
    for _ in range(times):
        for _ in range(5):
            await talker.said()
        with _no_room(server):
            assert await talker.until_refused(1) == 1, "it acknowledges what it cannot store"
            assert await _reads(server), "reading must go on"
        started = time.perf_counter()
        await talker.said()
        slowest = max(slowest, time.perf_counter() - started)
    await talker.close()
    lost = _lost(home.home, acked)
    return Figure(
        "F19",
        f"no room on the disk, {times} times",
        f"{len(lost)} of {len(acked)} acknowledged and lost, the file is sound, "
        f"first message {slowest:.2f} s after there is room",
        "0, sound, no restart",
        met=not lost,
    )


async def readiness(ground: Ground, times: int) -> Figure:
    """While nothing can be stored, a balancer is told to send customers elsewhere."""
    server, _ = await ground.crowd(PAIRS)
    red = 0
    for _ in range(times):
        with _no_room(server):
            await asyncio.sleep(FINDING)
            red += await _ready(server) == HTTPStatus.SERVICE_UNAVAILABLE
        await asyncio.sleep(FINDING)
        assert await _ready(server) == HTTPStatus.OK, "it is not ready although there is room"
    figure = f"{red} of {times} times not ready"
    return Figure("F19", "readiness while the disk is full", figure, "always", met=red == times)


async def small_disk(ground: Ground, times: int) -> Figure:
    """The database on a disk of its own that somebody fills, so many times; needs root."""
    what = f"a small disk filled {times} times"
    home = seeded(ground.sample, ground.place / "small", pairs=1)
    acked: list[str] = []
    refused = 0
    with _disk(home.home) as disk:
        if disk is None:
            return Figure("F19", what, "not measured: mounting needs root", "0 lost", met=True)
        async with servers.ours(home.home) as server:
            talker = _Talker(await swarm.customer(server, home.pairs[0].token), acked)
            for _ in range(times):
                _fill(disk / "ballast")
                refused += await talker.until_refused(5000)
                assert await _reads(server), "reading must go on"
                (disk / "ballast").unlink()
                await talker.said()
            await talker.close()
        lost = _lost(home.home, acked)
    return Figure(
        "F19",
        what,
        f"{len(lost)} of {len(acked)} acknowledged and lost, refused {refused} times, sound",
        "0, sound, no restart",
        met=not lost and refused == times,
    )


@contextmanager
def _disk(home: Path) -> Iterator[Path | None]:
    """The home's database on a disk that holds little more; None where nothing can be mounted."""
    disk, file = home / "disk", home / "handrail.db"
    disk.mkdir()
    size = file.stat().st_size + 4_000_000
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        yield None
        return
    try:
        (disk / "handrail.db").write_bytes(file.read_bytes())
        for one in home.glob("handrail.db*"):
            one.unlink()
        file.symlink_to(disk / "handrail.db")
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def _fill(ballast: Path) -> None:
    """Take all the room there is."""
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 65_536)
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            file.write(b"x" * 512)


class _Talker:
    """A customer whose conversation is with an agent, so that only the writing counts."""

    def __init__(self, socket: ClientConnection, acked: list[str]) -> None:
        self._socket = socket
        self._acked = acked

    async def tried(self, seconds: float = swarm.WAIT) -> Frame:
        """Send one message; gives the ack, or the error."""
        client_id = secrets.token_hex(8)
        say = {"type": "say", "id": client_id, "text": "And now? " * 20}
        await self._socket.send(json.dumps(say))
        async with asyncio.timeout(seconds):
            while True:
                answer = await swarm.until(self._socket, lambda f: f["type"] in ("ack", "error"))
                if answer["type"] == "ack":
                    self._acked.append(answer["id"])
                if answer["id"] == client_id:
                    return answer

    async def until_refused(self, most: int) -> int:
        """Write until nothing more is taken; gives 1, or 0 when there was always room."""
        for _ in range(most):
            answer = await self.tried()
            if answer["type"] == "error":
                assert answer["code"] == "unavailable", answer
                return 1
        return 0

    async def said(self) -> None:
        """Send one message that must be acknowledged, however often it takes."""
        async with asyncio.timeout(swarm.WAIT):
            while (answer := await self.tried())["type"] != "ack":
                assert answer["code"] == "unavailable", answer

    async def refused(self, until: float) -> int:
        """Try while nothing can be stored; 1 when it was refused, 0 when it still waits."""
        try:
            answer = await self.tried(max(0.05, until - time.monotonic()))
        except TimeoutError:
            return 0
        assert answer["type"] == "error", answer
        assert answer["code"] == "unavailable", answer
        assert answer["retry_after"], answer
        return 1

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold the write lock as another program would."""
    other = sqlite3.connect(path, isolation_level=None, timeout=30)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def _no_room(server: ServerProcess) -> Iterator[None]:
    """The server cannot write a byte into any file; root is not needed for it."""
    pid = servers.pid(server)
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


async def _reads(server: ServerProcess) -> bool:
    """Whether a page of the help centre still comes."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=30) as http:
        return (await http.get("/help")).status_code in (200, 302, 303, 307)


async def _ready(server: ServerProcess) -> int:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=30) as http:
        return (await http.get("/health/ready")).status_code


def _lost(home: Path, acked: list[str]) -> list[str]:
    """What was acknowledged and is not in the log; AssertionError when the file is damaged."""
    file = sqlite3.connect(home / "handrail.db")
    try:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        file.close()
    logs = truth.read(home / "handrail.db").logs.values()
    stored = {event.client_id for log in logs for event in log}
    return [one for one in acked if one not in stored]
