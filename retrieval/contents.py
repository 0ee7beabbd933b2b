"""What a generation holds: every article's version, and what it shares with its base."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Key = tuple[str, str]
"""Article id and locale."""
Marks = Mapping[Key, str]
"""Key → which version of the article, so that equal marks mean equal articles."""

_FORMAT = 2
_FILE = "generation.json"


@dataclass(frozen=True, slots=True)
class Contents:
    """One generation. A base holds all of its articles itself; others name what differs.

    Equal bases mean equal entries in Chroma and equal words on disk; both are never changed.
    """

    base: str
    """Generation that holds the articles which did not change; its own id for a base."""
    schema: str
    """What vectors and words must share to be used together; another one needs a whole build."""
    marks: Marks
    """Every article that it answers from."""
    changed: frozenset[Key]
    """Articles that it holds itself; the others are the base's."""
    removed: frozenset[Key]
    """Articles of the base that are gone."""
    pointers: Mapping[Key, tuple[int, ...]]
    """Of its own articles: for the title and every question, the ordinal of the passage for it."""
    entries: Mapping[str, int]
    """Locale → how many entries the base has among the vectors."""
    calibration: Mapping[str, Any]

    def version(self, key: Key) -> int:
        """Return which version of an article it holds, 0 if none."""
        return int(self.marks.get(key, "0").partition("@")[0])

    def masked(self, locale: str) -> frozenset[str]:
        """Return the articles whose entries in the base must not be found."""
        return frozenset(a for a, code in self.changed | self.removed if code == locale)


def whole(
    generation: str,
    schema: str,
    marks: Marks,
    pointers: Mapping[Key, tuple[int, ...]],
    entries: Mapping[str, int],
    calibration: Mapping[str, Any],
) -> Contents:
    """Return the contents of a base."""
    own = frozenset(marks)
    return Contents(generation, schema, marks, own, frozenset(), pointers, entries, calibration)


def save(folder: Path, contents: Contents) -> None:
    """Write the contents of a generation into its folder."""
    written = {
        "format": _FORMAT,
        "base": contents.base,
        "schema": contents.schema,
        "entries": dict(contents.entries),
        "calibration": contents.calibration,
        "changed": [
            [*key, contents.marks[key], list(contents.pointers[key])]
            for key in sorted(contents.changed)
        ],
        "removed": sorted(contents.removed),
    }
    (folder / _FILE).write_text(json.dumps(written, ensure_ascii=False), "utf-8")


def load(root: Path, generation: str) -> Contents | None:
    """Return a generation's contents from below `root`; None if it is not there or too old."""
    read = _read(root / generation)
    if read is None:
        return None
    own = {(a, code): mark for a, code, mark, _ in read["changed"]}
    removed = frozenset((a, code) for a, code in read["removed"])
    marks: dict[Key, str] = dict(own)
    if read["base"] != generation:
        base = _read(root / read["base"])
        if base is None:
            return None
        held = {(a, code): mark for a, code, mark, _ in base["changed"]}
        marks = {key: mark for key, mark in held.items() if key not in removed} | own
    return Contents(
        base=read["base"],
        schema=read["schema"],
        marks=marks,
        changed=frozenset(own),
        removed=removed,
        pointers={(a, code): tuple(numbers) for a, code, _, numbers in read["changed"]},
        entries=read["entries"],
        calibration=read["calibration"],
    )


def base_of(root: Path, generation: str) -> str | None:
    """Return the generation that this one rests on (itself if it is whole), None if unknown."""
    read = _read(root / generation)
    return None if read is None else str(read["base"])


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        read: dict[str, Any] = json.loads((folder / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return read if read.get("format") == _FORMAT else None
