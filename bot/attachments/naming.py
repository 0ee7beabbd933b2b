"""The name of a file as it may be shown and saved: no path, no trick, the ending of its content."""

import unicodedata
from urllib.parse import quote

ENDINGS = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "application/pdf": (".pdf",),
}
"""What is taken, as MIME types, each with the endings its names may have, the usual one first."""
LONGEST = 120
"""Characters of a name."""
_SEPARATES = frozenset('/\\:*?"<>|')
_LONGEST_ENDING = 8


def safe(given: str, kind: str) -> str:
    """The last part of the name a client gave, with the ending that the content has.

    Only for reading and saving: nothing is stored under it.

    >>> safe("../../etc/passwd", "image/png"), safe("bill.html", "application/pdf")
    ('passwd.png', 'bill.pdf')
    """
    endings = ENDINGS[kind]
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    shown = unicodedata.normalize("NFC", "".join(map(_shown, last)))
    plain = " ".join(shown.split()).strip(". ")
    if plain.lower().endswith(endings):
        stem, _, ending = plain.rpartition(".")
    else:
        stem, ending = plain, endings[0].removeprefix(".")
        before, found, old = plain.rpartition(".")
        if found and before and len(old) < _LONGEST_ENDING and old.isalnum():
            stem = before
    stem = stem[: LONGEST - _LONGEST_ENDING].strip(". ") or "file"
    return f"{stem}.{ending}"


def disposition(name: str) -> str:
    """The header that makes a browser save the file under this name, never show it as a page."""
    plain = "".join(one if one.isascii() and one not in '"\\%;' else "_" for one in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _shown(character: str) -> str:
    """Nothing that is invisible or turns the direction: `gpj.exe` must not read `exe.jpg`."""
    if character in _SEPARATES or character.isspace():
        return " "
    return "" if unicodedata.category(character)[0] == "C" else character
