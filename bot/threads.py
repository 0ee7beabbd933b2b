"""The threads in which answers are computed: few, so that the sockets are served meanwhile."""

import asyncio
import contextvars
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

T = TypeVar("T")

MOST = 2
"""Python runs one thread at a time, and each more that wants to makes all the others wait."""

NICE = 10
"""Added to a thread's own: where processors are scarce an answer gets a tenth of what the sockets
may have (Linux, sched(7)), so a message is acknowledged first and answered with what is left."""


def _give_way() -> None:
    """Make this thread nicer; where only whole processes can be, nothing changes."""
    if sys.platform == "linux":
        me = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, me, min(19, os.getpriority(os.PRIO_PROCESS, me) + NICE))


_begun = ThreadPoolExecutor(
    min(MOST, max(1, (os.cpu_count() or 1) // 2)),
    thread_name_prefix="answer",
    initializer=_give_way,
)
_nearly = ThreadPoolExecutor(1, thread_name_prefix="answered", initializer=_give_way)


async def computed(work: Callable[..., T], *given: object, nearly: bool = False) -> T:
    """As `asyncio.to_thread`, in a thread for answers; what is too many waits for its turn.

    `nearly`: the rest of an answer, which does not wait behind those that have only begun.
    """
    context = contextvars.copy_context()
    threads = _nearly if nearly else _begun
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(threads, partial(context.run, work, *given))
