"""A server gives back what it needed for a moment, and loads nothing that it does not use."""

import gc
import subprocess
import sys

import pytest

from retrieval import memory
from retrieval.lean import without

UNUSED = (
    "torch", "transformers", "sentence_transformers", "onnx", "scipy", "sklearn", "bm25s",
    "alembic", "grpc", "jsonschema", "langchain_core", "requests",
)  # fmt: skip
LOADED = """
import sys, bot.cli, bot.asking, bot.serving
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""
SETTLED = """
import gc
usual = gc.get_threshold()
from retrieval import memory
memory.spare()
rarely = gc.get_threshold()
held = [[n] for n in range(1000)]
memory.settle()
print(rarely[0] > usual[0], gc.get_threshold() == memory.SERVING and gc.isenabled())
print(gc.get_freeze_count() > 1000, len(gc.get_objects()) < 1000)
"""
TRIMMED = """
import ctypes
from pathlib import Path
from retrieval import memory

def pages():
    return int(Path("/proc/self/statm").read_text().split()[1])

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
blocks = [libc.malloc(65536) for _ in range(1000)]
for block in blocks:
    ctypes.memset(block, 1, 65536)
last = libc.malloc(65536)
for block in blocks:
    libc.free(block)
before = pages()
memory.trim()
print(before - pages())
"""
"""Frees 1,000 times 16 pages below one block that stays: only then is there something to trim."""


def said(program: str, *words: str) -> list[str]:
    run = [sys.executable, "-c", program, *words]
    return subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()


def test_what_is_never_used_is_not_loaded_while_serving() -> None:
    assert said(LOADED, *UNUSED) == []


def test_a_module_is_empty_only_while_it_is_said_to_be() -> None:
    with without("tabnanny", "gc"):
        import tabnanny

        assert issubclass(tabnanny.Whatever, Exception)  # type: ignore[attr-defined]
        assert sys.modules["gc"] is gc  # loaded before, so it stays what it is
    assert "tabnanny" not in sys.modules
    import tabnanny

    assert callable(tabnanny.check)


def test_what_is_held_is_not_looked_through_again() -> None:
    assert said(SETTLED) == ["True"] * 4


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps what was freed")
def test_freed_memory_goes_back_to_the_system() -> None:
    assert int(said(TRIMMED)[0]) > 8000


def test_trimming_needs_no_special_library() -> None:
    memory.trim()
