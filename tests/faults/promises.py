"""A broken promise, and how it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Breach:
    """One violation: the invariant, a sentence, and the lines or events that show it."""

    invariant: str
    what: str
    shown_by: tuple[Mapping[str, Any], ...] = ()

    def __str__(self) -> str:
        """A sentence with its proof below."""
        return "\n    ".join((f"{self.invariant}: {self.what}", *map(str, self.shown_by)))

    __repr__ = __str__
