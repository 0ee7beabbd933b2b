"""Workers that start at once, because they do nothing: each says which process it is."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial

from bot.errors import SetupError
from bot.workers import Workers


def answer_with_pid(listening: socket.socket, ready: Callable[[], None]) -> None:
    """What a worker does here: tell everybody who connects which process it is."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    listening.settimeout(0.05)
    ready()
    while not stopping.is_set():
        try:
            connection, _ = listening.accept()
        except TimeoutError:
            continue
        with connection:
            connection.sendall(str(os.getpid()).encode())


def refuse(_: Callable[[], None]) -> None:
    raise SetupError("It cannot start like this.")


def supervise(listening: socket.socket) -> None:
    Workers(2, partial(answer_with_pid, listening)).run()


def give_up() -> None:
    try:
        Workers(2, refuse).run()
    except SetupError as error:
        sys.exit(7 if "No worker could start" in str(error) else 1)
