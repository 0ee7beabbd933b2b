"""An uploaded file is read in a process of its own: what it is, and a copy without secrets."""

import json
from dataclasses import asdict, dataclass
from typing import IO, Any

from bot.attachments.errors import BrokenFile, TooManyPixels, UnsupportedType
from bot.attachments.settings import AttachmentSettings
from retrieval.importers import apart

MIB = 1024 * 1024
_TOO_HEAVY = "asks for more work or memory than a file may, or makes its reader crash."


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file is; its content and then its preview stand in `made`, from `starts` on."""

    type: str
    width: int | None
    height: int | None
    starts: int
    content: int
    preview: int
    """Bytes; 0 for a PDF."""


def check(came: IO[bytes], made: IO[bytes], settings: AttachmentSettings) -> Checked:
    """Read the file in `came` and write what may be kept of it into `made`; blocks for a moment.

    Both stand at their beginning. Raises UnsupportedType, BrokenFile, TooManyPixels.
    """
    limits = apart.Limits(
        memory_mib=384 + 24 * settings.max_megapixels,
        output_mib=8 + 3 * settings.max_bytes // MIB,
    )
    given = {"limits": asdict(limits), "max_pixels": settings.max_megapixels * 1_000_000}
    code = _read(came, made, given, limits)
    made.seek(0)
    line = made.readline() if code == 0 else b""
    try:
        told: dict[str, Any] = json.loads(line)
    except ValueError:
        raise BrokenFile(_TOO_HEAVY) from None
    if "refused" in told:
        _refuse(told["refused"], told["why"], settings)
    return Checked(
        type=told["type"],
        width=told["width"],
        height=told["height"],
        starts=len(line),
        content=told["content"],
        preview=told["preview"],
    )


def _read(
    came: IO[bytes], made: IO[bytes], given: dict[str, Any], limits: apart.Limits
) -> int | None:
    """The process's end: 0, another code, or None when it took too long."""
    try:
        return apart.run(
            "bot.attachments.apart", json.dumps(given), stdin=came, stdout=made, limits=limits
        )
    except OSError as error:
        raise BrokenFile(f"cannot be read now: {error.strerror}.") from error


def _refuse(code: str, why: str, settings: AttachmentSettings) -> None:
    if code == "too_many_pixels":
        raise TooManyPixels(settings.max_megapixels)
    if code == "broken_file":
        raise BrokenFile(why)
    raise UnsupportedType
