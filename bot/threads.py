"""The threads in which answers are computed: few, so that the sockets are served meanwhile."""

import asyncio
import contextvars
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

T = TypeVar("T")

MOST = 2
"""Python runs one thread at a time, and each more that wants to makes all the others wait."""

_begun = ThreadPoolExecutor(
    min(MOST, max(1, (os.cpu_count() or 1) // 2)), thread_name_prefix="answer"
)
_nearly = ThreadPoolExecutor(1, thread_name_prefix="answered")


async def computed(work: Callable[..., T], *given: object, nearly: bool = False) -> T:
    """As `asyncio.to_thread`, in a thread for answers; what is too many waits for its turn.

    `nearly`: the rest of an answer, which does not wait behind those that have only begun.
    """
    context = contextvars.copy_context()
    threads = _nearly if nearly else _begun
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(threads, partial(context.run, work, *given))
