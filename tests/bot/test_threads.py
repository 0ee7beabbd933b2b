"""Answers are computed where the sockets do not have to wait for them."""

import os
import sys
import threading

import pytest

from bot.threads import NICE, computed


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own here")
@pytest.mark.parametrize("nearly", [False, True])
async def test_a_thread_of_answers_gives_way_to_the_sockets(nearly: bool) -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    mine = priority()
    assert await computed(priority, nearly=nearly) == min(19, mine + NICE)
    assert priority() == mine
