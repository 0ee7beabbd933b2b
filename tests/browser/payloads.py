"""Ways to attack a page by a text, and how many of them go into one field."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("payloads.txt")
_NAMED = re.compile(r"\{U\+([0-9A-F]{4,6})\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BREAKS = re.compile(r"[\n\t\x85\u2028\u2029\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]")
LINK = "https://evil.example/"
"""Where nothing may ever be asked for anything."""


@cache
def by_technique() -> dict[str, tuple[str, ...]]:
    """Every payload, under the name of its technique; without what no field takes (U+0001…)."""
    found: dict[str, list[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            found[line[3:]] = now = []
        elif line and not line.startswith("# Ways") and not line.startswith("# technique"):
            now.append(_CONTROL.sub("", _NAMED.sub(lambda one: chr(int(one[1], 16)), line)))
    return {name: tuple(payloads) for name, payloads in found.items()}


def everything() -> tuple[str, ...]:
    """All of them, technique by technique."""
    return tuple(one for payloads in by_technique().values() for one in payloads)


def lines(longest: int) -> list[str]:
    """Those that a field of one line takes, each by itself."""
    plain = (_BREAKS.sub("", one).strip() for one in everything())
    return [one for one in plain if 0 < len(one) <= longest]


def sample(longest: int) -> list[str]:
    """One of every technique, for a field of one line."""
    picked = ([_BREAKS.sub("", one).strip() for one in some] for some in by_technique().values())
    return [next(one for one in some if 0 < len(one) <= longest) for some in picked]


def packs(longest: int, between: str = "\n\n") -> Iterator[str]:
    """All of them in as few texts as this; a technique never ends in the middle of another's."""
    for payloads in by_technique().values():
        pack = ""
        for one in payloads:
            if pack and len(pack) + len(between) + len(one) > longest:
                yield pack
                pack = ""
            pack = pack + between + one if pack else one
        yield pack
