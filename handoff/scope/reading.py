"""Files of texts with intents: JSON lines, a JSON list, or CSV with a heading; plain or gzipped."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from handoff.scope.learning import Example

_TEXT = ("text", "sentence", "utterance", "query")
_INTENT = ("intent", "label", "category")
_OUTSIDE = {"", "oos", "out_of_scope", "out-of-scope", "no_nodes_detected"}
_MOST = 100_000_000
"""Characters of a file: more than any set of examples needs, and less than memory holds."""


class Unreadable(ValueError):
    """The file cannot be read as texts with intents; the text says where and what to change."""


def read_examples(path: Path) -> list[Example]:
    """Return what the file holds, texts without a character left out.

    An intent that is missing, null, empty, `oos`, `out_of_scope` or `NO_NODES_DETECTED` means
    outside. Raises Unreadable.
    """
    content = _content(path)
    kind = path.name.lower().removesuffix(".gz").rsplit(".", 1)[-1]
    rows = _csv(path, content) if kind == "csv" else _json(path, content)
    found = [_example(path, where, row) for where, row in rows]
    kept = [one for one in found if one.text.strip()]
    if not kept:
        raise Unreadable(f"{path} holds no text: one object a line with text and intent is needed.")
    return kept


def _content(path: Path) -> str:
    if not path.is_file():
        raise Unreadable(f"There is no file {path}.")
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as opened:
            read = opened.read(_MOST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"{path} cannot be read: {error}.") from error
    if len(read) > _MOST:
        raise Unreadable(f"{path} has more than {_MOST:,} bytes: give a part of it.")
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path} is not UTF-8 at byte {error.start}: save it as UTF-8.") from error


def _csv(path: Path, content: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(content, newline=""))
    heading = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if not set(heading) & set(_TEXT) or not set(heading) & set(_INTENT):
        raise Unreadable(
            f"{path}, line 1: a CSV file begins with the names of its columns, "
            "among them text and intent (or label)."
        )
    reader.fieldnames = heading
    try:
        for row in reader:
            yield f"line {reader.line_num}", row
    except csv.Error as error:
        raise Unreadable(f"{path}, line {reader.line_num}: {error}.") from error


def _json(path: Path, content: str) -> Iterator[tuple[str, Any]]:
    if content.lstrip().startswith("["):
        try:
            listed = json.loads(content)
        except (ValueError, RecursionError):  # JSON lines that hold pairs
            listed = []
        if listed and all(isinstance(one, list | dict) for one in listed):
            yield from ((f"entry {n}", one) for n, one in enumerate(listed, start=1))
            return
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except (ValueError, RecursionError) as error:
                raise Unreadable(f"{path}, line {number} is no JSON: {error}.") from error


def _example(path: Path, where: str, row: Any) -> Example:
    if isinstance(row, list) and len(row) == 2:
        row = {"text": row[0], "intent": row[1]}
    if not isinstance(row, Mapping):
        raise Unreadable(f"{path}, {where}: an object with text and intent is needed.")
    text = next((row[key] for key in _TEXT if key in row), None)
    if not isinstance(text, str):
        raise Unreadable(f"{path}, {where}: text is missing or is no text.")
    intent = next((row[key] for key in _INTENT if key in row), None)
    if intent is not None and not isinstance(intent, str | int):
        raise Unreadable(f"{path}, {where}: intent must be a text, or null for outside.")
    name = "" if intent is None else str(intent).strip()
    return Example(text, None if name.lower() in _OUTSIDE else name)
