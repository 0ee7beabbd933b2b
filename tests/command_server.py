"""Waits with the libraries loaded, and becomes `python -m bot` in a new process when asked.

`tests.commands` starts it. It never has a second thread: only such a process can fork safely.
"""

import importlib
import json
import os
import runpy
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

LIBRARIES = (
    "alembic.command",
    "alembic.runtime.migration",
    "argon2",
    "asyncio",
    "bm25s",
    "chromadb",
    "chromadb.config",
    "defusedxml.ElementTree",
    "fastapi",
    "fastapi.responses",
    "fastapi.staticfiles",
    "httpx",
    "jwt",
    "limits",
    "limits.aio",
    "markdown_it",
    "multipart",
    "mmh3",
    "nh3",
    "numpy",
    "opencc",
    "orjson",
    "PIL.Image",
    "prometheus_client",
    "py3langid",
    "pydantic_settings",
    "rapidfuzz",
    "rich.console",
    "rich.progress",
    "rich.table",
    "selectolax.lexbor",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.ext.asyncio",
    "Stemmer",
    "structlog",
    "tokenizers",
    "typer",
    "typer.rich_utils",
    "uvicorn",
    "yaml",
)
"""What commands import, except what starts a thread by being imported (onnxruntime does)."""
LIMIT = 600
"""Seconds after which the system ends a command."""


def main() -> None:
    """Wait for commands until nobody can ask any more; in the process of a command, run it."""
    from bot.settings import quiet_libraries

    before = dict(os.environ)
    quiet_libraries()
    for name in LIBRARIES:
        importlib.import_module(name)
    for name in [
        one for one in sys.modules if one.split(".")[0] in ("bot", "handoff", "retrieval")
    ]:
        del sys.modules[name]
    os.environ.clear()
    os.environ.update(before)
    asked = _next(socket.socket(fileno=int(sys.argv[1])))
    if asked is not None:
        _run(asked)


def _next(control: socket.socket) -> dict[str, Any] | None:
    """What the process of a command has to do; None in the process that waits, at the end."""
    while True:
        header, files, *_ = socket.recv_fds(control, 4, 4)
        if not header:
            return None
        asked: dict[str, Any] = json.loads(_read(control, int.from_bytes(header, "big")))
        with suppress(ChildProcessError):  # those who attended to earlier commands have ended
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        threads = len(os.listdir("/proc/self/task"))
        assert threads == 1, f"{threads} threads: a library that starts one must not be loaded here"
        if os.fork() == 0:
            control.close()
            *outlets, ended = files
            if (command := os.fork()) == 0:
                os.close(ended)
                return asked | {"outlets": outlets}
            _, status = os.waitpid(command, 0)
            os.write(ended, str(os.waitstatus_to_exitcode(status)).encode())
            os._exit(0)
        for one in files:
            os.close(one)


def _read(control: socket.socket, size: int) -> bytes:
    body = b""
    while len(body) < size:
        body += control.recv(size - len(body))
    return body


def _run(asked: dict[str, Any]) -> None:
    """As the interpreter does for `python -m bot`; what it raises ends this process."""
    signal.alarm(LIMIT)
    for standard, file in enumerate(asked["outlets"]):
        os.dup2(file, standard)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["cwd"])
    sys.argv = ["bot", *asked["words"]]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
