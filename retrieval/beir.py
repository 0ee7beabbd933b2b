"""Collections with judged questions, in the files that BEIR uses; plain or gzipped."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from retrieval.errors import ImportRefused

Grades = dict[str, dict[str, int]]
"""Question id → document id → grade; from 1 on the document answers the question."""

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Document:
    """One text of a collection; `id` may be any string, title or text may be empty."""

    id: str
    title: str
    text: str

    @property
    def empty(self) -> bool:
        """Whether there is nothing to be found by."""
        return not (self.title.strip() or self.text.strip())


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a collection."""

    id: str
    text: str


Row = TypeVar("Row", Document, Question)


def read_corpus(path: Path) -> list[Document]:
    """Return the documents of a `corpus.jsonl`; ImportRefused says which line is wrong."""
    found = _unique(path, _objects(path, _document))
    if not found:
        raise ImportRefused(str(path), None, "there is no document in it. Give the corpus file.")
    return found


def read_questions(path: Path) -> list[Question]:
    """Return the questions of a `queries.jsonl`; ImportRefused says which line is wrong."""
    return _unique(path, _objects(path, _question))


def read_grades(path: Path) -> Grades:
    """Return the judgements of a `qrels.tsv`; ImportRefused says which line is wrong.

    The first line may be BEIR's header. A pair that is judged twice must be judged the same.
    """
    grades: Grades = {}
    for number, line in _lines(path):
        cells = line.split("\t")
        if number == 1 and len(cells) == 3 and not _is_whole(cells[2]):
            continue  # the header
        if len(cells) != 3 or not all(cell.strip() for cell in cells) or not _is_whole(cells[2]):
            raise ImportRefused(
                str(path),
                number,
                "a judgement is query-id, corpus-id and a whole number, separated by tabs.",
            )
        question, document, grade = cells[0].strip(), cells[1].strip(), int(cells[2])
        known = grades.setdefault(question, {})
        if known.setdefault(document, grade) != grade:
            raise ImportRefused(
                str(path),
                number,
                f"document {document!r} was judged {known[document]} for this question before. "
                "Keep one of the two lines.",
            )
    if not grades:
        raise ImportRefused(str(path), None, "there is no judgement in it. Give the qrels file.")
    return grades


def _document(item: dict[str, Any]) -> Document:
    title = item.get("title")
    return Document(_id(item), "" if title is None else _text(item, "title"), _text(item, "text"))


def _question(item: dict[str, Any]) -> Question:
    return Question(_id(item), _text(item, "text"))


def _objects(path: Path, read: Callable[[dict[str, Any]], Row]) -> Iterator[tuple[int, Row]]:
    for number, line in _lines(path):
        try:
            item = json.loads(line)
        except ValueError as error:
            raise ImportRefused(str(path), number, f"this line is no JSON: {error}.") from error
        except RecursionError as error:
            raise ImportRefused(str(path), number, "this JSON is nested too deeply.") from error
        if not isinstance(item, dict):
            raise ImportRefused(str(path), number, "a line must be one JSON object.")
        try:
            yield number, read(item)
        except ValueError as error:
            raise ImportRefused(str(path), number, str(error)) from error


def _id(item: dict[str, Any]) -> str:
    value = item.get("_id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise ValueError("`_id` is missing: every line needs one, a text or a whole number.")
    return value.strip()


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    if not isinstance(value, str):
        raise ValueError(f"`{key}` must be a text (in quotation marks).")  # noqa: TRY004 - bad data
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"`{key}` holds half of a character (at {error.start}): write the file as UTF-8 again."
        ) from error
    return value


def _unique(path: Path, rows: Iterable[tuple[int, Row]]) -> list[Row]:
    found: dict[str, Row] = {}
    lines: dict[str, int] = {}
    for number, row in rows:
        if row.id in found:
            raise ImportRefused(
                str(path), number, f"`_id` {row.id!r} stands in line {lines[row.id]} already."
            )
        found[row.id], lines[row.id] = row, number
    return list(found.values())


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers, empty ones left out; only \\n and \\r\\n end a line."""
    number = 0
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
        with gzip.open(path) if packed else path.open("rb") as opened:
            for number, line in enumerate(opened, start=1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                if text.strip():
                    yield number, text
    except UnicodeDecodeError as error:
        raise ImportRefused(str(path), number, "this line is not UTF-8. Save it so.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ImportRefused(
            str(path), number + 1, f"the gzip file is damaged ({error}). Fetch it again."
        ) from error
    except OSError as error:
        raise ImportRefused(str(path), None, f"cannot be read: {error.strerror}.") from error


def _is_whole(text: str) -> bool:
    try:
        int(text)
    except ValueError:
        return False
    return True
