"""Small words: a greeting, thanks, yes or no. They are no questions and need no search."""

import re
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from handoff.folding import fold

Courtesy = Literal["greeting", "thanks", "goodbye", "yes", "no"]
LONGEST = 40
"""A longer message says more than a courtesy, whatever it begins with."""
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_GAPS = re.compile(r"[\s,.!?~、，。！？…]+")


def courtesy(text: str) -> Courtesy | None:
    """Which courtesy the whole message is, in any of the languages, or None.

    >>> courtesy("Thank you!!"), courtesy("謝謝"), courtesy("thanks, but where is my refund")
    ('thanks', 'thanks', None)
    """
    if len(text) > LONGEST:
        return None
    plain = _GAPS.sub(" ", _EDGES.sub("", fold(text)))
    return _meanings().get(plain)


@cache
def _meanings() -> dict[str, Courtesy]:
    source = Path(__file__).with_name("courtesy.yaml").read_text(encoding="utf-8")
    table: dict[Courtesy, list[str]] = yaml.load(source, yaml.CSafeLoader)
    return {fold(phrase): kind for kind, phrases in table.items() for phrase in phrases}
