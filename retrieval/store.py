"""What the database must offer to this package: short transactions."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy.engine import Connection

T = TypeVar("T")


class Transactions(Protocol):
    """Runs work inside a transaction; safe to call from any thread."""

    def read(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns; nothing it does is kept."""

    def write(self, work: Callable[[Connection], T]) -> T:
        """Commit what `work` did and return its result, or raise; `work` must be quick."""
