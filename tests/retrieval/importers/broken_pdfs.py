"""PDF files that are broken, empty, or made to do harm."""

import zlib
from collections.abc import Callable
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Build = Callable[[], bytes]


def drawn(*lines: str, pages: int = 1) -> bytes:
    """A PDF with these lines on every page."""
    out = BytesIO()
    canvas = Canvas(out, invariant=True)
    for _ in range(pages):
        for number, line in enumerate(lines):
            canvas.drawString(72, 700 - 16 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def built(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of these numbered objects."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root %d 0 R >>\n" % (len(objects) + 1, root)
    return bytes(out + b"startxref\n%d\n%%%%EOF" % start)


_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_FONT = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def one_page(contents: bytes, *, resources: bytes = _FONT, more: tuple[bytes, ...] = ()) -> bytes:
    """A PDF of one page with this content stream, given as an object."""
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources %s >>" % resources
    return built(_CATALOG, _PAGES, page, contents, *more)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra, data)


def bomb(megabytes: int) -> bytes:
    """A content stream that unpacks to a thousand times its size."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes))
    return one_page(stream(packed + packer.flush(), b"/Filter /FlateDecode"))


def locked(password: str) -> bytes:
    """A PDF that asks for a password ("" for one that only forbids to print)."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(drawn("Refunds take three working days."))))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def with_script() -> bytes:
    """A PDF that runs a script when it is opened."""
    opened = b"/OpenAction << /S /JavaScript /JS (app.alert('steal')) >>"
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources %s >>" % _FONT
    shown = stream(b"BT /F1 12 Tf 72 700 Td (Refunds take three working days.) Tj ET")
    return built(_CATALOG[:-2] + opened + b">>", _PAGES, page, shown)


def picture_only() -> bytes:
    """A scanned page."""
    out = BytesIO()
    canvas = Canvas(out, invariant=True)
    pixels = BytesIO(b"P6 2 2 255\n" + bytes(range(12)))
    canvas.drawImage(ImageReader(pixels), 0, 0, 500, 700)
    canvas.save()
    return out.getvalue()


def _recursive_form() -> bytes:
    form = stream(b"/X Do " * 50, b"/Type /XObject /Subtype /Form /Resources 6 0 R")
    resources = b"<< /XObject << /X 5 0 R >> >>"
    return one_page(stream(b"/X Do"), resources=resources, more=(form, resources))


REFUSED: dict[str, tuple[str, Build, str]] = {
    "only the first bytes": ("a.pdf", lambda: b"%PDF-1.7\n", "is a broken PDF"),
    "cut in half": (
        "a.pdf",
        lambda: drawn("x" * 50, pages=9)[:700],
        "is a broken PDF",
    ),
    "a web page called PDF": ("a.pdf", lambda: b"<!doctype html><p>Hi</p>", "but is a web page"),
    "text called PDF": ("a.pdf", lambda: b"just some words", "does not begin like one"),
    "a password": ("a.pdf", lambda: locked("secret"), "locked with a password"),
    "a scan": ("a.pdf", picture_only, "pages are images"),
    "blank pages": ("a.pdf", lambda: drawn(pages=3), "has no text"),
    "no pages": (
        "a.pdf",
        lambda: built(_CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>"),
        "has no text",
    ),
    "pages that are their own children": (
        "a.pdf",
        lambda: built(_CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"),
        "cyclic page references",
    ),
    "two page trees in each other": (
        "a.pdf",
        lambda: built(
            _CATALOG,
            b"<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 4 >>",
            b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 2 0 R] /Count 4 >>",
        ),
        "cyclic page references",
    ),
    "a thousand million pages": (
        "a.pdf",
        lambda: built(_CATALOG, b"<< /Type /Pages /Kids [] /Count 1000000000 >>"),
        "has no text",
    ),
    "1,001 pages": ("a.pdf", lambda: drawn("x", pages=1_001), "more than 1,000 pages"),
    "a catalogue that is not there": (
        "a.pdf",
        lambda: built(b"<< >>", root=7),
        "is a broken PDF",
    ),
    "arrays 100,000 deep": (
        "a.pdf",
        lambda: one_page(b"[" * 100_000 + b"]" * 100_000),
        "nested too deeply",
    ),
    "dictionaries 50,000 deep": (
        "a.pdf",
        lambda: built(b"<< /Pages " * 50_000 + b">>" * 50_000),
        "has no text",
    ),
    "a stream of 100 million spaces": (
        "a.pdf",
        lambda: bomb(100),
        "Limit reached while decompressing",
    ),
    "a form that draws itself": ("a.pdf", _recursive_form, "has no text"),
    "no end": (
        "a.pdf",
        lambda: drawn("Refunds take three working days.").rsplit(b"startxref", 1)[0],
        "is a broken PDF",
    ),
    "noise": (
        "a.pdf",
        lambda: b"%PDF-1.4\n" + bytes(range(256)) * 400,
        "is a broken PDF",
    ),
}
"""What each is → its name, its bytes, and the reason that must be given."""

HARMLESS: dict[str, tuple[str, Build, str, str]] = {
    "a script": ("a.pdf", with_script, "Refunds take three working days.", "steal"),
    "forbidden to print": (
        "a.pdf",
        lambda: locked(""),
        "Refunds take three working days.",
        "owner",
    ),
    "words before the beginning": (
        "a.pdf",
        lambda: b"\n\n" + drawn("Refunds take three working days."),
        "Refunds take three working days.",
        "%PDF",
    ),
    "an xref table in a circle": (
        "a.pdf",
        lambda: drawn("Refunds take three working days.").replace(
            b"trailer\n<<", b"trailer\n<< /Prev 9 "
        ),
        "Refunds take three working days.",
        "xref",
    ),
    "Markdown as words": (
        "a.pdf",
        lambda: drawn("# <script>steal()</script> [x](javascript:y)"),
        "\\<script>",
        " [x](",
    ),
}
"""What each is → its name, its bytes, what is kept of it, and what must not be."""
