"""ZIP archives that are broken, empty, or made to do harm."""

import stat
import struct
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

Build = Callable[[], bytes]
GOOD = b"# Refunds\n\nThree working days.\n"


def packed(*entries: tuple[str, bytes], kind: int = ZIP_DEFLATED) -> bytes:
    """An archive of these entries, whatever they are called."""
    out = BytesIO()
    with ZipFile(out, "w", kind) as archive:
        for name, content in entries:
            info = ZipInfo("placeholder")
            info.filename = name
            info.compress_type = kind
            archive.writestr(info, content)
    return out.getvalue()


def _twice() -> bytes:
    return packed(("a.md", GOOD), ("b.md", b"# Other\n\nText.")).replace(b"b.md", b"a.md")


def _link() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        info = ZipInfo("a.md")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def _changed(data: bytes, offset: int, new: bytes, *, central: bool = True) -> bytes:
    """The archive with a field of its first (central) header replaced."""
    at = data.index(b"PK\x01\x02" if central else b"PK\x03\x04") + offset
    return data[:at] + new + data[at + len(new) :]


def _locked() -> bytes:
    data = packed(("a.md", GOOD))
    return _changed(_changed(data, 8, b"\x01\x00"), 6, b"\x01\x00", central=False)


def _says_less() -> bytes:
    """The header says 10 bytes; 3 million come out."""
    data = packed(("a.txt", b"word " * 600_000))
    size = struct.pack("<I", 10)
    return _changed(_changed(data, 24, size), 22, size, central=False)


def _overlapping() -> bytes:
    """Two entries, both made of the same packed bytes."""
    data = packed(("a.md", GOOD), ("b.md", GOOD))
    second = data.rindex(b"PK\x01\x02")
    return data[: second + 42] + struct.pack("<I", 0) + data[second + 46 :]


def _wrong_sum() -> bytes:
    data = packed(("a.md", GOOD), kind=ZIP_STORED)
    return data.replace(b"Three", b"Seven", 1)


def _unknown_method() -> bytes:
    data = packed(("a.md", GOOD))
    return _changed(_changed(data, 10, b"\x63\x00"), 8, b"\x63\x00", central=False)


WHOLE: dict[str, tuple[Build, str]] = {
    "no archive": (lambda: b"no archive at all", "no ZIP archive"),
    "no bytes": (lambda: b"", "no ZIP archive"),
    "cut in half": (lambda: packed(("a.md", GOOD))[:60], "its end is missing"),
    "only an end": (lambda: b"PK\x05\x06" + b"\xff" * 18, "more than 5,000 entries"),
    "5,001 entries": (
        lambda: packed(*((f"{n}.md", b"") for n in range(5_001))),
        "more than 5,000 entries",
    ),
    "a claim of 600 million bytes": (
        lambda: _changed(packed(("a.md", GOOD)), 24, struct.pack("<I", 600_000_000)),
        "more than 500,000,000 bytes",
    ),
}
"""Archives that are refused as a whole."""

ENTRIES: dict[str, tuple[Build, str, str]] = {
    "a way out": (lambda: packed(("../../a.md", GOOD)), "../../a.md", "leads out of the archive"),
    "a way out for Windows": (lambda: packed(("..\\a.md", GOOD)), "../a.md", "leads out"),
    "an absolute name": (lambda: packed(("/etc/a.md", GOOD)), "/etc/a.md", "leads out"),
    "a drive": (lambda: packed(("C:/a.md", GOOD)), "C:/a.md", "leads out of the archive"),
    "a very long name": (lambda: packed(("a" * 600 + ".md", GOOD)), "a" * 600 + ".md", "500"),
    "the same name twice": (_twice, "a.md", "stands in the archive twice"),
    "a link": (_link, "a.md", "is a link"),
    "a password": (_locked, "a.md", "locked with a password"),
    "an archive in it": (lambda: packed(("b.zip", packed(("a.md", GOOD)))), "b.zip", "inside an"),
    "a bomb": (lambda: packed(("a.txt", b"\0" * 19_000_000)), "a.txt", "a bomb"),
    "21 million bytes": (
        lambda: packed(("a.pdf", b"%PDF-1.7" + b"x" * 21_000_000)),
        "a.pdf",
        "more than 20,000,000 bytes",
    ),
    "a header that says less": (_says_less, "a.txt", "is damaged"),
    "entries made of the same bytes": (_overlapping, "b.md", "shares its bytes"),
    "a directory that is elsewhere": (
        lambda: packed(("a.md", GOOD))[:-6] + b"\xff\xff\xff\x7f\x00\x00",
        "a.md",
        "is damaged",
    ),
    "a wrong checksum": (_wrong_sum, "a.md", "is damaged"),
    "an unknown way to pack": (_unknown_method, "a.md", "is damaged"),
    "a web page called PDF": (
        lambda: packed(("a.pdf", b"<html><p>Hello there")),
        "a.pdf",
        "but is a web page",
    ),
    "an unknown kind": (lambda: packed(("a.psd", b"8BPS")), "a.psd", "`.psd` files are not read"),
}
"""Archives with one entry that is refused, which one, and the reason."""
