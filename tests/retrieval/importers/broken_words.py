"""Word documents that are broken, empty, or made to do harm."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx

Build = Callable[[], bytes]
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/\
content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName=\
"/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.\
wordprocessingml.document.main+xml"/></Types>"""
_RELS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/\
2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/\
2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"""


def package(parts: dict[str, str | bytes]) -> bytes:
    """An archive of these parts."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(document: str | bytes, more: dict[str, str | bytes] | None = None) -> bytes:
    """A Word document with this text part."""
    parts: dict[str, str | bytes] = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELS}
    return package({**parts, "word/document.xml": document, **(more or {})})


def body(inside: str, doctype: str = "") -> str:
    """A text part."""
    return f'<?xml version="1.0"?>{doctype}<w:document {_W}><w:body>{inside}</w:body></w:document>'


def paragraph(text: str) -> str:
    """A paragraph of a text part."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def saved(document: "docx.document.Document") -> bytes:
    """What Word would store."""
    out = BytesIO()
    document.save(out)
    return out.getvalue()


_LAUGHS = "<!DOCTYPE w:document [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {to} '{f'&{of};' * 10}'>" for of, to in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip
_OUTSIDE = '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_IMAGE_RELS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/\
package/2006/relationships"><Relationship Id="r9" Type="http://schemas.openxmlformats.org/\
officeDocument/2006/relationships/image" Target="file:///etc/passwd" TargetMode="External"/>\
</Relationships>"""
_IMAGE = """<w:p><w:r><w:t>Refunds take three days. </w:t></w:r><w:r><w:drawing><wp:inline \
xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:docPr id="1" \
name="p" descr="A receipt"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/\
main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">\
<pic:blipFill><a:blip r:link="r9" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/\
relationships"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>\
</w:p>"""

REFUSED: dict[str, tuple[str, Build, str]] = {
    "no archive": ("a.docx", lambda: b"not an archive", "does not begin like one"),
    "a PDF called Word": ("a.docx", lambda: b"%PDF-1.7\n", "but is a PDF"),
    "an old or locked document": (
        "a.docx",
        lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600,
        "locked Word",
    ),
    "cut in half": ("a.docx", lambda: word(body(paragraph("x")))[:300], "end is missing"),
    "no text part": ("a.docx", lambda: package({"hello.txt": "x"}), "no Word document"),
    "an empty archive": ("a.docx", lambda: package({}), "no Word document"),
    "an empty document": ("a.docx", lambda: saved(docx.Document()), "has no text"),
    "broken XML": ("a.docx", lambda: word("<w:document"), "broken XML"),
    "no XML at all": ("a.docx", lambda: word(b"\x89PNG\0\0"), "broken XML"),
    "a billion laughs": (
        "a.docx",
        lambda: word(body(paragraph("&i;"), _LAUGHS)),
        "defines XML entities",
    ),
    "an external entity": (
        "a.docx",
        lambda: word(body(paragraph("&x;"), _OUTSIDE)),
        "defines XML entities",
    ),
    "an external entity in UTF-16": (
        "a.docx",
        lambda: word(body(paragraph("&x;"), _OUTSIDE).encode("utf-16")),
        "defines XML entities",
    ),
    "an entity in another part": (
        "a.docx",
        lambda: word(body(paragraph("x")), {"word/styles.xml": body("", _OUTSIDE)}),
        "'word/styles.xml' defines XML entities",
    ),
    "elements 20,000 deep": (
        "a.docx",
        lambda: word(body("<w:sdt><w:sdtContent>" * 10_000 + "</w:sdtContent></w:sdt>" * 10_000)),
        "nested too deeply",
    ),
    "tables 100 deep": (
        "a.docx",
        lambda: word(body("<w:tbl><w:tr><w:tc>" * 100 + "</w:tc></w:tr></w:tbl>" * 100)),
        "nested too deeply",
    ),
    "a part that unpacks to 50 million bytes": (
        "a.docx",
        lambda: word(body(paragraph("x")), {"word/media/image1.png": b"\0" * 50_000_000}),
        "image1.png.* a bomb",
    ),
    "2,001 parts": (
        "a.docx",
        lambda: package({f"{n}.xml": "" for n in range(2_001)}),
        "more than 2,000 entries",
    ),
}
"""What each is → its name, its bytes, and the reason that must be given."""

HARMLESS: dict[str, tuple[str, Build, str, str]] = {
    "a picture elsewhere": (
        "a.docx",
        lambda: word(body(_IMAGE), {"word/_rels/document.xml.rels": _IMAGE_RELS}),
        "Refunds take three days. A receipt",
        "root:",
    ),
    "HTML and Markdown as words": (
        "a.docx",
        lambda: word(body(paragraph("&lt;script&gt;steal()&lt;/script&gt; [x](javascript:y) ok"))),
        "\\<script>",
        " [x](",
    ),
}
"""What each is → its name, its bytes, what is kept of it, and what must not be."""
