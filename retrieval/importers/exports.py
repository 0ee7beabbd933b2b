"""What the importers of help-centre exports share: JSON files, and checked fields."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

from retrieval.errors import ImportRefused
from retrieval.importers import html
from retrieval.importers.zipped import Archive, Bounds

LARGEST = 64_000_000
"""Bytes of one JSON file."""
_BOUNDS = Bounds(entry_bytes=LARGEST)
_LARGEST_ID = 2**63
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}", re.ASCII)
_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number",
          float: "a number", type(None): "null"}  # fmt: skip
_ZIP = b"PK\x03\x04"

Page = tuple[str, dict[str, Any]]
"""A name for people, and a JSON object."""


def pages(path: Path) -> Iterator[tuple[str, dict[str, Any] | ImportRefused]]:
    """Yield the JSON object of every file: of a folder, of a ZIP, or the one file `path` is.

    One broken file never stops the others. Raises ImportRefused when `path` holds none.
    """
    found = False
    for name, data in _files(path):
        found = True
        try:
            if isinstance(data, ImportRefused):
                raise data
            yield name, parsed(data, name)
        except ImportRefused as refused:
            yield name, refused
    if not found:
        raise ImportRefused(str(path), None, "holds no JSON file. Give the export's own files.")


def _files(path: Path) -> Iterator[tuple[str, bytes | ImportRefused]]:
    if path.is_dir():
        for file in sorted(path.rglob("*.json")):
            name = file.relative_to(path).as_posix()
            if not any(part.startswith(".") for part in Path(name).parts):
                yield name, _content(file, name, within=path)
        return
    if not path.is_file():
        raise ImportRefused(str(path), None, "does not exist. Give a JSON file, a folder or a ZIP.")
    data = _content(path, path.name, within=None)
    if isinstance(data, ImportRefused) or not data.startswith(_ZIP):
        yield path.name, data
        return
    with path.open("rb") as opened:
        for name, entry in Archive(opened, path.name, _BOUNDS):
            if name.lower().endswith(".json"):
                yield name, entry


def _content(file: Path, name: str, *, within: Path | None) -> bytes | ImportRefused:
    """Return a file's bytes; of a ZIP no more than its beginning, as it is read by entries."""
    try:
        if within is not None and not file.resolve().is_relative_to(within.resolve()):
            return ImportRefused(name, None, "is a link that leads out of the folder.")
        with file.open("rb") as opened:
            start = opened.read(len(_ZIP))
            if start == _ZIP:
                return start
            data = start + opened.read(LARGEST)
    except OSError as error:
        return ImportRefused(name, None, f"cannot be read: {error.strerror}.")
    if len(data) > LARGEST:
        return ImportRefused(name, None, f"is larger than {LARGEST / 1_000_000:g} MB. Split it.")
    return data


def parsed(data: bytes, name: str) -> dict[str, Any]:
    """Return the JSON object in `data`; ImportRefused names the line where it is broken."""
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ImportRefused(name, line, "is not UTF-8. Export it again.") from error
    except json.JSONDecodeError as error:
        why = f"is no JSON: {error.msg} at column {error.colno}. Export it again."
        raise ImportRefused(name, error.lineno, why) from error
    except RecursionError as error:
        raise ImportRefused(name, None, "is nested too deeply to be an export.") from error
    except ValueError as error:  # a number of thousands of digits, or none at all
        raise ImportRefused(name, None, f"is no JSON: {error}. Export it again.") from error
    if not isinstance(value, dict):
        why = f"must be an object (`{{…}}`), is {kind(value)}. Give the export's own files."
        raise ImportRefused(name, None, why)
    return value


def _no_constant(written: str) -> NoReturn:
    raise ValueError(f"{written} is no number")


def kind(value: Any) -> str:
    """What a JSON value is, in words."""
    return _KINDS.get(type(value), "something else")


class Fields:
    """One object of an export: gives its fields, or refuses it by the field's name."""

    def __init__(self, value: Any, where: str) -> None:
        self.where = where
        if not isinstance(value, dict):
            self.refuse(f"must be an object, is {kind(value)}")
        self.values: dict[str, Any] = value

    def refuse(self, why: str) -> NoReturn:
        """Raise ImportRefused about this object."""
        raise ImportRefused(self.where, None, f"{why}. Export it again, or correct it.")

    def id(self, key: str) -> str:
        """Return an id as text, whether it is a number or a text in the export."""
        found = self.optional_id(key)
        if found is None:
            self.refuse(f"`{key}` is missing")
        return found

    def optional_id(self, key: str) -> str | None:
        value = self.values.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST_ID:
            return str(value)
        if isinstance(value, str) and len(value) <= 64 and value.isprintable():
            return value.strip()
        return self.refuse(f"`{key}` must be an id, is {_shown(value)}")

    def text(self, key: str) -> str:
        """Return a text on one line that must be there and say something."""
        value = " ".join(self.optional_text(key).split())
        if not value:
            self.refuse(f"`{key}` is {'missing' if key not in self.values else 'empty'}")
        return value

    def optional_text(self, key: str) -> str:
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(f"`{key}` must be a text, is {_shown(value)}")
        return value

    def flag(self, key: str) -> bool:
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            self.refuse(f"`{key}` must be true or false, is {_shown(value)}")
        return bool(value)

    def items(self, key: str) -> list[Any]:
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(f"`{key}` must be a list, is {_shown(value)}")
        return value

    def object(self, key: str) -> dict[str, Any]:
        value = self.values.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.refuse(f"`{key}` must be an object, is {_shown(value)}")
        return value

    def locale(self, key: str) -> str | None:
        """Return a language code as BCP 47 writes it (`zh-TW`); None when there is none."""
        written = self.optional_text(key).strip().lower().replace("_", "-")
        if written and not _LOCALE.fullmatch(written):
            self.refuse(f"`{key}` must be a language code, is {_shown(self.values[key])}")
        return bcp47(written) or None

    def written_day(self, key: str) -> date | None:
        """Return the day of an ISO 8601 moment."""
        written = self.optional_text(key).strip()
        try:
            return datetime.fromisoformat(written).date() if written else None
        except ValueError:
            self.refuse(f"`{key}` must be a moment like 2026-04-17T17:18:10Z, is {written[:40]!r}")

    def counted_day(self, key: str) -> date | None:
        """Return the day of a moment in seconds since 1970 (UTC)."""
        value = self.values.get(key)
        if value is None:
            return None
        try:
            if isinstance(value, int | float) and not isinstance(value, bool):
                return datetime.fromtimestamp(value, UTC).date()
        except (OverflowError, ValueError, OSError):
            pass
        return self.refuse(f"`{key}` must be a moment in seconds since 1970, is {_shown(value)}")


def markdown(body: str, fields: Fields, url: str | None) -> str:
    """Return an article's HTML as Markdown; refused when nothing is left to read."""
    text = html.fragment(body, fields.where, base_url=url).strip()
    if not text:
        fields.refuse("`body` holds no text")
    return text


def bcp47(written: str) -> str:
    """Return a language code with the case that BCP 47 recommends: `zh-Hant-TW`."""
    first, *rest = written.split("-")
    cased = {2: str.upper, 4: str.title}
    return "-".join([first, *(cased.get(len(part), str)(part) for part in rest)])


def _shown(value: Any) -> str:
    if isinstance(value, dict | list | bool) or value is None:
        return kind(value)
    written = repr(value) if not isinstance(value, int) or abs(value) < 10**40 else "a huge number"
    return written if len(written) <= 60 else f"{written[:60]}…"
