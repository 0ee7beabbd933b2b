"""Runs the command `handrail` for tests: real arguments, environment, output and exit status."""

import array
import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path

LIMIT = 600
"""Seconds after which a command is ended."""

Ended = subprocess.CompletedProcess[str]
_ROOT = Path(__file__).parents[1]


def handrail(*words: str, home: Path, **environment: str) -> Ended:
    """Run the command in a process of its own, which has the libraries loaded already.

    They are most of the start of a command. What is ours is loaded anew by each, as `python -m bot`
    does it; `fresh` starts the interpreter too.
    """
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        open(os.devnull, "rb") as nothing,
    ):
        code = _prepared().run(
            {
                "words": words,
                "environment": _environment(home, environment),
                "cwd": str(Path.cwd()),
            },
            [nothing.fileno(), out.fileno(), err.fileno()],
        )
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode().replace("\r\n", "\n"))
    return subprocess.CompletedProcess(["handrail", *words], code, said[0], said[1])


def fresh(*words: str, home: Path, **environment: str) -> Ended:
    """Run the command as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
        env=_environment(home, environment),
    )


def _environment(home: Path, more: dict[str, str]) -> dict[str, str]:
    return os.environ | {"HANDRAIL_HOME": str(home)} | more


@cache
def _prepared() -> "_Prepared":
    prepared = _Prepared()
    atexit.register(prepared.close)
    return prepared


class _Prepared:
    """The process of `tests.command_server`, which makes a new one for every command."""

    def __init__(self) -> None:
        self._control, other = socket.socketpair()
        self._asking = threading.Lock()
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.command_server", str(other.fileno())],
                pass_fds=[other.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd=_ROOT,
                # A numerical library would start threads, and a process with threads cannot fork.
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )

    def run(self, asked: dict[str, object], outlets: list[int]) -> int:
        """Run a command with these three files as its standard ones; gives how it ended.

        A negative number is a signal, as with `subprocess`.
        """
        body = json.dumps(asked).encode()
        answer, ends = os.pipe()
        with open(answer, "rb") as ended:
            try:
                with self._asking:
                    header = len(body).to_bytes(4, "big")
                    rights = array.array("i", [*outlets, ends])
                    level = (socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)
                    self._control.sendmsg([header], [level])
                    self._control.sendall(body)
            finally:
                os.close(ends)
            code = ended.read()
        assert code, f"The process that runs commands is gone: {self._process.poll()}"
        return int(code)

    def close(self) -> None:
        """End it; without this it ends with the process of the tests."""
        self._control.close()
        self._process.wait(LIMIT)
