"""Articles from PDF files: what stands on the pages, as text in reading order."""

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, NoReturn

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from retrieval.errors import ImportRefused
from retrieval.importers.decoding import one_line, visible
from retrieval.importers.document import Document
from retrieval.importers.inline import escape_start
from retrieval.importers.pdflines import Line, markdown

LARGEST = 20_000_000
"""Bytes of one file."""
MOST_PAGES = 1_000
_MOST_TEXT = 4_000_000


def document(data: bytes, name: str) -> Document:
    """Return the article of a PDF; ImportRefused says why there is none.

    A PDF knows places on paper, not paragraphs: headings are told by their size, lists by their
    marks, and lines that every page repeats are left out. Runs in a process with limits
    (`retrieval.importers.apart`), as a file can ask for any amount of work.
    """
    logging.disable(logging.CRITICAL)  # pypdf reports every oddity; here only results count
    if len(data) > LARGEST:
        raise ImportRefused(name, None, f"larger than {LARGEST:,} bytes. Split it.")
    try:
        return _document(data, name)
    except (ImportRefused, MemoryError, RecursionError):
        raise
    except DependencyError:
        _locked(name)
    except Exception as error:
        kind = "is a broken PDF" if isinstance(error, PyPdfError) else "cannot be read as a PDF"
        why = one_line(str(error))[:200] or type(error).__name__
        raise ImportRefused(name, None, f"{kind} ({why}). Print it to PDF anew.") from error


def _document(data: bytes, name: str) -> Document:
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        _locked(name)
    if len(reader.pages) > MOST_PAGES:
        raise ImportRefused(name, None, f"has more than {MOST_PAGES:,} pages. Split it.")
    pages: list[list[Line]] = []
    size = 0
    for page in reader.pages:
        pages.append(_lines(page))
        size += sum(len(line.text) for line in pages[-1])
        if size > _MOST_TEXT:
            raise ImportRefused(name, None, f"has over {_MOST_TEXT:,} letters. Split it.")
    if not any(line.text.strip() for page in pages for line in page):
        why = "has no text: its pages are images, or empty. Run text recognition on it first."
        raise ImportRefused(name, None, why)
    title, body = markdown(pages, title=_said(reader, "/Title"))
    return Document(
        source_id=name,
        name=name,
        title=(title or name.rsplit("/", 1)[-1].removesuffix(".pdf"))[:300],
        body=body or escape_start(title),
        locale=_language(reader),
        updated=_changed(reader),
    )


def _locked(name: str) -> NoReturn:
    why = "is locked with a password. Save it without one and import it again."
    raise ImportRefused(name, None, why)


@dataclass(slots=True)
class _Piece:
    """What one drawing command writes."""

    x: float
    y: float
    size: float
    bold: bool
    text: str


def _lines(page: PageObject) -> list[Line]:
    """What a page shows, piece by piece as it is drawn, put together to lines."""
    pieces: list[_Piece] = []

    def take(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text.strip(" \n"):
            pieces.append(_piece(text, cm, tm, font, size))

    page.extract_text(visitor_text=take)
    lines: list[Line] = []
    number = page.page_number or 0
    last: _Piece | None = None
    for piece in pieces:
        if last is not None and _beside(last, piece):
            _append(lines[-1], last, piece)
        else:
            text = _clean(piece.text)
            lines.append(Line(piece.x, piece.y, piece.size, piece.bold, [text], number))
        last = piece
    return lines


def _piece(
    text: str, cm: list[float], tm: list[float], font: Mapping[str, Any] | None, size: float
) -> _Piece:
    scale = abs((tm[0] * tm[3] - tm[1] * tm[2]) * (cm[0] * cm[3] - cm[1] * cm[2])) ** 0.5
    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    named = "" if font is None else str(font.get("/BaseFont", ""))
    bold = re.search(r"bold|black|heavy", named, re.IGNORECASE) is not None
    return _Piece(x, y, round(float(size) * scale, 1) or 1.0, bold, text)


def _beside(last: _Piece, piece: _Piece) -> bool:
    """Whether two pieces stand on one line, the second to the right of the first."""
    return abs(last.y - piece.y) < min(last.size, piece.size) * 0.4 and piece.x >= last.x


def _append(line: Line, last: _Piece, piece: _Piece) -> None:
    text = _clean(piece.text)
    if not last.text.endswith("\n"):  # one run of text in several styles
        line.cells[-1] = visible(line.cells[-1]) + text
    elif _MARK.fullmatch(line.text.strip()) or piece.x - last.x < _width(last) + last.size * 0.8:
        line.cells[-1] += " " + text.strip()
    else:
        line.cells.append(text.strip())
    line.size = max(line.size, piece.size) if not _MARK.match(last.text.strip()) else piece.size
    line.bold = line.bold and piece.bold


def _width(piece: _Piece) -> float:
    """About as wide as the piece is: Chinese letters are square, others less than half of that."""
    return sum(1.0 if letter > "\u2e80" else 0.45 for letter in piece.text.strip()) * piece.size


def _clean(text: str) -> str:
    return "".join(visible(part) if part != "\x7f" else part for part in text).replace("\n", " ")


def _said(reader: PdfReader, key: str) -> str:
    """What the file says about itself; a broken entry says nothing."""
    with suppress(Exception):
        return one_line(str(reader.metadata.get(key) or "")) if reader.metadata else ""
    return ""


def _language(reader: PdfReader) -> str | None:
    with suppress(Exception):
        said = str(reader.root_object.get("/Lang") or "").strip().replace("_", "-")
        if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", said):
            return said
    return None


def _changed(reader: PdfReader) -> date | None:
    with suppress(Exception):
        metadata = reader.metadata
        day = metadata and (metadata.modification_date or metadata.creation_date)
        return day.date() if isinstance(day, datetime) else None
    return None


_MARK = re.compile(r"\x7f|[•◦▪●○■□‣·–—*-]|[\uf000-\uf0ff]|[(（]?\d{1,3}[.)、．）]")
