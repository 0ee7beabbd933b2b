"""Whether a message tells, or asks, that something does not work: learned from texts by hand."""

from __future__ import annotations

from handoff.learned.model import load


def trouble(text: str) -> float:
    """The probability (0-1) that something of the service is in trouble for the writer, now.

    A question about how it works, or about trouble that is over, is none.
    """
    return load("trouble").score(text).probability
