"""Imports a library without those of its own imports that are never used here."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def without(*names: str) -> Iterator[None]:
    """While it lasts, modules of these names are empty: whatever is taken from one is a class.

    A module that somebody has imported already stays what it is, and so does one that somebody
    imports afterwards.
    """
    empty = {name: _Empty(name) for name in names if name not in sys.modules}
    sys.modules.update(empty)
    try:
        yield
    finally:
        for name, module in empty.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


class _Empty(ModuleType):
    """Stands where a module would be."""

    def __getattr__(self, name: str) -> type[Exception]:
        if name.startswith("__"):  # the import system asks for these, and none is an answer
            raise AttributeError(name)
        return type(name, (Exception,), {})  # the one thing that may be caught or derived from
