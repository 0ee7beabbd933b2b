"""ZIP archives read entry by entry, never trusting what they say about themselves."""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, NoReturn

from retrieval.errors import ImportRefused

_END = b"PK\x05\x06"
_END_SIZE = 22
_CHUNK = 1 << 16
_LOCAL_HEADER = 30
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much an archive may hold."""

    entries: int = 5_000
    entry_bytes: int = 20_000_000
    """Of one entry, unpacked."""
    total_bytes: int = 500_000_000
    """Of all entries, unpacked."""
    ratio: int = 200
    """Unpacked to packed; text packs 3 to 10 times."""


class Archive:
    """The files of a ZIP archive; iterate it for `(name, bytes | ImportRefused)`.

    Opening raises ImportRefused for what is no archive or claims more than it may hold. Every
    entry is counted while it is unpacked: a header that lies is found out.
    """

    def __init__(self, opened: IO[bytes], name: str, bounds: Bounds) -> None:
        self.name = name
        self.bounds = bounds
        self.total = 0
        self.cut_short = False
        """Whether the rest was left out, because the archive held too much."""
        self._check_directory(opened)
        try:
            self.zip = zipfile.ZipFile(opened)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, IndexError) as error:
            _refuse(name, f"is a broken ZIP archive ({error}). Pack it anew.")
        self.entries = [info for info in self.zip.infolist() if not info.is_dir()]
        self._check_claims()

    def __iter__(self) -> Iterator[tuple[str, bytes | ImportRefused]]:
        """Yield every file in the order of the archive, hidden ones left out."""
        overlapping = self._overlapping()
        seen: set[str] = set()
        for info in self.entries:
            shown = _name(info)
            if is_hidden(shown):
                continue
            try:
                self._check(info, shown, seen, overlapping)
                seen.add(shown.casefold())
                content = self._content(info, shown)
            except ImportRefused as refused:
                yield shown, refused
                if self.total > self.bounds.total_bytes:
                    self.cut_short = True
                    return
            else:
                yield shown, content

    def names(self) -> list[str]:
        """Return what the files are called, in the order of the archive."""
        return [_name(info) for info in self.entries]

    def _check_directory(self, opened: IO[bytes]) -> None:
        """Refuse an archive of too many entries before all their names are read."""
        size = opened.seek(0, 2)
        opened.seek(max(0, size - _END_SIZE - 0xFFFF))
        tail = opened.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) - at < _END_SIZE:
            _refuse(self.name, "is no ZIP archive, or its end is missing. Pack it anew.")
        entries = int.from_bytes(tail[at + 10 : at + 12], "little")
        directory = int.from_bytes(tail[at + 12 : at + 16], "little")
        if entries > self.bounds.entries or directory > self.bounds.entries * 400:
            _refuse(self.name, f"has more than {self.bounds.entries:,} entries. Split it.")
        opened.seek(0)

    def _check_claims(self) -> None:
        if len(self.entries) > self.bounds.entries:
            _refuse(self.name, f"has more than {self.bounds.entries:,} entries. Split it.")
        if sum(info.file_size for info in self.entries) > self.bounds.total_bytes:
            most = f"{self.bounds.total_bytes:,}"
            _refuse(self.name, f"unpacks to more than {most} bytes. Split it.")

    def _overlapping(self) -> set[int]:
        """Offsets of entries whose packed bytes are another's as well: the better bombs do that."""
        found: set[int] = set()
        last: zipfile.ZipInfo | None = None
        for info in sorted(self.zip.infolist(), key=lambda info: info.header_offset):
            if last is not None:
                name = len(last.orig_filename.encode("utf-8", "surrogateescape"))
                name = min(name, len(last.orig_filename.encode("cp437", "replace")))
                end = last.header_offset + _LOCAL_HEADER + name + last.compress_size
                if info.header_offset < end:
                    found |= {last.header_offset, info.header_offset}
            last = info
        return found

    def _check(
        self, info: zipfile.ZipInfo, shown: str, seen: set[str], overlapping: set[int]
    ) -> None:
        parts = shown.split("/")
        if shown.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", shown) or "\0" in shown:
            _refuse(shown, "has a name that leads out of the archive. Pack it anew.")
        if len(shown) > 500:
            _refuse(shown[:100], "has a name of more than 500 letters. Shorten it.")
        if shown.casefold() in seen:
            _refuse(shown, "stands in the archive twice. Remove one.")
        if stat.S_ISLNK(info.external_attr >> 16):
            _refuse(shown, "is a link, not a file. Pack the file itself.")
        if info.flag_bits & 0x1:
            _refuse(shown, "is locked with a password. Pack it without one.")
        if info.header_offset in overlapping:
            _refuse(shown, "shares its bytes with another entry, as only bombs do. Pack it anew.")
        if info.file_size > self.bounds.entry_bytes:
            _refuse(shown, f"unpacks to more than {self.bounds.entry_bytes:,} bytes. Split it.")
        if info.file_size > _CHUNK * 16 and info.file_size > info.compress_size * self.bounds.ratio:
            _refuse(shown, f"unpacks to more than {self.bounds.ratio} times its size: a bomb.")

    def _content(self, info: zipfile.ZipInfo, shown: str) -> bytes:
        chunks: list[bytes] = []
        size = 0
        try:
            with self.zip.open(info) as packed:
                while chunk := packed.read(_CHUNK):
                    size += len(chunk)
                    self.total += len(chunk)
                    self._count(shown, size)
                    chunks.append(chunk)
        except _DAMAGED as error:
            _refuse(shown, f"is damaged ({str(error)[:100]}). Pack it anew.")
        return b"".join(chunks)

    def _count(self, shown: str, size: int) -> None:
        """What really came out counts; that it is not what the header says, the checksum tells."""
        if size > self.bounds.entry_bytes:
            _refuse(shown, f"unpacks to more than {self.bounds.entry_bytes:,} bytes. Split it.")
        if self.total > self.bounds.total_bytes:
            most = f"{self.bounds.total_bytes:,} bytes"
            _refuse(shown, f"takes the archive beyond {most}; the rest is not read. Split it.")


def is_hidden(path: str) -> bool:
    """Whether a system put a file there for itself: `.DS_Store`, `__MACOSX`, `Thumbs.db`."""
    parts = path.split("/")
    return (
        any(
            (part.startswith(".") and part not in (".", "..")) or part in ("__MACOSX", "Thumbs.db")
            for part in parts
        )
        or parts[-1] == "desktop.ini"
    )


def _name(info: zipfile.ZipInfo) -> str:
    """The name as its author wrote it: old archivers on Chinese systems do not mark UTF-8."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = b""
        for encoding in ("utf-8", "gb18030") if not raw.isascii() else ():
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _refuse(name: str, why: str) -> NoReturn:
    raise ImportRefused(name, None, why)
