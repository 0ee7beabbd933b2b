"""What a fault did, in one line: the figure beside its goal."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure of one fault."""

    fault: str
    what: str
    figure: str
    goal: str
    met: bool
    timed: bool = False
    """All was kept, and only the seconds miss the goal: on a busy machine they say nothing."""

    def line(self) -> str:
        """As it is printed."""
        return (
            f"{self.fault:<4} {self.what}: {self.figure} "
            f"(goal: {self.goal}) {'met' if self.met else 'MISSED'}"
        )


def at(share: float, values: Sequence[float]) -> float:
    """The value that this share of all values does not exceed; NaN of none."""
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else math.nan
