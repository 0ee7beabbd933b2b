"""Workers are replaced when they die, one by one when asked, and do not outlive their parent."""

import multiprocessing
import os
import signal
import socket
from collections.abc import Iterator
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from tests.contracts.services import wait_for
from tests.contracts.small_workers import give_up, supervise


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.set_inheritable(True)
        yield made


@pytest.fixture
def parent(listening: socket.socket) -> Iterator[SpawnProcess]:
    process = multiprocessing.get_context("spawn").Process(target=supervise, args=(listening,))
    process.start()
    yield process
    if process.is_alive():
        process.terminate()
    process.join(60)
    process.close()


def ask(listening: socket.socket) -> int:
    """The process that answers now; it must be answered, whatever happens to the workers."""
    with socket.create_connection(listening.getsockname(), timeout=120) as asked:
        return int(asked.recv(20))


def two(listening: socket.socket, but: set[int]) -> set[int]:
    """The two workers that answer, none of those named."""
    found: set[int] = set()

    def both() -> bool:
        found.add(ask(listening))
        return len(found - but) == 2

    wait_for(both, "Two workers")
    return found - but


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_who_dies_is_replaced_and_everybody_is_answered(
    listening: socket.socket, parent: SpawnProcess
) -> None:
    first = two(listening, set())
    os.kill(min(first), signal.SIGKILL)
    second = two(listening, {min(first)})
    assert max(first) in second
    assert parent.pid is not None
    os.kill(parent.pid, signal.SIGHUP)
    two(listening, first | second)
    os.kill(parent.pid, signal.SIGTERM)
    parent.join(60)
    assert parent.exitcode == 0


def test_workers_end_with_a_parent_that_was_killed(
    listening: socket.socket, parent: SpawnProcess
) -> None:
    workers = two(listening, set())
    parent.kill()
    parent.join(60)
    wait_for(lambda: all(gone(one) for one in workers), "The end of the workers")


def test_when_none_can_start_it_says_so_and_ends() -> None:
    process = multiprocessing.get_context("spawn").Process(target=give_up)
    process.start()
    process.join(120)
    assert process.exitcode == 7
    process.close()
