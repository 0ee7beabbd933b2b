"""Answers with an ETag: unchanged content costs a browser one short question."""

import gzip
import hashlib
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
"""The only kinds of file that are served."""
_PACKED_ALREADY = frozenset({".png", ".webp", ".woff2"})
REVALIDATE = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _Content:
    plain: bytes
    packed: bytes | None
    etag: str
    kind: str


def file(request: Request, path: Path, *, cache: str, headers: dict[str, str]) -> Response | None:
    """The file as an answer, packed when the client takes that; None when it is not there."""
    try:
        changed = path.stat(follow_symlinks=False)
    except OSError:
        return None
    if path.suffix not in TYPES or not stat.S_ISREG(changed.st_mode):
        return None
    content = _read(path, changed.st_mtime_ns)
    packs = "gzip" in request.headers.get("accept-encoding", "")
    shown = {"Cache-Control": cache, "Vary": "Accept-Encoding", **headers}
    if content.packed is not None and packs:
        shown["Content-Encoding"] = "gzip"
        return answer(request, content.packed, content.kind, shown, f"{content.etag}-gz")
    return answer(request, content.plain, content.kind, shown, content.etag)


def answer(
    request: Request, body: bytes, kind: str, headers: dict[str, str], etag: str | None = None
) -> Response:
    """The body, or 304 when the client has this very one."""
    tag = f'"{etag or _digest(body)}"'
    shown = {**headers, "ETag": tag}
    known = request.headers.get("if-none-match", "")
    if tag in {one.strip().removeprefix("W/") for one in known.split(",")}:
        return Response(status_code=304, headers=shown)
    return Response(body, media_type=kind, headers=shown)


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int) -> _Content:
    plain = path.read_bytes()
    packed = None if path.suffix in _PACKED_ALREADY else gzip.compress(plain, 9, mtime=0)
    return _Content(plain, packed, _digest(plain), TYPES[path.suffix])


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:24]
