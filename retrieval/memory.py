"""Gives back memory that was needed for a moment: an allocator keeps it for as long as it lives."""

import ctypes
import gc
from contextlib import suppress

RARELY = 50_000
"""Objects made between two looks for cycles while a program loads: it makes hardly any."""
SERVING = (5_000, 20, 20)
"""As `gc.set_threshold` takes them, for a server: objects made, short looks, longer looks.

A look through everything stops every socket for .2 ms per open widget, and Python's own thresholds
ask for one every few hundred connections. A message leaves no cycles behind and a connection about
twenty objects, so one look for some eight thousand connections costs a few MiB and no waits.
"""
_M_ARENA_MAX = -8  # malloc.h
_ARENAS = 2


def spare() -> None:
    """Say that a program begins: look for cycles rarely, and keep what threads free together.

    Call it before the first thread starts; each would keep a store of its own otherwise.
    """
    gc.set_threshold(RARELY)
    with suppress(AttributeError, OSError):  # glibc alone has it, and alone needs it
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def settle() -> None:
    """Say that what is held now stays: the collector of cycles never looks through it again.

    Call it once, when a server has loaded what it serves from. A look through all of it takes
    longer than ten questions, and would be one customer's wait.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SERVING)
    trim()


def trim() -> None:
    """Give memory that was freed back to the system, where its library can do that (glibc).

    Worth it after a build: the model's buffers for long texts are larger than all of the index.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
