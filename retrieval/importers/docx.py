"""Articles from Word documents (DOCX)."""

import re
from datetime import date
from io import BytesIO
from typing import NoReturn
from xml.etree.ElementTree import ParseError

import mammoth
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from retrieval.errors import ImportRefused
from retrieval.importers import markup
from retrieval.importers.decoding import one_line
from retrieval.importers.document import Document
from retrieval.importers.tree import Element, read
from retrieval.importers.zipped import Archive, Bounds

LARGEST = 20_000_000
"""Bytes of one file."""
_BOUNDS = Bounds(entries=2_000, entry_bytes=60_000_000, total_bytes=150_000_000, ratio=400)
_XML_BYTES = 40_000_000
_MAIN = "word/document.xml"
_CORE = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote:fresh
p[style-name='Intense Quote'] => blockquote:fresh
r[style-name='Strong'] => strong
"""


def document(data: bytes, name: str) -> Document:
    """Return the article of a Word document; ImportRefused says why there is none.

    Checked before it is parsed: a DOCX is an archive of XML, and both can be bombs. Runs in a
    process with limits (`retrieval.importers.apart`).
    """
    if len(data) > LARGEST:
        raise ImportRefused(name, None, f"larger than {LARGEST:,} bytes. Split it.")
    core = _checked(data, name)
    try:
        html = mammoth.convert_to_html(
            BytesIO(data),
            style_map=_STYLES,
            include_embedded_style_map=False,
            convert_image=_image,
        ).value
    except (ImportRefused, MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 - the parser raises whatever a broken file leads to
        why = one_line(str(error))[:200] or type(error).__name__
        _refuse(name, f"cannot be read as a Word document ({why}). Save it anew in Word.", error)
    _, root = read(html, name)
    title = one_line(_property(core, f"{_CORE}title"))
    shown = _taken_title(root)
    body = markup.write(root)
    if not body:
        _refuse(name, "has no text: it is empty, or has only images. Write the article into it.")
    named = re.sub(r"\.docx$", "", name.rsplit("/", 1)[-1], flags=re.IGNORECASE)
    return Document(
        source_id=name,
        name=name,
        title=(shown or title or named)[:300],
        body=body,
        locale=_language(_property(core, f"{_CORE}language")),
        updated=_day(_property(core, f"{_TERMS}modified")),
    )


def _checked(data: bytes, name: str) -> "ElementTree.Element | None":
    """Make sure that nothing in the archive is a bomb or looks outside; return its properties."""
    archive = Archive(BytesIO(data), name, _BOUNDS)
    core = None
    names = set()
    for entry, content in archive:
        if isinstance(content, ImportRefused):
            _refuse(name, f"its part {entry!r} {content.message}")
        names.add(entry)
        if entry.lower().endswith((".xml", ".rels")):
            tree = _xml(content, entry, name)
            core = tree if entry == "docProps/core.xml" else core
    if _MAIN not in names and not any(re.fullmatch(r"word/document\d*\.xml", n) for n in names):
        why = "is a ZIP archive, but no Word document: it has no text part. Save it anew in Word."
        _refuse(name, why)
    return core


def _xml(content: bytes, entry: str, name: str) -> "ElementTree.Element":
    if len(content) > _XML_BYTES:
        _refuse(name, f"its part {entry!r} has more than {_XML_BYTES:,} bytes. Split it.")
    try:
        return ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        why = f"its part {entry!r} defines XML entities, as no Word document does."
        _refuse(name, f"{why} Save it anew in Word.", error)
    except (ParseError, ValueError, LookupError) as error:
        why = f"its part {entry!r} is broken XML ({one_line(str(error))[:100]})."
        _refuse(name, f"{why} Save it anew in Word.", error)


def _image(image: "mammoth.documents.Image") -> list[object]:
    """An image as its alternative text alone: pictures inside a document have no address."""
    text = one_line(image.alt_text or "")
    return [mammoth.html.text(f" {text} ")] if text else []


def _taken_title(root: Element) -> str:
    """Return the words of the heading that the document begins with, and take it out."""
    for child in root.children:
        if isinstance(child, str) and not child.strip():
            continue
        if isinstance(child, Element) and child.tag == "h1" and one_line(child.text()):
            child.drop()
            return one_line(child.text())
        return ""
    return ""


def _property(core: "ElementTree.Element | None", key: str) -> str:
    return ((core.findtext(f".//{key}") or "") if core is not None else "").strip()


def _language(said: str) -> str | None:
    said = said.replace("_", "-")
    return said if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", said) else None


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        return None


def _refuse(name: str, why: str, error: Exception | None = None) -> NoReturn:
    raise ImportRefused(name, None, why) from error
