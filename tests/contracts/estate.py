"""A whole installation: PostgreSQL, Redis, Chroma, and `handrail serve` with several workers."""

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.settings import load
from bot.storage.opening import open_database
from bot.web import sessions
from handoff import agents
from tests.clients import WAIT, AgentClient, CustomerClient, SocketClient
from tests.contracts.services import ChromaServer, Postgres, RedisServer, missing
from tests.faults.server import ServerProcess


@dataclass
class Estate:
    """Where everything is, and the server on it."""

    home: Path
    url: str
    redis: RedisServer
    chroma: ChromaServer
    postgres: Postgres
    server: ServerProcess

    @property
    def settings(self) -> Any:
        """The settings that its processes read."""
        return load(
            self.home,
            database={"url": self.url},
            live={"redis_url": self.redis.url},
            retrieval={"chroma_url": self.chroma.url, "calibration_questions": 20},
        )

    def staff(self, name: str) -> tuple[agents.Agent, str, str]:
        """An agent of the sample, a session cookie and its CSRF value."""
        now = datetime.now(UTC)

        def work(tx: Any) -> tuple[agents.Agent, str, str]:
            agent = agents.by_name(tx, name)
            assert agent is not None, name
            session, secret = sessions.open_session(tx, agent, now=now, lasts=timedelta(hours=1))
            return agent, secret, session.csrf

        database = open_database(self.url)
        try:
            return database.sync.write(work)
        finally:
            database.close()

    def workers(self) -> set[int]:
        """The processes that hold the listening socket, without the one that watches them."""
        listening = _inodes(
            lambda local, remote, state: local == self.server.port and state == _LISTEN
        )
        found = set()
        for pid in _children(self.server.pid):
            if listening & _sockets(pid):
                found.add(pid)
        return found

    def worker_of(self, client: SocketClient) -> int:
        """The process that serves this client's socket."""
        assert client._socket is not None
        port = client._socket.local_address[1]
        mine = _inodes(lambda local, remote, _: (local, remote) == (self.server.port, port))
        return next(pid for pid in self.workers() if mine & _sockets(pid))

    async def customer_on(self, worker: int) -> CustomerClient:
        """A customer whose socket that worker serves; hangs up and dials again until it does."""
        async with asyncio.timeout(WAIT):
            while True:
                client = CustomerClient(self.server.ws)
                await client.connect()
                if self.worker_of(client) == worker:
                    return client
                await client.close()
                await asyncio.sleep(0.02)

    async def agent_on(self, worker: int, name: str = "Aina") -> AgentClient:
        """An agent whose console that worker serves."""
        who, secret, csrf = self.staff(name)
        async with asyncio.timeout(WAIT):
            while True:
                client = AgentClient(self.server.url, self.server.ws, who, secret, csrf)
                await client.connect()
                if self.worker_of(client) == worker:
                    await client.act("presence", status="online", capacity=10)
                    return client
                await client.close()
                await asyncio.sleep(0.02)


_LISTEN = "0A"


def _inodes(wanted: Any) -> set[str]:
    """Sockets of this machine by their ports and state, as /proc tells."""
    table = Path("/proc/net/tcp")
    if not table.exists():
        missing("no /proc: which process serves a socket cannot be told")
    found = set()
    for line in table.read_text().splitlines()[1:]:
        parts = line.split()
        local, remote = (int(parts[n].split(":")[1], 16) for n in (1, 2))
        if wanted(local, remote, parts[3]):
            found.add(f"socket:[{parts[9]}]")
    return found


def _sockets(pid: int) -> set[str]:
    found = set()
    try:
        for one in Path(f"/proc/{pid}/fd").iterdir():
            try:
                found.add(os.readlink(one))
            except OSError:
                continue
    except OSError:
        return set()
    return found


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
